"""What is remembered of a release once its run has come to an end: that it went live, or that it failed.

A failed one is recorded by the executor, after the way back: no step of a plan could, since a plan's steps say what is
wanted. Its migration may have run all the same, and whoever goes back to an earlier release must know.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Literal

from hivemind.apply.acting import Acting
from hivemind.apply.journal import fold
from hivemind.apply.wayback import proved_at
from hivemind.errors import RefusedError
from hivemind.model.plan import Plan
from hivemind.model.release import ReleaseRecord, kept
from hivemind.model.run import Began, RunStarted
from hivemind.model.step import RecordRelease, RunMigration
from hivemind.plan.seal import open_plan
from hivemind.ports import Store, StoreReader


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
    for step in steps:
        if isinstance(step, RecordRelease) and index <= proved_at(acting.plan):
            record(step, "failed", acting)


def record_abandoned(plan: Plan, store: Store) -> None:
    """Record that the release of the last run failed, where it was cut off and now another plan takes its place."""
    state = fold(store.entries())
    abandoned = _kept(state.plan, store) if state and state.cut_off and state.plan != plan.digest else None
    if state is None or abandoned is None:
        return
    known = any(record.plan == abandoned.digest for record in store.releases())
    for step in abandoned.steps:
        if isinstance(step, RecordRelease) and not known and step.digest != (plan.release and plan.release.digest):
            failed = record_of(abandoned, store, step)
            store.record(failed.model_copy(update={"who": state.who, "when": state.since}))


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


def _kept(digest: str, store: StoreReader) -> Plan | None:
    """A plan that was altered counts as lost: only who would go on with it must be refused."""
    with suppress(RefusedError):
        text = store.kept_plan(digest)
        return open_plan(text) if text else None
    return None
