"""`shutdown [-h|-P|-r] now|+N` and `shutdown -c`: ends, stops or reboots the instance, at once or in N minutes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from hivemind.emulator.shims.api import tell_cloud


def main(arguments: list[str]) -> int:
    """What it means to halt (stop or terminate) is for the launch template to say."""
    options = [word for word in arguments if word.startswith("-")]
    when = next((word for word in arguments if not word.startswith("-")), "+1")
    pending = Path(os.environ["INSTANCE_ROOT"]) / "run/shutdown"
    pending.unlink(missing_ok=True)
    if "-c" in options:
        return 0
    action = "reboot" if "-r" in options else "halt"
    if when in ("now", "+0", "0"):
        tell_cloud("shutdown", {"action": action})
        return 0
    if not when.removeprefix("+").isdigit():
        print(f"shutdown: Failed to parse time specification: {when}", file=sys.stderr)  # noqa: T201
        return 1
    _arm(pending, int(when.removeprefix("+")) * 60, "-r" if action == "reboot" else "-h")
    return 0


def _arm(pending: Path, seconds: int, option: str) -> None:
    """Have the instance's first process wait and come back; the file is what `shutdown -c` takes away."""
    mark = str(os.getpid())
    pending.write_text(mark)
    script = f'sleep {seconds}; [ "$(cat {pending} 2>/dev/null)" = {mark} ] && exec shutdown {option} now'
    with Path(os.environ["EMULATOR_INITCTL"]).open("w") as control:
        control.write(json.dumps({"argv": ["sh", "-c", script]}) + "\n")
