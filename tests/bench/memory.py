"""What processes weigh: a command and all it started; of the local cloud its daemon and its load balancer alone."""

from __future__ import annotations

from pathlib import Path


def of_local_cloud(home: Path) -> float:
    """MB of proportional set size of the cloud under `home`."""
    return sum(_proportional(process) for process in processes(home)) / 1024


def of_processes(pid: int) -> float:
    """MB of proportional set size of a process and all below it."""
    return sum(_proportional(Path("/proc", str(each))) for each in _family(pid)) / 1024


def _family(pid: int) -> list[int]:
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(child))]


def processes(home: Path) -> list[Path]:
    """The daemon and its load balancer, as folders of /proc."""
    return [each for each in Path("/proc").iterdir() if each.name.isdigit() and _is_ours(each, str(home).encode())]


def _is_ours(process: Path, home: bytes) -> bool:
    try:
        command = (process / "cmdline").read_bytes()
        return b"hivemind.emulator" in command and home in command + (process / "environ").read_bytes()
    except OSError:
        return False


def _proportional(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
