"""A project for the Java machine, whatever builds it: its folder, what it depends on, what it is packaged as."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from hivemind.infer.facts import Dependency
from hivemind.model.findings import Quote

Tool = Literal["maven", "gradle", "sbt"]


@dataclass(frozen=True)
class Said:
    """A value that a build file gives, and where."""

    value: str
    quote: Quote


@dataclass(frozen=True)
class Project:
    """One module of a build. `root` is the folder of the whole build, from which its commands are run.

    `artifact` is the name of its archive without the ending, None where the build computes it; `plugins` are plugin ids
    or artifact ids; `tests_only` are dependencies that the running application does not have.
    """

    tool: Tool
    root: str
    folder: str
    name: str
    manifest: Quote
    artifact: str | None = None
    packaging: str = "jar"
    dependencies: tuple[Dependency, ...] = ()
    plugins: frozenset[str] = frozenset()
    java: Said | None = None
    main_class: Said | None = None
    archives: frozenset[str] = field(default_factory=frozenset)
    """How a plugin packs all dependencies: file names where they are known."""
    script: str = ""
    """What the script that starts it is called, where it is not called like the project."""

    def uses(self, pattern: str) -> Dependency | None:
        """The first dependency whose `group:artifact` matches."""
        compiled = re.compile(pattern)
        return next((one for one in self.dependencies if compiled.search(one.name)), None)

    def has_plugin(self, *names: str) -> bool:
        """Whether one of the plugins is applied."""
        return not self.plugins.isdisjoint(names)

    @property
    def below(self) -> str:
        """The module's folder as seen from the build's root."""
        if self.folder == self.root:
            return ""
        return self.folder if self.root == "." else self.folder.removeprefix(f"{self.root}/")


def java_release(text: str) -> str:
    """`1.8` → `8`, `17.0.2-tem` → `17`; empty where there is no number."""
    found = re.search(r"(?:^|[^0-9.])(?:1\.)?([0-9]{1,2})(?:[._+-]|$|[^0-9])", f" {text.strip()}")
    return found[1] if found and 5 <= int(found[1]) <= 30 else ""
