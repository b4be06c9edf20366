"""`python -m hivemind.emulator serve --home DIR`: the daemon itself; people use `hivemind emulator start`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Parse the arguments and become the daemon; the exit code is the launcher's, see `serve.launch`."""
    parser = argparse.ArgumentParser(prog="python -m hivemind.emulator")
    serve = parser.add_subparsers(required=True).add_parser("serve", help="run the local cloud in the background")
    serve.add_argument("--home", type=Path, required=True, help="$HIVEMIND_HOME")
    serve.add_argument("--port", type=int, help="the port to listen on; default: the last one, else a free one")
    serve.add_argument("--by", choices=("person", "hivemind"), default="person", help="who starts it")
    asked = parser.parse_args()
    from hivemind.emulator.serve import launch

    return launch(asked.home, asked.port, asked.by)


if __name__ == "__main__":
    sys.exit(main())
