"""Which Java runs the application: a pin, what the build compiles for, else the default, in that order."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.java.project import Project, java_release
from hivemind.infer.tree import Tree

DEFAULT = "21"
PINS = (
    ("system.properties", re.compile(r"^\s*java\.runtime\.version\s*[=:]\s*(\S+)")),
    (".java-version", re.compile(r"^\s*(?:\w+-)?([0-9][\w.+-]*)")),
    (".sdkmanrc", re.compile(r"^\s*java\s*=\s*(\S+)")),
    (".tool-versions", re.compile(r"^\s*java\s+(?:[a-z]+-)?(?:[a-z]+-)?([0-9]\S*)")),
)


def java_version(tree: Tree, project: Project | None, folder: str) -> Fact:
    """The runtime as a feature release."""
    for name, pattern in PINS:
        for place in dict.fromkeys((folder, project.root if project else folder, ".")):
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                found = pattern.match(line)
                if found and (release := java_release(found[1])):
                    return fact(release, f"{name} asks for it", tree.quote(path, number))
    if project and project.java:
        return fact(project.java.value, "the build compiles for it", project.java.quote)
    return fact(DEFAULT, "neither a pin nor the build names a version; this is the default", confidence="fallback")
