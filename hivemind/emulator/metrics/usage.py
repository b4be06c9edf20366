"""How much CPU process trees used: per tree, between one look and the next."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Tree:
    """A process tree as it is: CPU seconds used by it since it began, and its process ids, the root first."""

    seconds: float
    pids: tuple[int, ...]
    began: float


def trees(roots: Mapping[str, int]) -> dict[str, Tree]:
    """The trees under these process ids, in one pass over all processes; one whose root is gone is left out.

    Children that ended count through their parent, which the kernel adds them to when it collects them.
    """
    import psutil

    if not roots:
        return {}
    rows = {each.pid: each.info for each in psutil.process_iter(["ppid", "cpu_times", "create_time"])}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid, row in rows.items():
        children[row["ppid"]].append(pid)
    return {name: _tree(root, rows, children) for name, root in roots.items() if root in rows}


class Meter:
    """Remembers of each tree what it had used when it was last read."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, float]] = {}

    def read(self, name: str, tree: Tree, now: float) -> float:
        """CPUs used on average since the last reading, or since the tree began; `now` is in seconds since 1970."""
        was, at = self._seen.get(name, (0.0, tree.began))
        if at < tree.began:  # another tree by the same name: the machine was started again
            was, at = 0.0, tree.began
        self._seen[name] = (tree.seconds, now)
        return max(tree.seconds - was, 0.0) / max(now - at, 1e-3)

    def forget_all_but(self, names: Mapping[str, object]) -> None:
        """Let go of trees that are gone."""
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}


def _tree(root: int, rows: Mapping[int, Mapping[str, object]], children: Mapping[int, list[int]]) -> Tree:
    pids, fresh = [], [root]
    while fresh:
        pid = fresh.pop()
        pids.append(pid)
        fresh.extend(children.get(pid, ()))
    began = rows[root]["create_time"]
    return Tree(sum(_seconds(rows[pid]["cpu_times"]) for pid in pids), tuple(pids),
                began if isinstance(began, float) else time.time())  # fmt: skip


def _seconds(times: object) -> float:
    """User and system time, of ended children too; 0 for a process that may not be looked at."""
    return float(sum(times[:4])) if isinstance(times, tuple) else 0.0
