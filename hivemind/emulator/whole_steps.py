"""Steps that must be remembered as a whole: making something, and writing down who it belongs to.

Saving waits until no such step is under way, and new ones wait while it lasts. So what is on disk never has a resource
that its stack does not know of, or a machine that its group does not: a crash would leave it to nobody. One process
has one memory, so this is one gate.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 5.0
"""Seconds after which saving no longer waits for a step that hangs."""

_changed = threading.Condition()
_under_way: set[object] = set()
_saving: set[object] = set()


@contextmanager
def step() -> Iterator[None]:
    """A step; short, and without another one inside."""
    mine = object()
    with _changed:
        _changed.wait_for(lambda: not _saving, PATIENCE)
        _under_way.add(mine)
    try:
        yield
    finally:
        with _changed:
            _under_way.discard(mine)
            _changed.notify_all()


@contextmanager
def between() -> Iterator[None]:
    """A moment at which no step is half done."""
    mine = object()
    with _changed:
        _saving.add(mine)
        _changed.wait_for(lambda: not _under_way, PATIENCE)
    try:
        yield
    finally:
        with _changed:
            _saving.discard(mine)
            _changed.notify_all()
