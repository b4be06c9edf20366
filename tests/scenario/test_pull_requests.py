"""The whole story of a pull request: a real repository, GitHub's API over HTTP, and the local cloud in place of AWS.

Every job is a process of its own in a fresh clone, as on a runner; nothing but the forge and the cloud remembers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.github import GitHub, Thread
from scenario import tiny_app
from scenario.runner import Repository, Runner
from scenario.terminal import Said, Terminal, ask

from hivemind.plan.review import MARK

pytestmark = [pytest.mark.slow, pytest.mark.proof]
APPLIED = "<!-- hivemind:apply"
REFUSED = 4


@dataclass(frozen=True)
class Team:
    """Those who work on one repository, and the jobs that its workflows run."""

    clone: Repository
    github: GitHub
    job: Runner
    person: Terminal

    def propose(self, branch: str, body: str, server: str = "") -> Thread:
        """Another answer of the application, or another server, as a pull request that is planned."""
        self.clone.at("main")
        self.write(body)
        if server:
            (self.clone.folder / "server.py").write_text(server)
        self.clone.push(branch, f"answer {body}")
        thread = self.github.open_pull(branch, author="dev")
        self.plan(thread)
        return thread

    def write(self, body: str) -> None:
        tiny_app.write_for_aws(self.clone.folder, body, boundary=True)

    def plan(self, thread: Thread, expected: int = 0) -> str:
        """The workflow of a pull request; what its comment says then."""
        said = self.job("pull_request", thread, "plan", ref=f"origin/{thread.branch}")
        assert said.code == expected, said.out + said.err
        (comment,) = self.github.ours(thread, MARK)
        return comment

    def merge(self, thread: Thread) -> Said:
        """The button, and the workflow of the push that it makes."""
        return self.job("push", thread, "apply", ref=self.github.merge(thread))

    def command(self, thread: Thread, words: str, author: str = "owner") -> Said:
        ref = "origin/main" if thread.merged else f"origin/{thread.branch}"
        return self.job("issue_comment", thread, "command", ref=ref, words=words, author=author)

    def applied(self, thread: Thread) -> str:
        (comment,) = self.github.ours(thread, APPLIED)
        return comment


@pytest.fixture
def team(hivemind: Terminal, tmp_path: Path) -> Iterator[Team]:
    hivemind("emulator", "start", "--runtimes", "nearest")
    endpoint = hivemind.emulator()["endpoint"]
    clone = Repository.made(tmp_path / "bare.git", tmp_path / "clone")
    clone.push("main", "nothing yet")
    with GitHub(tmp_path / "bare.git").serving() as github:
        github.permissions = {"owner": "admin", "dev": "write", "reader": "read"}
        made = Team(clone, github, Runner(github, tmp_path, endpoint), Terminal(tmp_path / "home", endpoint))
        made.write("A")
        done = made.person("bootstrap", clone.folder, "-e", "staging", "--github", "acme@1/shop@2", "--yes")
        assert done.code == 0, done.err
        assert "ApplyStagingRole" in done.out
        yield made
        assert github.unknown == []


def test_the_whole_story(team: Team) -> None:
    first = team.propose("start", "A")
    assert "tiny\\:staging: " in team.plan(first)
    assert [status["state"] for status in team.github.statuses] == ["success", "success"]
    said = team.merge(first)
    assert said.code == 0, said.out + said.err
    url = team.github.deployments[0]["states"][-1][1]
    assert ask(url) == (200, "A")
    assert f"Reached at {url}" in team.applied(first)

    second = team.propose("better", "B")
    team.write("C")
    team.clone.push("better", "answer C instead")
    before = team.github.ours(second, MARK)
    assert "release beside what runs" in team.plan(second)
    assert team.github.ours(second, MARK) != before
    assert [comment["edits"] for comment in second.comments] == [1]
    second.reviews = [("owner", "CHANGES_REQUESTED"), ("owner", "APPROVED"), ("reader", "COMMENTED")]
    said = team.merge(second)
    assert said.code == 0, said.out + said.err
    assert ask(url) == (200, "C")
    told = team.person("status", team.clone.folder, "-e", "staging", "--json")
    assert "dev by #2, approved by owner" in told.out

    third = team.propose("worse", "C", server="raise SystemExit('it does not start')\n")
    said = team.merge(third)
    assert said.code == 1, said.out + said.err
    assert ask(url) == (200, "C")
    assert "🔴 tiny\\:staging failed" in team.applied(third)
    assert "it does not start" in team.applied(third)
    assert [state for state, _ in team.github.deployments[-1]["states"]] == ["in_progress", "failure"]

    assert team.command(third, "/hivemind revert", author="reader").code == REFUSED
    assert team.command(third, "/hivemind revert").code == 0
    fourth = team.github.threads[4]
    assert "As they are: tiny\\:staging" in team.plan(fourth)
    assert team.merge(fourth).code == 0
    assert ask(url) == (200, "C")


def test_what_moved_after_the_review_is_not_applied_until_somebody_looked(team: Team) -> None:
    assert team.merge(team.propose("start", "A")).code == 0
    url = team.github.deployments[0]["states"][-1][1]
    reviewed = team.propose("better", "B")
    team.write("by hand")
    assert team.person("apply", team.clone.folder, "-e", "staging", "--yes").code == 0
    said = team.merge(reviewed)
    assert said.code == REFUSED, said.out + said.err
    assert "moved: " in said.err
    assert "the cloud" in said.err
    assert ask(url) == (200, "by hand")
    assert "⛔ tiny\\:staging not applied" in team.applied(reviewed)
    assert team.command(reviewed, "thank you, looks good").code == 0
    assert team.command(reviewed, "/hivemind apply").code == REFUSED
    assert ask(url) == (200, "by hand")
    assert team.command(reviewed, "now then:\r\n/hivemind plan\r\n").code == 0
    assert team.command(reviewed, "/hivemind apply -e staging").code == 0
    assert ask(url) == (200, "B")
    assert "🟢 tiny\\:staging applied" in team.applied(reviewed)
