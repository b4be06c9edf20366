"""Editing a spec sets what was asked for and leaves everything else as its author wrote it."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from hivemind.spec.edit import with_environment
from hivemind.spec.parse import parse

ROOT = Path(__file__).parents[3]
COMMENTED = """\
# The guestbook of the office.
name: guestbook   # as in the URL

app:
    start: "gunicorn app:app"   # quoted on purpose
    env:
        LOG_LEVEL: 'info'
environments:
    local: {}
    staging:
        # what the customers see
        stage: stage-1
        region: eu-central-1
"""


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_one_line_changes_and_comments_stay() -> None:
    after = with_environment(COMMENTED, "staging", {"stage": "production"})
    assert changed(COMMENTED, after) == ["-        stage: stage-1", "+        stage: production"]


def test_an_empty_environment_is_filled() -> None:
    after = with_environment(COMMENTED, "local", {"stage": "production", "monitoring.xray": True})
    assert changed(COMMENTED, after) == [
        "-    local: {}",
        "+    local:",
        "+        stage: production",
        "+        monitoring:",
        "+            xray: true",
    ]


@pytest.mark.parametrize("text", ["name: tiny\n", "# only\nname: tiny", "name: tiny\nenvironments:\n"])
def test_what_is_missing_comes_about(text: str) -> None:
    after = with_environment(text, "local", {"stage": "production"})
    assert parse(after, "hivemind.yaml").environments["local"].stage == "production"
    assert after.startswith(text.split("environments")[0].rstrip("\n"))


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/*/hivemind.yaml")) + sorted(ROOT.glob("specs/*.yaml")))
def test_every_example_keeps_its_lines(file: Path) -> None:
    before = file.read_text()
    after = with_environment(before, "local", {"stage": "production"})
    gone = [line for line in changed(before, after) if line.startswith("-")]
    assert len(gone) <= 1, gone
    spec = parse(after, "hivemind.yaml")
    assert spec.environments["local"].stage == "production"
