"""What is stuck in a deployment, by a look at the cloud and at what is remembered of it.

`python -m hivemind.agents.doctor` prints the schema of what `hivemind doctor --json` prints.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping

from hivemind.agents.conductor import cut_off, recorded
from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import SPEC_FILE, Project
from hivemind.agents.status import last_run
from hivemind.errors import RefusedError
from hivemind.model import names
from hivemind.model.live import COLOURS, Colour, Instance, Live, Owned
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.symptom import Diagnosis
from hivemind.plan.doctor.examine import examine
from hivemind.plan.doctor.facts import Facts, Targets
from hivemind.plan.standing import stacks
from hivemind.ports import Observatory, StoreReader

SCHEMA_ID = "doctor.schema.json"
RESULT = ".result"
ALIVE = ("pending", "running", "stopping", "stopped")


def diagnose(project: Project, environment: EnvironmentSpec, hive: Hive) -> Diagnosis:
    """Everything that is stuck now, each with the way out."""
    look, store = hive.observatory, hive.store
    live = observe(project.spec, environment.name, look)
    machines = tuple(m for m in look.instances.tagged({names.TAG_DEPLOYMENT: hive.deployment}) if m.state in ALIVE)
    facts = Facts(
        arguments=_arguments(project, environment),
        services=frozenset(service.name for service in project.spec.services),
        live=live,
        targets=dict(_targets(live, look)),
        holder=store.holder,
        last_run=last_run(store),
        resumable=_resumable(store),
        recorded=recorded(store.releases()),
        claims=tuple(_claims(hive.deployment, live, machines, look)),
        strays=tuple(_strays(hive.deployment, live, machines, look)),
    )
    return Diagnosis(deployment=hive.deployment, symptoms=examine(facts))


def to_json(made: Diagnosis) -> str:
    """The diagnosis as `hivemind doctor --json` prints it."""
    return json.dumps(made.model_dump(mode="json"), indent=2, ensure_ascii=False)


def schema_text() -> str:
    """The schema as it is committed in `schemas/doctor.schema.json`."""
    made = Diagnosis.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _arguments(project: Project, environment: EnvironmentSpec) -> str:
    """What names this deployment on a command line, as short as it can be."""
    place = str(project.file.parent if project.file.name == SPEC_FILE else project.file)
    path = "" if place == "." else f" {shlex.quote(place)}"
    return path if environment.is_local else f"{path} -e {environment.name}"


def _resumable(store: StoreReader) -> bool:
    try:
        return cut_off(store) is not None
    except RefusedError:
        return False


def _targets(live: Live, look: Observatory) -> Iterator[tuple[tuple[str, Colour], Targets]]:
    for service, stack in live.stacks.items():
        for colour in COLOURS:
            group = stack.resource(names.for_colour(colour, "Targets"))
            if group is not None and group.physical_id:
                found = look.traffic.health(group.physical_id)
                yield (service, colour), Targets(sum(t.state == "healthy" for t in found), len(found))


def _claims(deployment: str, live: Live, machines: tuple[Instance, ...], look: Observatory) -> Iterator[str]:
    bucket = live.bootstrap.outputs.get(names.ARTIFACT_BUCKET, "") if live.bootstrap else ""
    working = {m.tags.get(names.TAG_RELEASE) for m in machines if _is_builder(m)}
    folder = names.migration_claim_key(names.artifact_prefix(*deployment.split(":")), "")
    keys = set(look.objects.listed(bucket, folder)) if bucket else set()
    for key in sorted(keys):
        if not key.endswith(RESULT) and f"{key}{RESULT}" not in keys and key.removeprefix(folder) not in working:
            yield f"s3://{bucket}/{key}"


def _strays(deployment: str, live: Live, machines: tuple[Instance, ...], look: Observatory) -> Iterator[Owned]:
    """What is owned and is neither a stack that was observed, nor a resource of one, nor a machine of its groups.

    A builder is no stray: it ends itself. A machine that is on its way out is none either.
    """
    ours = {stack.name for stack in stacks(live).values()}
    ours |= {resource.physical_id for stack in stacks(live).values() for resource in stack.resources}
    ours |= {machine.id for group in _groups(live) for machine in look.instances.in_group(group)}
    known: Mapping[str, Instance] = {machine.id: machine for machine in machines}
    for owned in look.inventory.owned(deployment):
        leaving = owned.kind == "instance" and (owned.id not in known or _is_builder(known[owned.id]))
        if owned.id not in ours and not leaving:
            yield owned


def _groups(live: Live) -> Iterator[str]:
    for stack in live.stacks.values():
        for colour in COLOURS:
            group = stack.resource(names.for_colour(colour, "Group"))
            if group is not None and group.physical_id:
                yield group.physical_id


def _is_builder(machine: Instance) -> bool:
    return machine.tags.get(names.TAG_ROLE) == names.BUILDER


if __name__ == "__main__":
    sys.stdout.write(schema_text())
