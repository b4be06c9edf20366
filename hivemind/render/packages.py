"""The packages of a service, by image: what its machines need to run it, and what its builder needs beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.errors import RenderError
from hivemind.model.findings import ServiceFindings
from hivemind.model.image import IMAGES, ImageName, short_version
from hivemind.render.tools import tools


@dataclass(frozen=True)
class Packages:
    """`run` on every machine of a service, `build` on its builder alone; `{v}` stands for the version."""

    run: tuple[str, ...] = ()
    build: tuple[str, ...] = ()

    def of(self, version: str) -> Packages:
        """The same for a version."""
        run, build = (tuple(name.format(v=version) for name in names) for names in (self.run, self.build))
        return Packages(run, build)


def _packages(run: str = "", build: str = "") -> Packages:
    return Packages(tuple(run.split()), tuple(build.split()))


PHP = "php{v}-cli php{v}-fpm php{v}-mbstring php{v}-xml php{v}-pgsql php{v}-intl php{v}-gd php{v}-bcmath php{v}-zip"

LANGUAGES: Mapping[ImageName, Mapping[str, Packages]] = {
    "al2023": {
        "python": _packages("python{v} python{v}-pip", "python{v}-devel gcc gcc-c++ make git"),
        "node": _packages("nodejs{v} nodejs{v}-npm", "gcc-c++ make git"),
        "go": _packages(build="golang gcc git"),
        "java": _packages("java-{v}-amazon-corretto-devel"),
        "ruby": _packages(
            "ruby{v}",
            "ruby{v}-devel gcc gcc-c++ make git libffi-devel openssl-devel sqlite-devel zlib-devel",
        ),
        "php": _packages(f"{PHP} php{{v}}-pdo php{{v}}-mysqlnd php{{v}}-process", "git unzip"),
        "dotnet": _packages("dotnet-sdk-{v}"),
        "rust": _packages(build="rust cargo gcc git openssl-devel"),
        "cpp": _packages(build="gcc-c++ cmake make git"),
    },
    "debian": {
        "python": _packages("python{v} python{v}-venv", "python{v}-dev build-essential git"),
        "node": _packages("nodejs npm", "build-essential git"),
        "go": _packages(build="golang-go gcc libc6-dev git"),
        "java": _packages("openjdk-{v}-jdk-headless"),
        "ruby": _packages(
            "ruby bundler",
            "ruby-dev build-essential git libffi-dev libssl-dev libsqlite3-dev libyaml-dev zlib1g-dev",
        ),
        "php": _packages(f"{PHP} php{{v}}-curl php{{v}}-mysql php{{v}}-sqlite3", "git unzip"),
        "rust": _packages(build="rustc cargo gcc libc6-dev git libssl-dev pkg-config"),
        "cpp": _packages(build="g++ cmake make git"),
        "elixir": _packages("openssl", "elixir erlang-dev gcc make git"),
    },
}
"""What is not here is in no package of the image. Ubuntu's packages are named as Debian's.

Sources: https://docs.aws.amazon.com/linux/al2023/ug/language-runtimes.html with its pages by language, the lists of
https://docs.aws.amazon.com/linux/al2023/release-notes/, https://packages.debian.org and https://packages.ubuntu.com.
"""

CLIENTS: Mapping[ImageName, Mapping[str, Packages]] = {
    "al2023": {
        "postgres": _packages("libpq", "libpq-devel"),
        "mysql": _packages("mariadb-connector-c", "mariadb-connector-c-devel"),
    },
    "debian": {
        "postgres": _packages("libpq5", "libpq-dev"),
        "mysql": _packages("libmariadb3", "default-libmysqlclient-dev"),
    },
}
"""What drivers in C are made of and run with, as psycopg2 and pg are: by the engine of the database."""
COMPILE_DRIVERS = ("python", "ruby", "node", "rust", "cpp")

OF_UBUNTU = {**LANGUAGES["debian"], "dotnet": _packages("dotnet-sdk-{v}")}
NEEDS_NOTHING = ("static", "shell")
"""Served by the system's own Python, or by its shell."""
UNVERSIONED = ("cpp",)
CORRETTO_8 = "java-1.8.0-amazon-corretto-devel"


def packages(service: ServiceFindings, image: ImageName) -> Packages:
    """What to install for a service; raises RenderError for a runtime that the image does not have."""
    if service.language in NEEDS_NOTHING:
        return _with_tools(Packages(), service, image)
    known = (OF_UBUNTU if image == "ubuntu" else LANGUAGES[image]).get(service.language)
    if known is None:
        raise _no_language(service, image)
    if service.language not in UNVERSIONED and not IMAGES[image].serves(service.language, service.runtime):
        raise _no_version(service, image)
    found = known.of(short_version(service.language, service.runtime))
    return _with_tools(_with_driver(found, service, image), service, image)


def _with_driver(found: Packages, service: ServiceFindings, image: ImageName) -> Packages:
    """Together with the client library of the database, where drivers may be compiled."""
    client = CLIENTS["al2023" if image == "al2023" else "debian"].get(
        service.database.engine.replace("mariadb", "mysql")
    )
    if client is None or service.language not in COMPILE_DRIVERS:
        return found
    return Packages((*found.run, *client.run), (*found.build, *client.build))


def _with_tools(found: Packages, service: ServiceFindings, image: ImageName) -> Packages:
    """Together with what the commands call beside their language's own."""
    starting = tools((service.start,), service, image)
    migrating = (service.migrate,) if service.migrate else ()
    building = tools((*service.install, *service.build, *migrating), service, image)
    run = tuple(dict.fromkeys(_renamed(name) for name in (*found.run, *starting)))
    return Packages(run, tuple(dict.fromkeys(name for name in (*found.build, *building) if name not in run)))


def _renamed(package: str) -> str:
    """Java 8 is called 1.8.0."""
    return CORRETTO_8 if package == "java-8-amazon-corretto-devel" else package


def _no_language(service: ServiceFindings, image: ImageName) -> RenderError:
    if service.language == "docker":
        return RenderError(
            "a Dockerfile cannot be run: instances have no container engine",
            where=service.name,
            hint="Say what it does: set `runtime`, `install`, `build` and `start`.",
        )
    others = [name for name, has in IMAGES.items() if has.serves(service.language, service.runtime)]
    ways = [f"set `image: {others[0]}`, which has it"] if others else []
    if service.language == "deno":
        ways.append(f"set `runtime: node@{IMAGES[image].runtimes['node'][-1]}`, and get Deno by `npm install deno`")
    ways.append(
        f"let `install` put {service.language} into the service's folder, `start` run it from there, and set `runtime: "
        f"python@{IMAGES[image].runtimes['python'][0]}`, or another that `install` can use"
    )
    return RenderError(
        f"{service.language} cannot be installed on an instance: {IMAGES[image].title} has no package of it",
        where=service.name,
        hint=_sentence("; or ".join(ways)),
    )


def _no_version(service: ServiceFindings, image: ImageName) -> RenderError:
    have = IMAGES[image].runtimes.get(service.language, ())
    others = [name for name, has in IMAGES.items() if has.serves(service.language, service.runtime)]
    ways = [f"set `runtime: {service.language}@{have[-1]}`"] if have else []
    ways += [f"set `image: {others[0]}`, which has {service.runtime}"] if others else []
    if not others and image != "al2023":
        ways.append("set `image: al2023`, which has other versions")
    return RenderError(
        f"{IMAGES[image].title} has no {service.language} {service.runtime}",
        where=service.name,
        hint=_sentence("; or ".join(ways)),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
