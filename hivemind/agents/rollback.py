"""Plan the way back to an earlier release: its kept plan says what was wanted, its record what it was."""

from __future__ import annotations

from hivemind.agents.conductor import cut_off, remembering, reviewed
from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.previews import previews
from hivemind.agents.project import Project
from hivemind.apply.recording import record_of
from hivemind.errors import RefusedError
from hivemind.model import names
from hivemind.model.live import Live
from hivemind.model.plan import Plan
from hivemind.model.release import ReleaseRecord
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import RecordRelease
from hivemind.plan.rollback import chosen, not_kept, require_passable, wanted_again
from hivemind.plan.seal import open_plan
from hivemind.plan.standing import standing
from hivemind.ports import StoreReader


def plan_rollback(
    asked: str | None, project: Project, environment: EnvironmentSpec, hive: Hive, *, force: bool = False
) -> Plan:
    """The plan back to the release that was asked for, or to the one before; raises RefusedError where none leads."""
    records = hive.store.releases()
    live = observe(project.spec, environment.name, hive.observatory)
    back = chosen(records, live, asked)
    back = back.model_copy(update={"since": (*_unrecorded(hive.store), *back.since)})
    require_passable(back, force)
    desired = wanted_again(_kept(back.to, hive.store), live, back)
    desired = remembering(desired, hive.store)
    if standing(desired, live) != "complete":
        raise RefusedError(
            "there is nothing whole to go back in: the environment's create has not come to its end",
            where=hive.deployment,
            hint="`hivemind resume` or `hivemind apply` goes on with it.",
        )
    _require_built(back.to, live, hive)
    return reviewed(desired, live, {}, previews(desired, live, hive.observatory.stacks))


def _kept(record: ReleaseRecord, store: StoreReader) -> Plan:
    text = store.kept_plan(record.plan)
    if text is None:
        raise not_kept(record, "plan")
    return open_plan(text)


def _unrecorded(store: StoreReader) -> tuple[ReleaseRecord, ...]:
    """The release of a run that was cut off: nobody recorded it, and its migration may have run."""
    plan = cut_off(store)
    return tuple(record_of(plan, store, step) for step in plan.steps if isinstance(step, RecordRelease)) if plan else ()


def _require_built(record: ReleaseRecord, live: Live, hive: Hive) -> None:
    """The built tree is what new instances fetch; no step of a rollback makes it again."""
    bucket = live.bootstrap.outputs.get(names.ARTIFACT_BUCKET, "") if live.bootstrap else ""
    prefix = names.artifact_prefix(*hive.deployment.split(":"))
    keys = (names.built_key(prefix, record.digest), names.built_record_key(prefix, record.digest))
    if not bucket or not all(hive.observatory.objects.exists(bucket, key) for key in keys):
        raise not_kept(record, "built tree")
