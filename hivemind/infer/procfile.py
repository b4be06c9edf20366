"""The Procfile: what the team already said about how its processes are started.

A service in a folder has its own; without one, those lines of the root's Procfile count that change into its folder.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hivemind.infer.facts import Fact, Reading, fact, within
from hivemind.infer.names import name_of
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "Procfile"
MAX_ENTRIES = 50
NAME = re.compile(r"^[A-Za-z0-9_-]{1,40}$")
INTO_FOLDER = re.compile(r"^cd\s+(?:\./)?([A-Za-z0-9_./-]+?)/?\s*(?:&&|;)\s*(\S.*)$")


def read_procfile(tree: Tree, service: ServiceSpec) -> Reading:
    """`start` by the service's name or kind, `migrate` from `release`, and all processes."""
    path = within(service.path, FILE)
    entries = _entries(tree, path) or _below_root(tree, service.path)
    if not entries:
        return Reading()
    processes = {name: entry.value for name, entry in sorted(entries.items())}
    quote = next(iter(entries.values())).evidence.quotes[0]
    facts = {"processes": fact(processes, "the Procfile names them", tree.quote(quote.file))}
    if own := name_of(service, entries):
        facts["start"] = entries[own]
    if "release" in entries:
        facts["migrate"] = entries["release"]
    return Reading(facts)


def serves_root(tree: Tree) -> bool:
    """Whether the root's Procfile starts the web from the root itself."""
    web = _entries(tree, FILE).get("web")
    return web is not None and not INTO_FOLDER.match(str(web.value))


def _entries(tree: Tree, path: str) -> dict[str, Fact]:
    """The processes by their names."""
    entries: dict[str, Fact] = {}
    for number, line in enumerate(tree.lines(path), start=1):
        name, _, command = (part.strip() for part in line.partition(":"))
        if NAME.match(name) and command and command.isprintable() and len(entries) < MAX_ENTRIES:
            entries[name] = fact(command, f"the Procfile's {name} process", tree.quote(path, number))
    return entries


def _below_root(tree: Tree, folder: str) -> dict[str, Fact]:
    """The root's processes that change into the folder, without doing so."""
    found: dict[str, Fact] = {}
    for name, entry in _entries(tree, FILE).items() if folder != "." else ():
        into = INTO_FOLDER.match(str(entry.value))
        if into and into[1] == folder:
            found[name] = replace(entry, value=into[2])
    return found
