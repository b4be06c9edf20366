"""What the configuration files of an application say: properties, YAML and HOCON, read line by line.

Lines are enough for what is asked here, and they survive the placeholders that build tools leave in these files
(`@project.version@`), which are no valid YAML. A document of a profile is kept apart from the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

MAX_SETTINGS = 3000
PLACES = ("src/main/resources", "config", "src/main/resources/config", "conf", ".", "src/main/resources/META-INF")
STEMS = ("application", "bootstrap", "microprofile-config", "reference")
ENDINGS = (".properties", ".yml", ".yaml", ".conf")
PRODUCTION = frozenset(
    {"prod", "production", "docker", "cloud", "heroku", "aws", "k8s", "kubernetes", "release", "live"}
)

SERVED = frozenset(
    {"postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "oracle", "sqlserver", "h2", "hsqldb"}
)
"""Profiles called like what they connect to."""
ACTIVE = re.compile(r"\bspring[._]profiles[._]active[=:\s]\s*[\"']?([\w,-]{1,80})", re.IGNORECASE)

PROPERTY = re.compile(r"^\s*([\w.\[\]%\"-]+)\s*[=:]\s*(.*?)\s*$")
ENTRY = re.compile(r"^(\s*)(?:-\s+)?[\"']?([\w.\[\]/@%-]+)[\"']?\s*:(?:\s+(.*?))?\s*$")
HOCON = re.compile(r"^\s*([\w.\"-]+)\s*(?:([{])|[=:]\s*([{])|(?:\+?=|:)\s*(.*?))\s*,?\s*$")
PROFILE = re.compile(r"(?:^|\.)(?:onprofile|spring\.profiles)$")
INNERMOST = re.compile(r"\$\{([^${}]*)\}")
BARE = re.compile(r"^\$([A-Z_][A-Z0-9_]*)(?::(.*))?$")
NAME = re.compile(r"^[A-Za-z_][\w.-]*$")


@dataclass(frozen=True)
class Setting:
    """A key with its raw value; `profile` is empty where it always holds."""

    key: str
    value: str
    profile: str
    quote: Quote


@dataclass(frozen=True)
class Placeholder:
    """A variable or key that a value asks for; `default` is None where it has to be there."""

    name: str
    default: str | None
    setting: Setting


@dataclass(frozen=True)
class Settings:
    """Every setting of an application, those of the default profile first."""

    all: tuple[Setting, ...]

    def find(self, *keys: str) -> Setting | None:
        """The setting of the first key that is set by default; keys are compared as Spring binds them."""
        for key in keys:
            wanted = canonical(key)
            held = [one for one in self.all if not one.profile and one.key == wanted]
            if held:
                return next((one for one in reversed(held) if "${" in one.value), held[-1])
        return None

    def matching(self, pattern: re.Pattern[str]) -> Iterator[Setting]:
        """The settings whose key matches."""
        return (one for one in self.all if pattern.search(one.key))

    def value(self, *keys: str) -> str:
        """The value of the first key that is set by default, placeholders replaced by their defaults."""
        found = self.find(*keys)
        return resolved(found)[0] if found else ""


def canonical(key: str) -> str:
    """`server.servlet.context-path` and `server.servlet.contextPath` are the same key."""
    return key.strip('"%').replace("-", "").replace("_", "").lower()


def read_settings(tree: Tree, *folders: str) -> Settings:
    """The settings of an application whose module lies in one of the folders."""
    always = [one for path in _files(tree, folders) for one in islice(_read(tree, path, ""), MAX_SETTINGS)]
    active = _active(tree, folders, always)
    found = always[:]
    for path, profile in _profiled(tree, folders):
        if profile in PRODUCTION | SERVED | active:
            found += islice(_read(tree, path, profile), MAX_SETTINGS)
    found = [replace(one, profile="") if one.profile in active else one for one in found[:MAX_SETTINGS]]
    return Settings(tuple(sorted(found, key=lambda one: bool(one.profile))))


def _active(tree: Tree, folders: Iterable[str], always: Iterable[Setting]) -> frozenset[str]:
    """The profiles that the settings themselves or the Procfile switch on."""
    told = [resolved(one)[0] for one in always if one.key in ("spring.profiles.active", "spring.profiles.default")]
    for folder in dict.fromkeys(folders):
        told += [found[1] for line in tree.lines(within(folder, "Procfile")) for found in ACTIVE.finditer(line)]
    names = (name.strip().lower() for text in told for name in text.split(",")[:8])
    return frozenset(name for name in names if re.fullmatch(r"[a-z0-9_-]{1,40}", name))


def read_yaml(tree: Tree, path: str) -> tuple[Setting, ...]:
    """The settings of one YAML file."""
    return tuple(_yaml(tree, path, ""))


def resolved(setting: Setting) -> tuple[str, tuple[Placeholder, ...]]:
    """The value with every placeholder replaced by its default, and the placeholders, inner before outer."""
    text, found = setting.value, list[Placeholder]()
    if bare := BARE.match(text):
        return bare[2] or "", (Placeholder(bare[1], bare[2], setting),)
    for _ in range(20):
        inner = INNERMOST.search(text)
        if not inner:
            break
        name, colon, default = inner[1].partition(":")
        is_optional = name.startswith("?")
        name = name.removeprefix("?").strip().removeprefix("env.").removeprefix("ENV:")
        if NAME.match(name):
            given = default.removeprefix("-") if colon else ("" if is_optional else None)
            found.append(Placeholder(name, given, setting))
        text = text[: inner.start()] + default.removeprefix("-") + text[inner.end() :]
    return text.strip("\"'"), tuple(found)


def is_variable(name: str) -> bool:
    """Whether a placeholder's name is that of an environment variable rather than of another key."""
    return name.isupper() or (name.replace("_", "").isalnum() and "_" in name and name.upper() == name)


def _places(folders: Iterable[str]) -> Iterator[str]:
    for folder in dict.fromkeys(folders):
        yield from (folder if place == "." else within(folder, place) for place in PLACES)


def _files(tree: Tree, folders: Iterable[str]) -> Iterator[str]:
    """The configuration files of what always holds."""
    for base in _places(folders):
        names = (within(base, f"{stem}{ending}") for ending in ENDINGS for stem in STEMS)
        yield from (path for path in names if tree.exists(path))


def _profiled(tree: Tree, folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The configuration files of profiles, each with its profile."""
    for base in _places(folders):
        patterns = [f"{stem}-*{ending}" for ending in ENDINGS for stem in STEMS[:2]]
        for path in (path for pattern in patterns for path in tree.find(pattern, base)):
            name = path.rpartition("/")[2]
            if within(base, name) == path:
                yield path, name.rpartition(".")[0].partition("-")[2].lower()


def _read(tree: Tree, path: str, profile: str) -> Iterator[Setting]:
    if path.endswith((".yml", ".yaml")):
        yield from _yaml(tree, path, profile)
    elif path.endswith(".conf"):
        yield from _hocon(tree, path)
    else:
        yield from _properties(tree, path, profile)


def _properties(tree: Tree, path: str, profile: str) -> Iterator[Setting]:
    document: list[Setting] = []
    for number, line in enumerate(tree.lines(path), start=1):
        if line.strip() in ("#---", "!---"):
            yield from _document(document, profile)
            document = []
        elif not line.lstrip().startswith(("#", "!")) and (found := PROPERTY.match(line)):
            own, key = _quarkus_profile(found[1])
            document.append(Setting(canonical(key), found[2], own, tree.quote(path, number)))
    yield from _document(document, profile)


def _quarkus_profile(key: str) -> tuple[str, str]:
    """`%prod.quarkus.http.port` holds in production, which is what is run; other profiles are not."""
    if not key.startswith("%"):
        return "", key
    profile, _, rest = key[1:].partition(".")
    return ("" if profile == "prod" else profile), rest


def _yaml(tree: Tree, path: str, profile: str) -> Iterator[Setting]:
    stack: list[tuple[int, str]] = []
    document: list[Setting] = []
    for number, line in enumerate(tree.lines(path), start=1):
        if line.startswith("---"):
            yield from _document(document, profile)
            stack, document = [], []
            continue
        found = ENTRY.match(line) if not line.lstrip().startswith("#") else None
        if not found:
            continue
        depth = len(found[1].expandtabs(2))
        while stack and stack[-1][0] >= depth:
            stack.pop()
        value = _unquoted(found[3] or "")
        own, key = _quarkus_profile(".".join([*(name for _, name in stack), found[2]]))
        if value:
            document.append(Setting(canonical(key), value, own, tree.quote(path, number)))
        elif len(stack) < 20:
            stack.append((depth, found[2]))
    yield from _document(document, profile)


def _document(document: list[Setting], profile: str) -> Iterator[Setting]:
    """The settings of one document under the profile that it names, or else the file's."""
    named = next((one.value for one in document if PROFILE.search(one.key) and one.value), "")
    for one in document:
        yield Setting(one.key, one.value, one.profile or named.strip("\"'") or profile, one.quote)


def _hocon(tree: Tree, path: str) -> Iterator[Setting]:
    stack: list[str] = []
    for number, line in enumerate(tree.lines(path), start=1):
        code = line.strip()
        if code.startswith(("#", "//")):
            continue
        found = HOCON.match(re.sub(r"\s(?:#|//).*$", "", line))
        if found and (found[2] or found[3]) and len(stack) < 20:
            stack.append(found[1].strip('"'))
        elif code.startswith("}"):
            del stack[-1:]
        elif found:
            key = canonical(".".join([*stack, found[1]]))
            yield Setting(key, _unquoted(found[4] or ""), "", tree.quote(path, number))


def _unquoted(text: str) -> str:
    """A scalar without its quotes and without a comment behind it."""
    if text[:1] in ("'", '"') and (end := text.find(text[0], 1)) > 0:
        return text[1:end]
    return re.sub(r"\s+#.*$", "", text).strip()
