"""Packages of Debian 13 and Ubuntu 24.04 by name: runtimes in the one version each has, and what is simply there."""

from __future__ import annotations

import re

from hivemind.emulator.images import RUNTIMES as VERSIONS
from hivemind.emulator.shims.packages import RUNTIMES, Wanted

NAMES = {
    "python": r"python3(\.(?P<minor>\d+))?(-(venv|dev|minimal|full|pip))?",
    "node": r"nodejs|npm|libnode-dev",
}

NOTHING_TO_DO = frozenset({
    "apt-transport-https", "bash", "build-essential", "bzip2", "ca-certificates", "coreutils", "curl", "diffutils",
    "file", "findutils", "g++", "gcc", "gettext", "git", "gnupg", "grep", "gzip", "hostname", "htop", "iproute2", "jq",
    "less", "libc6-dev", "libffi-dev", "libjpeg-dev", "libpq-dev", "libpq5", "libsqlite3-dev", "libssl-dev",
    "libxml2-dev", "libxslt1-dev", "logrotate", "make", "openssl", "patch", "pkg-config", "postgresql-client", "procps",
    "rsync", "sed", "sqlite3", "sudo", "systemd", "tar", "tzdata", "unzip", "util-linux", "vim", "wget", "xz-utils",
    "zip", "zlib1g-dev",
})  # fmt: skip
"""Packages that are taken as installed."""

COMMANDS = {"debian": {"awscli": "aws"}, "ubuntu": dict[str, str]()}
"""Packages that bring a program which an image does not hold at first; Ubuntu 24.04 has no awscli."""


def recognise(package: str, system: str) -> Wanted | None:
    """The runtime that a distribution's package stands for; None when it is none, or of a version it does not have."""
    for runtime in RUNTIMES:
        found = re.fullmatch(NAMES[runtime.name], package) if runtime.name in NAMES else None
        if found is None:
            continue
        version = VERSIONS[system][runtime.name]
        minor = found.groupdict().get("minor")
        return Wanted(runtime, version) if minor in (None, str(version[-1])) else None
    return None
