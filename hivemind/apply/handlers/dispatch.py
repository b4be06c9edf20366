"""From a step to the function that knows how."""

from __future__ import annotations

from typing import assert_never

from hivemind.apply.acting import Acting
from hivemind.apply.handlers.build import build_release, upload_bundle
from hivemind.apply.handlers.collect import collect_releases
from hivemind.apply.handlers.colour import add_colour, empty_colour
from hivemind.apply.handlers.health import await_healthy, verify_release
from hivemind.apply.handlers.migrate import run_migration
from hivemind.apply.handlers.record import record_release, save_evidence
from hivemind.apply.handlers.removal import delete_artifacts, delete_stack, prove_empty
from hivemind.apply.handlers.rolling import roll_instances
from hivemind.apply.handlers.stack import update_stack
from hivemind.apply.handlers.traffic import shift_traffic
from hivemind.apply.handlers.watch import try_release, watch_release
from hivemind.apply.outcome import Outcome
from hivemind.model import step as steps
from hivemind.model.step import Step


def handle(step: Step, acting: Acting) -> Outcome:  # noqa: C901 - one case per kind is the point
    """Ask the step's handler once. May raise CloudError, or StepError when something it needs is missing."""
    match step:
        case steps.UpdateStack():
            return update_stack(step, acting)
        case steps.UploadBundle():
            return upload_bundle(step, acting)
        case steps.BuildRelease():
            return build_release(step, acting)
        case steps.RunMigration():
            return run_migration(step, acting)
        case steps.AddColour():
            return add_colour(step, acting)
        case steps.RollInstances():
            return roll_instances(step, acting)
        case steps.AwaitHealthy():
            return await_healthy(step, acting)
        case steps.VerifyRelease():
            return verify_release(step, acting)
        case steps.TryRelease():
            return try_release(step, acting)
        case steps.ShiftTraffic():
            return shift_traffic(step, acting)
        case steps.WatchRelease():
            return watch_release(step, acting)
        case steps.SaveEvidence():
            return save_evidence(step, acting)
        case steps.EmptyColour():
            return empty_colour(step, acting)
        case steps.RecordRelease():
            return record_release(step, acting)
        case steps.CollectReleases():
            return collect_releases(acting)
        case steps.DeleteStack():
            return delete_stack(step, acting)
        case steps.DeleteArtifacts():
            return delete_artifacts(step, acting)
        case steps.ProveEmpty():
            return prove_empty(step, acting)
        case never:
            assert_never(never)
