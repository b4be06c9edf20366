"""Real time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
