"""Which numbers may be a service's port: it does not run as root."""

from __future__ import annotations

import re

PORT = re.compile(r"^[0-9]{4,5}$")


def usable(text: str) -> int:
    """The port a text names; 0 when it names none that an unprivileged process may listen on."""
    return int(text) if PORT.match(text.strip()) and 1024 <= int(text) <= 65535 else 0
