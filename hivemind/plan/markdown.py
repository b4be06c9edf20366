"""A plan as Markdown, for a pull request's comment: the verdict in the open, what is grave beside it, the rest folded.

Whatever comes from a repository or a cloud is text here and nothing more: in the open it is escaped, so that it draws
no link, names nobody and closes no fold; in a fence, the fence is longer than any that the text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hivemind.model.change import ResourceChange
from hivemind.model.plan import Plan
from hivemind.plan.line import BLANK, Line
from hivemind.plan.standing import DATA
from hivemind.plan.summary import sections
from hivemind.plan.words import dollars, duration

LIMIT = 60_000
"""Characters; GitHub takes 65,536 in a comment: https://github.com/orgs/community/discussions/27190"""
NAMED, WORDS = 10, 300
"""How many grave things are named in the open, and the characters of each."""
SIGNS = {"add": "+", "remove": "-", "replace": "!", "modify": "!"}
"""How a fence of the language `diff` is coloured."""
TITLES = {
    "changes": "Changes",
    "template": "Template",
    "cost": "Cost",
    "findings": "Sheriff",
    "steps": "Steps",
    "notes": "Notes",
}
_NOTHING = "\u200b"
"""A space of no width: GitHub finds whom and what a text refers to (`@name`, `#1`) after all escapes are undone."""
_REFERS = re.compile("([@#])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>:])")


@dataclass(frozen=True)
class Fold:
    """A part that is opened by who wants to see it; `left_out` lines of it were."""

    title: str
    lines: tuple[str, ...]
    left_out: int = 0

    def halved(self) -> Fold:
        """The same with half of its lines."""
        kept = self.lines[: len(self.lines) // 2]
        return Fold(self.title, kept, self.left_out + len(self.lines) - len(kept))

    def __str__(self) -> str:
        rest = (f"({self.left_out} lines are left out here)",) if self.left_out else ()
        text = "\n".join((*self.lines, *rest))
        longest = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"<details><summary>{self.title}</summary>\n\n{fence}diff\n{text}\n{fence}\n\n</details>"


def markdown(plan: Plan, limit: int = LIMIT) -> str:
    """The plan in at most so many characters; what does not fit is counted, and never what is in the open."""
    parts = sections(plan)
    folds = [Fold(title, tuple(_drawn(parts[key], title))) for key, title in TITLES.items() if parts[key]]
    while len(text := _whole(plan, folds)) > limit:
        longest = max(folds, key=lambda fold: sum(map(len, fold.lines)))
        if not longest.lines:
            break
        folds[folds.index(longest)] = longest.halved()
    return text


def _whole(plan: Plan, folds: Sequence[Fold]) -> str:
    paragraphs = ("\n".join(_verdict(plan)), "\n".join(_grave(plan)), *map(str, folds), _footer(plan))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _verdict(plan: Plan) -> Iterator[str]:
    yield f"### {_mark(plan)} {escaped(plan.deployment)}: {escaped(plan.headline)}"
    yield ""
    if plan.transition == "none":
        yield "Nothing is to be done."
        return
    forecast, cost = plan.forecast, plan.cost
    downtime = "no downtime" if forecast.downtime == "none" else f"**{forecast.downtime} of downtime**"
    reason = f" ({escaped(forecast.downtime_reason)})" if forecast.downtime_reason else ""
    moved = cost.after - cost.before
    sign = "+" if moved >= 0 else "-"
    price = f"{sign}{dollars(abs(moved))} a month ({dollars(cost.before)} → {dollars(cost.after)})"
    time = f"about {duration(forecast.seconds)}" if forecast.seconds else "time not known"
    yield " · ".join((f"{downtime}{reason}", time, price, _sheriff(plan)))
    yield ""
    yield f"Way back: {escaped(forecast.way_back)}"


def _mark(plan: Plan) -> str:
    if plan.blocked:
        return "⛔"
    return "⚪" if plan.transition == "none" else "⚠️" if plan.forecast.downtime != "none" or _lost(plan) else "🟢"


def _sheriff(plan: Plan) -> str:
    blocks = sum(found.severity == "block" for found in plan.findings)
    if blocks:
        return f"**Sheriff blocks it** ({blocks})"
    return f"Sheriff: {len(plan.findings)} found" if plan.findings else "Sheriff: nothing found"


def _grave(plan: Plan) -> Iterator[str]:
    """What nobody may overlook: what Sheriff blocks for, and what is replaced or removed."""
    blocks = [found for found in plan.findings if found.severity == "block"]
    yield from _named([f"- ⛔ {escaped(b.title)} ({escaped(b.where)}): {escaped(b.fix)}" for b in blocks])
    yield from _named([f"- {lost.action}s {escaped(lost.logical_id)} ({escaped(lost.type)})" for lost in _lost(plan)])


def _lost(plan: Plan) -> list[ResourceChange]:
    """What is replaced, and whatever holds data and is removed: that an old colour's instances go is no loss."""
    changes = plan.changes
    return [each for each in changes if each.action == "replace" or (each.action == "remove" and each.type in DATA)]


def _named(lines: list[str]) -> Iterator[str]:
    yield from lines[:NAMED]
    if len(lines) > NAMED:
        yield f"- and {len(lines) - NAMED} more, below"


def _footer(plan: Plan) -> str:
    release = f", release `{plan.release.digest[:12]}`" if plan.release else ""
    return f"<sub>plan `{plan.digest[:12]}`{release}{', offline' if plan.offline else ''}</sub>"


def _drawn(lines: Iterable[Line], title: str) -> Iterator[str]:
    for line in lines:
        if line in (BLANK, Line(title, "heading")):
            continue
        shown = re.sub("^[±+~-] ", "", line.text) if line.style in SIGNS else line.text
        yield _plain(f"{SIGNS.get(line.style, ' ')} {'  ' * line.indent}{shown}").rstrip()


def escaped(text: str) -> str:
    """Text that says what it says and does nothing else, on one line and not too long."""
    short = text if len(text) <= WORDS else f"{text[:WORDS]}…"
    bare = _plain(short).replace("&", "&amp;").replace("<", "&lt;")
    return _REFERS.sub(rf"\1{_NOTHING}", _SPECIAL.sub(r"\\\1", bare))


def _plain(text: str) -> str:
    """Without what is not seen, or turns what is seen around; on one line."""
    return "".join(c if c.isprintable() else " " if c.isspace() else f"<U+{ord(c):04X}>" for c in text)
