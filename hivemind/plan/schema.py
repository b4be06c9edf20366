"""The published JSON Schema of a plan, made from the model; `python -m hivemind.plan.schema` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from hivemind.model.plan import Plan

SCHEMA_ID = "plan.schema.json"


def schema() -> Mapping[str, Any]:
    """The schema of what `hivemind plan --json` writes."""
    made = Plan.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}


def text() -> str:
    """The schema as it is committed in `schemas/plan.schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
