"""One line of `make bench`: what was measured, beside its budget."""

from __future__ import annotations


def say(name: str, measured: float, budget: float | None = None) -> None:
    """Print a figure; a budget that is missed is said, not failed."""
    verdict = "" if budget is None else f"budget {budget:g}  {'ok' if measured <= budget else 'MISSED'}"
    print(f"{name:<40} {measured:8.2f}   {verdict}", flush=True)
