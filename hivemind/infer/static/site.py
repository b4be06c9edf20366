"""A site of files: what makes them, and the folder they are served from."""

from __future__ import annotations

from dataclasses import dataclass

from hivemind.infer.facts import Route, within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question, Quote


@dataclass(frozen=True)
class Site:
    """`root` is the folder that is served, as seen from the service's own; `weight` how sure it is that it is one."""

    root: str
    why: str
    quote: Quote
    weight: int
    framework: str | None = None
    install: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    package_manager: str | None = None
    questions: tuple[Question, ...] = ()

    @property
    def start(self) -> str:
        """Python's server of files: every image has it, and it needs nothing else."""
        where = "" if self.root == "." else f" --directory {self.root}"
        return f"python3 -m http.server $PORT{where}"

    @property
    def home(self) -> Route:
        """The page that a site always has."""
        return Route("/", self.quote)


def exists(tree: Tree, folder: str, *names: str) -> str | None:
    """The first of these files that the folder holds, as a path of the tree."""
    return next((path for name in names if tree.exists(path := within(folder, name))), None)


def has_folder(tree: Tree, folder: str, *names: str) -> bool:
    """Whether the folder holds one of these folders, with a file in it."""
    return any(tree.has_folder(within(folder, name)) for name in names)
