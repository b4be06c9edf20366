"""The runtimes a spec may name without a detector: those that its image has packages of."""

from __future__ import annotations

from typing import get_args

from hivemind.errors import InferenceError
from hivemind.model.findings import Language
from hivemind.model.image import IMAGES, ImageName
from hivemind.model.spec import ServiceSpec

DIGITS = {"python": 2, "node": 1}
"""How many numbers of a version its packages are named by."""


def language_of(spec: ServiceSpec) -> Language | None:
    """The language of the runtime that the spec names, if it names one; raises InferenceError for an unknown one."""
    if spec.runtime is None:
        return None
    name = spec.runtime.partition("@")[0]
    if name not in IMAGES[spec.image].runtimes:
        raise _unavailable(spec, f"the runtime {name} cannot be installed by itself")
    known: tuple[Language, ...] = get_args(Language)
    return next(language for language in known if language == name)


def version_of(spec: ServiceSpec) -> str:
    """`python@3.12.4` → `3.12`, the version that packages are named by; raises InferenceError when there is none."""
    name, _, version = (spec.runtime or "").partition("@")
    short = _short(name, version)
    image = IMAGES[spec.image]
    if short not in image.runtimes.get(name, ()):
        raise _unavailable(spec, f"{image.title} has no {name} {version}")
    return short


def _unavailable(spec: ServiceSpec, message: str) -> InferenceError:
    name, _, version = (spec.runtime or "").partition("@")
    others = [image for image in IMAGES if f"{name}@{_short(name, version)}" in _choices(image)]
    instead = f"; or set image to {' or '.join(others)}" if others else ""
    hint = f"choose one of {', '.join(_choices(spec.image))}{instead}"
    return InferenceError(message, where=f"{spec.name}.runtime", hint=hint)


def _short(name: str, version: str) -> str:
    return ".".join(version.split(".")[: DIGITS.get(name, 2)])


def _choices(image: ImageName) -> tuple[str, ...]:
    """`python@3.12` and whatever else an image has."""
    return tuple(f"{name}@{version}" for name, versions in IMAGES[image].runtimes.items() for version in versions)
