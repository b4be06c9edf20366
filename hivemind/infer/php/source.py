"""PHP source as far as patterns carry: the environment it reads, the stores it connects to without a package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from hivemind.infer.facts import Dependency, EnvRead, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

MAX_FILES = 250
MAX_READS = 1000
MARKS = ("//", "# ")
"""`#[` begins an attribute, not a comment."""

BLOCK = ("/*", "*/")
READ = re.compile(r"(?<![\w>$])(?:env|getenv)\(\s*['\"]([A-Za-z_]\w{0,60})['\"]\s*(?:,\s*([^),]*))?")
INDEX = re.compile(r"\$_(?:ENV|SERVER)\[\s*['\"]([A-Z][A-Z0-9_]{0,60})['\"]\s*\]")
FALLBACK = re.compile(r"(?:\?\?|\?:|\|\|)\s*['\"]([^'\"]*)['\"]")
SERVERS = re.compile(
    r"^(?:REQUEST_|HTTP_|HTTPS$|REMOTE_|SERVER_|SCRIPT_|PHP_|QUERY_STRING|DOCUMENT_ROOT|PATH_|CONTENT_|ORIG_|argv|argc|GATEWAY_|AUTH_TYPE)"
)
"""What a web server tells a script about the request; no variable of the environment."""

STORES = (
    (re.compile(r"\bmysqli_connect\s*\(|\bnew\s+\\?mysqli\s*\("), "ext-mysqli"),
    (re.compile(r"['\"]mysql:(?:host|unix_socket|dbname|\s*['\"])"), "ext-pdo_mysql"),
    (re.compile(r"['\"]pgsql:(?:host|dbname|port|\s*['\"])"), "ext-pdo_pgsql"),
    (re.compile(r"\bpg_p?connect\s*\("), "ext-pgsql"),
    (re.compile(r"['\"]sqlite:|\bnew\s+\\?SQLite3\s*\("), "ext-pdo_sqlite"),
    (re.compile(r"['\"]sqlsrv:|\bsqlsrv_connect\s*\("), "ext-sqlsrv"),
    (re.compile(r"\bnew\s+\\?MongoDB\\(?:Client|Driver)"), "ext-mongodb"),
    (re.compile(r"\bnew\s+\\?Redis\s*\("), "ext-redis"),
    (re.compile(r"\bnew\s+\\?Memcached?\s*\("), "ext-memcached"),
    (re.compile(r"['\"](?:dbdriver|DBDriver)['\"]\s*=>\s*['\"](?:mysqli|MySQLi)"), "ext-mysqli"),
    (re.compile(r"['\"](?:dbdriver|DBDriver)['\"]\s*=>\s*['\"](?:postgre|Postgre)"), "ext-pgsql"),
    (re.compile(r"['\"](?:dbdriver|DBDriver)['\"]\s*=>\s*['\"](?:sqlite3|SQLite3)"), "ext-sqlite3"),
)
"""How code connects to a store → the extension that does it."""

NOT_RUN = ("tests/", "test/", "spec/", "docs/", "examples/", "database/", "migrations/", "stubs/", "resources/lang/")


def application_lines(tree: Tree, folder: str) -> list[Line]:
    """The code of the app, its shallowest files first, up to a cap of files."""
    below = "" if folder == "." else f"{folder}/"
    skipped = tuple(below + place for place in NOT_RUN)
    files = (path for path in tree.find("*.php", folder) if not path.startswith(skipped))
    return [line for path in islice(files, MAX_FILES) for line in php_lines(tree, path)]


def php_lines(tree: Tree, path: str) -> list[Line]:
    """The code of one file."""
    return code_lines(tree, path, MARKS, BLOCK)


def environment_reads(tree: Tree, lines: Iterable[Line]) -> tuple[EnvRead, ...]:
    """The reads of variables; none of them fails, a missing one is null or false."""
    return tuple(islice((read for line in lines for read in _reads_of(tree, line)), MAX_READS))


def connected(tree: Tree, lines: Iterable[Line]) -> tuple[Dependency, ...]:
    """The extensions through which the code connects to stores, each with its first line."""
    found: dict[str, Dependency] = {}
    for line in lines:
        for pattern, extension in STORES:
            if extension not in found and pattern.search(line.code):
                found[extension] = Dependency(extension, frozenset(), quote(tree, line))
    return tuple(found.values())


def file_of(folder: str, path: str) -> str:
    """A path of the tree as seen from the folder."""
    return path.removeprefix(within(folder, "x")[:-1])


def _reads_of(tree: Tree, line: Line) -> Iterator[EnvRead]:
    fallback = FALLBACK.search(line.code)
    for found in READ.finditer(line.code):
        default = (found[2] or "").strip(" '\"") or (fallback[1] if fallback else None)
        yield EnvRead(found[1], False, default, quote(tree, line))
    for found in INDEX.finditer(line.code):
        if not SERVERS.match(found[1]):
            yield EnvRead(found[1], False, fallback[1] if fallback else None, quote(tree, line))
