"""What changes between two templates with their parameters: resources added, modified, replaced, removed.

A resource also changes when a parameter it uses does, when its condition turns, and when something it names is
replaced. What replaces comes from CloudFormation's resource schemas (`schemas`), never from a guess per type.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.plan.compare import compare
from hivemind.plan.resolve import Body, Resource, Resources, resources
from hivemind.plan.ripple import followers, moved_by
from hivemind.plan.schemas import schema_of

Changes = dict[str, ResourceChange]


def diff(
    stack: str,
    before: str | None,
    after: str | None,
    before_parameters: Mapping[str, str] | None = None,
    after_parameters: Mapping[str, str] | None = None,
) -> tuple[ResourceChange, ...]:
    """The changes of one stack, by logical id; a body of None is a stack that is not there.

    Parameters of None are not known: what depends on them is then compared as written. Raises RenderError for a body
    that is no template.
    """
    if before == after and before_parameters == after_parameters:
        return ()
    old = resources(None if before is None else Body(before, before_parameters))
    new = resources(None if after is None else Body(after, after_parameters))
    changes: Changes = {}
    for logical_id in sorted(old.keys() | new.keys()):
        if change := _change(stack, old.get(logical_id), new.get(logical_id)):
            changes[logical_id] = change
    _ripple(stack, changes, old, new)
    return tuple(changes[logical_id] for logical_id in sorted(changes))


def _change(stack: str, old: Resource | None, new: Resource | None) -> ResourceChange | None:
    match old, new:
        case None, Resource(logical_id=logical_id, type=kind):
            return ResourceChange(stack=stack, logical_id=logical_id, type=kind, action="add")
        case Resource(logical_id=logical_id, type=kind), None:
            return ResourceChange(stack=stack, logical_id=logical_id, type=kind, action="remove")
        case Resource(), Resource() if old != new:
            return _modified(stack, old, new)
        case _:
            return None


def _modified(stack: str, old: Resource, new: Resource) -> ResourceChange | None:
    if old.type != new.type:
        return ResourceChange(
            stack=stack,
            logical_id=new.logical_id,
            type=new.type,
            action="replace",
            properties=(PropertyChange(path="Type", before=old.type, after=new.type, replaces="always"),),
            reason="its type changes, which CloudFormation refuses under one logical id",
        )
    schema = schema_of(new.type)
    properties = [*compare(old.properties, new.properties, schema)]
    for found in compare(old.attributes, new.attributes, schema):
        properties.append(found.model_copy(update={"replaces": "never"}))
    return _build(stack, new, properties) if properties else None


def _build(stack: str, resource: Resource, properties: list[PropertyChange]) -> ResourceChange:
    """The change of a resource that stays, replaced when one of its property changes always replaces."""
    replacing = [p.path for p in properties if p.replaces == "always"]
    perhaps = [p.path for p in properties if p.replaces == "conditional"]
    reason = ""
    if replacing:
        reason = f"{', '.join(replacing)} cannot change on a resource that exists"
    elif perhaps:
        reason = f"CloudFormation may replace it for {', '.join(perhaps)}"
    return ResourceChange(
        stack=stack,
        logical_id=resource.logical_id,
        type=resource.type,
        action="replace" if replacing else "modify",
        properties=tuple(properties),
        reason=reason,
    )


def _ripple(stack: str, changes: Changes, old: Resources, new: Resources) -> None:
    """Adds to `changes` what follows from them, until nothing more does."""
    queue = deque(change for change in changes.values() if change.action in ("replace", "modify"))
    named = followers(new) if queue else {}
    while queue:
        for follower in moved_by(queue.popleft(), named):
            logical_id = follower.resource.logical_id
            known = changes.get(logical_id)
            if logical_id not in old or (known and known.action == "add"):
                continue
            found = follower.property()
            earlier = known.properties if known else ()
            if any(p.path == found.path for p in earlier):
                continue
            grown = _build(stack, follower.resource, [*earlier, found])
            changes[logical_id] = grown
            if known is None or known.action != grown.action:
                queue.append(grown)
