"""A rule: what AWS refuses and moto accepts, checked before the operation of moto that it guards.

AWS decides; each rule follows the API reference page of its operation ("Errors"), in AWS's code and words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hivemind.emulator.seam import Seam

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """`check` gets the backend and the operation's arguments by name, and raises what moto answers with."""

    seam: Seam
    check: Callable[[Any, Arguments], None]

    def install(self) -> None:
        """Let the operation be checked from now on."""

        def guarded(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
            bound = inspect.signature(original).bind(backend, *args, **kwargs)
            bound.apply_defaults()
            self.check(backend, bound.arguments)
            return original(backend, *args, **kwargs)

        self.seam.wrap(guarded)
