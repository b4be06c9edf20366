"""What came of a merge, as a comment of its pull request: what serves now, and where it failed the way on and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hivemind.model.review import Applied
from hivemind.plan.markdown import LIMIT, Fold, escaped

SIGNS = {"applied": "🟢", "unchanged": "⚪", "refused": "⛔", "failed": "🔴", "not tried": "⚪"}
WORDS = {
    "applied": "applied",
    "unchanged": "as it should be already",
    "refused": "not applied",
    "failed": "failed",
    "not tried": "not tried after what went wrong before it",
}
NAMED = 50


def mark(applied: Sequence[Applied]) -> str:
    """How the comment of a job begins: those that apply other environments have comments of their own."""
    environments = {each.deployment.partition(":")[2] for each in applied}
    return f"<!-- hivemind:apply {','.join(sorted(environments))} -->"


def report(applied: Sequence[Applied], commit: str, limit: int = LIMIT) -> str:
    """The comment, in at most so many characters: evidence is cut before anything else is."""
    folds = {each.deployment: Fold("Evidence", each.evidence) for each in applied if each.evidence}
    while len(text := _whole(applied, folds, commit)) > limit and any(fold.lines for fold in folds.values()):
        longest = max(folds, key=lambda name: sum(map(len, folds[name].lines)))
        folds[longest] = folds[longest].halved()
    return text


def goes_on(applied: Applied) -> bool:
    """Whether the next environment may follow."""
    return applied.ending in ("applied", "unchanged")


def _whole(applied: Sequence[Applied], folds: dict[str, Fold], commit: str) -> str:
    parts = [part for each in applied[:NAMED] for part in _one(each, folds.get(each.deployment))]
    if len(applied) > NAMED:
        parts.append(f"and {len(applied) - NAMED} more, in the job's log")
    if not all(map(goes_on, applied)):
        parts.append(
            "Try again: `/hivemind apply` · look again: `/hivemind plan` · take the change back: `/hivemind revert`"
        )
    return "\n\n".join([*parts, f"<sub>Commit {commit[:12]}.</sub>"]) + "\n"


def _one(each: Applied, fold: Fold | None) -> Iterator[str]:
    told = f": {escaped(each.headline)}" if each.headline else ""
    yield f"### {SIGNS[each.ending]} {escaped(each.deployment)} {WORDS[each.ending]}{told}"
    if each.url:
        yield f"Reached at {each.url}"
    if each.message:
        yield escaped(each.message) + (f"\n\nWhat to do: {escaped(each.hint)}" if each.hint else "")
    if fold is not None:
        yield str(fold)
