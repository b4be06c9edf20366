"""The command line as a person runs it, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

APPLY_SECONDS = 300


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.out.strip().splitlines()[-1]


@dataclass(frozen=True)
class Terminal:
    """Runs `hivemind` in a process of its own; `endpoint` stands in for AWS, for environments that are not `local`."""

    home: Path
    endpoint: str = ""

    def __call__(self, *arguments: str | Path, cwd: Path | None = None) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "hivemind", *map(str, arguments)],
            env=self.environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=APPLY_SECONDS,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def stopped(self, number: int, at: str, *arguments: str | Path) -> Said:
        """Runs a command until it has printed these words, and sends it a signal then."""
        return self.meanwhile(lambda process: process.send_signal(number), at, *arguments)

    def meanwhile(self, act: Callable[[subprocess.Popen[str]], object], at: str, *arguments: str | Path) -> Said:
        """Runs a command to its end, and does something when it has printed these words."""
        command = [sys.executable, "-m", "hivemind", *map(str, arguments)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, **pipes) as process:
            seen: list[str] = []
            for line in process.stdout or ():
                seen.append(line)
                if at in line:
                    act(process)
                    break
            out, err = process.communicate(timeout=APPLY_SECONDS)
        assert at in "".join(seen), "".join(seen)
        return Said(process.returncode, "".join(seen) + out, err)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ANTHROPIC_"))}
        aws = {"AWS_ENDPOINT_URL": self.endpoint} if self.endpoint else {}
        return {**kept, "HIVEMIND_HOME": str(self.home), **aws}

    def emulator(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("emulator", "status", "--json").out)
        return found

    def processes(self) -> list[int]:
        """Every process that carries this home in its command line or environment, this one's children apart."""
        mark = str(self.home).encode()
        return [pid for pid in _pids() if pid != os.getpid() and mark in _told(pid)]


def ask(url: str, body: object = None) -> tuple[int, str]:
    """One request; a body is sent as JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if data else {})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return answer.status, answer.read().decode()


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _told(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
