"""How long, how interrupting, how reversible: defaults per step where a deployment has no history of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from hivemind.model.change import ResourceChange
from hivemind.model.names import BOOTSTRAP
from hivemind.model.plan import Downtime, Forecast, Transition
from hivemind.model.step import (
    AddColour,
    AwaitHealthy,
    BuildRelease,
    CollectReleases,
    DeleteArtifacts,
    DeleteStack,
    EmptyColour,
    ProveEmpty,
    RecordRelease,
    RollInstances,
    RunMigration,
    SaveEvidence,
    ShiftTraffic,
    Step,
    TryRelease,
    UpdateStack,
    UploadBundle,
    VerifyRelease,
    WatchRelease,
)
from hivemind.model.template import FOUNDATION
from hivemind.plan.history import Taken, likeness
from hivemind.plan.standing import DATA


@dataclass(frozen=True)
class Pace:
    """Where the steps run: on this machine or on AWS, whether there is a database to wait for, how long they took."""

    local: bool
    database: bool
    taken: Taken = field(default_factory=dict)


ROLLED = (12, 240)
"""Seconds to replace one instance, on this machine and on AWS: it boots, becomes healthy, and the old one drains."""


def expected_seconds(step: Step, pace: Pace) -> int:
    """How long a step takes: as it did here before, else as it usually does. A watch lasts as long as it is told."""
    seen = None if isinstance(step, TryRelease | WatchRelease) else pace.taken.get(likeness(step))
    return _usual_seconds(step, pace) if seen is None else seen


def _usual_seconds(step: Step, pace: Pace) -> int:
    match step:
        case UpdateStack():
            return _update(step, pace)
        case DeleteStack():
            return _delete(step, pace)
        case BuildRelease() | RunMigration():
            return _work(step, pace)
        case RollInstances() | AddColour() | AwaitHealthy() | VerifyRelease() | ShiftTraffic():
            return _rollout(step, pace)
        case TryRelease() | WatchRelease():
            return step.seconds
        case EmptyColour() | SaveEvidence():
            return _retreat(step, pace)
        case UploadBundle() | DeleteArtifacts() | ProveEmpty() | RecordRelease() | CollectReleases():
            return _moment(step, pace)
        case _:
            assert_never(step)


def _update(step: UpdateStack, pace: Pace) -> int:
    if step.part == FOUNDATION and step.purpose == "base":
        on_aws, here = (540, 6) if pace.database else (180, 2)
    elif step.purpose in ("widen", "change"):
        on_aws, here = 90, 2
    else:
        on_aws, here = 60, 1
    return here if pace.local else on_aws


def _delete(step: DeleteStack, pace: Pace) -> int:
    if step.part == BOOTSTRAP:
        return 1 if pace.local else 30
    if step.part == FOUNDATION:
        return 3 if pace.local else (600 if pace.database else 240)
    return 4 if pace.local else 180


def _work(step: BuildRelease | RunMigration, pace: Pace) -> int:
    if isinstance(step, BuildRelease):
        return 15 if pace.local else 240
    return 3 if pace.local else 90


def _rollout(step: RollInstances | AddColour | AwaitHealthy | VerifyRelease | ShiftTraffic, pace: Pace) -> int:
    seconds: Mapping[str, tuple[int, int]] = {
        "add-colour": (4, 150),
        "await-healthy": (2, 30),
        "verify-release": (1, 5),
        "shift-traffic": (0, 2),
    }
    here, on_aws = (n * step.capacity for n in ROLLED) if isinstance(step, RollInstances) else seconds[step.kind]
    return here if pace.local else on_aws


def _moment(step: Step, pace: Pace) -> int:
    if isinstance(step, RecordRelease):
        return 0 if pace.local else 1
    return 1 if pace.local else 10


def _retreat(step: EmptyColour | SaveEvidence, pace: Pace) -> int:
    if isinstance(step, SaveEvidence):
        return 1 if pace.local else 10
    return 3 if pace.local else 150


INTERRUPTS: Mapping[tuple[str, str], str] = {
    ("AWS::RDS::DBInstance", "DBInstanceClass"): "the database restarts on another machine",
    ("AWS::RDS::DBInstance", "EngineVersion"): "the database restarts on another version",
    ("AWS::RDS::DBInstance", "StorageType"): "the database pauses while its storage is converted",
    ("AWS::RDS::DBInstance", "DBParameterGroupName"): "the database must be restarted to take its parameters",
}
"""Properties whose change stops a resource for minutes, and why."""

_IN_THE_PATH = frozenset(
    {
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::RDS::DBInstance",
        "AWS::EC2::VPC",
    }
)

_WAY_BACK: Mapping[Transition, tuple[bool, str]] = {
    "create": (True, "a failed start empties its colour; base and database stay; `hivemind destroy` removes all"),
    "in_place": (True, "apply the earlier commit again"),
    "blue_green": (True, "the earlier colour takes the traffic back in seconds"),
    "rolling": (True, "the release before is rolled in its place, which takes as long"),
    "upgrade": (True, "the earlier colour takes the traffic back; the database stays as upgraded"),
    "rollback": (True, "the release in place now stays recorded"),
    "destroy": (False, "none: only the final snapshot of the database is left"),
    "none": (True, "nothing happens"),
}


def forecast(transition: Transition, steps: Sequence[Step], changes: Sequence[ResourceChange], pace: Pace) -> Forecast:
    """The forecast of a plan."""
    downtime, reason = _downtime(transition, changes)
    reversible, way_back = _WAY_BACK[transition]
    lost = [c.logical_id for c in changes if c.type in DATA and c.action in ("replace", "remove")]
    if lost and transition != "destroy":
        reversible, way_back = False, f"none for the data of {', '.join(lost)}: only a final snapshot is left"
    each = tuple(expected_seconds(step, pace) for step in steps)
    return Forecast(
        seconds=sum(each),
        each=each,
        downtime=downtime,
        downtime_reason=reason,
        reversible=reversible,
        way_back=way_back,
    )


def _downtime(transition: Transition, changes: Iterable[ResourceChange]) -> tuple[Downtime, str]:
    if transition == "create":
        return "none", "nothing serves yet"
    if transition == "destroy":
        return "minutes", "the application goes away"
    reasons = dict.fromkeys(reason for change in changes if (reason := _interruption(change)))
    return ("minutes", "; ".join(reasons)) if reasons else ("none", "")


def _interruption(change: ResourceChange) -> str:
    if change.type == "AWS::RDS::DBInstance" and change.action == "remove":
        return ""  # it goes when no instance uses it any more
    if change.type in _IN_THE_PATH and change.action in ("replace", "remove"):
        return f"{change.logical_id} is {'replaced' if change.action == 'replace' else 'removed'}"
    named = (INTERRUPTS.get((change.type, p.path.split("/")[0]), "") for p in change.properties)
    return next((reason for reason in named if reason), "") if change.action == "modify" else ""
