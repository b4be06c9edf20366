"""The event for which a workflow runs, as GitHub leaves it on the runner.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hivemind.errors import UsageError
from hivemind.github.command import command_in
from hivemind.model.event import Commanded, Event, PlannedElsewhere, Proposed, Pushed

BRANCH = "refs/heads/"


def read_event(environment: Mapping[str, str]) -> Event:
    """What happened; raises UsageError outside of a workflow, and for an event that means nothing to us."""
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not (name and path):
        raise UsageError(
            "this is no workflow of GitHub Actions",
            hint="`hivemind ci init` writes the workflows that run this; by hand, use `hivemind plan` and `apply`.",
        )
    try:
        return _EVENTS[name](json.loads(Path(path).read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise UsageError(
            f"the event `{name}` is none that HiveMind acts on",
            where=type(error).__name__,
            hint="It acts on pull_request, push to a branch, issue_comment on a pull request, and workflow_run.",
        ) from None


def _proposed(told: Any) -> Event:
    return Proposed(number=told["pull_request"]["number"])


def _pushed(told: Any) -> Event:
    if not told["ref"].startswith(BRANCH):
        raise ValueError(told["ref"])
    return Pushed(commit=told["after"], branch=told["ref"].removeprefix(BRANCH))


def _commanded(told: Any) -> Event:
    if "pull_request" not in told["issue"]:
        raise ValueError("an issue")
    comment = told["comment"]
    return Commanded(
        number=told["issue"]["number"], author=comment["user"]["login"], command=command_in(comment["body"])
    )


def _planned_elsewhere(told: Any) -> Event:
    run = told["workflow_run"]
    return PlannedElsewhere(
        head=run["head_sha"], branch=f"{run['head_repository']['owner']['login']}:{run['head_branch']}"
    )


_EVENTS: Mapping[str, Callable[[Any], Event]] = {
    "pull_request": _proposed,
    "push": _pushed,
    "issue_comment": _commanded,
    "workflow_run": _planned_elsewhere,
}
