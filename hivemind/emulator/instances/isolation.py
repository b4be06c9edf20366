"""How an instance is kept apart: its own user, process and mount namespaces where the kernel lets us, else plain."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys

NAMESPACES = ("--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")


@functools.cache
def prefix() -> tuple[str, ...]:
    """The words to put before an instance's first process; empty where namespaces do not work.

    Inside, scripts are root and process ids their own, and the kernel ends everything with the first process.
    """
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        return ()
    command = (unshare, *NAMESPACES)
    tried = subprocess.run([*command, "true"], capture_output=True, check=False, timeout=10)
    return command if tried.returncode == 0 else ()
