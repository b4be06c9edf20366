"""The report: its schema is published, every field is there, and a gap is a question."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest

from hivemind.infer.discover import explore
from hivemind.infer.report import report, schema_text, to_json
from hivemind.infer.tree import Tree

PUBLISHED = Path(__file__).parents[3] / "schemas" / "infer.schema.json"
FIELDS = {
    "name", "kind", "path", "language", "framework", "runtime", "package_manager", "install", "build", "start",
    "migrate", "port", "port_env", "health_path", "live_path", "database", "cache", "env_required", "env_optional",
    "processes",
}  # fmt: skip


def reported(tree: Tree) -> dict:
    made: dict = json.loads(to_json(report(explore(tree, "case"))))
    return made


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run `make write`"


@pytest.mark.parametrize(
    "files",
    [{}, {"requirements.txt": "flask\n", "app.py": "import flask\napp = flask.Flask(__name__)\n"}, {"pom.xml": "<"}],
    ids=["nothing", "an app", "garbage"],
)
def test_a_report_is_what_the_schema_says(plant: Callable[[Mapping[str, str]], Tree], files: Mapping[str, str]) -> None:
    made = reported(plant(files))
    jsonschema.validate(made, json.loads(PUBLISHED.read_text(encoding="utf-8")))
    assert all(set(service) == FIELDS for service in made["services"])


def test_nothing_found_is_a_question(plant: Callable[[Mapping[str, str]], Tree]) -> None:
    assert [question["field"] for question in reported(plant({}))["unsure"]] == ["services"]


def test_a_start_that_nobody_can_tell_is_null_and_asked_for(plant: Callable[[Mapping[str, str]], Tree]) -> None:
    made = reported(plant({"requirements.txt": "requests\n", "library/__init__.py": "def f():\n    return 1\n"}))
    assert [service["start"] for service in made["services"]] == [None]
    assert {"worker.start", "worker.kind"} <= {question["field"] for question in made["unsure"]}
