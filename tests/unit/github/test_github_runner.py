"""The runner's side: events as GitHub leaves them, and what a job says beside its log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hivemind.errors import Problem, UsageError
from hivemind.github.command import command_in
from hivemind.github.event import read_event
from hivemind.github.runner import Runner
from hivemind.model.event import Command, Commanded, PlannedElsewhere, Proposed, Pushed

COMMENT = {"user": {"login": "ann"}, "body": "/hivemind plan"}
RUN = {"head_sha": "a1", "head_branch": "fix", "head_repository": {"owner": {"login": "stranger"}}}
EVENTS: tuple[tuple[str, Any, object], ...] = (
    ("pull_request", {"pull_request": {"number": 7}}, Proposed(number=7)),
    ("push", {"ref": "refs/heads/main", "after": "a1"}, Pushed(commit="a1", branch="main")),
    (
        "issue_comment",
        {"issue": {"number": 7, "pull_request": {}}, "comment": COMMENT},
        Commanded(number=7, author="ann", command=Command(verb="plan")),
    ),
    ("workflow_run", {"workflow_run": RUN}, PlannedElsewhere(head="a1", branch="stranger:fix")),
)


def environment(tmp_path: Path, name: str, told: str) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(told)
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


@pytest.mark.parametrize(("name", "told", "event"), EVENTS, ids=[name for name, *_ in EVENTS])
def test_an_event_is_what_happened(tmp_path: Path, name: str, told: Any, event: object) -> None:
    assert read_event(environment(tmp_path, name, json.dumps(told))) == event


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("push", '{"ref": "refs/tags/v1", "after": "a1"}'),
        ("issue_comment", '{"issue": {"number": 7}, "comment": {}}'),
        ("pull_request", "{"),
        ("pull_request", "[]"),
        ("pull_request", '{"pull_request": null}'),
        ("release", "{}"),
    ],
)
def test_what_means_nothing_to_us_is_said_to(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(UsageError, match=f"the event `{name}` is none"):
        read_event(environment(tmp_path, name, told))


def test_outside_of_a_workflow_it_says_what_writes_one() -> None:
    with pytest.raises(UsageError, match="no workflow") as caught:
        read_event({})
    assert "hivemind ci init" in caught.value.hint


def test_a_place_is_marked_whatever_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    Runner({}).annotate(Problem(file="a,b:c.yaml", line=3, column=5, message="100%\n::error::x", hint="Fix"))
    assert capsys.readouterr().out == (
        "::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=HiveMind::100%25%0A::error::x. Fix\n"
    )


def test_while_quoting_no_line_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        with Runner({"GITHUB_ACTIONS": "true"}).quoting():
            sys.stdout.write("::add-mask::x\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    first, hostile, last = capsys.readouterr().out.splitlines()
    word = first.removeprefix("::stop-commands::")
    assert (len(word), hostile, last) == (32, "::add-mask::x", f"::{word}::")


def test_an_output_cannot_be_broken_out_of(tmp_path: Path) -> None:
    runner = Runner({"GITHUB_OUTPUT": str(tmp_path / "output")})
    runner.give("ref", "x\nEOF\nother=1")
    first, *value, end = (tmp_path / "output").read_text().splitlines()
    assert first == f"ref<<{end}"
    assert value == ["x", "EOF", "other=1"]


def test_a_summary_is_cut_to_what_github_takes(tmp_path: Path) -> None:
    Runner({"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}).summarise("ä" * 700_000)
    assert 999_000 < (tmp_path / "summary").stat().st_size < 1_048_576


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("/hivemind plan", Command(verb="plan")),
        (
            "please\r\n/hivemind apply -e staging -e production  \r\nthanks",
            Command(verb="apply", environments=("staging", "production")),
        ),
        ("/hivemind\trevert", Command(verb="revert")),
        ("/hivemind plan now", None),
        ("I would not /hivemind apply", None),
        ("> /hivemind apply", None),
        ("/hivemind destroy", None),
        ("/hivemind apply -e ../x", None),
        ("/hivemind apply --yes", None),
        ("/hivemind" + " " * 50_000 + "x", None),
        ("", None),
    ],
)
def test_a_command_stands_on_a_line_of_its_own(words: str, command: Command | None) -> None:
    assert command_in(words) == command
