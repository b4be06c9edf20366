"""A process that reaches for a deployment each time it is told to, and says in JSON how it went."""

from __future__ import annotations

import json
import subprocess
import sys


class Racer:
    """Runs a program with its arguments and, as the last of them, its own name."""

    def __init__(self, name: str, program: str, *arguments: str) -> None:
        self.name = name
        command = [sys.executable, "-c", program, *arguments, name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def says(self) -> dict[str, object]:
        assert self.process.stdout
        said: dict[str, object] = json.loads(self.process.stdout.readline())
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()
