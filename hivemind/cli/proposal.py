"""A spec as a verb would have it: planned as if it were so, written only once its plan is agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hivemind.agents.project import Project


@dataclass(frozen=True)
class Proposal:
    """What a spec file is to say, and what it says now; None where there is none yet."""

    file: Path
    text: str
    present: str | None

    @property
    def project(self) -> Project:
        """The project as it would be; raises SpecError where the text is no spec."""
        from hivemind.agents.project import proposed

        return proposed(self.file, self.text)

    def show(self) -> None:
        """Tell what would be written, as added and removed lines."""
        from difflib import unified_diff

        if self.present is None:
            typer.echo(f"{self.file} is new.\n")
        elif self.present != self.text:
            before, after = self.present.splitlines(), self.text.splitlines()
            changed = [line for line in unified_diff(before, after, n=0, lineterm="") if line[0] in "+-"][2:]
            typer.echo("\n".join([f"{self.file}:", *(f"  {line[0]} {line[1:]}" for line in changed), ""]))

    def write(self) -> None:
        """Bring the file about; raises UsageError where that cannot be."""
        from hivemind.cli.files import write

        if self.text == self.present:
            return
        write(self.file, self.text, "the spec", "Nothing was changed. Make the file writable for you.")


def edited(file: Path, environment: str, values: Mapping[str, str | bool | int], *, new: str | None = None) -> Proposal:
    """The spec in `file`, or `new` where there is none, with these values of one environment set."""
    from hivemind.spec.edit import with_environment
    from hivemind.spec.load import text_of

    present = text_of(file) if new is None else None
    text = present if present is not None else new or ""
    return Proposal(file, with_environment(text, environment, values) if values else text, present)
