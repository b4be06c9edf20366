"""`cfn-signal`: tells CloudFormation how the instance's start went."""

from __future__ import annotations

import argparse
import os
import sys

from hivemind.emulator.shims.api import ApiError, signal_resource


def main(arguments: list[str]) -> int:
    """Send one signal; the instance's id is the signal's unique id unless --id says otherwise."""
    parser = argparse.ArgumentParser(prog="cfn-signal")
    parser.add_argument("-e", "--exit-code", type=int, default=0)
    parser.add_argument("-s", "--success", choices=("true", "false"))
    parser.add_argument("--stack", required=True)
    parser.add_argument("--resource", required=True)
    parser.add_argument("--region")
    parser.add_argument("-r", "--reason", default="")
    parser.add_argument("-i", "--id", default=os.environ.get("INSTANCE_ID", ""))
    asked = parser.parse_args(arguments)
    good = asked.success == "true" if asked.success else asked.exit_code == 0
    if asked.region:
        os.environ["AWS_REGION"] = asked.region
    try:
        signal_resource(asked.stack, asked.resource, asked.id, "SUCCESS" if good else "FAILURE")
    except ApiError as problem:
        print(f"{problem.code}: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    return 0
