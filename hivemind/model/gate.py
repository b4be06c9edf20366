"""The kinds of thing that need a yes of their own."""

from __future__ import annotations

from typing import Literal

Gate = Literal["interruption", "over-budget", "freeze"]
