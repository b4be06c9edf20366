"""The cost of a plan in lines: what matters by name, small change in one line, nothing unknown counted as 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hivemind.model.plan import Cost, CostLine
from hivemind.plan.line import Line, Style
from hivemind.plan.words import dollars

SMALL = Decimal(3)
"""Below this a line is folded with the others, in USD a month."""
MAX_MOVED = 6
"""Where something stood before, so many changed amounts are all named, however small."""


def show_cost(cost: Cost, *, local: bool, full: bool) -> Iterator[Line]:
    """The priced lines, dearest first, the total before and after, and the traps; what stays as it is folds."""
    where = f"what it would cost on AWS, {cost.region}" if local else cost.region
    stays = not full and all(line.before == line.after for line in cost.lines)
    total = f": {_total(cost)}, unchanged" if stays else ""
    yield Line(f"Cost per month{total} ({where}, prices of {cost.prices_of})", "heading")
    if not stays:
        yield from _table(cost, full)
        yield from (Line(f"! {trap}", "warn", 1) for trap in cost.traps)
    elif cost.unknown:
        yield Line(f"unknown: {', '.join(cost.unknown)}", "warn", 1)


def _table(cost: Cost, full: bool) -> Iterator[Line]:
    moved = [line for line in cost.lines if line.before != line.after]
    few = bool(cost.before) and len(moved) <= MAX_MOVED
    named = _sorted(cost.lines if full else moved if few else [line for line in moved if _largest(line) >= SMALL])
    named = [*(line for line in cost.lines if _is_unknown(line) and line not in named), *named]
    folded = [line for line in cost.lines if line not in named]
    rows = [(line.what, _change(line), line.note) for line in named]
    if folded:
        rows.append((f"{len(folded)} other lines", _sum(folded), "named with --full"))
    rows.append(("total", _total(cost), f"and {len(cost.unknown)} unknown" if cost.unknown else ""))
    width = max(len(what) for what, _, _ in rows)
    money = max(len(amount) for _, amount, _ in rows)
    for what, amount, note in rows:
        style: Style = "heading" if what == "total" else "money"
        yield Line(f"{what:<{width}}  {amount:>{money}}{f'  {note}' if note else ''}", style, 1)


def _is_unknown(line: CostLine) -> bool:
    return line.before is None or line.after is None


def _sorted(lines: Sequence[CostLine]) -> list[CostLine]:
    return sorted(lines, key=_largest, reverse=True)


def _largest(line: CostLine) -> Decimal:
    return max(line.before or Decimal(0), line.after or Decimal(0))


def _change(line: CostLine) -> str:
    if line.before == line.after or not line.before:
        return dollars(line.after if line.before is not None else None)
    return f"{dollars(line.before)} → {dollars(line.after)}"


def _sum(lines: Sequence[CostLine]) -> str:
    before = sum((line.before or Decimal(0) for line in lines), Decimal(0))
    after = sum((line.after or Decimal(0) for line in lines), Decimal(0))
    return dollars(after) if before in (after, Decimal(0)) else f"{dollars(before)} → {dollars(after)}"


def _total(cost: Cost) -> str:
    if cost.before in (cost.after, Decimal(0)):
        return dollars(cost.after)
    return f"{dollars(cost.before)} → {dollars(cost.after)}"
