"""The variables an application for the Java machine reads, in its code and in its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import EnvRead
from hivemind.infer.java.settings import Settings, is_variable, resolved
from hivemind.infer.source import Found, Source, search
from hivemind.infer.tree import Tree

NAME = r'"(?P<name>[A-Za-z_][A-Za-z0-9_]{1,60})"'
READ = re.compile(
    r"(?P<before>\bOptional\.ofNullable\(\s*|\brequireNonNull\(\s*)?"
    r"\b(?:System\s*\.\s*getenv|sys\.env|[dD]otenv(?:\(\))?)(?:\(\))?(?P<how>\.getOrElse|\.getOrDefault|\.get)?\s*[(\[]\s*"
    + NAME
    + r"\s*(?:,\s*(?P<default>\"[^\"\n]*\"|[0-9]+)?[^)\n]{0,80})?[)\]](?=(?P<after>[^\n;]{0,160}))"
)
INSTEAD = re.compile(
    r"^\)?(?:\??\.\w+\(\)|\s)*(?:\?:|\?\?|\.orElse(?:Get)?\(|\.getOrElse\(|\|\|)\s*(?P<default>\"[^\"\n]*\"|[0-9]+)?"
)
TERNARY = re.compile(r"^\s*[!=]=\s*null")
FAILS = re.compile(r"^\)?(?:\??\.\w+\(\)|\s)*(?:!!|\?:\s*(?:error|throw)\b|\.orElseThrow)")
INJECTED = re.compile(
    r'@(?:Value|ConfigProperty)\(\s*(?:name\s*=\s*)?"\\?\$?\{?([A-Z][A-Z0-9_]{1,60})(?::([^"}]*))?\}?"'
)
NEEDED = re.compile(
    r"SECRET|PASSWORD|TOKEN|API_?KEY|PRIVATE_KEY|^(?:DATABASE|DB|JDBC|POSTGRES|MYSQL|MONGO\w*|REDIS|KAFKA)_|DSN$|_UR[IL]$"
)
"""What a program cannot work without, by its name: System.getenv itself never fails."""


def environment_reads(tree: Tree, sources: Sequence[Source], settings: Settings) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    return (
        *_of_settings(settings),
        *(_read(tree, found) for found in search(sources, READ)),
        *(
            EnvRead(found[1], found.match[2] is None, found.match[2], found.quote(tree))
            for found in search(sources, INJECTED)
        ),
    )


def _of_settings(settings: Settings) -> Iterator[EnvRead]:
    """`${NAME}` of the default profile has to be there, `${NAME:default}` and those of other profiles need not."""
    for setting in settings.all:
        for placeholder in resolved(setting)[1]:
            if is_variable(placeholder.name):
                required = placeholder.default is None and not setting.profile and setting.key != "server.port"
                yield EnvRead(placeholder.name, required, placeholder.default, setting.quote)


def _read(tree: Tree, found: Found) -> EnvRead:
    required, default = _without(found)
    return EnvRead(found["name"], required, default, found.quote(tree))


def _without(found: Found) -> tuple[bool, str | None]:
    """Whether the code fails without the variable, and the literal it takes instead."""
    if found["default"]:
        return False, found["default"].strip('"')
    after = found["after"]
    if FAILS.match(after) or found["before"].startswith("requireNonNull"):
        return True, None
    if instead := INSTEAD.match(after):
        return False, (instead["default"] or "").strip('"') or None
    if TERNARY.match(after):
        other = re.search(r":\s*\"?([\w./:-]+)\"?\s*\)?\s*$", after)
        return False, other[1] if other else None
    if found["how"] in (".getOrElse", ".getOrDefault") or found["before"]:
        return False, None
    return bool(NEEDED.search(found["name"])), None
