"""What the planner itself forbids, as findings: losing data, and acting on a stack that cannot take it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hivemind.model.change import ResourceChange
from hivemind.model.live import Live, LiveStack
from hivemind.model.plan import Finding
from hivemind.plan.standing import DATA, STUCK, holds_data, is_shell, stacks

SNAPSHOT = frozenset({"AWS::RDS::DBInstance", "AWS::RDS::DBCluster"})
"""What leaves a snapshot when it is removed; that its template says so is a rule of Sheriff's."""
_USER_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"


def guards(changes: Iterable[ResourceChange], observed: Live | None) -> Iterator[Finding]:
    """Everything that must stop a plan whatever Sheriff says."""
    yield from _data_loss(changes)
    if observed:
        yield from _unusable_stacks(observed)


def _data_loss(changes: Iterable[ResourceChange]) -> Iterator[Finding]:
    """Every database or bucket that would be replaced, might be, or would go."""
    for change in changes:
        if change.type not in DATA:
            continue
        perhaps = any(p.replaces == "conditional" for p in change.properties)
        if _leaves_snapshot(change):
            yield _removal(change)
        elif change.action in ("replace", "remove"):
            yield _loss(change, "replaced" if change.action == "replace" else "removed", certain=True)
        elif change.action == "modify" and perhaps:
            yield _loss(change, "replaced, perhaps", certain=False)


def _unusable_stacks(live: Live) -> Iterator[Finding]:
    """Every stack that only a person can bring back into use."""
    for part, stack in stacks(live).items():
        if is_shell(stack) and holds_data(stack):
            yield _stuck(part, stack, "it failed and still holds data", "run `hivemind destroy`: it takes a snapshot")
        elif stack.status in STUCK:
            fix = f"run `aws cloudformation continue-update-rollback --stack-name {stack.name}`, then plan again"
            yield _stuck(part, stack, "an update failed and could not be undone", fix)


def _loss(change: ResourceChange, how: str, *, certain: bool) -> Finding:
    cause = ", ".join(p.path for p in change.properties if p.replaces != "never") or change.reason
    return Finding(
        rule="data-loss",
        severity="block" if certain else "warn",
        title=f"{change.logical_id} would be {how}",
        where=f"{change.stack}/{change.logical_id}",
        why=f"its data does not come along{f' (because of {cause})' if cause else ''}",
        fix="undo what causes it, or move the data by a snapshot first",
        source=f"{_USER_GUIDE}/using-cfn-updating-stacks-update-behaviors.html",
    )


def _removal(change: ResourceChange) -> Finding:
    """What a team may want, and nobody by accident: `apply` has its name typed."""
    return Finding(
        rule="data-removal",
        severity="warn",
        title=f"{change.logical_id} would be removed with its data",
        where=f"{change.stack}/{change.logical_id}",
        why="only a final snapshot is left of it",
        fix=f"`apply` asks for its name, or takes `--lose {change.logical_id}`; to keep it, undo what removes it",
        source=f"{_USER_GUIDE}/aws-attribute-deletionpolicy.html",
    )


def removals(changes: Iterable[ResourceChange]) -> tuple[str, ...]:
    """The names of what these changes remove with its data, leaving a snapshot."""
    return tuple(change.logical_id for change in changes if _leaves_snapshot(change))


def _leaves_snapshot(change: ResourceChange) -> bool:
    return change.action == "remove" and change.type in SNAPSHOT


def _stuck(part: str, stack: LiveStack, why: str, fix: str) -> Finding:
    return Finding(
        rule="unusable-stack",
        severity="block",
        title=f"{stack.name} is {stack.status}",
        where=part,
        why=why,
        fix=fix,
        source=f"{_USER_GUIDE}/troubleshooting.html",
    )
