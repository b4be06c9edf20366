"""One at a time: a call of the API and a pass of the reconciler never change groups at once."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
lock = threading.RLock()


def in_turn(function: Callable[P, R]) -> Callable[P, R]:
    """The function, holding the turn while it runs."""

    @functools.wraps(function)
    def turn(*args: P.args, **kwargs: P.kwargs) -> R:
        with lock:
            return function(*args, **kwargs)

    return turn
