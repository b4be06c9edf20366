"""Run the release's migration exactly once.

The builder claims `migrations/<digest>` before it runs the migration and writes the result after. A claim without a
result and without a living builder means that nobody knows how far it came: only a person can decide then.
"""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.handlers.builder import (
    LOG_LINES,
    alive,
    at_work,
    builders,
    failure,
    launch,
    log_tail,
    ours,
    record_at,
)
from hivemind.apply.outcome import Finished, Outcome, Stopped
from hivemind.apply.standing import artifact_bucket
from hivemind.model import names
from hivemind.model.live import Instance
from hivemind.model.step import RunMigration

ATTEMPTS = 2
"""Builders of one run that may end before they claim the migration, with nothing to say why."""


def run_migration(step: RunMigration, acting: Acting) -> Outcome:
    """Done when the result says exit code 0."""
    crew = builders(step.digest, acting)
    result = record_at(names.migration_result_key(acting.prefix, step.digest), acting)
    if result is not None:
        if result.get("exit") == 0:
            return Finished({"exit": "0"})
        return _failed(step, str(result.get("exit", "?")), str(result.get("instance", "")), acting)
    if alive(crew):
        return at_work(acting)
    if acting.cloud.objects.exists(artifact_bucket(acting), _claim(step, acting)):
        return _unfinished(step, acting)
    return _ended_before(step, ours(crew, acting), acting) or launch(step.digest, step.image, acting)


def _failed(step: RunMigration, code: str, machine: str, acting: Acting) -> Stopped:
    record = record_at(names.failure_key(acting.prefix, step.digest, machine), acting) or {}
    log = tuple(str(record.get("log", "")).splitlines()[-LOG_LINES:])
    return Stopped(
        f"the migration of release {step.digest[:12]} failed: exit code {code}",
        "Traffic was not touched. Fix the migration and release again. If the code is right and only its surroundings "
        f"were not, delete {_place(step, acting)} and its .result, and run `hivemind apply` again.",
        log or log_tail(acting, LOG_LINES),
    )


def _unfinished(step: RunMigration, acting: Acting) -> Stopped:
    return Stopped(
        f"a migration of release {step.digest[:12]} was started and never finished",
        "Look at the database. If the migration may run again, delete the claim "
        f"{_place(step, acting)} and run `hivemind apply` again.",
        log_tail(acting, LOG_LINES),
    )


def _ended_before(step: RunMigration, crew: tuple[Instance, ...], acting: Acting) -> Stopped | None:
    """A builder that ended before the claim: with a failure record it says why, without one it is tried once more."""
    recorded = any(record_at(names.failure_key(acting.prefix, step.digest, m.id), acting) is not None for m in crew)
    return failure(step.digest, crew, acting) if recorded or len(crew) >= ATTEMPTS else None


def _claim(step: RunMigration, acting: Acting) -> str:
    return names.migration_claim_key(acting.prefix, step.digest)


def _place(step: RunMigration, acting: Acting) -> str:
    return f"s3://{artifact_bucket(acting)}/{_claim(step, acting)}"
