"""The runner of GitHub Actions: annotations, the job's summary, outputs for later steps.

A line that begins with `::` is a command to the runner, so what comes from a repository is written with commands off.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hivemind.errors import Problem

MOST_SUMMARY = 1_000_000
"""Bytes of a step's summary; GitHub takes 1 MiB."""


class Runner:
    """What a job says beside its log; outside of a workflow only the log is there."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def annotate(self, problem: Problem) -> None:
        """Mark a place of a file in the pull request."""
        places = {"file": problem.file, "line": problem.line, "col": problem.column, "title": "HiveMind"}
        told = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value)
        sys.stdout.write(f"::error {told}::{_data(f'{problem.message}. {problem.hint}')}\n")

    def summarise(self, text: str) -> None:
        """Add Markdown to the job's summary, as much of it as GitHub takes."""
        path = self._environment.get("GITHUB_STEP_SUMMARY")
        if path:
            with Path(path).open("ab") as file:
                file.write(text.encode()[:MOST_SUMMARY].decode(errors="ignore").encode() + b"\n")

    def give(self, name: str, value: str) -> None:
        """Set an output of the step."""
        path = self._environment.get("GITHUB_OUTPUT")
        if path:
            end = secrets.token_hex(16)
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"{name}<<{end}\n{value}\n{end}\n")

    @contextmanager
    def quoting(self) -> Iterator[None]:
        """While this lasts, no line of the log is a command to the runner."""
        if "GITHUB_ACTIONS" not in self._environment:
            yield
            return
        word = secrets.token_hex(16)
        sys.stdout.write(f"::stop-commands::{word}\n")
        try:
            yield
        finally:
            sys.stdout.write(f"::{word}::\n")
            sys.stdout.flush()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
