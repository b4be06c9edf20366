"""What is remembered of a release once its run has come to an end: that it went live, or that it failed.

A failed one is recorded by the executor, after the way back: no step of a plan could, since a plan's steps say what is
wanted. Its migration may have run all the same, and whoever goes back to an earlier release must know.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from hivemind.apply.acting import Acting
from hivemind.apply.traits import calls_for_recovery
from hivemind.model.plan import Plan
from hivemind.model.release import ReleaseRecord, kept
from hivemind.model.run import Began, RunStarted
from hivemind.model.step import RecordRelease, RunMigration
from hivemind.ports import StoreReader


def record(step: RecordRelease, verdict: Literal["live", "failed"], acting: Acting) -> None:
    """Record the plan's release, unless the newest record already says so; plans nobody can go back to are forgotten.

    The plan of the run that is recorded is kept whatever became of it.
    """
    plan, store = acting.plan, acting.store
    newest = next(iter(store.releases()), None)
    if newest and (newest.digest, newest.plan, newest.verdict) == (step.digest, plan.digest, verdict):
        return
    when = acting.clock.now().isoformat(timespec="seconds")
    store.record(record_of(plan, store, step).model_copy(update={"who": acting.who, "when": when, "verdict": verdict}))
    live = {each.plan for each in kept(store.releases()) if each.verdict == "live"}
    store.forget_plans(frozenset({plan.digest, *live}))


def record_failure(index: int, acting: Acting) -> None:
    """Record that the plan's release failed at this step, unless it has become the one that serves."""
    steps = acting.plan.steps
    proof = max((at for at, step in enumerate(steps) if calls_for_recovery(step)), default=-1)
    for step in steps:
        if isinstance(step, RecordRelease) and index <= proof:
            record(step, "failed", acting)


def record_of(plan: Plan, store: StoreReader, step: RecordRelease) -> ReleaseRecord:
    """The record of a plan's release as it stands: it counts as failed until somebody says otherwise."""
    release, wanted = plan.release, plan.wanted
    migrated = migration_began(plan, store)
    return ReleaseRecord(
        digest=step.digest,
        commit=release.commit if release else None,
        deployment=plan.deployment,
        template_hashes={part: sha256(body.encode()).hexdigest() for part, body in plan.templates.items()},
        colours=dict(step.colours),
        migrated=migrated,
        one_way=migrated and wanted is not None and wanted.spec.one_way_migration,
        who="",
        when="",
        verdict="failed",
        plan=plan.digest,
    )


def migration_began(plan: Plan, store: StoreReader) -> bool:
    """Whether any run of the plan began its migration: even one that failed may have changed the schema."""
    running = ""
    for entry in store.entries():
        match entry:
            case RunStarted():
                running = entry.plan
            case Began(step=RunMigration()) if running == plan.digest:
                return True
            case _:
                pass
    return False
