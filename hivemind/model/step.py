"""The steps a plan is made of: a closed union with imperative names.

Executor, explainer and journal `match` on it with `assert_never`, so that mypy names every place which must learn a
new step. A step says what; `apply/handlers` knows how; the words for people are made in `plan/summary`. Values that
exist only once earlier steps ran (a foundation's outputs, a built tree's checksum) are looked up by the handler, never
stored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hivemind.model.live import Colour
from hivemind.model.record import Record


class UpdateStack(Record):
    """Create or update a stack from the plan's template `part` until it is complete.

    `parameters` are the values the plan decides; every other parameter is filled from the foundation's or bootstrap's
    output of the same name, or keeps the value the stack has. `base` puts a part up, `change` alters one that serves,
    `widen` does so but keeps what the template no longer has, for the colour that still uses it.
    """

    kind: Literal["update-stack"] = "update-stack"
    part: str
    stack: str
    parameters: Mapping[str, str] = {}
    purpose: Literal["bootstrap", "base", "widen", "change", "protect", "unprotect"] = "base"


class UploadBundle(Record):
    """Put the source bundle into the artifact bucket, once."""

    kind: Literal["upload-bundle"] = "upload-bundle"
    digest: str


class BuildRelease(Record):
    """Have the one-shot builder install, build and publish the built tree; done when it is published."""

    kind: Literal["build-release"] = "build-release"
    digest: str
    image: str
    deadline: int = 1800


class RunMigration(Record):
    """Have the builder run the migration, exactly once per release; a claim without a result stops."""

    kind: Literal["run-migration"] = "run-migration"
    digest: str
    image: str
    deadline: int = 1800


class AddColour(Record):
    """Fill a service's colour with a release at weight 0; failure leaves the instances for evidence.

    `port` and `health_path` are what the balancer asks; None for a service without the web.
    """

    kind: Literal["add-colour"] = "add-colour"
    service: str
    stack: str
    colour: Colour
    digest: str
    image: str
    instance_type: str
    capacity: int
    port: int | None = None
    health_path: str | None = None
    deadline: int = 1200


class RollInstances(Record):
    """Replace the instances of a colour that serves one after another: one more, healthy, before an old one goes.

    There is no other colour to go back to; the way back is this step with the release before. `capacity` is what the
    spec asks for, `patience` the seconds that one instance may take to become healthy, `deadline` those for all.
    """

    kind: Literal["roll-instances"] = "roll-instances"
    service: str
    stack: str
    colour: Colour
    digest: str
    image: str
    instance_type: str
    capacity: int
    patience: int = 900
    deadline: int = 7200


class AwaitHealthy(Record):
    """Wait until every target of the colour is healthy."""

    kind: Literal["await-healthy"] = "await-healthy"
    service: str
    stack: str
    colour: Colour
    deadline: int = 600


class VerifyRelease(Record):
    """Probe the colour through the test rule, before any user sees it."""

    kind: Literal["verify-release"] = "verify-release"
    service: str
    stack: str
    colour: Colour
    path: str
    deadline: int = 60


class TryRelease(Record):
    """Ask the colour through the test rule many times: what fails or slows down by use is found before users do."""

    kind: Literal["try-release"] = "try-release"
    service: str
    stack: str
    colour: Colour
    path: str
    seconds: int = 5


class ShiftTraffic(Record):
    """Set the weights of the service's listener rule, in seconds and whatever state the stack is in."""

    kind: Literal["shift-traffic"] = "shift-traffic"
    service: str
    stack: str
    weights: Mapping[Colour, int]


class WatchRelease(Record):
    """Watch a colour that takes traffic: its targets, its answers beside the other colour's, and the alarms.

    Requests of our own go to both colours meanwhile, so that a service nobody uses yet is watched, too.
    """

    kind: Literal["watch-release"] = "watch-release"
    service: str
    stack: str
    colour: Colour
    path: str
    seconds: int


class SaveEvidence(Record):
    """Keep console, logs, target reasons and stack events of a colour before anything is deleted."""

    kind: Literal["save-evidence"] = "save-evidence"
    service: str
    stack: str
    colour: Colour


class EmptyColour(Record):
    """Remove a colour's instances and settle the weights in the stack; done when no target of it exists."""

    kind: Literal["empty-colour"] = "empty-colour"
    service: str
    stack: str
    colour: Colour
    weights: Mapping[Colour, int]
    deadline: int = 1200


class RecordRelease(Record):
    """Write the release record."""

    kind: Literal["record-release"] = "record-release"
    digest: str
    colours: Mapping[str, Colour]


class CollectReleases(Record):
    """Delete the bundles and built trees of releases that are too old to be gone back to."""

    kind: Literal["collect-releases"] = "collect-releases"


class DeleteStack(Record):
    """Delete a stack and wait until it is gone."""

    kind: Literal["delete-stack"] = "delete-stack"
    part: str
    stack: str
    deadline: int = 3600


class DeleteArtifacts(Record):
    """Delete the deployment's bundles, built trees and claims from the artifact bucket."""

    kind: Literal["delete-artifacts"] = "delete-artifacts"
    prefix: str


class ProveEmpty(Record):
    """Prove that no stack, instance, target group, load balancer or database of the deployment is left."""

    kind: Literal["prove-empty"] = "prove-empty"
    stacks: tuple[str, ...]
    deadline: int = 300


Step = Annotated[
    UpdateStack
    | UploadBundle
    | BuildRelease
    | RunMigration
    | AddColour
    | RollInstances
    | AwaitHealthy
    | VerifyRelease
    | TryRelease
    | ShiftTraffic
    | WatchRelease
    | SaveEvidence
    | EmptyColour
    | RecordRelease
    | CollectReleases
    | DeleteStack
    | DeleteArtifacts
    | ProveEmpty,
    Field(discriminator="kind"),
]
