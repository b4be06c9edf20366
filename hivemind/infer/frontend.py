"""Whether a frontend is built into a backend that serves it, so that the two are one service."""

from __future__ import annotations

import re
from itertools import islice

from hivemind.infer.facts import Candidate, within
from hivemind.infer.places import is_aside
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FRAMEWORKS = frozenset({
    "react", "vue", "angular", "svelte", "vite", "create-react-app", "cra", "preact", "solid", "lit", "ember", "qwik",
    "alpine", "parcel", "webpack",
})  # fmt: skip
"""Frameworks whose build is files."""
SOURCES = re.compile(r"\.(js|ts|mjs|cjs|py|go|rb|java|kt|rs|cs|php|ex)$")
MAX_SOURCES = 150
MAX_NAME = 40


def server_of(tree: Tree, frontend: str, candidate: Candidate, others: list[str]) -> Quote | None:
    """The line of another app that serves the folder's build; None when nobody does."""
    if not _is_frontend(candidate):
        return None
    name = re.escape(frontend.rpartition("/")[2][:MAX_NAME])
    serves = re.compile(rf"""(?:^|[/"'\s.]){name}["']?\s*[/,]\s*["']?(?:build|dist|out|public)\b""")
    return next((quote for other in others if (quote := _serving(tree, other, frontend, serves))), None)


def _is_frontend(candidate: Candidate) -> bool:
    framework = candidate.reading.facts.get("framework")
    return candidate.language == "static" or (framework is not None and str(framework.value).lower() in FRAMEWORKS)


def _serving(tree: Tree, backend: str, frontend: str, serves: re.Pattern[str]) -> Quote | None:
    prefix = within(backend, "") if backend != "." else ""
    ours = (p for p in tree.files if p.startswith(prefix) and not p.startswith(f"{frontend}/") and SOURCES.search(p))
    for path in islice((p for p in ours if p.count("/") < 4 and not is_aside(p)), MAX_SOURCES):
        for number, line in enumerate(tree.lines(path), start=1):
            if serves.search(line):
                return tree.quote(path, number)
    return None
