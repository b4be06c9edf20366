"""A job of a repository's workflow: a fresh checkout, and what a runner of GitHub Actions gives it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from fakes.github import WRITER, GitHub, Thread
from scenario.terminal import Said, Terminal

_NUMBERS = count()


@dataclass(frozen=True)
class Worker(Terminal):
    """A terminal on a runner."""

    given: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.given}


@dataclass(frozen=True)
class Runner:
    """Runs `hivemind ci` for an event as a workflow would, each time in a folder of its own below `folder`."""

    github: GitHub
    folder: Path
    endpoint: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What the job's environment holds besides."""

    def __call__(
        self,
        event: str,
        thread: Thread,
        *arguments: str | Path,
        ref: str,
        words: str = "",
        author: str = "",
        token: str = WRITER,
    ) -> Said:
        place = self.folder / f"job-{next(_NUMBERS)}"
        checkout = ["clone", "-q", str(self.github.git), str(place / "work")]
        subprocess.run(["git", *checkout], check=True)
        subprocess.run(["git", "checkout", "-q", "--detach", ref], cwd=place / "work", check=True)
        told = self.github.event(event, thread, words, author)
        given = self.github.given(place, event, told, token)
        worker = Worker(place / "home", self.endpoint, {**self.beside, **given})
        return worker("ci", *arguments, cwd=place / "work")


@dataclass(frozen=True)
class Repository:
    """A developer's clone; `push` is what the team sees."""

    folder: Path

    @classmethod
    def made(cls, bare: Path, folder: Path) -> Repository:
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
        subprocess.run(["git", "clone", "-q", str(bare), str(folder)], check=True, capture_output=True)
        return cls(folder)

    def push(self, branch: str, message: str) -> None:
        """Everything in the folder, committed and pushed to a branch."""
        person = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")
        self("add", "-A")
        self(*person, "commit", "-q", "--allow-empty", "-m", message)
        self("push", "-q", "origin", f"HEAD:refs/heads/{branch}")

    def at(self, branch: str) -> None:
        """The folder as the team's branch has it."""
        self("fetch", "-q", "origin")
        self("checkout", "-q", "--detach", f"origin/{branch}")

    def __call__(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True)
