"""Collect what releases left in the artifact bucket, once they are too old to be gone back to."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.outcome import Finished, Outcome
from hivemind.apply.standing import artifact_bucket
from hivemind.errors import HiveMindError
from hivemind.model import names
from hivemind.model.live import COLOURS
from hivemind.model.release import kept


def collect_releases(acting: Acting) -> Outcome:
    """Done when only what is needed is left. Tidying up fails no release: what stays is tried again after the next."""
    try:
        return Finished({"collected": str(_collect(acting))})
    except HiveMindError as error:
        return Finished({"collected": "0", "why": str(error)})


def _collect(acting: Acting) -> int:
    """The claims of migrations stay for ever: a release that is built anew must not migrate twice."""
    bucket, objects, needed = artifact_bucket(acting), acting.cloud.objects, _needed(acting)
    found = [key for folder in names.release_folders(acting.prefix) for key in objects.listed(bucket, folder)]
    old = tuple(key for key in found if _digest(key) not in needed)
    objects.delete(bucket, old)
    return len(old)


def _needed(acting: Acting) -> frozenset[str]:
    """The releases that can be gone back to, those that failed since, this one, and whatever a colour holds."""
    recorded = {record.digest for record in kept(acting.store.releases())}
    stacks = [acting.cloud.stacks.find(name) for name in acting.cloud.inventory.stacks(acting.plan.deployment)]
    held = {
        stack.parameters.get(names.for_colour(colour, "Release"), "") for stack in stacks if stack for colour in COLOURS
    }
    current = {acting.plan.release.digest} if acting.plan.release else set()
    return frozenset(recorded | held | current)


def _digest(key: str) -> str:
    return key.rsplit("/", 1)[-1].split(".", 1)[0]
