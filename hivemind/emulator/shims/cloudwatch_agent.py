"""`amazon-cloudwatch-agent-ctl`: hands the list of log files to the local cloud, which ships them.

Traces are taken and lead nowhere, since there is no X-Ray here; metrics that the agent would collect are refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from hivemind.emulator.shims.api import tell_cloud

SECTIONS = {"agent", "logs", "traces"}


def main(arguments: list[str]) -> int:
    """`-a fetch-config -m ec2 -s -c file:PATH`; without -s the configuration is only checked, as by the real one."""
    parser = argparse.ArgumentParser(prog="amazon-cloudwatch-agent-ctl")
    parser.add_argument("-a", dest="action", choices=("fetch-config", "start", "stop", "status"), default="status")
    parser.add_argument("-m", dest="mode", default="ec2")
    parser.add_argument("-c", dest="config", default="")
    parser.add_argument("-s", dest="start", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.action != "fetch-config":
        return 0
    try:
        config = json.loads(Path(asked.config.removeprefix("file:")).read_text())
        _require_known(config)
        listed = config["logs"]["logs_collected"]["files"]["collect_list"]
        entries = [{name: entry[name] for name in ("file_path", "log_group_name")} | entry for entry in listed]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"E! Invalid Json input schema: {problem!r}", file=sys.stderr)  # noqa: T201
        return 1
    if asked.start:
        tell_cloud("logs", {"collect_list": entries})
    return 0


def _require_known(config: dict[str, object]) -> None:
    unknown = sorted(set(config) - SECTIONS)
    if unknown:
        raise ValueError(f"the local cloud's agent does not collect {unknown[0]}")
