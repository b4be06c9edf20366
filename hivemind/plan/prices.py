"""The price table: dated, one source per row, on demand, in USD. What is not in it is unknown, never nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Prices:
    """One region's prices per month and unit, by key as in `ec2/t3.micro`."""

    region: str
    as_of: str
    monthly: Mapping[str, Decimal]

    def of(self, key: str, quantity: Decimal) -> Decimal | None:
        """What `quantity` costs a month; None when the price is not known."""
        price = self.monthly.get(key)
        return None if price is None else price * quantity


@lru_cache(maxsize=32)
def prices(region: str) -> Prices:
    """The table for a region; empty for one that is not in it."""
    table = _table()
    rows: Mapping[str, Mapping[str, str]] = table["regions"].get(region, {})
    return Prices(region, table["as_of"], {key: _monthly(row) for key, row in rows.items()})


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))
    return found


def _monthly(row: Mapping[str, str]) -> Decimal:
    price = Decimal(row["usd"])
    return price * HOURS_A_MONTH if row["per"] == "hour" else price
