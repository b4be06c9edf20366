"""The variables a Rust program reads: by std::env and dotenvy, by a function of its own, by the attributes of clap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import EnvRead
from hivemind.infer.source import Found, Source, search
from hivemind.infer.tree import Tree

NAME = r'"(?P<name>[A-Za-z_][A-Za-z0-9_]{1,60})"'
READ = re.compile(r"\b(?:env|dotenvy|dotenv)::var(?:_os)?\(\s*&?" + NAME + r"\s*\)(?=(?P<after>[^;]{0,260}))")
TESTED = re.compile(r"(?:\b(?:if|while)\s+let\s+(?:Ok|Some)\([^)\n]{0,60}\)\s*=\s*|\bmatch\s+)(?:std::)?\Z")
"""What stands in front of a read that takes both cases."""
MACRO = re.compile(r"\b(?P<macro>env|dotenv|option_env)!\(\s*" + NAME)
OWN = re.compile(
    r"\b(?P<function>\w{0,30}env\w{0,30})(?:::<[\w:]{1,40}>)?\(\s*\"(?P<name>[A-Z][A-Z0-9_]{1,60})\"\s*(?:,\s*(?P<default>\"[^\"\n]*\"|[0-9]+)?[^)\n]{0,60})?\)"
)
CLAP = re.compile(
    r"#\[(?:arg|clap|envconfig|config|structopt)\((?P<given>[^\]]{0,400})\)\]\s*(?:pub\s+)?(?P<field>\w{1,60})\s*:\s*(?P<type>[\w<>:]{1,60})"
)
CLAP_ENV = re.compile(r"\b(?:env|from)(?:\s*=\s*\"(?P<name>\w{1,60})\"|(?=\s*[,)]|\s*$))")
CLAP_DEFAULT = re.compile(r"\bdefault(?:_value(?:_t)?)?\s*=\s*(?:\"(?P<text>[^\"\n]*)\"|(?P<number>[0-9]+))")
FAILS = re.compile(
    r"^\s*(?:\.map_err\([^)]{0,200}\)+|\.context\([^)]{0,200}\)|\.with_context\([^)]{0,200}\)+)?\s*(?:\.expect\(|\.unwrap\(\)|\?|\.map_err\()"
)
INSTEAD = re.compile(
    r"\.unwrap_or(?:_else)?\(\s*(?:\|[^|]{0,20}\|\s*)?(?:String::from\(\s*)?(?:\"(?P<text>[^\"\n]*)\"|(?P<number>[0-9]+))?|\.unwrap_or_default\(|\.map_or\(\s*(?P<first>[0-9]+)?|\.ok\(\)|\.is_(?:ok|err)\(|\.or_else\(|\.as_deref\("
)


def environment_reads(tree: Tree, sources: Sequence[Source]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    return (
        *(_read(tree, found) for found in search(sources, READ)),
        *(_macro(tree, found) for found in search(sources, MACRO)),
        *(read for found in search(sources, OWN) if (read := _own(tree, found))),
        *_attributes(tree, sources),
    )


def _read(tree: Tree, found: Found) -> EnvRead:
    """What follows the read decides; before a statement's end nothing else belongs to it."""
    after, quote = found["after"].partition("env::var")[0], found.quote(tree)
    start = found.match.start()
    if TESTED.search(found.source.text[max(0, start - 100) : start]):
        return EnvRead(found["name"], False, _fallback_arm(after), quote)
    if FAILS.match(after):
        return EnvRead(found["name"], True, None, quote)
    instead = INSTEAD.search(after)
    default = (instead["text"] or instead["number"] or instead["first"]) if instead else None
    return EnvRead(found["name"], not instead and ".expect(" in after, default or None, quote)


def _fallback_arm(after: str) -> str | None:
    """`match env::var(..) { .., Err(_) => "x" }`."""
    found = re.search(r"Err\([^)\n]{0,40}\)\s*=>\s*\{?\s*(?:String::from\(\s*)?\"?([\w.:/-]{1,100})", after)
    return found[1] if found and found[1] not in ("panic", "return", "None") else None


def _macro(tree: Tree, found: Found) -> EnvRead:
    """Read when it is built; Cargo's own variables are always there."""
    required = found["macro"] != "option_env" and not found["name"].startswith("CARGO_")
    return EnvRead(found["name"], required, None, found.quote(tree))


def _own(tree: Tree, found: Found) -> EnvRead | None:
    function = found["function"]
    if function.startswith(("set_", "remove_")) or function in ("env", "from_env"):
        return None
    default = found["default"].strip('"') or None
    required = default is None and bool(re.search(r"must|require|expect", function))
    return EnvRead(found["name"], required, default, found.quote(tree))


def _attributes(tree: Tree, sources: Sequence[Source]) -> Iterator[EnvRead]:
    for found in search(sources, CLAP):
        named = CLAP_ENV.search(found["given"])
        if not named:
            continue
        default = CLAP_DEFAULT.search(found["given"])
        value = (default["text"] or default["number"]) if default else None
        required = default is None and not found["type"].startswith(("Option", "bool", "Vec"))
        yield EnvRead(named["name"] or found["field"].upper(), required, value, found.quote(tree))
