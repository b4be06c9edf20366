"""A pull request as its forge shows it, and what is told there."""

from __future__ import annotations

from typing import Literal

from hivemind.model.record import Record

CheckState = Literal["pending", "success", "failure", "error"]
DeploymentState = Literal["in_progress", "success", "failure"]


class Pull(Record):
    """A pull request; `approvers` are those whose last review of it approves."""

    number: int
    title: str
    author: str
    head: str
    """The commit that is proposed (40 hex digits)."""
    base: str
    """The branch it is to be merged into."""
    merged: str | None = None
    """The commit that it became on `base`; None while it is not merged."""
    labels: frozenset[str] = frozenset()
    fork: bool = False
    """Whether it comes from another repository, whose people may have no rights in this one."""
    approvers: tuple[str, ...] = ()
    url: str = ""


class Remark(Record):
    """A comment of our own on a pull request."""

    id: int
    body: str
