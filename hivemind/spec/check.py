"""Nodes → plain values in the document's shape, with every problem noted on the way.

What cannot be read is noted and left out, so that the rest is checked all the same; after `Problems.settle` nothing was
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, assert_never

from hivemind.spec.document import home
from hivemind.spec.problems import Fault, Problems
from hivemind.spec.rules import RULES, ReadSection
from hivemind.spec.scalars import read_scalar, read_text, read_variable
from hivemind.spec.shapes import (
    Choice,
    Collection,
    Commands,
    Duration,
    EnvValue,
    Flag,
    Folder,
    Key,
    Listing,
    Number,
    Scalar,
    Section,
    Shape,
    Text,
)
from hivemind.spec.source import Entry, MappingNode, Node, RefusedNode, ScalarNode, SequenceNode, SoundNode
from hivemind.spec.words import closest, path, shown, written

At: TypeAlias = tuple[str, ...]
FolderCheck: TypeAlias = Callable[[str], Fault | None]


class Checker:
    """Reads nodes by shapes; `check_folder` looks at the folders that the document names."""

    def __init__(self, problems: Problems, check_folder: FolderCheck) -> None:
        self._problems = problems
        self._check_folder = check_folder

    def read(self, node: Node, shape: Shape, at: At) -> Any:
        """The value at `at` in the document, or None when it cannot be read and the reason was noted."""
        if isinstance(node, RefusedNode):
            return None
        value = self._read(node, shape, at)
        if isinstance(value, Fault):
            self._problems.add(node.place, value)
            return None
        return value

    def _read(self, node: SoundNode, shape: Shape, at: At) -> Any:
        match shape:
            case Folder():
                return self._folder(node, shape, at)
            case Text() | Number() | Duration() | Flag() | Choice():
                return _scalar(node, shape, at)
            case Commands():
                return self._commands(node, at)
            case Listing():
                return self._listing(node, shape, at)
            case EnvValue():
                return self._variable(node, shape, at)
            case Collection():
                return self._collection(node, shape, at)
            case Section():
                return self._section(node, shape, at)
            case _:
                assert_never(shape)

    def _folder(self, node: SoundNode, shape: Folder, at: At) -> Any:
        value = _scalar(node, shape, at)
        return (self._check_folder(value) if isinstance(value, str) else None) or value

    def _commands(self, node: SoundNode, at: At) -> Any:
        if isinstance(node, ScalarNode):
            return [self.read(node, Text(), at)]
        return self._listing(node, Listing(Text()), at)

    def _listing(self, node: SoundNode, shape: Listing, at: At) -> Any:
        if not isinstance(node, SequenceNode):
            return Fault(f"{path(at)} must be a list, not {_kind(node)}", "Write it as [a, b].")
        if len(node.items) < shape.least:
            fault = Fault(f"{path(at)} has too few items", f"Give at least {shape.least}.")
            self._problems.add(node.place, fault)
        return [self.read(item, shape.item, at) for item in node.items]

    def _variable(self, node: SoundNode, shape: EnvValue, at: At) -> Any:
        match node:
            case ScalarNode():
                return read_variable(node, path(at))
            case SequenceNode():
                return Fault(f"{path(at)} must be one value, not a list", "Quote a value that holds `[`.")
            case MappingNode():
                return self._section(node, shape.reference, at)

    def _collection(self, node: SoundNode, shape: Collection, at: At) -> Any:
        entries = _entries(node)
        if entries is None:
            hint = f"Write the name of {shape.noun} as a key, as in `{_example(shape.key)}: …`."
            return Fault(f"{path(at)} must be a mapping, not {_kind(node)}", hint)
        values = {}
        for name, entry in entries.items():
            if fault := _name_fault(name, shape):
                self._problems.add(entry.place, fault)
            values[name] = self.read(entry.value, shape.special.get(name, shape.item), (*at, name))
        return values

    def _section(self, node: SoundNode, shape: Section, at: At) -> Any:
        if isinstance(node, ScalarNode) and shape.shorthand and not node.is_empty:
            return {shape.shorthand: self.read(node, shape.keys[shape.shorthand].shape, at)}
        entries = _entries(node)
        if entries is None:
            what = path(at) if at else "the document"
            return Fault(f"{what} must be a mapping, not {_kind(node)}", f"Its keys are {', '.join(shape.keys)}.")
        values = {}
        for name, entry in entries.items():
            if key := shape.keys.get(name):
                values[name] = self.read(entry.value, key.shape, (*at, name))
            else:
                self._problems.add(entry.place, _unknown(name, shape, at))
        self._check_whole(ReadSection(at, node.place, entries, values), shape)
        return {shape.keys[name].field: value for name, value in values.items()}

    def _check_whole(self, read: ReadSection, shape: Section) -> None:
        unknown = read.entries.keys() - shape.keys.keys()
        for name, key in shape.keys.items():
            if key.required and name not in read.entries and not any(closest(word, (name,)) for word in unknown):
                self._problems.add(read.whole, Fault(f"{read.path(name)} is missing", _addition(name, key)))
        if rule := RULES.get(shape.model):
            for place, fault in rule(read):
                self._problems.add(place, fault)


def _scalar(node: SoundNode, shape: Scalar, at: At) -> Any:
    if not isinstance(node, ScalarNode):
        return Fault(f"{path(at)} must be one value, not {_kind(node)}", "Quote a value that holds `: `, `{` or `[`.")
    return read_scalar(node, shape, path(at))


def _entries(node: SoundNode) -> Mapping[str, Entry] | None:
    """The entries of a mapping; nothing is an empty one."""
    if isinstance(node, MappingNode):
        return node.entries
    return {} if isinstance(node, ScalarNode) and node.is_null else None


def _kind(node: SoundNode) -> str:
    match node:
        case ScalarNode():
            return shown(node.text)
        case SequenceNode():
            return "a list"
        case MappingNode():
            return "a mapping"


def _name_fault(name: str, shape: Collection) -> Fault | None:
    read = read_text(name, shape.key, shown(name))
    hint = read.hint if isinstance(read, Fault) else shape.refused.get(name)
    return Fault(f"{shown(name)} cannot be the name of {shape.noun}", hint) if hint else None


def _unknown(name: str, shape: Section, at: At) -> Fault:
    if reason := shape.refused.get(name):
        return Fault(f"{path((*at, name))} has no place here", reason)
    message = f"{path((*at, name))} is not a known key"
    if meant := closest(name, shape.keys):
        return Fault(message, f"Did you mean `{meant}`?")
    if section := home(name):
        return Fault(message, f"It belongs under `{section}`.")
    return Fault(message, f"Known here: {', '.join(shape.keys)}.")


def _example(key: Text) -> str:
    return key.form.example if key.form else "name"


def _addition(name: str, key: Key) -> str:
    if isinstance(key.shape, Section):
        return f"Add it, with its keys {', '.join(key.shape.keys)}."
    return f"Add it, for example `{name}: {written(key.example)}`."
