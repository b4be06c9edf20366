"""YAML, JSON and TOML files as trees of nodes that know their line, whatever somebody wrote into them.

Asking a node for what it does not hold gives an empty node, so a reader says what it looks for and nothing of what else
may stand there. YAML comes as events, not as objects: tags mean nothing, a node aliased a million times is one node,
and depth and number of nodes have caps.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from hivemind.infer.tree import MAX_LINE, Tree
from hivemind.model.findings import Quote

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml: the same events, 15 times slower
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

MAX_BYTES = 256 << 10
MAX_DEPTH = 60
MAX_NODES = 20_000
MAX_ITEMS = 200
MAX_MERGES = 5
MERGE = "<<"

Raw = object
"""What a document holds: dictionaries, lists, scalars; anything where JSON and TOML have types."""


@dataclass(frozen=True)
class Node:
    """A value of a document and the keys that lead to it; `value` is None where nothing stands."""

    tree: Tree
    path: str
    value: Raw = None
    keys: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.value is not None

    def get(self, *keys: str) -> Node:
        """What stands under these keys, one below the other."""
        node = self
        for key in keys:
            node = Node(self.tree, self.path, _under(node.value, key, 0), (*node.keys, key))
        return node

    def first(self, *keys: str) -> Node:
        """The first of several keys that holds something."""
        return next((node for key in keys if (node := self.get(key))), self.get(*keys[-1:]))

    def items(self) -> tuple[tuple[str, Node], ...]:
        """Name and node of each entry of a mapping, up to a cap."""
        names = list(self.value)[:MAX_ITEMS] if isinstance(self.value, dict) else []
        return tuple((name, self.get(name)) for name in names if isinstance(name, str) and name.isprintable())

    def list(self) -> tuple[Node, ...]:
        """The elements of a list, up to a cap."""
        elements = self.value[:MAX_ITEMS] if isinstance(self.value, list) else []
        return tuple(Node(self.tree, self.path, one, (*self.keys, *_word(one))) for one in elements)

    @property
    def text(self) -> str:
        """A scalar as one line of text; empty for anything else, and for what cannot be shown."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if not isinstance(self.value, str | int | float):
            return ""
        text = " ".join(str(self.value)[:MAX_LINE].split())
        return text if text.isprintable() else ""

    @property
    def quote(self) -> Quote:
        """The line that the node stands on, as far as its keys lead to one."""
        return self.tree.quote(self.path, _line(self.tree.lines(self.path), self.keys))


def load(tree: Tree, path: str) -> Node:
    """The file's root, read as its name says; an empty node when it is absent or cannot be parsed."""
    text = tree.read(path)
    if text is None or len(text) > MAX_BYTES:
        return Node(tree, path)
    return Node(tree, path, tree.once(("document", path), lambda: _parsed(path, text)))


def load_all(tree: Tree, path: str) -> tuple[Node, ...]:
    """The roots of all documents in a YAML file."""
    text = tree.read(path)
    if text is None or len(text) > MAX_BYTES:
        return ()
    return tuple(Node(tree, path, value) for value in _yaml(text))


def _parsed(path: str, text: str) -> Raw:
    if path.endswith((".yaml", ".yml")):
        return next(iter(_yaml(text)), None)
    try:
        return tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(text: str) -> list[Raw]:
    """The documents of a text; those before the first error, too."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=Loader):
            if not builder.feed(event):
                break
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
    return builder.documents


class _Builder:
    """Events become values; `open` holds the lists and mappings whose end has not come, a mapping as a flat list."""

    def __init__(self) -> None:
        self.documents: list[Raw] = []
        self.open: list[tuple[yaml.Event, list[Raw]]] = []
        self.anchors: dict[str, Raw] = {}
        self.count = 0

    def feed(self, event: yaml.Event) -> bool:
        """Take the next event; False when a cap is reached."""
        self.count += 1
        if isinstance(event, yaml.ScalarEvent):
            self._put(event.value, event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._put(self.anchors.get(str(event.anchor)), None)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open.append((event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            begun, held = self.open.pop()
            self._put(_mapping(held) if isinstance(begun, yaml.MappingStartEvent) else held, _anchor(begun))
        return self.count < MAX_NODES and len(self.open) < MAX_DEPTH

    def _put(self, value: Raw, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        if self.open:
            self.open[-1][1].append(value)
        else:
            self.documents.append(value)


def _anchor(event: yaml.Event) -> str | None:
    return event.anchor if isinstance(event, yaml.CollectionStartEvent) else None


def _mapping(flat: list[Raw]) -> Raw:
    """Keys and values in turn; a key that is no text is left out."""
    pairs = zip(flat[::2], flat[1::2], strict=False)
    return {key: value for key, value in pairs if isinstance(key, str)}


def _under(value: Raw, key: str, merges: int) -> Raw:
    """What a mapping holds under a key, itself or by a merge key."""
    if not isinstance(value, dict):
        return None
    if key in value or merges == MAX_MERGES:
        return value.get(key)
    merged = value.get(MERGE)
    for other in merged[:MAX_MERGES] if isinstance(merged, list) else [merged]:
        if (found := _under(other, key, merges + 1)) is not None:
            return found
    return None


def _word(element: Raw) -> tuple[str, ...]:
    """What an element of a list can be found by: its text, or its first scalar."""
    if isinstance(element, dict):
        scalars: Iterator[Raw] = (v for v in element.values() if isinstance(v, str | int) and not isinstance(v, bool))
        return _word(next(scalars, None))
    return (str(element),) if isinstance(element, str | int) and str(element) else ()


def _line(lines: tuple[str, ...], keys: tuple[str, ...]) -> int:
    """The line where the last key stands below the others; 0 when it cannot be found."""
    at = 0
    for key in keys:
        at = next((n for n in range(at, len(lines)) if key in lines[n]), -1)
        if at < 0:
            return 0
    return at + 1 if keys else 0
