"""Amazon Linux packages by name: the runtimes that stand for programs, and those that are simply there."""

from __future__ import annotations

import re

from hivemind.emulator.images import AMAZON
from hivemind.emulator.images import RUNTIMES as VERSIONS
from hivemind.emulator.shims.languages import RUNTIMES, Wanted

NOTHING_TO_DO = frozenset({
    "amazon-cloudwatch-agent", "amazon-ssm-agent", "aws-cfn-bootstrap", "awscli", "awscli-2", "bash", "bzip2",
    "ca-certificates", "cmake", "coreutils", "curl", "curl-minimal", "diffutils", "file", "findutils", "gcc", "gcc-c++",
    "gettext", "git", "git-core", "glibc-devel", "gnupg2", "gnupg2-minimal", "grep", "gzip", "hostname", "htop",
    "iproute", "jq", "less", "libffi-devel", "libjpeg-turbo-devel", "libpq", "libpq-devel", "libxml2-devel",
    "libxslt-devel", "logrotate", "make", "mariadb-connector-c", "mariadb-connector-c-devel", "meson", "nginx",
    "ninja-build", "openssl", "openssl-devel", "patch", "pkgconf-pkg-config", "postgresql15", "postgresql16",
    "postgresql17", "procps-ng", "rsync", "sed", "shadow-utils", "sqlite", "sqlite-devel", "sudo", "systemd", "tar",
    "tzdata", "unzip", "util-linux", "vim", "wget", "which", "xz", "zip", "zlib-devel",
})  # fmt: skip
"""Packages that are taken as installed."""


def recognise(package: str) -> Wanted | None:
    """What a package name stands for; None when it is no runtime's."""
    for runtime in RUNTIMES:
        found = re.fullmatch(runtime.package, package)
        if found:
            return Wanted(runtime, _version(runtime.name, found.groupdict().get("v") or ""))
    return None


def _version(runtime: str, named: str) -> tuple[int, ...]:
    """The version that a package's name says, or the only one that there is of it."""
    if named:
        return tuple(int(part) for part in named.split("."))
    return VERSIONS[AMAZON].get(runtime, ())
