"""Unit files as systemd reads them, in the part that services here use. What is not known is ignored, as systemd does.

https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600}
Sections = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Command:
    """A command line; `tolerant` is the prefix `-`: its failure does not count."""

    argv: tuple[str, ...]
    tolerant: bool = False


@dataclass(frozen=True)
class Unit:
    """A service; times in seconds, `start_limit` is how many starts in how many seconds."""

    name: str
    description: str = ""
    kind: str = "simple"
    start: tuple[Command, ...] = ()
    before: tuple[Command, ...] = ()
    after_stop: tuple[Command, ...] = ()
    environment: tuple[str, ...] = ()
    environment_files: tuple[str, ...] = ()
    folder: str = ""
    restart: str = "no"
    restart_after: float = 0.1
    stop_timeout: float = 90.0
    start_limit: tuple[int, float] = (5, 10.0)
    output: str = ""
    errors: str = ""
    wanted_by: tuple[str, ...] = ()
    remain: bool = False


def parse(name: str, text: str) -> Unit:
    """The unit of that name; raises ValueError with systemd's words when it could not be loaded."""
    sections = _sections(text)
    service, unit = sections.get("Service", {}), sections.get("Unit", {})
    start = _commands(service.get("ExecStart", []))
    if not start:
        raise ValueError(f"{name}: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.")
    output = _last(service, "StandardOutput")
    return Unit(
        name=name,
        description=_last(unit, "Description"),
        kind=_last(service, "Type") or "simple",
        start=start,
        before=_commands(service.get("ExecStartPre", [])),
        after_stop=_commands(service.get("ExecStopPost", [])),
        environment=tuple(word for line in _reset(service.get("Environment", [])) for word in shlex.split(line)),
        environment_files=_reset(service.get("EnvironmentFile", [])),
        folder=_last(service, "WorkingDirectory"),
        restart=_last(service, "Restart") or "no",
        restart_after=seconds(_last(service, "RestartSec") or "100ms"),
        stop_timeout=seconds(_last(service, "TimeoutStopSec") or "90"),
        start_limit=(
            int(_last(unit, "StartLimitBurst") or 5),
            seconds(_last(unit, "StartLimitIntervalSec") or "10"),
        ),
        output=output,
        errors=_last(service, "StandardError") or output,
        wanted_by=tuple(word for line in sections.get("Install", {}).get("WantedBy", []) for word in line.split()),
        remain=_last(service, "RemainAfterExit") in ("yes", "true", "1"),
    )


def seconds(text: str) -> float:
    """A time span such as `5`, `100ms`, `1min 30s`, `infinity`; raises ValueError."""
    if text.strip() == "infinity":
        return float("inf")
    parts = re.findall(r"([\d.]+)\s*([a-z]*)", text)
    if not parts or any(unit not in UNITS for _, unit in parts):
        raise ValueError(f"Failed to parse time span: {text}")
    return float(sum(float(number) * UNITS[unit] for number, unit in parts))


def environment(unit: Unit, inherited: Mapping[str, str]) -> dict[str, str]:
    """What the service sees; files win over Environment=. Raises FileNotFoundError for a missing file without `-`."""
    found = dict(inherited)
    found.update(word.partition("=")[::2] for word in unit.environment if "=" in word)
    for entry in unit.environment_files:
        path = Path(entry.removeprefix("-"))
        if path.exists() or not entry.startswith("-"):
            found.update(_assignments(path.read_text().splitlines()))
    return found


def expand(argv: Iterable[str], variables: Mapping[str, str]) -> list[str]:
    """`${X}` inside a word, `$X` as a word of its own (split at spaces), `$$` a dollar."""
    words: list[str] = []
    for word in argv:
        alone = re.fullmatch(r"\$(\w+)", word)
        if alone:
            words += variables.get(alone[1], "").split()
            continue
        replaced = re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1], ""), word)
        words.append(replaced.replace("$$", "$").replace("%%", "%"))
    return words


def _sections(text: str) -> Sections:
    sections: Sections = {}
    current: dict[str, list[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped.startswith("[") and stripped.endswith("]"):
            current = sections.setdefault(stripped[1:-1], {})
        elif "=" in stripped:
            key, _, value = stripped.partition("=")
            current.setdefault(key.strip(), []).append(value.strip())
    return sections


def _commands(lines: Iterable[str]) -> tuple[Command, ...]:
    commands = []
    for line in _reset(lines):
        prefix = re.match(r"[-+!:@]*", line)
        marks = prefix[0] if prefix else ""
        commands.append(Command(tuple(shlex.split(line[len(marks) :])), "-" in marks))
    return tuple(commands)


def _reset(lines: Iterable[str]) -> tuple[str, ...]:
    """An empty assignment forgets what came before."""
    kept: list[str] = []
    for line in lines:
        kept = [*kept, line] if line else []
    return tuple(kept)


def _last(section: Mapping[str, list[str]], key: str) -> str:
    return (section.get(key) or [""])[-1]


def _assignments(lines: Iterable[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        stripped = line.strip()
        if stripped and stripped[0] not in "#;" and "=" in stripped:
            name, _, value = stripped.partition("=")
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return re.sub(r"\\([\"\\$`])", r"\1", inner) if value[0] == '"' else inner
    return value
