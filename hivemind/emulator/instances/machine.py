"""One instance's processes and files: boot it, run commands in it, end it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from hivemind.emulator.instances import init, isolation
from hivemind.emulator.instances.environment import CLOUD_INIT, FOLDERS
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.processes import end

BUILD_NICENESS = 10
"""Of all that user data does: building, and unpacking what was built. What it leaves to systemd is not so nice."""
TERMINATE_GRACE = 20.0
READY_SECONDS = 10.0


class Machine:
    """Folder `<instances>/<id>`: `root` stands for /, beside `user-data`, `console.log`, `initctl`, `booted`."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.console = folder / "console.log"
        self._booted = folder / "booted"
        self._ledger = ledger
        self._process: subprocess.Popen[bytes] | None = None
        self._commands = 0

    @property
    def is_up(self) -> bool:
        """Whether its first process runs."""
        return self._process is not None and self._process.poll() is None

    def boot(self, user_data: bytes, environment: Mapping[str, str], died: Callable[[], None], *, memory: int) -> None:
        """Power on: user data the first time, then only the enabled units; `memory` is in MiB.

        `died` is called when the machine falls.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        # Pids and sockets of an earlier life mean nothing in this one.
        (self.root / CLOUD_INIT / "instance-id").write_text(f"{self.folder.name}\n")
        shutil.rmtree(self.root / "run", ignore_errors=True)
        (self.root / "run").mkdir()
        self._make_pipe()
        request = json.dumps(self._first_request(user_data))
        script = (sys.executable, "-S", "-E", init.__file__)
        command = [*isolation.prefix(), *script, str(self.folder), str(memory), request]
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            # A pipe and not the file itself, which scripts that write to /dev/stdout would truncate.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._process = process
        self._recorder = threading.Thread(target=self._record_console, args=(process.stdout,), daemon=True)
        self._recorder.start()
        self._ledger.record(process.pid, f"instance {self.folder.name}")
        threading.Thread(target=self._watch, args=(process, died), daemon=True).start()
        self._await_ready(process)

    def run(self, argv: Sequence[str], *, output: Path) -> Path:
        """Have a command run inside, its output in `<output>.out` and `.err`; returns the file of its exit code."""
        request = {
            "argv": list(argv), "stdout": f"{output}.out", "stderr": f"{output}.err", "exit": f"{output}.exit",
        }  # fmt: skip
        descriptor = os.open(self.folder / "initctl", os.O_WRONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "wb") as pipe:
            pipe.write(json.dumps(request).encode() + b"\n")
        return Path(f"{output}.exit")

    def power_off(self, grace: float = TERMINATE_GRACE) -> None:
        """End every process of the instance, first asking for up to `grace` seconds."""
        process, self._process = self._process, None
        if process is not None:
            end([process.pid], grace, marker=f"INSTANCE_ROOT={self.root}".encode())
            process.wait()
            self._recorder.join(1)
            self._ledger.strike(process.pid)

    def discard(self) -> None:
        """Throw the disk away; the console stays readable."""
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("initctl", "user-data", "booted"):
            with suppress(FileNotFoundError):
                (self.folder / name).unlink()

    def console_tail(self, limit: int = 65536) -> bytes:
        """The end of the console output, as EC2 keeps 64 KiB of it."""
        try:
            with self.console.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - limit))
                return file.read()
        except FileNotFoundError:
            return b""

    def _first_request(self, user_data: bytes) -> dict[str, object]:
        if user_data and not user_data.startswith(b"#!") and not self._booted.exists():
            self._say("local cloud: the user data is no script that begins with #!, the one kind that is run here")
        if self._booted.exists() or not user_data.startswith(b"#!"):
            return {"argv": ["systemctl", "start-enabled"], "exit": str(self._booted)}
        script = self.folder / "user-data"
        script.write_bytes(user_data)
        script.chmod(0o700)
        # The interpreter by name, so that a state folder mounted noexec works too.
        words = user_data.splitlines()[0][2:].decode().split()
        return {"argv": [*words, str(script)], "nice": BUILD_NICENESS, "exit": str(self._booted)}

    def _say(self, line: str) -> None:
        with self.console.open("ab") as console:
            console.write(line.encode() + b"\n")

    def _make_pipe(self) -> None:
        pipe = self.folder / "initctl"
        with suppress(FileNotFoundError):
            pipe.unlink()
        os.mkfifo(pipe, 0o600)

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the first process listens; before, it would not hear TERM either."""
        deadline = time.monotonic() + READY_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                os.close(os.open(self.folder / "initctl", os.O_WRONLY | os.O_NONBLOCK))
                return
            time.sleep(0.005)

    def _record_console(self, output: IO[bytes]) -> None:
        with output, self.console.open("ab", buffering=0) as console:
            while content := output.read1(65536):  # type: ignore[attr-defined]
                console.write(content)

    def _watch(self, process: subprocess.Popen[bytes], died: Callable[[], None]) -> None:
        process.wait()
        if self._process is process:
            died()
