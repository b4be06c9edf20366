"""Laws of inference: whatever stands in the manifests, there is a report, printable, the same twice, soon."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from hivemind.errors import InferenceError
from hivemind.infer.discover import explore
from hivemind.infer.infer import infer
from hivemind.infer.report import report, to_json
from hivemind.infer.tree import Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from tests.unit.infer.hostile import repositories

pytestmark = pytest.mark.property

SPEC = Spec(
    name="x", services=(ServiceSpec(), ServiceSpec(name="w", kind="worker")), environments={"local": EnvironmentSpec()}
)
SOON = 5
"""Seconds; far more than it takes, since the machine may be busy."""


def plant(root: Path, files: Mapping[str, bytes]) -> Tree:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return Tree(root)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=repositories)
def test_any_manifests_give_a_report(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    root = tmp_path_factory.mktemp("law")
    begun = time.perf_counter()
    first = to_json(report(explore(plant(root, files), "x")))
    assert time.perf_counter() - begun < SOON
    assert first == to_json(report(explore(Tree(root), "x")))
    assert all(text.isprintable() for text in texts(json.loads(first)))
    names = [service["name"] for service in json.loads(first)["services"]]
    assert len(names) == len(set(names))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=repositories)
def test_any_manifests_are_deployed_or_refused(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    tree = plant(tmp_path_factory.mktemp("law"), files)
    assert all(text.isprintable() for text in said(tree))


def said(tree: Tree) -> list[str]:
    """What is said of a repository that is to be deployed: its commands, or why it is refused."""
    try:
        return [service.start for service in infer(tree, SPEC).services]
    except InferenceError as error:
        return [error.message, error.where, error.hint]


def texts(value: object) -> list[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in (key, *texts(one))]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []
