"""The first process of an instance: runs what it is told, adopts and reaps what is orphaned, ends when told.

Started as a plain script (`python -S -E init.py FOLDER MEMORY BOOT`, MEMORY in MiB), so it imports the standard library
alone. Requests are JSON lines on the pipe `FOLDER/initctl`: `{"argv": [..], "nice": 0, "stdout": PATH, "stderr": PATH,
"exit": PATH}`; the exit code lands in the file `exit`. BOOT is the first request. Being the reaper of all its
descendants, it keeps the instance's processes in one tree, so that ending the tree ends the instance.

Everything in an instance yields to the rest of the machine, so that a runaway app can neither starve the local cloud
and its balancer of processor time, nor have the kernel end them for its memory, nor fill the disk with one file. These
are limits any user may set on processes of their own; within them an instance may use what nobody else wants, but for
one processor where there are more than two. Memory an instance has as much as its type: what holds most of it is ended
when all together hold more, as the kernel of the real one would.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
NICENESS = 2
TRIES = 50
"""Looks 20 ms apart."""
FIRST_TO_GO = 500
"""Added to its score when the kernel looks for whom to end for want of memory."""
GLANCE = 0.5
"""Seconds between looks at the memory that is held."""
LARGEST_FILE = 8 << 30
"""Bytes; the size of the disk that an Amazon Linux image comes with."""


def main(folder: Path, memory: int, boot: str) -> int:
    """Serve requests until TERM; then wait for the last process and exit."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    # Opened for writing too, so that the pipe never ends when its last writer closes.
    control = os.open(folder / "initctl", os.O_RDWR | os.O_NONBLOCK)
    exits = {start(json.loads(boot)): json.loads(boot).get("exit")}
    ending, unread, looked = False, b"", time.monotonic()
    while True:
        ready, _, _ = select.select([wake_read, control], [], [], GLANCE)
        if time.monotonic() - looked >= GLANCE:
            end_hog(memory << 20)
            looked = time.monotonic()
        if wake_read in ready:
            ending = ending or signal.SIGTERM in os.read(wake_read, 512)
        if control in ready and not ending:
            *lines, unread = (unread + os.read(control, 65536)).split(b"\n")
            exits.update({start(request): request.get("exit") for request in map(json.loads, lines)})
        if not reap(exits) and ending:
            return 0


def start(request: dict[str, Any]) -> int:
    """Fork and execute one request in a session of its own."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        limit(request.get("nice", NICENESS))
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            if request.get(name):
                os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
        os.execvp(request["argv"][0], request["argv"])
    except OSError as problem:
        os.write(2, f"{request['argv'][0]}: {problem.strerror}\n".encode())
    finally:
        os._exit(127)


def limit(niceness: int) -> None:
    """Bound this process and all that come of it."""
    os.nice(niceness)
    weigh_session(niceness)
    if sys.platform == "linux" and len(allowed := os.sched_getaffinity(0)) > 2:
        os.sched_setaffinity(0, allowed - {min(allowed)})
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = LARGEST_FILE if most == resource.RLIM_INFINITY else min(LARGEST_FILE, most)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO))


def weigh_session(niceness: int) -> None:
    """Let other sessions have the processor first, as much as `niceness` (0 to 19) says.

    Where Linux weighs whole sessions (sched_autogroup_enabled), a nice process is nice only to those of its own, and
    the session has a number beside. Ordinary users may write one only every 100 ms in all: hence again and again.
    """
    for _ in range(TRIES):
        try:
            Path("/proc/self/autogroup").write_text(str(niceness))
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:
            return  # no Linux, or one that does not weigh sessions
        else:
            return


def end_hog(memory: int) -> None:
    """End the process that holds most when all of the instance hold more than `memory` bytes, and say so."""
    held = {pid: resident(pid) for pid in descendants(os.getpid())}
    if sum(held.values()) <= memory:
        return
    hog = max(held, key=held.__getitem__)
    with suppress(OSError):
        name = Path(f"/proc/{hog}/comm").read_text().strip()
        os.kill(hog, signal.SIGKILL)
        os.write(2, f"Out of memory: killed process {hog} ({name}), which held {held[hog] >> 20} MiB\n".encode())


def descendants(pid: int) -> list[int]:
    """Every process below this one; none where there is no Linux to tell."""
    with suppress(OSError):
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return [*children, *(below for child in children for below in descendants(child))]
    return []


def resident(pid: int) -> int:
    """Bytes of its own that a process holds in memory; what it shares, like libraries, is not counted."""
    with suppress(OSError, ValueError):
        _, held, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(held) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def reap(exits: dict[int, str | None]) -> bool:
    """Collect what has ended, noting asked-for exit codes; returns whether any child is left."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if not pid:
            return True
        note = exits.pop(pid, None)
        if note:
            fresh = Path(f"{note}.new")
            fresh.write_text(str(os.waitstatus_to_exitcode(status)))
            fresh.replace(note)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
