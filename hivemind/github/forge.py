"""One GitHub repository behind the port, through PyGithub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hivemind.errors import ForgeError
from hivemind.github.failures import forge_errors
from hivemind.model.pull import CheckState, DeploymentState, Pull, Remark

if TYPE_CHECKING:
    from github.IssueComment import IssueComment
    from github.PullRequest import PullRequest
    from github.Repository import Repository

MOST_FILES = 3000
"""Files of a pull request that GitHub lists: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files"""
MOST_WORDS = 140
"""Characters of a status's description: https://docs.github.com/en/rest/commits/statuses"""
WRITERS = ("admin", "write")
"""What the permission endpoint says of who may push; `maintain` is told as `write`, `triage` as `read`."""
SECONDS = 30


def connect(name: str, token: str, api: str, *, pace: float = 1.0, retries: int = 5) -> Repository:
    """The repository `owner/name`; `pace` are the seconds between two writes, which GitHub asks for."""
    from github import Auth, Github
    from github.GithubRetry import GithubRetry

    client = Github(
        base_url=api,
        auth=Auth.Token(token),
        timeout=SECONDS,
        per_page=100,
        retry=GithubRetry(total=retries),
        seconds_between_requests=0,
        seconds_between_writes=pace,
        lazy=True,
    )
    return client.get_repo(name)


class GitHubForge:
    """A repository's pull requests; `login` is who our own comments are by."""

    def __init__(self, repository: Repository, login: str) -> None:
        self._repository, self._login = repository, login

    def pull(self, number: int) -> Pull:
        """The pull request of that number."""
        with forge_errors(f"pull request {number}"):
            return self._pull(self._repository.get_pull(number))

    def pull_of(self, commit: str) -> Pull | None:
        """The merged pull request that became this commit; None when it came without one."""
        with forge_errors(f"commit {commit[:12]}"):
            merged = [each for each in self._repository.get_commit(commit).get_pulls() if each.merged_at]
            became = [each for each in merged if each.merge_commit_sha == commit]
            return self._pull((became or merged)[0]) if merged else None

    def proposed(self, head: str, branch: str) -> Pull | None:
        """The open pull request whose head is this commit of `owner:branch`; None when it has moved on."""
        with forge_errors(f"branch {branch}"):
            found = self._repository.get_pulls(state="open", head=branch)
            return next((self._pull(each) for each in found if each.head.sha == head), None)

    def changed(self, number: int) -> tuple[str, ...] | None:
        """The paths that a pull request adds, changes or removes; None when they are more than GitHub tells."""
        with forge_errors(f"pull request {number}"):
            files = tuple(self._repository.get_pull(number).get_files())
        if len(files) >= MOST_FILES:
            return None
        before = {file.previous_filename for file in files if file.previous_filename}
        return tuple(sorted({file.filename for file in files} | before))

    def remark(self, number: int, mark: str) -> Remark | None:
        """Our own comment that begins with this mark; what others wrote is never taken for it."""
        with forge_errors(f"pull request {number}"):
            found = self._own(number, mark)
            return Remark(id=found.id, body=found.body) if found else None

    def may_write(self, login: str) -> bool:
        """Whether a person may write to the repository."""
        with forge_errors(f"permission of {login}"):
            return self._repository.get_collaborator_permission(login) in WRITERS

    def say(self, number: int, mark: str, body: str) -> None:
        """Have our comment with this mark say `mark` and `body`: the one there is edited, else one is written."""
        text = f"{mark}\n{body}"
        with forge_errors(f"comment on pull request {number}"):
            found = self._own(number, mark)
            if found is None:
                self._repository.get_issue(number).create_comment(text)
            elif found.body != text:
                found.edit(text)

    def tell_check(self, commit: str, name: str, state: CheckState, words: str) -> None:
        """Tell how a check of a commit stands, in at most 140 characters."""
        short = words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"
        with forge_errors(f"status of {commit[:12]}"):
            self._repository.get_commit(commit).create_status(state, description=short, context=name)

    def begin_deployment(self, commit: str, environment: str) -> int:
        """Tell that a commit is being deployed to an environment; the number it is told on by."""
        with forge_errors(f"deployment to {environment}"):
            made = self._repository.create_deployment(
                commit, environment=environment, auto_merge=False, required_contexts=[]
            )
            made.create_status("in_progress")
            return made.id

    def tell_deployment(self, deployment: int, state: DeploymentState, url: str = "") -> None:
        """Tell how a deployment stands, and where it is reached."""
        with forge_errors(f"deployment {deployment}"):
            self._repository.get_deployment(deployment).create_status(state, environment_url=url)

    def open_revert(self, number: int) -> str:
        """Open a pull request that takes a merged one back; its address. GitHub itself makes the commit."""
        with forge_errors(f"revert of pull request {number}"):
            pull = self._repository.get_pull(number)
            _, answer = self._repository.requester.graphql_named_mutation(
                "revertPullRequest", {"pullRequestId": pull.node_id}, "revertPullRequest { url }"
            )
        url = (answer.get("revertPullRequest") or {}).get("url")
        if not url:
            raise ForgeError(
                "GitHub opened no pull request",
                where=f"revert of pull request {number}",
                hint="Allow Actions to create pull requests (Settings, Actions, General), or press Revert yourself.",
            )
        return str(url)

    def _own(self, number: int, mark: str) -> IssueComment | None:
        comments = self._repository.get_issue(number).get_comments()
        return next((c for c in comments if c.user.login == self._login and c.body.startswith(mark)), None)

    def _pull(self, found: PullRequest) -> Pull:
        said = {review.user.login: review.state for review in found.get_reviews() if review.state != "COMMENTED"}
        home, ours = found.head.repo, found.base.repo
        return Pull(
            number=found.number,
            title=found.title,
            author=found.user.login,
            head=found.head.sha,
            base=found.base.ref,
            merged=found.merge_commit_sha if found.merged_at else None,
            labels=frozenset(label.name for label in found.labels),
            fork=home is None or home.full_name != ours.full_name,
            approvers=tuple(sorted(login for login, state in said.items() if state == "APPROVED")),
            url=found.html_url,
        )
