"""Which specs of a repository a change touches."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.many import write

from hivemind.agents.project import read_project
from hivemind.agents.review import environments, specs_in, touched
from hivemind.errors import UsageError

BESIDE = "name: beside\napp: {path: ../apps/app0001}\nenvironments: {staging: {}}\n"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Three applications with their specs, and a spec in a folder of its own that speaks of the second."""
    write(tmp_path, 3)
    (tmp_path / ".git").mkdir()
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/hivemind.yaml").write_text(BESIDE)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("apps/app0000/app.py", ["app0000"]),
        ("apps/app0000/deep/down/x", ["app0000"]),
        ("apps/app0001/app.py", ["app0001", "specs"]),
        ("apps/app0001/hivemind.yaml", ["app0001", "specs"]),
        ("specs/hivemind.yaml", ["specs"]),
        ("specs/hivemind.lock", ["specs"]),
        ("generated/beside/staging/web.yaml", ["specs"]),
        ("generated/app0002/staging/web.yaml", ["app0002"]),
        ("apps/app00", []),
        ("README.md", []),
    ],
)
def test_a_change_touches_the_specs_that_speak_of_it(top: Path, path: str, names: list[str]) -> None:
    assert [spec.parent.name for spec in touched(specs_in(top), top, [path])] == names


def test_where_nobody_knows_what_changed_everything_did(top: Path) -> None:
    assert touched(specs_in(top), top, None) == specs_in(top)


def test_a_spec_that_cannot_be_read_is_touched_by_its_own_change(top: Path) -> None:
    (top / "apps/app0000/hivemind.yaml").write_text(": :")
    assert [spec.parent.name for spec in touched(specs_in(top), top, ["apps/app0000/hivemind.yaml"])] == ["app0000"]


def test_a_place_without_specs_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no spec"):
        specs_in(tmp_path)


def test_unless_asked_only_what_is_on_aws_is_meant(top: Path) -> None:
    project = read_project(top / "apps/app0000")
    assert [each.name for each in environments(project, ())] == ["staging"]
    assert [each.name for each in environments(project, ("local", "nowhere"))] == ["local"]
