"""Which numbers may be a service's port: it does not run as root, and a debugger's port is not what it serves."""

from __future__ import annotations

import re

PORT = re.compile(r"^[0-9]{4,5}$")
DEBUGGERS = frozenset({5858, 9229, 9222, 5005, 5678, 2345, 40000})
"""Where debuggers of Node, Chrome, the JVM, Python and Go listen."""

BOUND = re.compile(
    r"(?:--bind|--listen|--http|--addr(?:ess)?|--urls?|-b|-l|-S)[= ]\s*['\"]?(?:\w+://)?[\w.*+\[\]:]*?:([0-9]{4,5})\b"
    r"|(?:--port|--server\.port|--http-port|-Dserver\.port|-p|-l)[= ]\s*([0-9]{4,5})\b"
    r"|^(?:env\s+)?(?:\w+=\S*\s+){0,9}?(?:PORT|SERVER_PORT)=([0-9]{4,5})\s"
)


def usable(text: str) -> int:
    """The port a text names; 0 when it names none that an unprivileged process may serve on."""
    port = int(text) if PORT.match(text.strip()) else 0
    return port if 1024 <= port <= 65535 and port not in DEBUGGERS else 0


def bound_port(command: str, pattern: re.Pattern[str] = BOUND) -> int:
    """The port that a command binds, where an unprivileged process may listen on it; 0 where it binds none."""
    found = pattern.search(command)
    port = next((int(group) for group in found.groups() if group), 0) if found else 0
    return port if 1024 <= port <= 65535 else 0
