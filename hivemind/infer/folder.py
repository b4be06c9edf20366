"""One folder of a repository, its files by their names in it."""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote


@dataclass(frozen=True)
class Folder:
    """A folder as a detector looks at it; what a language knows of it is added to it."""

    tree: Tree
    folder: str

    def file(self, name: str) -> str:
        """A file of the folder as a path of the tree."""
        return within(self.folder, name)

    def has(self, name: str) -> bool:
        """Whether the folder holds the file."""
        return self.tree.exists(self.file(name))

    def text(self, name: str) -> str:
        """The file's text; empty where it cannot be read."""
        return self.tree.read(self.file(name)) or ""

    def quote(self, name: str, line: int = 0) -> Quote:
        """A line of a file of the folder."""
        return self.tree.quote(self.file(name), line)
