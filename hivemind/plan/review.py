"""Plans as the one comment of a pull request: the verdict of all first, then each plan, within what GitHub takes.

What a reader was shown is kept in the comment itself, in a line that draws nothing: digests, by which the merge knows
whether what it would do is what was looked at. Only what changes is kept; of what does not, nothing would be done.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hivemind.model.plan import Plan
from hivemind.model.review import Planned, Reviewed
from hivemind.plan.markdown import LIMIT, escaped, markdown
from hivemind.plan.stale import reviewed
from hivemind.plan.words import dollars, plural

MOST = 100
"""Deployments that one pull request may change: more than that nobody looks at."""
NAMED = 20
"""Of those that stay as they are, so many are named; of those without a plan, too."""
MARK = "<!-- hivemind:plan -->"
"""How the comment begins, by which it is found again."""
CHECK = "hivemind/plan"
SUMMARY = 500_000
"""Characters of the job's summary; GitHub takes 1 MiB."""
_KEPT = re.compile(rf"\A{MARK}\r?\n<!-- hivemind:reviewed (\{{.*\}}) -->")
"""Only where we write it: further down may stand what others wrote."""


def comment(planned: Sequence[Planned], commit: str, limit: int = LIMIT) -> str:
    """What the pull request is shown; whatever its size, at most so many characters."""
    changing = [each.plan for each in planned if each.plan is not None and each.changes]
    kept = _kept(changing) if len(changing) <= MOST else ""
    parts = [*_opening(planned), *_unplanned(planned)]
    foot = _foot(planned, commit)
    room = limit - sum(len(part) + 2 for part in (kept, *parts, foot))
    for number, plan in enumerate(changing):
        text = markdown(plan, max(1, room // (len(changing) - number)))
        if len(text) + 2 > room:
            parts.append(f"_The {len(changing) - number} others are in the job's summary._")
            break
        parts.append(text.rstrip())
        room -= len(text) + 2
    return "\n\n".join(part for part in (kept, *parts, foot) if part) + "\n"


def kept(text: str) -> Mapping[str, Reviewed]:
    """What a comment says was reviewed, by deployment; nothing where it says it in no way of ours."""
    found = _KEPT.search(text)
    if found is None:
        return {}
    try:
        told = {name: said.split(".") for name, said in json.loads(found[1]).items()}
    except (ValueError, AttributeError):
        return {}
    return {name: Reviewed(whole=whole, causes=tuple(causes)) for name, (whole, *causes) in told.items()}


def check(planned: Sequence[Planned]) -> tuple[bool, str]:
    """Whether the pull request may be merged as far as we are asked, and why, in a line."""
    if not planned:
        return True, "No deployment is touched"
    changing = sum(each.changes for each in planned)
    blocked = [each.deployment for each in planned if not each.passes]
    if changing > MOST:
        return False, f"{changing} deployments change: more than {MOST} nobody looks at; split it"
    if blocked:
        return False, f"{len(blocked)} cannot be applied: {', '.join(blocked)}"
    return True, verdict(planned)


def verdict(planned: Sequence[Planned]) -> str:
    """All of them in a line."""
    tally = Counter("wrong" if each.plan is None else "changed" if each.changes else "same" for each in planned)
    told = [f"{tally['changed']} to change", f"{tally['same']} as it is" if tally["same"] == 1 else ""]
    told += [f"{tally['same']} as they are"] if tally["same"] > 1 else []
    told += [f"{tally['wrong']} without a plan"] if tally["wrong"] else []
    return f"{len(planned)} {plural('deployment', len(planned))}: {', '.join(word for word in told if word)}"


def _kept(plans: Sequence[Plan]) -> str:
    shown = {plan.deployment: reviewed(plan) for plan in plans if not plan.offline}
    told = {name: ".".join((each.whole, *each.causes)) for name, each in shown.items()}
    return f"<!-- hivemind:reviewed {json.dumps(told)} -->" if told else ""


def _opening(planned: Sequence[Planned]) -> Iterator[str]:
    if len(planned) == 1 and planned[0].changes:
        return
    yield f"### {escaped(verdict(planned))}" if planned else "### No deployment is touched"
    changing = [each.plan for each in planned if each.plan is not None and each.changes]
    if len(changing) > 1:
        yield "\n".join(["| deployment | change | downtime | cost a month |", "|---|---|---|---|", *_rows(changing)])
    same = [each.deployment for each in planned if each.plan is not None and not each.changes]
    if same:
        more = f" and {len(same) - NAMED} more" if len(same) > NAMED else ""
        yield f"As they are: {', '.join(map(escaped, same[:NAMED]))}{more}"


def _rows(plans: Sequence[Plan]) -> Iterator[str]:
    for plan in plans[:MOST]:
        cost = f"{dollars(plan.cost.before)} → {dollars(plan.cost.after)}"
        mark = "⛔ " if plan.blocked else ""
        yield f"| {mark}{escaped(plan.deployment)} | {escaped(plan.headline)} | {plan.forecast.downtime} | {cost} |"


def _unplanned(planned: Sequence[Planned]) -> Iterator[str]:
    wrong = [each for each in planned if each.problems]
    for each in wrong[:NAMED]:
        told = [
            f"- {_place(problem.file, problem.line)}: {escaped(problem.message)}. {escaped(problem.hint)}"
            for problem in each.problems[:NAMED]
        ]
        yield "\n".join(
            [f"### ⛔ {escaped(each.deployment)}: {'no plan' if each.plan is None else 'to put right'}", "", *told]
        )
    if len(wrong) > NAMED:
        yield f"{len(wrong) - NAMED} more are wrong; the job's summary names them."


def _place(file: str, line: int) -> str:
    return escaped(f"{file}:{line}" if line else file)


def _foot(planned: Sequence[Planned], commit: str) -> str:
    offline = any(each.plan is not None and each.plan.offline for each in planned)
    how = (
        "Planned from the committed templates, without a look at the cloud: that the application's files make another "
        "release is not told, and it cannot be applied by a merge alone."
        if offline
        else "Merging applies exactly this; if anything moves before, nothing is done and it is said what."
    )
    return f"<sub>{how} `/hivemind plan` plans again. Commit {commit[:12]}.</sub>"
