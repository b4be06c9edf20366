"""What has happened in a repository, for which its workflow runs us."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hivemind.model.record import Record


class Proposed(Record):
    """A pull request was opened, or its commits changed."""

    kind: Literal["proposed"] = "proposed"
    number: int


class Pushed(Record):
    """A branch has a new commit."""

    kind: Literal["pushed"] = "pushed"
    commit: str
    branch: str


Verb = Literal["plan", "apply", "unlock", "revert"]


class Command(Record):
    """What somebody wants done; without environments, in all of them."""

    verb: Verb
    environments: tuple[str, ...] = ()


class Commanded(Record):
    """Somebody commented on a pull request; `command` is None where that is no command."""

    kind: Literal["commanded"] = "commanded"
    number: int
    author: str
    command: Command | None


class PlannedElsewhere(Record):
    """A run without rights planned the commit `head` of `owner:branch`."""

    kind: Literal["planned-elsewhere"] = "planned-elsewhere"
    head: str
    branch: str


Event = Annotated[Proposed | Pushed | Commanded | PlannedElsewhere, Field(discriminator="kind")]
