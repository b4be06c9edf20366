"""`systemctl`, as far as services are started, stopped and asked after; units live under ${INSTANCE_ROOT}."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from hivemind.emulator.shims import unit_state
from hivemind.emulator.shims.unit_state import UnitState, read, root, unit_file
from hivemind.emulator.shims.units import Unit, parse

START_SECONDS, STOP_SECONDS = 90.0, 100.0


def main(arguments: list[str]) -> int:
    """One verb on any number of units; exit codes as the real one's."""
    words = [word for word in arguments if not word.startswith("-")]
    options = {word for word in arguments if word.startswith("-")}
    if not words:
        return _say("systemctl: no verb given", 1)
    verb, names = words[0], [_full(name) for name in words[1:]]
    if verb == "show":
        return _show(arguments)
    if verb == "start-enabled":
        return _each(_start, sorted(path.name for path in _wants().glob("*.service")))
    action = VERBS.get(verb)
    if action is None:
        return _say(f"Unknown command verb {verb}.", 1)
    code = _each(action, names)
    if code == 0 and "--now" in options and verb in ("enable", "disable"):
        code = _each(_start if verb == "enable" else _stop, names)
    return code


def _each(action: Callable[[str], int], names: list[str]) -> int:
    codes = [action(name) for name in names]
    return max(codes, default=0)


def _enable(name: str) -> int:
    unit = _load(name, "enable unit")
    if unit is None:
        return 1
    if not unit.wanted_by:
        return _say(f"The unit files have no installation config (WantedBy=): {name}", 0)
    link = _wants() / name
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(unit_file(name))
    return 0


def _disable(name: str) -> int:
    (_wants() / name).unlink(missing_ok=True)
    return 0


def _start(name: str) -> int:
    if _load(name, f"start {name}") is None:
        return 5
    if read(name).active in ("active", "activating"):
        return 0
    unit_state.path_of(name).unlink(missing_ok=True)
    with Path(os.environ["EMULATOR_INITCTL"]).open("w") as control:
        control.write(json.dumps({"argv": ["unit-supervisor", name]}) + "\n")
    state = _await(name, lambda now: now.active in ("active", "failed") or _has_ended_once(name, now), START_SECONDS)
    if state.active == "active" or (state.active == "inactive" and state.result == "success"):
        return 0
    return _say(f"Job for {name} failed because the control process exited with error code.", 1)


def _has_ended_once(name: str, state: UnitState) -> bool:
    ended = state.active == "inactive" and unit_state.path_of(name).exists()
    return ended or state.sub == "auto-restart"


def _stop(name: str) -> int:
    state = read(name)
    if state.supervisor and state.active in ("active", "activating", "deactivating"):
        os.kill(state.supervisor, signal.SIGTERM)
        _await(name, lambda now: now.active in ("inactive", "failed"), STOP_SECONDS)
    return 0


def _restart(name: str) -> int:
    _stop(name)
    return _start(name)


def _is_active(name: str) -> int:
    active = read(name).active
    return _say(active, 0 if active == "active" else 3, sys.stdout)


def _is_failed(name: str) -> int:
    active = read(name).active
    return _say(active, 0 if active == "failed" else 1, sys.stdout)


def _is_enabled(name: str) -> int:
    enabled = (_wants() / name).is_symlink()
    return _say("enabled" if enabled else "disabled", 0 if enabled else 1, sys.stdout)


def _status(name: str) -> int:
    if not unit_file(name).exists():
        return _say(f"Unit {name} could not be found.", 4)
    state = read(name)
    lines = (
        f"{name}",
        f"     Active: {state.active} ({state.sub})"
        + (f" (Result: {state.result})" if state.result != "success" else ""),
        f"   Main PID: {state.main_pid}",
    )
    return _say("\n".join(lines), 0 if state.active == "active" else 3, sys.stdout)


def _show(arguments: list[str]) -> int:
    """`show -p NAME[,NAME] [--value] UNIT`."""
    wanted, name, values = [], "", "--value" in arguments
    rest = [word for word in arguments if word != "--value" and word != "show"]
    while rest:
        word = rest.pop(0)
        if word in ("-p", "--property"):
            wanted += rest.pop(0).split(",") if rest else []
        elif word.startswith(("--property=", "-p")):
            wanted += word.partition("=")[2].split(",") if "=" in word else [word[2:]]
        elif not word.startswith("-"):
            name = _full(word)
    facts = _facts(name)
    for key in wanted or facts:
        value = facts.get(key, "")
        _say(value if values else f"{key}={value}", 0, sys.stdout)
    return 0


def _facts(name: str) -> dict[str, str]:
    state = read(name)
    return {
        "Id": name,
        "LoadState": "loaded" if unit_file(name).exists() else "not-found",
        "ActiveState": state.active,
        "SubState": state.sub,
        "Result": state.result,
        "MainPID": str(state.main_pid),
        "NRestarts": str(state.restarts),
        "ExecMainStatus": str(abs(state.status)),
    }


def _load(name: str, purpose: str) -> Unit | None:
    try:
        return parse(name, unit_file(name).read_text())
    except OSError:
        _say(f"Failed to {purpose}: Unit {name} not found.", 1)
    except ValueError as problem:
        _say(f"Failed to {purpose}: Unit {name} has a bad unit file setting. {problem}", 1)
    return None


def _await(name: str, good: Callable[[UnitState], bool], seconds: float) -> UnitState:
    deadline = time.monotonic() + seconds
    while not good(state := read(name)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return state


def _wants() -> Path:
    return root() / "etc/systemd/system/multi-user.target.wants"


def _full(name: str) -> str:
    return name if "." in name else f"{name}.service"


def _say(text: str, code: int, to: TextIO | None = None) -> int:
    print(text, file=to or sys.stderr)
    return code


VERBS: dict[str, Callable[[str], int]] = {
    "daemon-reload": lambda _name: 0,
    "disable": _disable,
    "enable": _enable,
    "is-active": _is_active,
    "is-enabled": _is_enabled,
    "is-failed": _is_failed,
    "reset-failed": lambda _name: 0,
    "restart": _restart,
    "start": _start,
    "status": _status,
    "stop": _stop,
}
