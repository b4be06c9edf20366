"""What RDS calls make happen, and the way to replace a function of moto's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hooks:
    """`why_not` is the reason why no server can run here, empty when one can; the rest acts in the background."""

    why_not: Callable[[], str]
    claim_port: Callable[[], int]
    settle: Callable[[Any], None]
    back_up: Callable[[Any, Any], None]
    copy_snapshot: Callable[[Any], None]
    discard_snapshot: Callable[[str], None]
    change_password: Callable[[Any, str, str], None]
    """At once, from the old password to the new."""
    obey: Callable[[Any], None]
    """At once, the dynamic parameters that changed."""
