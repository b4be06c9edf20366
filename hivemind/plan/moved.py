"""What one stack's change means for the stacks above it: outputs that get another value arrive there as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hivemind.model import names
from hivemind.model.live import COLOURS, Live, LiveStack
from hivemind.model.template import FOUNDATION
from hivemind.plan.desired import Desired
from hivemind.plan.diff import diff
from hivemind.plan.document import Document, document
from hivemind.plan.parameters import NEW
from hivemind.plan.references import references


def arriving(stack: LiveStack, desired: Desired, live: Live) -> Mapping[str, str]:
    """A service stack's parameters once the foundation has changed; a value only known then is marked `(new)`."""
    foundation, wanted = live.foundation, desired.template(FOUNDATION)
    if foundation is None or wanted is None or foundation.body == wanted.body:
        return stack.parameters
    moved = set(moved_outputs(foundation, wanted.body))
    if names.SUBNETS in moved:
        moved |= {names.for_colour(colour, "Subnets") for colour in COLOURS}
    return {name: f"{value}{NEW}" if name in moved else value for name, value in stack.parameters.items()}


def moved_outputs(stack: LiveStack, body: str) -> Iterator[str]:
    """The names of a stack's outputs whose value changes with another body."""
    before, after = _outputs(document(stack.body)), _outputs(document(body))
    changes = diff(stack.name, stack.body, body, stack.parameters, stack.parameters)
    remade = {change.logical_id for change in changes if change.action != "modify"}
    for name in before.keys() & after.keys():
        named = {reference.target for reference in references(after[name])}
        if before[name] != after[name] or named & remade:
            yield name


def tells_otherwise(before: str, after: str) -> bool:
    """Whether two bodies differ in what they output."""
    return document(before).get("Outputs") != document(after).get("Outputs")


def _outputs(template: Document) -> Mapping[str, object]:
    return {name: output.get("Value") for name, output in (template.get("Outputs") or {}).items()}
