"""The runtimes a spec may name without a detector: those that its image has packages of."""

from __future__ import annotations

from typing import get_args

from hivemind.errors import InferenceError
from hivemind.infer.facts import Facts, fact
from hivemind.model.findings import Language
from hivemind.model.image import IMAGES, ImageName, short_version
from hivemind.model.spec import ServiceSpec


def language_of(spec: ServiceSpec) -> Language | None:
    """The language of the runtime that the spec names, if it names one; raises InferenceError for an unknown one."""
    if spec.runtime is None:
        return None
    name = spec.runtime.partition("@")[0]
    if name not in IMAGES[spec.image].runtimes:
        raise _unavailable(spec, f"{IMAGES[spec.image].title} has no {name}")
    known: tuple[Language, ...] = get_args(Language)
    return next(language for language in known if language == name)


def version_of(spec: ServiceSpec) -> str:
    """`python@3.12.4` → `3.12`, the version that packages are named by; raises InferenceError when there is none."""
    name, _, version = (spec.runtime or "").partition("@")
    image = IMAGES[spec.image]
    if not image.serves(name, version):
        raise _unavailable(spec, f"{image.title} has no {name} {version}")
    return short_version(name, version)


def on_image(facts: Facts, image: ImageName) -> Facts:
    """The facts with a version that the image has, where nothing names one and the guess is not among them."""
    has, runtime = IMAGES[image], facts.get("runtime")
    language = str(facts["language"].value) if "language" in facts else ""
    versions = has.runtimes.get(language, ())
    if not runtime or not versions or runtime.evidence.confidence != "fallback":
        return facts
    if has.serves(language, str(runtime.value)):
        return facts
    why = f"nothing names a version; {has.title} has this one"
    return {**facts, "runtime": fact(versions[-1], why, confidence="fallback")}


def _unavailable(spec: ServiceSpec, message: str) -> InferenceError:
    name, _, version = (spec.runtime or "").partition("@")
    others = [image for image, has in IMAGES.items() if has.serves(name, version)]
    instead = f"; or set image to {' or '.join(others)}" if others else ""
    hint = f"choose one of {', '.join(_choices(spec.image, name))}{instead}"
    return InferenceError(message, where=f"{spec.name}.runtime", hint=hint)


def _choices(image: ImageName, language: str) -> tuple[str, ...]:
    """The versions of a language; the newest of every language where an image does not have that one."""
    runtimes = IMAGES[image].runtimes
    if language in runtimes:
        return tuple(f"{language}@{version}" for version in runtimes[language])
    return tuple(f"{name}@{versions[-1]}" for name, versions in runtimes.items())
