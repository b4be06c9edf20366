"""The files of a release: the scripts, and what they are told about each service."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from render_cases import CASES, case, service, worker

from hivemind.errors import RenderError
from hivemind.model.findings import StoreNeed
from hivemind.model.image import IMAGES, ImageName
from hivemind.model.spec import SecretRef
from hivemind.render.packages import packages
from hivemind.render.release import release_files


def files(*services: Any, image: ImageName = "al2023") -> dict[str, str]:
    chosen = case(*services, image=image)
    return dict(release_files(chosen.spec, chosen.findings))


def assignments(text: str) -> dict[str, list[str]]:
    """What a shell would make of `services/<service>.sh`."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition("=")
        found[name] = shlex.split(value[1:-1] if value.startswith("(") else value)
    return found


def test_a_release_holds_the_scripts_and_three_files_per_service() -> None:
    assert sorted(files(service(), worker())) == [
        "bootstrap", "build", "environment", "image.sh", "instance.sh", "release.json",
        "services/web.env", "services/web.secrets", "services/web.sh",
        "services/worker.env", "services/worker.secrets", "services/worker.sh",
        "start",
    ]  # fmt: skip


def test_scripts_that_are_run_say_by_what() -> None:
    made = files()
    for name in ("bootstrap", "build", "environment", "start"):
        assert made[name].startswith("#!/usr/bin/env bash\n")
        assert "set -euo pipefail" in made[name]


def test_commands_survive_the_shell_however_they_are_quoted() -> None:
    start = """sh -c 'echo "$HOME" && exec gunicorn --name "it'"'"'s" app:app'"""
    made = assignments(files(service(start=start, install=("a 'b c'", "d $E `f`")))["services/web.sh"])
    assert made["HM_START"] == [start]
    assert made["HM_INSTALL"] == ["a 'b c'", "d $E `f`"]
    assert made["HM_BUILD"] == []


def test_everything_the_contract_names_is_assigned() -> None:
    made = assignments(files(service(path="apps/web", port=9000, port_env=None, runtime="3.12.4"))["services/web.sh"])
    assert made == {
        "HM_KIND": ["web"],
        "HM_PATH": ["apps/web"],
        "HM_RUNTIME_LANGUAGE": ["python"],
        "HM_RUNTIME_VERSION": ["3.12"],
        "HM_PACKAGES": ["python3.12", "python3.12-pip", "libpq"],
        "HM_BUILD_PACKAGES": ["python3.12-devel", "gcc", "gcc-c++", "make", "git", "libpq-devel"],
        "HM_INSTALL": ["python3.12 -m venv --clear .venv", ".venv/bin/pip install -r requirements.txt"],
        "HM_BUILD": [],
        "HM_START": ["gunicorn app:app"],
        "HM_MIGRATE": ["python migrate.py"],
        "HM_PORT": ["9000"],
        "HM_PORT_ENV": [""],
        "HM_HEALTH": ["/healthz"],
    }


def test_plain_values_and_names_of_secrets_are_kept_apart() -> None:
    env = {"B": "two words", "A": "it's", "KEY": SecretRef(secret="guestbook/key")}
    made = files(service(env=env))
    assert shlex.split(made["services/web.env"]) == ["A=it's", "B=two words"]
    assert made["services/web.secrets"] == "KEY=guestbook/key\n"


def test_the_record_says_the_same_for_programs() -> None:
    record = json.loads(files()["release.json"])
    assert (record["version"], record["name"]) == (1, "guestbook")
    web = record["services"]["web"]
    assert web["start"] == "gunicorn app:app"
    assert web["env"] == {"LOG_LEVEL": "info"}
    assert web["secrets"] == {"STRIPE_KEY": "guestbook/stripe"}


def test_a_number_of_instances_is_no_release_and_a_variable_is() -> None:
    spec, _, findings = CASES["local"]
    more = spec.model_copy(
        update={"environments": {"local": spec.environments["local"].model_copy(update={"instances": 9})}}
    )
    assert release_files(more, findings) == release_files(spec, findings)
    assert files(service(env={"LOG_LEVEL": "debug"})) != files(service(env={"LOG_LEVEL": "info"}))


@pytest.mark.parametrize(
    ("image", "language", "runtime", "expected"),
    [
        ("al2023", "python", "3.13", ("python3.13", "python3.13-pip")),
        ("al2023", "python", "3.11.9", ("python3.11", "python3.11-pip")),
        ("al2023", "node", "22", ("nodejs22", "nodejs22-npm")),
        ("al2023", "node", "20.11.1", ("nodejs20", "nodejs20-npm")),
        ("al2023", "static", "1", ()),
        ("debian", "python", "3.13.5", ("python3.13", "python3.13-venv")),
        ("debian", "node", "20.19", ("nodejs", "npm")),
        ("ubuntu", "python", "3.12", ("python3.12", "python3.12-venv")),
        ("ubuntu", "node", "18", ("nodejs", "npm")),
        ("ubuntu", "shell", "1", ()),
    ],
)
def test_a_runtime_is_installed_by_its_packages(
    image: ImageName, language: str, runtime: str, expected: tuple[str, ...]
) -> None:
    assert packages(service(language=language, runtime=runtime, database=StoreNeed()), image).run == expected


@pytest.mark.parametrize(
    ("image", "engine", "runs", "builds"),
    [
        ("al2023", "postgres", "libpq", "libpq-devel"),
        ("al2023", "mariadb", "mariadb-connector-c", "mariadb-connector-c-devel"),
        ("debian", "postgres", "libpq5", "libpq-dev"),
        ("ubuntu", "mysql", "libmariadb3", "default-libmysqlclient-dev"),
    ],
)
def test_a_driver_in_c_finds_what_it_is_made_of(image: ImageName, engine: str, runs: str, builds: str) -> None:
    version = IMAGES[image].runtimes["python"][0]
    needed = packages(service(runtime=version, database=StoreNeed(engine=engine, need="required")), image)
    assert runs in needed.run
    assert builds in needed.build
    assert {"gcc", "build-essential"} & set(needed.build)
    other = packages(service(language="php", runtime="8.3", database=StoreNeed(engine=engine)), "al2023")
    assert runs not in other.run


@pytest.mark.parametrize(
    ("image", "language", "runtime"), [("debian", "python", "3.12"), ("ubuntu", "node", "22"), ("debian", "node", "2")]
)
def test_a_runtime_that_an_image_does_not_have_is_refused(image: ImageName, language: str, runtime: str) -> None:
    with pytest.raises(RenderError, match=f"has no {language} {runtime}") as refused:
        files(service(language=language, runtime=runtime), image=image)
    assert "`image: al2023`" in refused.value.hint


def test_an_image_brings_what_it_does_in_a_way_of_its_own() -> None:
    amazon, debian, ubuntu = (
        files(service(runtime=version), image=image)
        for image, version in (("al2023", "3.12"), ("debian", "3.13"), ("ubuntu", "3.12"))
    )
    assert "dnf" in amazon["image.sh"]
    assert "apt.sh" not in amazon
    assert debian["apt.sh"] == ubuntu["apt.sh"]
    assert debian["image.sh"] != ubuntu["image.sh"]
    same = {"bootstrap", "build", "environment", "instance.sh", "start"}
    assert all(amazon[name] == debian[name] == ubuntu[name] for name in same)


@pytest.mark.parametrize(
    ("image", "language", "runtime", "run", "build"),
    [
        ("al2023", "go", "1.22", "", "golang"),
        ("al2023", "go", "1.99", "", "golang"),
        ("al2023", "java", "21", "java-21-amazon-corretto-devel", ""),
        ("al2023", "java", "8", "java-1.8.0-amazon-corretto-devel", ""),
        ("al2023", "ruby", "3.4.1", "ruby3.4", "ruby3.4-devel"),
        ("al2023", "php", "8.3", "php8.3-fpm", "unzip"),
        ("al2023", "dotnet", "9.0", "dotnet-sdk-9.0", ""),
        ("al2023", "rust", "1.80", "", "cargo"),
        ("al2023", "cpp", "20", "", "gcc-c++"),
        ("debian", "go", "1.23", "", "golang-go"),
        ("debian", "java", "21", "openjdk-21-jdk-headless", ""),
        ("debian", "ruby", "3.3", "bundler", "ruby-dev"),
        ("ubuntu", "php", "8.3", "php8.3-pgsql", "git"),
        ("ubuntu", "dotnet", "8.0", "dotnet-sdk-8.0", ""),
    ],
)
def test_what_is_compiled_needs_its_compiler_on_the_builder_only(
    image: ImageName, language: str, runtime: str, run: str, build: str
) -> None:
    compiled = service(language=language, runtime=runtime, start="./bin/app", migrate=None, database=StoreNeed())
    needed = packages(compiled, image)
    assert run in (*needed.run, "")
    assert build in (*needed.build, "")
    assert not set(needed.run) & set(needed.build)
    assert bool(needed.run) is bool(run)


@pytest.mark.parametrize(
    ("language", "runtime", "build", "expected"),
    [
        ("java", "17", "mvn -DskipTests package", "maven-amazon-corretto17"),
        ("java", "17", "./mvnw package", ""),
        ("php", "8.4", "composer install --no-dev", "composer"),
        ("ruby", "3.4", "npm ci && npm run build", "nodejs22-npm"),
        ("python", "3.12", "cd web && FOO=1 yarn build", "nodejs22"),
        ("python", "3.12", "python manage.py make_things", ""),
        ("php", "8.4", "yarn install --frozen-lockfile", "nodejs22-npm"),
        ("static", "", "bundle exec jekyll build", "ruby3.4"),
        ("ruby", "3.4", "bundle exec rake", ""),
        ("node", "22", "npm run build", ""),
        ("node", "22", "cd api && go build ./...", "golang"),
    ],
)
def test_tools_of_other_languages_come_with_the_commands_that_call_them(
    language: str, runtime: str, build: str, expected: str
) -> None:
    plain = packages(service(language=language, runtime=runtime), "al2023")
    needed = packages(service(language=language, runtime=runtime, build=(build,)), "al2023")
    assert needed.run == plain.run
    assert expected in {*needed.build, ""}
    assert (needed == plain) is (not expected)


@pytest.mark.parametrize(
    ("runtime", "build", "way"),
    [
        ("25", "mvn package", "Maven wrapper"),
        ("21", "gradle build", "Gradle wrapper"),
        ("21", "sbt stage", "`install`"),
        ("21", "hugo --minify", "`image: debian`"),
    ],
)
def test_a_tool_that_an_image_does_not_have_is_refused(runtime: str, build: str, way: str) -> None:
    with pytest.raises(RenderError, match="no package of the image brings") as refused:
        packages(service(language="java", runtime=runtime, build=(build,)), "al2023")
    assert way in refused.value.hint


def test_what_starts_by_its_toolchain_has_it_everywhere() -> None:
    assert "golang" in packages(service(language="go", runtime="1.22", start="go run ."), "al2023").run


@pytest.mark.parametrize(
    ("image", "language", "runtime", "way"),
    [
        ("al2023", "elixir", "1.17", "`image: debian`"),
        ("al2023", "gleam", "1.6", "`runtime: python@3.11`"),
        ("al2023", "docker", "", "`start`"),
        ("al2023", "deno", "2.0", "`npm install deno`"),
        ("debian", "dotnet", "9.0", "`image: al2023`"),
        ("al2023", "ruby", "3.3", "`image: debian`"),
        ("al2023", "rust", "1.99", "`runtime: rust@1.98`"),
        ("ubuntu", "rust", "1.85", "`image: al2023`"),
        ("debian", "go", "1.25", ""),
    ],
)
def test_a_refusal_names_the_ways_out(image: ImageName, language: str, runtime: str, way: str) -> None:
    asking = service(language=language, runtime=runtime)
    if not way:
        assert packages(asking, image).build
        return
    with pytest.raises(RenderError, match=r"cannot|has no") as refused:
        packages(asking, image)
    assert way in refused.value.hint


def test_a_language_without_packages_is_refused_with_a_way_out() -> None:
    with pytest.raises(RenderError, match="elixir") as refused:
        files(service(language="elixir", runtime="1.16"))
    assert "runtime:" in refused.value.hint
