"""YAML text → nodes with their places, within bounds and without YAML's traps.

The nodes are made from the parser's events, one by one and without recursion, so nothing is expanded or resolved:
anchors, tags and merge keys are refused where they stand, and a scalar stays the text that was written. What that text
means is decided by the field it is given to (`scalars`).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import yaml

from hivemind.spec.problems import Fault, Place, Problems
from hivemind.spec.syntax import explain, place_of
from hivemind.spec.words import UNPRINTABLE, shown

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml: the same events, 15 times slower
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

MAX_BYTES = 128 * 1024
TOO_LARGE = Fault(f"the file is larger than {MAX_BYTES // 1024} KiB", "A spec is a page; is this the file?")
MAX_DEPTH = 16


class ScalarNode(NamedTuple):
    """One value as written; `plain` when it had no quotes."""

    place: Place
    text: str
    plain: bool

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return self.plain and self.text == ""

    @property
    def is_null(self) -> bool:
        """Nothing was written, or YAML's word for it."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


class SequenceNode(NamedTuple):
    """A list."""

    place: Place
    items: list[Node]


class Entry(NamedTuple):
    """A value under a key; `place` is the key's."""

    place: Place
    value: Node


class MappingNode(NamedTuple):
    """Keys and values in the order written, each key once."""

    place: Place
    entries: dict[str, Entry]


class RefusedNode(NamedTuple):
    """What was reported already and has no value to look at."""

    place: Place


SoundNode: TypeAlias = ScalarNode | SequenceNode | MappingNode
Node: TypeAlias = SoundNode | RefusedNode


def compose(text: str, problems: Problems) -> Node:
    """The document's root; raises SpecError when the text is no single YAML document within bounds."""
    _check_characters(text, problems)
    composer = _Composer(problems)
    try:
        for event in yaml.parse(text, Loader=Loader):
            composer.feed(event)
    except yaml.MarkedYAMLError as error:
        problems.stop(*explain(error, text))
    if composer.root is None or (isinstance(composer.root, ScalarNode) and composer.root.is_empty):
        problems.stop(Place(1, 1), Fault("the file is empty", "Write `name: my-app`, or run `hivemind init`."))
    return composer.root


def _check_characters(text: str, problems: Problems) -> None:
    if len(text) > MAX_BYTES:
        problems.stop(Place(1, 1), TOO_LARGE)
    if match := UNPRINTABLE.search(text):
        before = text[: match.start()]
        place = Place(before.count("\n") + 1, match.start() - before.rfind("\n"))
        fault = Fault(f"an invisible character: {shown(match.group())}", "Remove it; is this a text file?")
        problems.stop(place, fault)


class _Open:
    """A list or mapping whose end has not come; `key` waits for its value."""

    def __init__(self, node: SequenceNode | MappingNode) -> None:
        self.node = node
        self.key: str | None = None
        self.key_place: Place | None = None


class _Composer:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.anchors: set[str] = set()

    def feed(self, event: yaml.Event) -> None:
        """Take the next event."""
        place = place_of(event.start_mark)
        match event:
            case yaml.DocumentStartEvent() if self.root is not None:
                hint = "Keep one document in a file: one file is one deployment."
                self.problems.stop(place, Fault("a second document begins here", hint))
            case yaml.AliasEvent():
                self._refuse_alias(place, event.anchor)
                self._put(RefusedNode(place))
            case yaml.ScalarEvent():
                self._refuse_marks(place, event)
                self._put(ScalarNode(place, event.value, plain=not event.style))
            case yaml.SequenceStartEvent():
                self._refuse_marks(place, event)
                self._begin(SequenceNode(place, []))
            case yaml.MappingStartEvent():
                self._refuse_marks(place, event)
                self._begin(MappingNode(place, {}))
            case yaml.CollectionEndEvent():
                self.open.pop()

    def _refuse_alias(self, place: Place, anchor: str | None) -> None:
        if anchor not in self.anchors:  # else its anchor was reported
            hint = "Write the value out; quote it if it begins with `*`."
            self.problems.add(place, Fault(f"aliases are not supported: {shown(f'*{anchor}')}", hint))

    def _refuse_marks(self, place: Place, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self.anchors.add(event.anchor)
            hint = "Write the value out wherever it is used."
            self.problems.add(place, Fault(f"anchors are not supported: {shown('&' + event.anchor)}", hint))
        if event.tag is not None:  # type: ignore[attr-defined]
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")  # type: ignore[attr-defined]
            hint = "Remove it; a value has the type its key asks for."
            self.problems.add(place, Fault(f"tags are not supported: {shown(tag)}", hint))

    def _begin(self, node: SequenceNode | MappingNode) -> None:
        if len(self.open) == MAX_DEPTH:
            hint = "A spec is never nested so deep; is this the file?"
            self.problems.stop(node.place, Fault(f"nested more than {MAX_DEPTH} levels deep", hint))
        self._put(node)
        self.open.append(_Open(node))

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent.node, SequenceNode):
            parent.node.items.append(node)
        elif parent.key_place is None:
            parent.key, parent.key_place = self._key(node, parent.node), node.place
        else:
            if parent.key is not None:
                parent.node.entries[parent.key] = Entry(parent.key_place, node)
            parent.key, parent.key_place = None, None

    def _key(self, node: Node, parent: MappingNode) -> str | None:
        """The key's text, or None when it was refused and its value is to be dropped."""
        fault = _key_fault(node, parent)
        if fault:
            self.problems.add(node.place, fault)
        return node.text if isinstance(node, ScalarNode) and not fault else None


def _key_fault(node: Node, parent: MappingNode) -> Fault | None:
    match node:
        case RefusedNode():
            return Fault("an alias as a key", "Write the key out.")
        case MappingNode() | SequenceNode():
            return Fault("a list or mapping as a key", "Write a word; quote a value that holds `{` or `[`.")
        case ScalarNode(text=""):
            return Fault("a key is missing before `:`", "Write `key: value`.")
        case ScalarNode(text="<<", plain=True):
            return Fault("merge keys are not supported: `<<`", "Write the keys out.")
        case ScalarNode(text=text) if first := parent.entries.get(text):
            return Fault(f"{shown(text)} is given twice, first in line {first.place.line}", "Keep one of them.")
        case _:
            return None
