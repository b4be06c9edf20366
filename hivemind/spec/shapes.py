"""What may stand at a place of the document: a closed set of shapes, derived from the models' annotations.

A model's field becomes a key of the same name, with two rules: a thing's `name` is the key it stands under, and a
number of seconds, `bake_seconds`, is written as a duration, `bake: 2m`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from annotated_types import Interval, Len
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from hivemind.model.record import Record
from hivemind.model.spec import Form

_SECONDS = "_seconds"


class Text(NamedTuple):
    """A text; free when there is no pattern."""

    pattern: str | None = None
    longest: int | None = None
    form: Form | None = None


class Number(NamedTuple):
    """A whole number within bounds."""

    least: int
    most: int
    form: Form | None = None


class Duration(NamedTuple):
    """A time such as `90s`, `2m` or `1h`, within bounds in seconds."""

    least: int
    most: int


class Flag:
    """`true` or `false`."""


class Choice(NamedTuple):
    """One of a few words; `otherwise` is the hint for a word that is not even nearly one of them."""

    values: tuple[str, ...]
    otherwise: str | None = None


class Folder:
    """A folder of the repository, relative to the file."""


class Commands:
    """A shell command or a list of them."""


class Listing(NamedTuple):
    """A list of one shape, of at least so many."""

    item: Shape
    least: int = 0


class EnvValue(NamedTuple):
    """Any scalar as written, or a reference."""

    reference: Section


class Collection(NamedTuple):
    """A mapping whose keys the team chooses, each a `noun`; some keys have their own shape, some are refused."""

    noun: str
    key: Text
    item: Shape
    special: Mapping[str, Shape] = {}
    refused: Mapping[str, str] = {}


class Key(NamedTuple):
    """A key of a section and the model's field that it fills."""

    field: str
    shape: Shape
    description: str
    required: bool = False
    default: Any = None
    example: Any = None


class Section(NamedTuple):
    """A mapping with known keys; `refused` says why others have no place, `shorthand` is the key of a bare word."""

    model: type[Record]
    keys: Mapping[str, Key]
    refused: Mapping[str, str] = {}
    shorthand: str | None = None

    def without(self, **reasons: str) -> Section:
        """The same section where some keys have no place."""
        kept = {name: key for name, key in self.keys.items() if name not in reasons}
        return self._replace(keys=kept, refused=reasons)


Scalar: TypeAlias = Text | Number | Duration | Flag | Choice | Folder
Shape: TypeAlias = Scalar | Commands | Listing | EnvValue | Collection | Section


def section(model: type[Record], **special: Shape) -> Section:
    """The section that a model's fields make; `special` gives shapes that annotations do not tell."""
    return Section(model, dict(_keys(model, special)))


def _keys(model: type[Record], special: Mapping[str, Shape]) -> Iterator[tuple[str, Key]]:
    annotations = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        if info.description is None:  # not written: a thing's name is its key
            continue
        shape = special.get(name) or shape_of(annotations[name])
        if name.endswith(_SECONDS) and isinstance(shape, Number):
            shape = Duration(shape.least, shape.most)
        yield name.removesuffix(_SECONDS), key(name, info, shape)


def key(name: str, info: FieldInfo, shape: Shape) -> Key:
    """A key from a model's field."""
    example = info.examples[0] if info.examples else None
    if example is None and isinstance(shape, Text | Number) and shape.form:
        example = int(shape.form.example) if isinstance(shape, Number) else shape.form.example
    default = None if info.is_required() or isinstance(info.default, Record) else info.default
    if isinstance(shape, Duration):
        default = f"{default}s" if default is not None else None
    return Key(name, shape, info.description or "", info.is_required(), default, example)


def shape_of(kind: Any) -> Shape:
    """The shape of a model's annotation; raises TypeError for one that no shape stands for."""
    limits: tuple[Any, ...] = ()
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is Annotated:
        kind, *rest = get_args(kind)
        limits = tuple(rest)
    if get_origin(kind) is tuple:
        return _list(get_args(kind)[0], limits)
    if get_origin(kind) is Literal:
        return Choice(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Record):
        return section(kind)
    return _scalar(kind, limits)


def _list(item: Any, limits: tuple[Any, ...]) -> Shape:
    if item is str:
        return Commands()
    least = next((limit.min_length for limit in limits if isinstance(limit, Len)), 0)
    return Listing(shape_of(item), least)


def _scalar(kind: Any, limits: tuple[Any, ...]) -> Scalar:
    form = next((limit for limit in limits if isinstance(limit, Form)), None)
    if kind is bool:
        return Flag()
    if kind is int:
        bounds = next(limit for limit in limits if isinstance(limit, Interval))
        assert isinstance(bounds.ge, int)
        assert isinstance(bounds.le, int)
        return Number(bounds.ge, bounds.le, form)
    if kind is str:
        rules = next((limit for limit in limits if isinstance(limit, StringConstraints)), StringConstraints())
        return Text(None if rules.pattern is None else str(rules.pattern), rules.max_length, form)
    raise TypeError(f"no shape stands for {kind}")
