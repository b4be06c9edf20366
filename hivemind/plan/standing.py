"""What stands: which stacks are of use, which are wreckage, and whether the first create ever came to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hivemind.model.live import COLOURS, Colour, Live, LiveService, LiveStack
from hivemind.model.names import BOOTSTRAP, PROTECT
from hivemind.model.template import FOUNDATION
from hivemind.plan.desired import Desired
from hivemind.plan.document import document

Standing = Literal["nothing", "unfinished", "complete"]

SHELLS = frozenset({"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"})
"""States of a stack that can take no update: only DeleteStack gets it out of them."""
STUCK = frozenset({"UPDATE_ROLLBACK_FAILED"})
"""States that a person must resolve first."""
DATA = frozenset(
    {
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::S3::Bucket",
        "AWS::DynamoDB::Table",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
    }
)
"""Resources that hold what cannot be made again."""
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


def stacks(live: Live) -> Mapping[str, LiveStack]:
    """Every stack there is, by part; bootstrap and foundation first."""
    found = {BOOTSTRAP: live.bootstrap, FOUNDATION: live.foundation, **live.stacks}
    return {part: stack for part, stack in found.items() if stack is not None}


def is_shell(stack: LiveStack) -> bool:
    """Whether the stack must be deleted before it can be made."""
    return stack.status in SHELLS


def holds_data(stack: LiveStack) -> bool:
    """Whether a database, a bucket or the like is alive in the stack."""
    return any(r.type in DATA and r.status not in _GONE and r.physical_id for r in stack.resources)


def data_in(body: str) -> frozenset[str]:
    """The logical ids of what a template's body has that holds data."""
    return frozenset(name for name, resource in document(body)["Resources"].items() if resource["Type"] in DATA)


def serving(service: LiveService) -> Colour | None:
    """The colour that does the work: by weight, or the one with a release where there is no balancer."""
    if service.weights:
        return service.serving
    return next((colour for colour in COLOURS if service.releases.get(colour)), None)


def standing(desired: Desired, live: Live) -> Standing:
    """Whether the environment is absent, half made, or has served a release.

    A create ends by recording the release, so no record of any where somebody looked is a create that did not end. Its
    last step before that protects the foundation: that tells where nobody looked. (With a record, a foundation without
    protection is what a destroy that was cut off has left, and what serves must go on serving.)
    """
    ours = {part: stack for part, stack in stacks(live).items() if part != BOOTSTRAP and not is_shell(stack)}
    if not ours:
        return "nothing"
    foundation = ours.get(FOUNDATION)
    if foundation is None:
        return "unfinished"
    digests = {s.releases.get(colour, "") for s in live.services.values() if (colour := serving(s))}
    ended = is_protected(foundation.parameters) if desired.recorded is None else bool(desired.recorded)
    return "complete" if digests and ended else "unfinished"


def is_protected(parameters: Mapping[str, str]) -> bool:
    """Whether a foundation with these parameters is safe from deletion."""
    return parameters.get(PROTECT, "true") == "true"
