"""Ruby source as far as patterns carry: the environment it reads, the variables it cannot do without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from hivemind.infer.facts import EnvRead, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

MAX_FILES = 250
MAX_READS = 1000
BLOCK = ("=begin", "=end")

FETCH = re.compile(r"\bENV\.fetch[ (]\s*[\"']([A-Za-z_]\w{0,60})[\"']\s*(,|\)?\s*\{|\)?\s*do\b)?\s*([^\s)}]*)")
INDEX = re.compile(
    r"\bENV\[\s*[\"']([A-Za-z_]\w{0,60})[\"']\s*\](\s*(?:\|\||&&|\?)?=(?!=))?(?:\.\w+)?(?:\s*\|\|\s*(\S+))?"
)
LITERAL = re.compile(r"^[\"']?([^\"'(){}]*)")
ELSEWHERE = ("config/environments/development.rb", "config/environments/test.rb")
PLACES = ("config/*.rb", "config/*.yml", "app/*.rb", "lib/*.rb", "*.rb", "*.ru")
NOT_RUN = ("spec/", "test/", "db/", "bin/", "script/", "features/", "examples/", "tmp/", "log/", "config/deploy")


def application_lines(tree: Tree, folder: str) -> list[Line]:
    """The code that runs in production: configuration first, then the app, up to a cap of files."""
    return list(chain.from_iterable(code_lines(tree, path, block=BLOCK) for path in application_files(tree, folder)))


def application_files(tree: Tree, folder: str) -> tuple[str, ...]:
    """The files of Ruby, and of YAML that Rails evaluates, which production loads."""
    below = "" if folder == "." else f"{folder}/"
    elsewhere = {within(folder, name) for name in ELSEWHERE}
    skipped = tuple(below + place for place in NOT_RUN)
    found = dict.fromkeys(chain.from_iterable(tree.find(place, folder) for place in PLACES))
    return tuple(islice((p for p in found if p not in elsewhere and not p.startswith(skipped)), MAX_FILES))


def environment_reads(tree: Tree, lines: Iterable[Line]) -> tuple[EnvRead, ...]:
    """The reads of `ENV`; only a `fetch` without a default fails where the variable is missing."""
    reads = (read for line in lines if "ENV" in line.code for read in _reads_of(tree, line))
    return tuple(islice(reads, MAX_READS))


def _reads_of(tree: Tree, line: Line) -> Iterator[EnvRead]:
    for found in FETCH.finditer(line.code):
        default = _literal(found[3]) if found[2] else None
        yield EnvRead(found[1], not found[2], default, quote(tree, line))
    for found in INDEX.finditer(line.code):
        if not found[2] or "||" in found[2]:
            yield EnvRead(found[1], False, _literal(found[3] or ""), quote(tree, line))


def _literal(text: str) -> str | None:
    found = LITERAL.match(text)
    return found[1] if found and found[1] else None
