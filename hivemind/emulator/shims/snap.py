"""`snap install aws-cli --classic`: how Ubuntu gets the AWS command line.

https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html
"""

from __future__ import annotations

import os
import shlex
import sys

from hivemind.emulator.shims.provide import put


def main(arguments: list[str]) -> int:
    """Other snaps do not exist here."""
    words = [word for word in arguments if not word.startswith("-")]
    if words[:1] != ["install"]:
        return _refuse(f"error: unknown command {' '.join(words[:1])!r}, see 'snap help'.")
    for name in words[1:]:
        if name != "aws-cli":
            return _refuse(f'error: snap "{name}" not found')
        if "--classic" not in arguments:
            return _refuse(f'error: This revision of snap "{name}" was published using classic confinement')
        put("aws", shlex.quote(f"{os.environ['EMULATOR_SHIMS']}/packaged/aws"))
    return 0


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)  # noqa: T201
    return 1
