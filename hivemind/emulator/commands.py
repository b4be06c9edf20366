"""SSM commands, run inside the instance by its first process, as the SSM agent would."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hivemind.emulator.instances.machine import Machine

STDOUT_LIMIT, STDERR_LIMIT = 24000, 8000
TRUNCATED = "\n---Output truncated---"
TIMED_OUT_CODE = 124
_counting = threading.Lock()


def run(machine: Machine, command: Any, invocation: dict[str, Any]) -> None:
    """Run one invocation to its end; never raises, the invocation says what happened."""
    began = time.monotonic()
    try:
        outcome = _run(machine, command, invocation["InstanceId"])
    except OSError as problem:
        outcome = {"Status": "Failed", "StatusDetails": "Undeliverable", "ResponseCode": -1}
        outcome["StandardErrorContent"] = str(problem)
    elapsed = time.monotonic() - began
    invocation.update(outcome, ExecutionElapsedTime=f"PT{elapsed:.3f}S")
    invocation["ExecutionEndDateTime"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with _counting:
        command.completed_count += 1
        statuses = {row["Status"] for row in command.invocations}
        command.error_count = sum(row["Status"] not in ("Success", "InProgress") for row in command.invocations)
        if "InProgress" not in statuses:
            command.status = command.status_details = statuses.pop() if len(statuses) == 1 else "Failed"


def _run(machine: Machine, command: Any, instance_id: str) -> dict[str, Any]:
    folder = machine.root / "var/lib/amazon/ssm" / instance_id / command.command_id
    folder.mkdir(parents=True, exist_ok=True)
    limit = int((command.parameters.get("executionTimeout") or ["3600"])[0])
    where = (command.parameters.get("workingDirectory") or [""])[0]
    script = folder / "script.sh"
    script.write_text("\n".join([*([f"cd '{where}' || exit 1"] if where else []), *command.parameters["commands"], ""]))
    note = machine.run(["timeout", "-k", "2", str(limit), "sh", str(script)], output=folder / "output")
    code = _await(note, machine, limit + 5)
    if code is None:
        return {"Status": "Failed", "StatusDetails": "Terminated", "ResponseCode": -1}
    status = "Success" if code == 0 else "TimedOut" if code == TIMED_OUT_CODE else "Failed"
    return {
        "Status": status,
        "StatusDetails": "Execution Timed Out" if status == "TimedOut" else status,
        "ResponseCode": code,
        "StandardOutputContent": _text(folder / "output.out", STDOUT_LIMIT),
        "StandardErrorContent": _text(folder / "output.err", STDERR_LIMIT),
    }


def _await(note: Path, machine: Machine, seconds: float) -> int | None:
    """The exit code as soon as it is noted; None when the machine goes down before."""
    deadline = time.monotonic() + seconds
    while machine.is_up and time.monotonic() < deadline:
        if note.exists() and (noted := note.read_text().strip()):
            return int(noted)
        time.sleep(0.02)
    return None


def _text(path: Path, limit: int) -> str:
    text = path.read_text(errors="replace") if path.exists() else ""
    return text if len(text) <= limit else text[: limit - len(TRUNCATED)] + TRUNCATED
