"""Packages of Debian 13 and Ubuntu 24.04 by name: runtimes in the one version each has, and what is simply there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hivemind.emulator.images import RUNTIMES as VERSIONS
from hivemind.emulator.shims.languages import RUNTIMES, Version, Wanted

NAMES = {
    "python": r"python(?P<v>3(\.\d+)?)(-(venv|dev|minimal|full|pip))?",
    "node": r"nodejs|npm|libnode-dev",
    "go": r"golang|golang-go",
    "ruby": r"ruby(?P<v>\d\.\d+)?(-(dev|full|bundler))?|bundler|rake",
    "php": r"php(?P<v>\d\.\d+)?(-\w+)?",
    "composer": r"composer",
    "java": r"openjdk-(?P<v>\d+)-(jdk|jre)(-headless)?",
    "maven": r"maven",
    "dotnet": r"(?:dotnet-(?:sdk|runtime)|aspnetcore-runtime)-(?P<v>\d+\.\d+)",
    "rust": r"rustc|cargo",
    "elixir": r"elixir",
}

SEVERAL: Mapping[str, Mapping[str, tuple[Version, ...]]] = {
    "debian": {"java": ((21,), (25,)), "dotnet": ()},
    "ubuntu": {"java": ((8,), (11,), (17,), (21,)), "dotnet": ((8, 0),)},
}
"""Versions of the runtimes that are packaged in several, or in none."""

NOTHING_TO_DO = frozenset({
    "apt-transport-https", "bash", "build-essential", "bzip2", "ca-certificates", "cmake", "coreutils", "curl",
    "default-libmysqlclient-dev", "diffutils", "erlang-dev", "file", "findutils", "g++", "gcc", "gettext", "git",
    "gnupg", "grep", "gzip", "hostname", "htop", "hugo", "iproute2", "jq", "less", "libc6-dev", "libffi-dev",
    "libjpeg-dev", "libmariadb3", "libpq-dev", "libpq5", "libsqlite3-dev", "libssl-dev", "libxml2-dev", "libxslt1-dev",
    "libyaml-dev", "logrotate", "make", "meson", "nginx", "ninja-build", "openssl", "patch", "pkg-config",
    "postgresql-client", "procps", "rsync", "sed", "sqlite3", "sudo", "systemd", "tar", "tzdata", "unzip", "util-linux",
    "vim", "wget", "xz-utils", "zip", "zlib1g-dev",
})  # fmt: skip
"""Packages that are taken as installed."""

COMMANDS = {"debian": {"awscli": "aws"}, "ubuntu": dict[str, str]()}
"""Packages that bring a program which an image does not hold at first; Ubuntu 24.04 has no awscli."""


def recognise(package: str, system: str) -> Wanted | None:
    """The runtime that a distribution's package stands for; None when it is none, or of a version it does not have."""
    for runtime in RUNTIMES:
        found = re.fullmatch(NAMES[runtime.name], package)
        if found is None:
            continue
        only, named = VERSIONS[system].get(runtime.name, ()), _named(found)
        if runtime.name in SEVERAL[system]:
            return Wanted(runtime, named) if named in SEVERAL[system][runtime.name] else None
        return Wanted(runtime, only) if named == only[: len(named)] else None
    return None


def _named(found: re.Match[str]) -> Version:
    """The version in the package's name; empty when it has none."""
    return tuple(int(part) for part in (found.groupdict().get("v") or "").split(".") if part)
