"""The doors to where pull requests live. Every method may raise `ForgeError` with the forge's own words."""

from __future__ import annotations

from typing import Protocol

from hivemind.model.pull import CheckState, DeploymentState, Pull, Remark


class ForgeReader(Protocol):
    """A repository's pull requests, looking only."""

    def pull(self, number: int) -> Pull:
        """The pull request of that number."""

    def pull_of(self, commit: str) -> Pull | None:
        """The merged pull request that became this commit; None when it came without one."""

    def proposed(self, head: str, branch: str) -> Pull | None:
        """The open pull request whose head is this commit of `owner:branch`; None when it has moved on."""

    def changed(self, number: int) -> tuple[str, ...] | None:
        """The paths that a pull request adds, changes or removes; None when they are more than the forge tells."""

    def remark(self, number: int, mark: str) -> Remark | None:
        """Our own comment that begins with this mark; what others wrote is never taken for it."""

    def may_write(self, login: str) -> bool:
        """Whether a person may write to the repository."""


class Forge(ForgeReader, Protocol):
    """A repository's pull requests, speaking."""

    def say(self, number: int, mark: str, body: str) -> None:
        """Have our comment with this mark say `mark` and `body`: the one there is edited, else one is written."""

    def tell_check(self, commit: str, name: str, state: CheckState, words: str) -> None:
        """Tell how a check of a commit stands, in at most 140 characters."""

    def begin_deployment(self, commit: str, environment: str) -> int:
        """Tell that a commit is being deployed to an environment; the number it is told on by."""

    def tell_deployment(self, deployment: int, state: DeploymentState, url: str = "") -> None:
        """Tell how a deployment stands, and where it is reached."""

    def open_revert(self, number: int) -> str:
        """Open a pull request that takes a merged one back; its address."""
