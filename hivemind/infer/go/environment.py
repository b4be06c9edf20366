"""The variables a Go program reads: by os.Getenv, by a function of its own, by struct tags, by viper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import EnvRead
from hivemind.infer.source import Found, Source, search
from hivemind.infer.tree import Tree

NAME = r'"([A-Za-z_][A-Za-z0-9_]{1,60})"'
READ = re.compile(
    r"(?:\b(\w{1,60})(?:,\s*(\w{1,60}))?\s*:?=\s*)?\b(?:os|syscall)\.(Getenv|LookupEnv)\(\s*" + NAME + r"\s*\)"
)
OWN = re.compile(
    r'\b(?P<function>\w{0,30}(?:[eE]nv|ENV)\w{0,30})\(\s*"(?P<name>[A-Z][A-Z0-9_]{1,60})"\s*'
    r'(?:,\s*(?P<default>"[^"\n]*"|`[^`\n]*`|-?[0-9]+|true|false)|(?P<more>,)|\))'
)
DEMANDS = re.compile(r"(?i)must|require|orpanic|orfail|orfatal|ordie")
TAGGED = re.compile(r"`([^`\n]{0,200}?\b(?:env|envconfig|mapstructure):\"[^`\n]{0,300})`")
TAG = re.compile(r'\b(env|envconfig|mapstructure):"([A-Z][A-Z0-9_]*)((?:,[^",]*)*)"')
TAG_DEFAULT = re.compile(r'\b(?:envDefault|env-default|default):"([^"]*)"')
TAG_REQUIRED = re.compile(r'\b(?:required|env-required):"true"')
GIVEN_DEFAULT = re.compile(r'\bviper\.SetDefault\(\s*"([A-Z][A-Z0-9_]+)"\s*,\s*"?([^")\n]*)"?\s*\)')
BOUND = re.compile(r'\bviper\.(?:BindEnv\(\s*"[^"\n]*"\s*,\s*|Get\w*\(\s*)"([A-Z][A-Z0-9_]+)"')

FATAL = re.compile(r"\b(?:\w*\.?(?:Fatal\w*|Panic\w*|Exit)|panic)\(|\breturn\b[^\n]*\b(?:errors\.New|fmt\.Errorf)\(")
NEEDED = re.compile(
    r"SECRET|PASSWORD|TOKEN|API_?KEY|PRIVATE_KEY|^(?:DATABASE|DB|POSTGRES|MYSQL|MONGO\w*|REDIS|NATS|AMQP|KAFKA)_|DSN$|_UR[IL]$"
)
"""What a program cannot work without, by its name: os.Getenv itself never fails."""
FIRST_OF = re.compile(r'\bcmp\.Or\((?:\s*os\.Getenv\("\w{1,60}"\)\s*,)*\s*$')
WINDOW = 260
"""Characters after a read in which its `if x == ""` stands."""


def environment_reads(tree: Tree, sources: Sequence[Source]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    return (
        *_direct(tree, sources),
        *(read for found in search(sources, OWN) if (read := _by_own_function(tree, found))),
        *_tagged(tree, sources),
        *(EnvRead(found[1], False, found[2], found.quote(tree)) for found in search(sources, GIVEN_DEFAULT)),
        *(EnvRead(found[1], False, None, found.quote(tree)) for found in search(sources, BOUND)),
    )


def _direct(tree: Tree, sources: Sequence[Source]) -> Iterator[EnvRead]:
    for found in search(sources, READ):
        required, default = _without(found)
        yield EnvRead(found[4], required, default, found.quote(tree))


def _without(found: Found) -> tuple[bool, str | None]:
    """What the code does without the variable: fails, or takes a default that is written next to the read."""
    following = found.source.text[found.match.end() : found.match.end() + WINDOW]
    name = re.escape(found[1] or "")
    empty = re.compile(rf'{name}\s*==\s*""|len\({name}\)\s*==\s*0|!\s*{re.escape(found[2] or "ok")}\b')
    checked = empty.search(following) if name and name != "_" else None
    if not checked and not found[1]:
        checked = re.match(r'\s*==\s*""', following)
    if not checked and FIRST_OF.search(found.source.text, max(0, found.match.start() - WINDOW), found.match.start()):
        instead = re.match(r'\s*,(?:[^"\n;]{0,80},)?\s*"([^"\n]*)"', following)
        return False, instead[1] if instead else None
    if not checked:
        return bool(NEEDED.search(found[4])), None
    body = following[checked.end() :].partition("}")[0]
    default = re.search(rf'\b{name}\s*=\s*"([^"\n]*)"', body) if name else None
    return bool(FATAL.search(body)) and not default, default[1] if default else None


def _by_own_function(tree: Tree, found: Found) -> EnvRead | None:
    """`getEnv("X", "default")`, `mustEnv("X")`."""
    function = found["function"]
    if function in ("Getenv", "LookupEnv", "Setenv", "Unsetenv", "BindEnv") or function.lower().startswith(
        ("set", "unset")
    ):
        return None
    default = found["default"].strip('"`') if found["default"] else None
    required = bool(DEMANDS.search(function)) and default is None
    return EnvRead(found["name"], required, default, found.quote(tree))


def _tagged(tree: Tree, sources: Sequence[Source]) -> Iterator[EnvRead]:
    """`env:"PORT" envDefault:"8080"` and its kin."""
    for found in search(sources, TAGGED):
        tag = TAG.search(found[1])
        if not tag:
            continue
        default = TAG_DEFAULT.search(found[1])
        options = {option.strip() for option in tag[3].split(",")}
        required = bool(TAG_REQUIRED.search(found[1])) or not options.isdisjoint({"required", "notEmpty"})
        inline = re.search(r"\bdefault=([^,;\"]+)", found[1])
        value = default[1] if default else (inline[1] if inline else None)
        yield EnvRead(tag[2], required and value is None, value, found.quote(tree))
