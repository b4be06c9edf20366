"""A survey as the report that people and programs read; `python -m hivemind.infer.report` prints its schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from hivemind.infer.facts import Survey, Surveyed, question
from hivemind.model.report import InferenceReport, ServiceReport

SCHEMA_ID = "infer.schema.json"
WEB_DEFAULTS: Mapping[str, object] = {"port_env": "PORT"}
"""What holds of a web service that nothing else is said of."""


def report(survey: Survey) -> InferenceReport:
    """Everything that was found, each gap with the question that would close it."""
    services = tuple(_service(service) for service in survey.services)
    gaps = [gap for service in survey.services for gap in _gaps(service)]
    if not services:
        gaps.append(question("services", "no application was found; set app.path, or app.runtime and app.start"))
    return InferenceReport(services=services, evidence=survey.evidence, unsure=(*survey.unsure, *gaps))


def to_json(made: InferenceReport) -> str:
    """The report as `hivemind infer --json` prints it: every field of a service, also those that are null."""
    return json.dumps(made.model_dump(mode="json"), indent=2, ensure_ascii=False)


def _service(service: Surveyed) -> ServiceReport:
    spec, facts = service.spec, service.facts
    values = {name: found.value for name, found in facts.items() if name in ServiceReport.model_fields}
    defaults = WEB_DEFAULTS if spec.kind == "web" else {}
    return ServiceReport.model_validate({**defaults, **values, "name": spec.name, "kind": spec.kind, "path": spec.path})


def _gaps(service: Surveyed) -> list[Any]:
    """A question for a field that no service can do without and that has neither fact nor question."""
    asked = {one.field for one in service.questions}
    hints = {"start": "nothing says how it is started; add a Procfile or set app.start", **service.hints}
    return [
        question(f"{service.spec.name}.{name}", hint)
        for name, hint in hints.items()
        if name not in service.facts and name not in asked
    ]


def schema_text() -> str:
    """The schema as it is committed in `schemas/infer.schema.json`."""
    made = InferenceReport.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
