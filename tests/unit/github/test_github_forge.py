"""A repository on GitHub behind the port, by the real client over HTTP."""

from __future__ import annotations

import pytest
from fakes.github import LOGIN, NAME, READER, WRITER, GitHub

from hivemind.errors import ForgeError
from hivemind.github.forge import GitHubForge, connect

MARK = "<!-- ours -->"


def forge(github: GitHub, token: str = WRITER) -> GitHubForge:
    return GitHubForge(connect(NAME, token, github.url, pace=0), LOGIN)


def test_a_pull_request_is_seen_as_it_is(github: GitHub) -> None:
    thread = github.open_pull("change", author="dev")
    thread.labels = ["urgent"]
    thread.reviews = [("ann", "APPROVED"), ("bob", "APPROVED"), ("bob", "CHANGES_REQUESTED"), ("ann", "COMMENTED")]
    seen = forge(github).pull(1)
    assert (seen.author, seen.base, seen.head, seen.merged) == ("dev", "main", github.head(thread), None)
    assert (seen.labels, seen.approvers, seen.fork) == ({"urgent"}, ("ann",), False)
    assert forge(github).changed(1) == ("app.py", "new.py")


def test_the_merge_leads_back_to_its_pull_request(github: GitHub) -> None:
    thread = github.open_pull("change", author="dev")
    merged = github.merge(thread)
    found = forge(github).pull_of(merged)
    assert found is not None
    assert (found.number, found.merged) == (1, merged)
    assert forge(github).pull_of(github.head(thread)) is None


def test_a_fork_is_one_and_is_found_by_its_commit_while_it_has_not_moved(github: GitHub) -> None:
    thread = github.open_pull("change", author="stranger", fork=True)
    head = github.head(thread)
    found = forge(github).proposed(head, "stranger:change")
    assert found is not None
    assert (found.number, found.fork) == (1, True)
    assert forge(github).proposed("0" * 40, "stranger:change") is None
    assert forge(github).proposed(head, "another:change") is None


def test_one_comment_is_edited_in_place_and_only_our_own(github: GitHub) -> None:
    thread, ours = github.open_pull("change", author="dev"), forge(github)
    github.comment(thread, "mallory", f"{MARK}\nforged")
    assert ours.remark(1, MARK) is None
    ours.say(1, MARK, "first")
    ours.say(1, MARK, "second")
    ours.say(1, MARK, "second")
    assert github.ours(thread, MARK) == [f"{MARK}\nsecond"]
    assert [comment["edits"] for comment in thread.comments] == [0, 1]
    remark = ours.remark(1, MARK)
    assert remark is not None
    assert remark.body == f"{MARK}\nsecond"


def test_our_comment_is_found_behind_hundreds_of_others(github: GitHub) -> None:
    thread, ours = github.open_pull("change", author="dev"), forge(github)
    for number in range(250):
        github.comment(thread, "dev", str(number))
    ours.say(1, MARK, "first")
    ours.say(1, MARK, "second")
    assert github.ours(thread, MARK) == [f"{MARK}\nsecond"]


def test_a_check_is_told_however_long_its_words(github: GitHub) -> None:
    head = github.head(github.open_pull("change", author="dev"))
    forge(github).tell_check(head, "hivemind/plan", "failure", "x" * 500)
    assert [(s["sha"], s["state"], s["context"]) for s in github.statuses] == [(head, "failure", "hivemind/plan")]


def test_a_deployment_is_told_from_its_beginning(github: GitHub) -> None:
    head = github.head(github.open_pull("change", author="dev"))
    number = forge(github).begin_deployment(head, "staging")
    forge(github).tell_deployment(number, "success", "http://shop")
    (told,) = github.deployments
    assert (told["environment"], told["auto_merge"], told["required_contexts"]) == ("staging", False, [])
    assert told["states"] == [("in_progress", ""), ("success", "http://shop")]


def test_who_may_write(github: GitHub) -> None:
    github.permissions = {"ann": "admin", "dev": "write", "guest": "read"}
    assert [login for login in ("ann", "dev", "guest") if forge(github).may_write(login)] == ["ann", "dev"]


def test_a_merged_pull_request_is_taken_back_by_another(github: GitHub) -> None:
    thread = github.open_pull("change", author="dev")
    with pytest.raises(ForgeError, match="revert of pull request 1"):
        forge(github).open_revert(1)
    github.merge(thread)
    assert forge(github).open_revert(1) == f"https://github.com/{NAME}/pull/2"
    assert forge(github).changed(2) == ("app.py", "new.py")


@pytest.mark.parametrize(
    ("token", "number", "words", "hint"),
    [
        ("none", 1, "401: Bad credentials", "token"),
        (READER, 1, "403: Resource", "permission"),
        (WRITER, 9, "404", "number"),
    ],
)
def test_what_github_refuses_is_said_in_its_words_with_what_to_do(
    github: GitHub, token: str, number: int, words: str, hint: str
) -> None:
    github.open_pull("change", author="dev")
    with pytest.raises(ForgeError, match=words) as caught:
        forge(github, token).say(number, MARK, "text")
    assert hint in caught.value.hint
    assert token not in f"{caught.value} {caught.value.hint}"


def test_a_forge_that_is_not_there_is_an_error_and_no_traceback() -> None:
    away = GitHubForge(connect(NAME, WRITER, "http://127.0.0.1:9", pace=0, retries=0), LOGIN)
    with pytest.raises(ForgeError, match="cannot be reached") as caught:
        away.pull(1)
    assert WRITER not in str(caught.value)
