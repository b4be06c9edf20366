"""The processes of a folder that a file declares: which of them answer HTTP, and which work in the background.

Procfile  >  render.yaml  >  Copilot  >  fly.toml  >  compose; the first that names a worker tells them all
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hivemind.infer.command import is_work
from hivemind.infer.documents import load
from hivemind.infer.facts import Reading, within
from hivemind.infer.procfile import read_procfile
from hivemind.infer.sources import fly
from hivemind.infer.sources.compose import built_services
from hivemind.infer.sources.copilot import manifests
from hivemind.infer.sources.render_yaml import blueprints
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceKind, ServiceSpec

ONCE = ("release", "console", "migrate", "postdeploy", "test", "setup", "seed")
"""Processes that end by themselves."""


@dataclass(frozen=True)
class Process:
    """A process by its name in the file that declares it."""

    name: str
    kind: ServiceKind


def processes_of(tree: Tree, folder: str) -> tuple[Process, ...]:
    """The processes of the first file that names a worker, else of the first that names any."""
    found = [named for read in SOURCES if (named := read(tree, folder))]
    return next((named for named in found if any(one.kind == "worker" for one in named)), next(iter(found), ()))


def declared_folders(tree: Tree) -> tuple[str, ...]:
    """The folders that compose, render.yaml or Copilot build services from, each once, in their order."""
    rendered = (one.folder for one in blueprints(tree))
    copilots = (one.folder for one in manifests(tree))
    built = (one.folder for one in built_services(tree, "."))
    return tuple(dict.fromkeys((*rendered, *copilots, *built)))


def _of_procfile(tree: Tree, folder: str) -> tuple[Process, ...]:
    return _of_reading(read_procfile(tree, ServiceSpec(path=folder)))


def _of_fly(tree: Tree, folder: str) -> tuple[Process, ...]:
    if not load(tree, within(folder, fly.FILE)).get("processes"):
        return ()
    return _of_reading(fly.read_fly(tree, ServiceSpec(path=folder)))


def _of_reading(reading: Reading) -> tuple[Process, ...]:
    """By name and command: what neither serves nor works in the background is left to the person."""
    named = reading.facts["processes"].value if "processes" in reading.facts else {}
    found = []
    for name, command in named.items() if isinstance(named, dict) else ():
        if name in ("web", "app"):
            found.append(Process("web", "web"))
        elif name not in ONCE and is_work(name, str(command)):
            found.append(Process(name, "worker"))
    return tuple(found)


def _of_render(tree: Tree, folder: str) -> tuple[Process, ...]:
    return tuple(Process(one.name, one.kind) for one in blueprints(tree) if one.folder == folder)


def _of_compose(tree: Tree, folder: str) -> tuple[Process, ...]:
    return tuple(Process(one.name, one.kind) for one in built_services(tree, ".") if one.folder == folder)


def _of_copilot(tree: Tree, folder: str) -> tuple[Process, ...]:
    return tuple(Process(one.name, one.kind) for one in manifests(tree) if one.folder == folder)


SOURCES: tuple[Callable[[Tree, str], tuple[Process, ...]], ...] = (
    _of_procfile,
    _of_render,
    _of_copilot,
    _of_fly,
    _of_compose,
)
