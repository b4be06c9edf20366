"""What a pull request is shown of the deployments that it touches, and what of that is kept for its merge."""

from __future__ import annotations

from typing import Literal

from hivemind.errors import Problem
from hivemind.model.plan import Plan
from hivemind.model.record import Record


class Planned(Record):
    """One environment of one spec, planned; where `plan` is None, `problems` say why, else what is wrong beside it."""

    file: str
    """The spec, from the top of the repository."""
    deployment: str
    """`name:env`; the file again where it has no name that could be read."""
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is something to do."""
        return self.plan is not None and self.plan.transition != "none"

    @property
    def passes(self) -> bool:
        """Whether it can be applied once it is merged."""
        return self.plan is not None and not self.plan.blocked and not self.problems


class Reviewed(Record):
    """What a plan that was shown came to: a digest over what it does, and a short one for each cause that may move."""

    whole: str
    causes: tuple[str, ...]


Ending = Literal["applied", "unchanged", "refused", "failed", "not tried"]


class Applied(Record):
    """How the merge of a pull request ended for one deployment; `evidence` are the lines that show why it failed."""

    deployment: str
    ending: Ending
    headline: str = ""
    url: str = ""
    message: str = ""
    hint: str = ""
    evidence: tuple[str, ...] = ()


class Review(Record):
    """What one job planned, for another to tell."""

    planned: tuple[Planned, ...]
