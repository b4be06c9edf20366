"""What the executor must know of each kind of step; a new kind is answered for here, or mypy complains."""

from __future__ import annotations

from typing import assert_never

from hivemind.model import step as steps
from hivemind.model.step import Step

STACK_DEADLINE = 3600
"""A database takes its time: creation some 10 minutes, becoming Multi-AZ up to 40."""
ACT_DEADLINE = 120
"""For what is done in one call, or nearly."""


def deadline(step: Step) -> int:
    """Seconds after which a step that still waits has failed."""
    match step:
        case steps.UpdateStack():
            return STACK_DEADLINE
        case steps.BuildRelease() | steps.RunMigration() | steps.AddColour() | steps.AwaitHealthy():
            return step.deadline
        case steps.RollInstances():
            return step.deadline
        case steps.VerifyRelease() | steps.EmptyColour() | steps.DeleteStack() | steps.ProveEmpty():
            return step.deadline
        case steps.UploadBundle() | steps.ShiftTraffic() | steps.SaveEvidence():
            return ACT_DEADLINE
        case steps.RecordRelease() | steps.CollectReleases() | steps.DeleteArtifacts():
            return ACT_DEADLINE
        case steps.TryRelease() | steps.WatchRelease():
            return step.seconds + ACT_DEADLINE
        case never:
            assert_never(never)


def worked_stack(step: Step) -> str | None:
    """The stack whose events tell how the step gets on."""
    match step:
        case steps.RollInstances():
            return step.stack
        case steps.UpdateStack() | steps.AddColour() | steps.EmptyColour() | steps.DeleteStack():
            return step.stack
        case steps.UploadBundle() | steps.BuildRelease() | steps.RunMigration() | steps.AwaitHealthy():
            return None
        case steps.VerifyRelease() | steps.ShiftTraffic() | steps.SaveEvidence() | steps.RecordRelease():
            return None
        case steps.CollectReleases() | steps.DeleteArtifacts() | steps.ProveEmpty():
            return None
        case steps.TryRelease() | steps.WatchRelease():
            return None
        case never:
            assert_never(never)


def may_be_left(step: Step) -> bool:
    """Whether a run that is asked to stop need not wait for the step to end: the way back undoes it, or nothing need.

    A stack or a database half-way through a change is let come to its end.
    """
    return calls_for_recovery(step) or isinstance(step, steps.BuildRelease)


def calls_for_recovery(step: Step) -> bool:
    """Whether the step's failure means that the new colour must go.

    Before a colour is added there is nothing to take back. Once the new colour serves and the old one is being emptied,
    the way back would lead traffic to a colour that is going: from there on, running again is the way forward.
    """
    match step:
        case steps.AddColour() | steps.AwaitHealthy() | steps.VerifyRelease() | steps.ShiftTraffic():
            return True
        case steps.TryRelease() | steps.WatchRelease() | steps.RollInstances():
            return True
        case steps.UpdateStack() | steps.UploadBundle() | steps.BuildRelease() | steps.RunMigration():
            return False
        case steps.SaveEvidence() | steps.EmptyColour() | steps.RecordRelease() | steps.CollectReleases():
            return False
        case steps.DeleteStack() | steps.DeleteArtifacts() | steps.ProveEmpty():
            return False
        case never:
            assert_never(never)
