"""One folder per case: `app/` is a repository, `expected.json` what is inferred of it, `expected.txt` the refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivemind.errors import InferenceError
from hivemind.infer.infer import infer
from hivemind.infer.tree import Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.spec.load import load

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/app"))


def spec_of(app: Path) -> Spec:
    """The case's own spec, or the one that `hivemind init` would imply: one web service, nothing said about it."""
    written = app / "hivemind.yaml"
    plain = Spec(name="case", services=(ServiceSpec(),), environments={"local": EnvironmentSpec()})
    return load(written) if written.exists() else plain


def told(app: Path) -> tuple[str, str]:
    """What inference answers, and the file that holds it."""
    try:
        findings = infer(Tree(app), spec_of(app))
    except InferenceError as error:
        return "expected.txt", f"{error}\nhint: {error.hint}\n"
    answer = findings.model_dump(mode="json", exclude_defaults=True)
    return "expected.json", json.dumps(answer, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_infer_answers_as_recorded(case: str, golden) -> None:
    name, text = told(HERE / case / "app")
    golden(HERE / case / name, text)
    others = {"expected.json", "expected.txt"} - {name}
    assert not any((HERE / case / other).exists() for other in others), "the case has two answers: delete one"


@pytest.mark.parametrize("case", CASES)
def test_infer_answers_the_same_twice(case: str) -> None:
    app = HERE / case / "app"
    assert told(app) == told(app)
