"""What an environment costs a month, before and after: charges times prices, with the traps people fall into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from hivemind.model.plan import Cost, CostLine
from hivemind.plan.charges import FREE_ALLOWANCE, Charge, Parts, charges, unpriced
from hivemind.plan.prices import Prices, prices

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)

Bill = Mapping[str, tuple[Decimal | None, str]]
"""Amount and note by what it is for; an amount of None is unknown."""


def estimate(before: Parts, after: Parts, region: str) -> Cost:
    """The monthly cost of two states of an environment; prices that are not known are listed, never counted as 0."""
    table = prices(region)
    old, new = _bill(before, table), _bill(after, table)
    lines = tuple(_line(what, old, new) for what in dict.fromkeys([*new, *old]))
    unknown = [line.what for line in lines if line.before is None or line.after is None]
    return Cost(
        lines=lines,
        before=sum((line.before for line in lines if line.before is not None), _NOTHING),
        after=sum((line.after for line in lines if line.after is not None), _NOTHING),
        unknown=tuple(unknown),
        traps=tuple(_traps(new)),
        region=region,
        prices_of=table.as_of,
    )


def _bill(parts: Parts, table: Prices) -> Bill:
    gathered: dict[str, list[Charge]] = {}
    for charge in charges(parts):
        gathered.setdefault(charge.what, []).append(charge)
    found: dict[str, tuple[Decimal | None, str]] = {}
    for what, each in gathered.items():
        found[what] = _amount(each, table)
    for resource in unpriced(parts):
        found[f"{resource.type} {resource.logical_id}"] = (None, "no price is known for this type")
    return found


def _amount(each: list[Charge], table: Prices) -> tuple[Decimal | None, str]:
    """The sum of one line's charges and what to know about it."""
    total: Decimal | None = _NOTHING
    for charge in each:
        amount = None if charge.quantity is None else table.of(charge.price, charge.quantity)
        total = None if total is None or amount is None else total + amount
    notes = list(dict.fromkeys(charge.note for charge in each if charge.note))
    if free := FREE_ALLOWANCE.get(each[0].price):
        return _beyond(each, free, table)
    return (None if total is None else total.quantize(_CENT, ROUND_HALF_UP)), "; ".join(notes)


def _beyond(each: list[Charge], free: int, table: Prices) -> tuple[Decimal | None, str]:
    count = sum((charge.quantity or _NOTHING for charge in each), _NOTHING)
    amount = table.of(each[0].price, max(count - free, _NOTHING))
    whole = table.of(each[0].price, count)
    if amount is None or whole is None:
        return None, ""
    note = f"{count}; an account's first {free} are free, else ${whole.quantize(_CENT, ROUND_HALF_UP)}"
    return amount.quantize(_CENT, ROUND_HALF_UP), note


def _line(what: str, old: Bill, new: Bill) -> CostLine:
    absent = (_NOTHING, "")
    before, after = old.get(what, absent), new.get(what, absent)
    return CostLine(what=what, before=before[0], after=after[0], note=after[1] or before[1])


def _traps(bill: Bill) -> Iterator[str]:
    """What surprises people on their first bill, with its amount here."""
    if amount := _of(bill, ["NAT gateways"]):
        yield f"NAT gateways cost ${amount} a month before any traffic; `nat: none` or `single` costs less"
    if amount := _of(bill, ["public IPv4 addresses"]):
        yield f"every public IPv4 address costs $3.65 a month: ${amount} here"
    doubled = [what for what in bill if what.endswith(", Multi-AZ")]
    if amount := _of(bill, doubled):
        standby = (amount / 2).quantize(_CENT, ROUND_HALF_UP)
        yield f"Multi-AZ doubles the database: ${standby} of its ${amount} are for the standby"
    if amount := _of(bill, ["load balancer"]):
        yield f"the load balancer costs ${amount} a month even when idle"


def _of(bill: Bill, names: Iterable[str]) -> Decimal:
    amounts = (bill[name][0] for name in names if name in bill)
    return sum((amount for amount in amounts if amount is not None), _NOTHING)
