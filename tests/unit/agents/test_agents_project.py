"""Where a spec's services are, and what of an environment the Conductor sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.agents.project import read_project
from hivemind.errors import SpecError, UsageError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_spec_beside_its_application_is_rooted_where_the_application_is(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "app/main.py", "")
    spec = write(tmp_path / "specs/shop.yaml", "name: shop\napp: {path: ../app}\n")
    project = read_project(spec)
    assert project.root == (tmp_path / "app").resolve()
    assert [service.path for service in project.spec.services] == ["."]


def test_services_in_several_places_are_rooted_in_what_holds_them_all(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for place in ("apps/web/a.py", "apps/jobs/b.py"):
        write(tmp_path / place, "")
    services = "services:\n  web: {path: ../apps/web}\n  jobs: {kind: worker, path: ../apps/jobs, start: run}\n"
    project = read_project(write(tmp_path / "specs/shop.yaml", f"name: shop\n{services}"))
    assert project.root == (tmp_path / "apps").resolve()
    assert [service.path for service in project.spec.services] == ["web", "jobs"]


def test_an_application_outside_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repository/.git").mkdir(parents=True)
    write(tmp_path / "other/app.py", "")
    spec = write(tmp_path / "repository/hivemind.yaml", "name: shop\napp: {path: ../other}\n")
    with pytest.raises(SpecError):
        read_project(spec)


def test_an_environment_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    spec = write(tmp_path / "hivemind.yaml", "name: shop\nenvironments: {staging: {stage: stage-1}}\n")
    with pytest.raises(UsageError) as refused:
        read_project(spec).environment("production")
    assert "staging" in refused.value.hint
    assert "local" in refused.value.hint
