"""A seam: a function of moto that we replace, with the parameters it must have for the replacement to be right."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hivemind.errors import EmulatorError


@dataclass(frozen=True)
class Seam:
    """`owner.name`, with the parameter names it has in moto 5.2.5; empty: only that it is there."""

    owner: Any
    name: str
    parameters: str = ""

    def check(self) -> None:
        """Raise EmulatorError when moto no longer has this function as we know it."""
        found = inspect.getattr_static(self.owner, self.name, None)
        function = found.fget if isinstance(found, property) else inspect.unwrap(getattr(found, "__func__", found))
        have = " ".join(inspect.signature(function).parameters) if callable(function) else None
        if have is None or (self.parameters and have != self.parameters):
            raise EmulatorError(
                f"moto's {self.owner.__name__}.{self.name} is not what the local cloud builds on: {have}",
                hint="install the pinned version: pip install moto==5.2.5",
                where="moto",
            )

    def wrap(self, replacement: Callable[..., Any]) -> None:
        """Replace a method; the replacement is called with the original first, then as the original was."""
        self.check()
        original = getattr(self.owner, self.name)

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return replacement(original, *args, **kwargs)

        setattr(self.owner, self.name, wrapper)

    def replace(self, replacement: Any) -> None:
        """Replace a method or property altogether."""
        self.check()
        setattr(self.owner, self.name, replacement)


@dataclass(frozen=True)
class Gap:
    """A call that moto lacks and we add; when a later moto brings it, somebody has to look at both."""

    owner: Any
    name: str

    def check(self) -> None:
        """Raise EmulatorError when moto has the call by now."""
        found = getattr(self.owner, self.name, None)
        if found is not None and not str(found.__module__).startswith("hivemind."):
            raise EmulatorError(
                f"moto has {self.owner.__name__}.{self.name} now, which the local cloud adds",
                hint="install the pinned version: pip install moto==5.2.5",
                where="moto",
            )

    def fill(self, function: Callable[..., Any]) -> None:
        """Add the call."""
        self.check()
        setattr(self.owner, self.name, function)
