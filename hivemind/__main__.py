"""The console script: answers `--version` before anything heavy is imported, then hands over to the command line."""

from __future__ import annotations

import sys

from hivemind import __version__


def main() -> None:
    """Run `hivemind`; exits with the codes of the command line's contract."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"hivemind {__version__}\n")
        return
    from hivemind.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
