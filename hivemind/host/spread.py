"""Work that many items need alike, spread over this machine's processors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

FEW = 4
"""Below this, starting processes takes longer than the work."""
AT_ONCE = 8


def spread(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What `work` makes of each, in order. The first is done here, so that what it loads is there for all of them."""
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    if len(items) < FEW or processors == 1:
        yield from map(work, items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    yield work(items[0])
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(min(processors, AT_ONCE), mp_context=context) as pool:
        yield from pool.map(work, items[1:], chunksize=max(1, min(16, len(items) // (4 * processors))))
