"""How an environment stands, by a look at the cloud and at what is remembered of it.

`python -m hivemind.agents.status` prints the schema of what `hivemind status --json` prints.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from hivemind.agents.hive import Hive
from hivemind.agents.observe import observe
from hivemind.agents.project import Project
from hivemind.model import names
from hivemind.model.live import COLOURS, Colour, Live, LiveService, LiveStack
from hivemind.model.release import ReleaseRecord, kept
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.status import ColourStatus, ReleaseStatus, RunStatus, ServiceStatus, Status
from hivemind.plan.standing import serving
from hivemind.ports import StoreReader, TrafficReader

SCHEMA_ID = "status.schema.json"


def status(project: Project, environment: EnvironmentSpec, hive: Hive) -> Status:
    """The environment as it stands now."""
    live = observe(project.spec, environment.name, hive.observatory)
    services = tuple(
        _service(name, stack, live.services.get(name, LiveService()), hive.observatory.traffic)
        for name, stack in live.stacks.items()
    )
    return Status(
        deployment=hive.deployment,
        stage=environment.stage,
        url=_url(live),
        services=services,
        releases=tuple(_releases(hive.store.releases(), {service.serving for service in services})),
        last_run=last_run(hive.store),
    )


def to_json(made: Status) -> str:
    """The status as `hivemind status --json` prints it."""
    return json.dumps(made.model_dump(mode="json"), indent=2, ensure_ascii=False)


def schema_text() -> str:
    """The schema as it is committed in `schemas/status.schema.json`."""
    made = Status.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _url(live: Live) -> str | None:
    return live.foundation.outputs.get(names.URL) if live.foundation else None


def _service(name: str, stack: LiveStack, service: LiveService, traffic: TrafficReader) -> ServiceStatus:
    colour = serving(service)
    return ServiceStatus(
        name=name,
        stack=stack.name,
        stack_status=stack.status,
        serving=service.releases.get(colour) if colour else None,
        colours=tuple(_colour(each, stack, service, traffic) for each in COLOURS),
    )


def _colour(colour: Colour, stack: LiveStack, service: LiveService, traffic: TrafficReader) -> ColourStatus:
    group = stack.resource(names.for_colour(colour, "Targets"))
    targets = traffic.health(group.physical_id) if group and group.physical_id else None
    whole = sum(service.weights.values())
    return ColourStatus(
        colour=colour,
        release=service.releases.get(colour),
        share=round(100 * service.weights.get(colour, 0) / whole) if whole else None,
        healthy=None if targets is None else sum(target.state == "healthy" for target in targets),
        targets=None if targets is None else len(targets),
    )


def _releases(records: tuple[ReleaseRecord, ...], served: set[str | None]) -> Iterator[ReleaseStatus]:
    left, within = set(served), len(kept(records))
    for number, record in enumerate(records, start=1):
        serves = record.verdict == "live" and record.digest in left
        left -= {record.digest} if serves else set()
        yield ReleaseStatus(
            number=number,
            digest=record.digest,
            commit=record.commit,
            when=record.when,
            who=record.who,
            verdict=record.verdict,
            migrated=record.migrated,
            one_way=record.one_way,
            serves=serves,
            kept=record.verdict == "live" and number <= within,
        )


def last_run(store: StoreReader) -> RunStatus | None:
    """How the last run stands; None when nothing ever ran."""
    from hivemind.apply.journal import fold

    state = fold(store.entries())
    if state is None:
        return None
    return RunStatus(transition=state.transition, who=state.who, since=state.since, ending=state.ending)


if __name__ == "__main__":
    sys.stdout.write(schema_text())
