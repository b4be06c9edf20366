"""One folder per case: `app/` is a repository, `expected.json` what `hivemind infer --json --no-lock` reports of it.

Where a case cannot be deployed as it is, `refused.txt` holds what `plan` and `apply` say of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.errors import InferenceError
from hivemind.infer.discover import explore
from hivemind.infer.infer import infer
from hivemind.infer.report import report, to_json
from hivemind.infer.survey import survey
from hivemind.infer.tree import Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from hivemind.spec.load import load

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/app"))
PLAIN = Spec(name="case", services=(ServiceSpec(),), environments={"local": EnvironmentSpec()})
"""What `name: case` alone says: one web service, nothing said about it."""


def written(app: Path) -> Spec | None:
    """The case's own spec, if it has one."""
    return load(app / "hivemind.yaml") if (app / "hivemind.yaml").exists() else None


def reported(app: Path) -> str:
    """What inference reports of a repository."""
    tree = Tree(app)
    spec = written(app)
    return to_json(report(survey(tree, spec) if spec else explore(tree, "case"))) + "\n"


def refused(app: Path) -> str:
    """Why the repository cannot be deployed; empty when it can."""
    try:
        infer(Tree(app), written(app) or PLAIN)
    except InferenceError as error:
        return f"{error}\nhint: {error.hint}\n"
    return ""


@pytest.mark.parametrize("case", CASES)
def test_infer_reports_as_recorded(case: str, golden) -> None:
    try:
        golden(HERE / case / "expected.json", reported(HERE / case / "app"))
    except InferenceError:
        assert not (HERE / case / "expected.json").exists(), "the spec is refused: nothing is reported"


@pytest.mark.parametrize("case", CASES)
def test_infer_refuses_as_recorded(case: str, golden) -> None:
    why, file = refused(HERE / case / "app"), HERE / case / "refused.txt"
    if why:
        golden(file, why)
    else:
        assert not file.exists(), "the case can be deployed: delete refused.txt"


@pytest.mark.parametrize("case", CASES)
def test_infer_answers_the_same_twice(case: str) -> None:
    app = HERE / case / "app"
    assert refused(app) == refused(app)
