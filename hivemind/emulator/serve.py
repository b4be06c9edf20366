"""The daemon's own life: lock, bind, fork, load, serve, and on TERM save and end everything it started."""

from __future__ import annotations

import fcntl
import io
import os
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import IO

from hivemind.emulator.daemon import ALREADY_RUNNING, PORT_TAKEN
from hivemind.emulator.home import Home, read_json, write_json
from hivemind.emulator.instances.init import weigh_session
from hivemind.emulator.ports import PortPool

PREFERRED_PORT = 4510
NICENESS = 5
"""Of the control plane's session: users' requests come first, as if it were a machine of its own. (No process of it is
made nice by itself: the balancer, which it starts, would inherit that and could not put it off.)"""


def launch(home: Path, port: int | None, by: str) -> int:
    """Lock and bind while the caller waits, then carry on in the background; returns the caller's exit code."""
    at = Home.under(home)
    os.closerange(3, 256)
    lock = _lock(at)
    if lock is None:
        return ALREADY_RUNNING
    listener = _listen(at, port)
    if listener is None:
        return PORT_TAKEN
    if os.fork():
        os._exit(0)
    os.setsid()
    weigh_session(NICENESS)
    os.chdir(at.state)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # its log: a line that waits in memory is lost with the process
    try:
        _serve(at, listener, by)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def _lock(at: Home) -> IO[str] | None:
    lock = at.lock.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return lock


def _listen(at: Home, port: int | None) -> socket.socket | None:
    """A bound socket on the asked port; unasked, on the last one, the usual one, or any free one."""
    if port:
        return _bind(port)
    remembered = int(read_json(at.settings).get("port", PREFERRED_PORT))
    return _bind(remembered) or _bind(PortPool().claim())


def _bind(port: int) -> socket.socket | None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        return None
    listener.listen(128)
    return listener


def _serve(at: Home, listener: socket.socket, by: str) -> None:
    from hivemind.emulator.cloud import LocalCloud
    from hivemind.emulator.server import make_http_server

    port = int(listener.getsockname()[1])
    endpoint = f"http://127.0.0.1:{port}"
    settings = read_json(at.settings)
    write_json(at.settings, {**settings, "port": port})
    cloud = LocalCloud(at, endpoint)
    server = make_http_server(cloud, listener)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    threading.Thread(target=server.serve_forever, daemon=True, name="http").start()
    cloud.start()
    runtimes = settings.get("runtimes", "exact")
    write_json(at.card, {"pid": os.getpid(), "endpoint": endpoint, "runtimes": runtimes, "started_by": by})
    over.wait()
    cloud.stop()
    at.card.unlink(missing_ok=True)
    sys.stdout.flush()
    # Threads of requests under way must not hold up the end: everything worth keeping is saved.
    os._exit(0)
