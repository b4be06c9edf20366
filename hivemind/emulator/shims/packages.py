"""Amazon Linux packages by name: the runtimes that stand for programs, and those that are simply there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, ...]


@dataclass(frozen=True)
class Runtime:
    """A language: `package` matches its packages with the version in group `v`, `programs` are its interpreter's names.

    `{v}` in a name stands for the version. `asks` are the arguments that make it tell its version, and `beside` the
    commands that come with it in the same folder.
    """

    name: str
    package: str
    programs: tuple[str, ...]
    asks: tuple[str, ...] = ("--version",)
    beside: tuple[str, ...] = ()

    def commands(self, version: Version, real: Path) -> Mapping[str, str]:
        """Command name to the line that runs it, for the wrappers that a package puts into /usr/bin."""
        shown = ".".join(map(str, version))
        line = shlex.quote(str(real))
        found = {name.format(v=shown).rstrip("."): line for name in self.programs if shown or "{v}" not in name}
        if self.name == "python":
            return {name: line for name in found if shown in name} | {f"pip{shown}": f"{line} -m pip"}
        for name in self.beside:
            other = (real.parent / name).resolve()
            if other.exists():
                found[name] = f"{line} {shlex.quote(str(other))}" if _is_script_of(other, self) else str(other)
        return found


def _is_script_of(path: Path, runtime: Runtime) -> bool:
    """Whether a program is a script that would look its interpreter up on the PATH."""
    with path.open("rb") as file:
        first = file.readline(200)
    return first.startswith(b"#!") and any(f"env {name}".encode() in first for name in runtime.programs)


RUNTIMES = (
    Runtime(
        "python",
        r"python(?P<v>3(\.\d+)?)(-(pip|devel|setuptools|wheel|libs))?",
        ("python{v}", "python3", "python"),
    ),
    Runtime(
        "node",
        r"nodejs(?P<v>\d*)(-(npm|devel|libs))?",
        ("node", "node-{v}", "nodejs"),
        beside=("npm", "npx", "corepack"),
    ),
    Runtime("ruby", r"ruby(?P<v>\d\.\d+|)(-(devel|libs))?", ("ruby", "ruby{v}"), beside=("gem", "bundle", "bundler")),
    Runtime("php", r"php(?P<v>\d\.\d+|)(-\w+)?", ("php", "php{v}"), beside=("composer",)),
    Runtime("go", r"golang(?P<v>)(-bin)?", ("go",), asks=("version",), beside=("gofmt",)),
    Runtime("java", r"java-(?P<v>\d+)-amazon-corretto(-\w+)?", ("java",), asks=("-version",), beside=("javac", "jar")),
)

NOTHING_TO_DO = frozenset({
    "amazon-cloudwatch-agent", "amazon-ssm-agent", "aws-cfn-bootstrap", "awscli", "awscli-2", "bash", "bzip2",
    "ca-certificates", "coreutils", "curl", "curl-minimal", "diffutils", "file", "findutils", "gcc", "gcc-c++",
    "gettext", "git", "git-core", "glibc-devel", "gnupg2", "gnupg2-minimal", "grep", "gzip", "hostname", "htop",
    "iproute", "jq", "less", "libffi-devel", "libjpeg-turbo-devel", "libpq", "libpq-devel", "libxml2-devel",
    "libxslt-devel", "logrotate", "make", "openssl", "openssl-devel", "patch", "pkgconf-pkg-config", "postgresql15",
    "postgresql16", "postgresql17", "procps-ng", "rsync", "sed", "shadow-utils", "sqlite", "sqlite-devel", "sudo",
    "systemd", "tar", "tzdata", "unzip", "util-linux", "vim", "wget", "which", "xz", "zip", "zlib-devel",
})  # fmt: skip
"""Packages that are taken as installed."""


@dataclass(frozen=True)
class Wanted:
    """A runtime in a version, as far as the package says one: `(3, 12)`, `(22,)`, or nothing."""

    runtime: Runtime
    version: Version


def recognise(package: str) -> Wanted | None:
    """What a package name stands for; None when it is no runtime's."""
    for runtime in RUNTIMES:
        found = re.fullmatch(runtime.package, package)
        if found:
            version = found["v"] or ""
            return Wanted(runtime, tuple(int(part) for part in version.split(".") if part))
    return None
