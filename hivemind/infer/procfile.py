"""The Procfile: what the team already said about how its processes are started."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, Reading, fact, within
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

FILE = "Procfile"
MAX_ENTRIES = 50
NAME = re.compile(r"^[A-Za-z0-9_-]{1,40}$")


def read_procfile(tree: Tree, service: ServiceSpec) -> Reading:
    """`start` by the service's name or kind, `migrate` from `release`, and all processes."""
    path = within(service.path, FILE)
    entries: dict[str, Fact] = {}
    for number, line in enumerate(tree.lines(path), start=1):
        name, _, command = (part.strip() for part in line.partition(":"))
        if NAME.match(name) and command and command.isprintable() and len(entries) < MAX_ENTRIES:
            entries[name] = fact(command, f"the Procfile's {name} process", tree.quote(path, number))
    if not entries:
        return Reading()
    processes = {name: entry.value for name, entry in sorted(entries.items())}
    facts = {"processes": fact(processes, "the Procfile names them", tree.quote(path))}
    if start := entries.get(service.name) or entries.get(service.kind):
        facts["start"] = start
    if "release" in entries:
        facts["migrate"] = entries["release"]
    return Reading(facts)
