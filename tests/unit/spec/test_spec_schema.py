"""The schema takes what the loader takes and refuses what is wrong in shape; it knows every field of the models."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from hivemind.model.record import Record
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.spec.document import sections
from hivemind.spec.schema import schema
from hivemind.spec.starter import starter

GOLDEN = Path(__file__).parents[2] / "golden" / "spec"
GOOD = sorted(path.stem for path in GOLDEN.glob("*.json"))
BROKEN_IN_SHAPE = (
    "app-and-services", "booleans", "commands", "database", "database-engine", "durations", "local", "name-invalid",
    "name-missing", "name-misspelt", "network", "network-incomplete", "not-a-mapping", "port", "production",
    "runtime", "secrets", "unknown-keys", "worker",
)  # fmt: skip


def test_the_module_prints_what_is_published(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "hivemind.spec.schema")
    runpy.run_module("hivemind.spec.schema", run_name="__main__")
    published = Path(__file__).parents[3] / "schemas" / "hivemind.schema.json"
    assert capsys.readouterr().out == published.read_text()


class EditorLoader(yaml.SafeLoader):
    """Reads scalars by the core schema of YAML 1.2, as editors do."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), list(first))
EditorLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def as_editors_read(text: str) -> Any:
    return yaml.load(text, Loader=EditorLoader)


@pytest.mark.parametrize("name", GOOD)
def test_good_specs_are_valid(name: str, validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(as_editors_read((GOLDEN / f"{name}.yaml").read_text()))


@pytest.mark.parametrize("name", BROKEN_IN_SHAPE)
def test_specs_broken_in_shape_are_not(name: str, validator: jsonschema.Draft202012Validator) -> None:
    assert not validator.is_valid(as_editors_read((GOLDEN / f"{name}.yaml").read_text()))


def test_the_starter_is_valid(validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(as_editors_read(starter("guestbook", None)))


def test_every_default_and_example_is_valid_itself() -> None:
    def walk(part: Any) -> None:
        if isinstance(part, dict):
            for example in (*part.get("examples", ()), *([part["default"]] if "default" in part else ())):
                jsonschema.validate(example, part)
            for below in part.values():
                walk(below)

    walk(schema()["properties"])


def test_every_key_is_described() -> None:
    assert all(key.description.endswith(".") for _, section in sections() for key in section.keys.values())


def test_the_document_knows_every_field_of_the_models() -> None:
    known: dict[type[Record], set[str]] = {}
    for _, section in sections():
        known.setdefault(section.model, set()).update(key.field for key in section.keys.values())
    assert known.pop(Spec) == {*Spec.model_fields, "app"}
    named = {ServiceSpec, EnvironmentSpec}
    assert known == {model: set(model.model_fields) - ({"name"} if model in named else set()) for model in known}
    assert named <= known.keys()
