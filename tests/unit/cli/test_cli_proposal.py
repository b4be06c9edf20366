"""A spec as a verb would have it: told, and written only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.cli.proposal import edited
from hivemind.errors import SpecError, UsageError

SPEC = "# ours\nname: shop\nenvironments:\n  staging: {instances: 2}  # small\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "hivemind.yaml"
    made.write_text(SPEC)
    return made


def test_nothing_is_written_before_it_is_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proposal = edited(file, "staging", {"stage": "production"})
    assert proposal.project.environment("staging").stage == "production"
    proposal.show()
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:",
        "  -   staging: {instances: 2}  # small",
        "  +   staging: {instances: 2, stage: production} # small",
        "",
    ]
    assert file.read_text() == SPEC
    proposal.write()
    assert file.read_text() == SPEC.replace("2} ", "2, stage: production}")


def test_what_says_it_already_is_left_as_it_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proposal = edited(file, "staging", {})
    file.chmod(0o400)
    proposal.show()
    proposal.write()
    assert (capsys.readouterr().out, file.read_text()) == ("", SPEC)


def test_a_first_spec_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hivemind.yaml"
    proposal = edited(file, "staging", {"monitoring.xray": True}, new="name: shop\n")
    proposal.show()
    assert capsys.readouterr().out == f"{file} is new.\n\n"
    assert not file.exists()
    proposal.write()
    assert proposal.project.environment("staging").monitoring.xray


def test_what_would_be_no_spec_has_all_its_problems_told(file: Path) -> None:
    file.write_text("name: shop\nnope: 1\nalso: 2\n")
    with pytest.raises(SpecError) as caught:
        _ = edited(file, "staging", {"stage": "production"}).project
    assert len(caught.value.problems) == 2


def test_a_spec_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    proposal = edited(tmp_path / "gone" / "hivemind.yaml", "local", {}, new="name: shop\n")
    with pytest.raises(UsageError, match="cannot be written") as caught:
        proposal.write()
    assert "Nothing was changed" in caught.value.hint
