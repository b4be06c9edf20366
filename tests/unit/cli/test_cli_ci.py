"""The verbs of a repository's workflows, before a fake GitHub: what they say in a pull request, and whom they obey."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.github import READER, WRITER, GitHub, Thread
from fakes.many import write

from hivemind.cli.main import run
from hivemind.plan.review import MARK
from hivemind.render.workflows import NAMES

PERSON = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")
REFUSED, INVALID, FAILED = 4, 2, 1
Said = tuple[int, str, str]


@dataclass(frozen=True)
class Shop:
    """A repository of three applications at a fake GitHub, and a job in its checkout."""

    folder: Path
    github: GitHub
    job: Callable[..., Said]

    def propose(self, path: str, text: str, *, author: str = "dev", fork: bool = False) -> Thread:
        """A pull request that changes one file; the folder is its checkout then."""
        branch = f"change-{len(self.github.threads)}"
        self.git("checkout", "-q", "-b", branch, "main")
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)
        self.git("add", ".")
        self.git(*PERSON, "commit", "-qm", "change")
        return self.github.open_pull(branch, author=author, fork=fork)

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.folder, check=True)


@pytest.fixture
def shop(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    folder = write(tmp_path / "shop", 3)
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*PERSON, "commit", "-qm", "start"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    monkeypatch.chdir(folder)

    with GitHub(folder / ".git").serving() as github:

        def job(
            event: str, thread: Thread, *arguments: str, words: str = "", by: str = "", token: str = WRITER
        ) -> Said:
            given = github.given(tmp_path, event, github.event(event, thread, words, by), token)
            for name, value in given.items():
                monkeypatch.setenv(name, value)
            code = run(["ci", *arguments])
            out, err = capfd.readouterr()
            return code, out, err

        github.permissions = {"owner": "admin", "reader": "read"}
        yield Shop(folder, github, job)
        assert github.unknown == []


def test_only_what_a_change_touches_is_planned_and_told(shop: Shop, tmp_path: Path) -> None:
    thread = shop.propose("apps/app0001/app.py", "changed = True\n")
    code, out, err = shop.job("pull_request", thread, "plan", "--offline", "--out", str(tmp_path / "plans.json"))
    assert (code, err) == (0, "")
    assert '"deployment":"app0001:staging"' in (tmp_path / "plans.json").read_text()
    assert out.splitlines()[0].startswith("::stop-commands::")
    assert "1 deployment: 1 to change" in out
    (comment,) = shop.github.ours(thread, MARK)
    assert "app0001\\:staging" in comment
    assert "app0000" not in comment
    assert "cannot be applied by a merge alone" in comment
    (status,) = shop.github.statuses
    assert (status["sha"], status["state"]) == (shop.github.head(thread), "success")
    assert "app0001\\:staging" in (tmp_path / "summary.md").read_text()


def test_a_change_of_no_application_is_told_as_that(shop: Shop) -> None:
    thread = shop.propose("README.md", "hello\n")
    assert shop.job("pull_request", thread, "plan", "--offline")[0] == 0
    (comment,) = shop.github.ours(thread, MARK)
    assert "No deployment is touched" in comment


def test_what_is_wrong_in_a_spec_is_marked_at_its_line_and_fails_the_check(shop: Shop) -> None:
    thread = shop.propose("apps/app0001/hivemind.yaml", "name: app0001\nnmae: x\n")
    code, out, _ = shop.job("pull_request", thread, "plan", "--offline")
    assert code == FAILED
    assert "::error file=apps/app0001/hivemind.yaml,line=2,col=1,title=HiveMind::" in out
    (comment,) = shop.github.ours(thread, MARK)
    assert "no plan" in comment
    assert [status["state"] for status in shop.github.statuses] == ["failure"]


def test_templates_that_are_committed_must_be_current(shop: Shop) -> None:
    assert run(["render", "apps/app0001"]) == 0
    shop.git("add", "generated")
    shop.git(*PERSON, "commit", "-qm", "templates")
    spec = (shop.folder / "apps/app0001/hivemind.yaml").read_text()
    thread = shop.propose("apps/app0001/hivemind.yaml", f"# The shop.\n{spec}")
    assert shop.job("pull_request", thread, "plan", "--offline")[0] == 0
    thread = shop.propose("apps/app0001/hivemind.yaml", spec.replace("us-east-1", "us-east-1, instances: 2"))
    code, out, _ = shop.job("pull_request", thread, "plan", "--offline")
    assert code == FAILED
    assert "::error file=apps/app0001/hivemind.yaml,title=HiveMind::the committed templates of app0001" in out
    assert "### ⛔ app0001\\:staging: to put right" in shop.github.ours(thread, MARK)[0]


def test_a_fork_is_planned_without_rights_and_told_by_a_job_that_has_them(shop: Shop, tmp_path: Path) -> None:
    thread, saved = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True), tmp_path / "planned"
    code, _, err = shop.job("pull_request", thread, "plan", "--offline", token=READER)
    assert (code, "403" in err) == (FAILED, True)
    code, *_ = shop.job("pull_request", thread, "plan", "--offline", "--silent", "--out", str(saved), token=READER)
    assert (code, thread.comments, shop.github.statuses) == (0, [], [])
    assert shop.job("workflow_run", thread, "comment", str(saved))[0] == 0
    (comment,) = shop.github.ours(thread, MARK)
    assert "app0001\\:staging" in comment
    assert "hivemind:reviewed" not in comment


def test_what_a_fork_says_of_itself_is_no_review(shop: Shop, tmp_path: Path) -> None:
    thread, saved = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True), tmp_path / "planned"
    shop.job("pull_request", thread, "plan", "--offline", "--silent", "--out", str(saved), token=READER)
    saved.write_text(saved.read_text().replace('"offline":true', '"offline":false'))
    assert shop.job("workflow_run", thread, "comment", str(saved))[0] == 0
    (comment,) = shop.github.ours(thread, MARK)
    assert "hivemind:reviewed" not in comment


@pytest.mark.parametrize(
    "text", ["", "{}", '{"planned": [{"file": 1}]}', "[" * 10_000, "\0", '{"planned": [], "x": 1}']
)
def test_what_no_job_of_ours_wrote_is_refused(shop: Shop, tmp_path: Path, text: str) -> None:
    thread, saved = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True), tmp_path / "planned"
    saved.write_text(text)
    code, _, err = shop.job("workflow_run", thread, "comment", str(saved))
    assert (code, "these are no plans" in err, thread.comments) == (REFUSED, True, [])


def test_what_cannot_be_read_or_written_is_told_and_no_traceback(shop: Shop, tmp_path: Path) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True)
    code, _, err = shop.job("workflow_run", thread, "comment", str(tmp_path / "none"))
    assert (code, "cannot be read" in err, thread.comments) == (INVALID, True, [])
    code, _, err = shop.job("pull_request", thread, "plan", "--offline", "--silent", "--out", str(tmp_path))
    assert (code, "cannot be written" in err) == (INVALID, True)


def test_a_fork_that_moved_on_is_not_told_what_it_was(shop: Shop, tmp_path: Path) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True)
    thread.merged = "0" * 40
    code, out, _ = shop.job("workflow_run", thread, "comment", str(tmp_path / "none"))
    assert (code, "moved on" in out, thread.comments) == (0, True, [])


@pytest.mark.parametrize(
    ("words", "by", "said"),
    [
        ("/hivemind plan", "reader", "reader may not command HiveMind here"),
        ("/hivemind plan", "owner", "what comes from a fork"),
        ("/hivemind apply", "owner", "this pull request is not merged"),
        ("/hivemind revert", "owner", "this pull request is not merged"),
    ],
)
def test_a_comment_commands_only_what_is_safe(shop: Shop, words: str, by: str, said: str) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n", author="stranger", fork=True)
    code, _, err = shop.job("issue_comment", thread, "command", words=words, by=by)
    assert (code, said in err) == (REFUSED, True)
    assert said in shop.github.ours(thread, "<!-- hivemind:answer -->")[0]


def test_a_comment_that_is_none_is_left_alone(shop: Shop) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n")
    assert shop.job("issue_comment", thread, "command", words="nice!", by="reader")[0] == 0
    assert thread.comments == []


def test_the_checkout_for_a_command_is_told(shop: Shop, tmp_path: Path) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n")
    assert shop.job("issue_comment", thread, "command", "--ref", words="/hivemind plan", by="owner")[0] == 0
    assert "refs/pull/1/merge" in (tmp_path / "output").read_text()
    shop.github.merge(thread)
    assert shop.job("issue_comment", thread, "command", "--ref", words="/hivemind apply", by="owner")[0] == 0
    assert (tmp_path / "output").read_text().splitlines()[-2] == "refs/heads/main"


def test_a_commit_without_a_pull_request_is_not_applied(shop: Shop) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n")
    merged = shop.github.merge(thread)
    event = {"ref": "refs/heads/main", "after": shop.github.head(thread)}
    shop.github.event = lambda *_: event  # type: ignore[method-assign]
    code, _, err = shop.job("push", thread, "apply")
    assert (code, "without a pull request" in err, merged != event["after"]) == (REFUSED, True, True)


def test_each_verb_says_for_which_event_it_is(shop: Shop) -> None:
    thread = shop.propose("apps/app0001/app.py", "x = 1\n")
    for event, verb in (("pull_request", "apply"), ("pull_request", "command"), ("push", "plan")):
        if event == "push":
            shop.github.merge(thread)
        code, _, err = shop.job(event, thread, verb)
        assert (code, "workflow for `" in err) == (INVALID, True), verb
    assert run(["ci", "comment", "x"]) == INVALID


def test_a_matrix_has_no_more_jobs_than_specs(shop: Shop, tmp_path: Path) -> None:
    thread = shop.propose("README.md", "hello\n")
    code, out, _ = shop.job("pull_request", thread, "matrix", "--shards", "2")
    assert (code, json.loads(out)) == (0, {"shard": ["1/2", "2/2"]})
    assert json.loads((tmp_path / "output").read_text().splitlines()[1]) == json.loads(out)
    assert json.loads(shop.job("pull_request", thread, "matrix", "--shards", "256")[1])["shard"][-1] == "3/3"


def test_a_repository_is_given_its_workflows_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(["ci", "init", "--check"]) == FAILED
    assert run(["ci", "init"]) == 0
    assert sorted(path.name for path in (tmp_path / ".github/workflows").iterdir()) == sorted(NAMES)
    assert "5 workflows, written: " in capsys.readouterr().out
    assert run(["ci", "init", "--check"]) == 0
    (tmp_path / ".github/workflows" / NAMES[0]).write_text("mine")
    assert run(["ci", "init", "--check"]) == FAILED


def test_without_an_environment_on_aws_there_is_nothing_to_apply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hivemind.yaml").write_text("name: x\n")
    assert run(["ci", "init", str(tmp_path)]) == INVALID
    assert "has an environment on AWS" in capsys.readouterr().err
