"""The runtimes a spec may name without a detector, as Amazon Linux 2023 packages them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from hivemind.errors import InferenceError
from hivemind.model.findings import Language
from hivemind.model.spec import ServiceSpec

AVAILABLE: Mapping[str, tuple[str, ...]] = {
    "python": ("3.11", "3.12", "3.13", "3.14"),
    "node": ("20", "22", "24"),
}
"""Source: Amazon Linux 2023 user guide, Python and Node.js."""

DIGITS = {"python": 2, "node": 1}
"""How many numbers of a version its packages are named by."""


def language_of(spec: ServiceSpec) -> Language | None:
    """The language of the runtime that the spec names, if it names one; raises InferenceError for an unknown one."""
    if spec.runtime is None:
        return None
    name = spec.runtime.partition("@")[0]
    if name not in AVAILABLE:
        raise _unavailable(spec, f"the runtime {name} cannot be installed by itself")
    known: tuple[Language, ...] = get_args(Language)
    return next(language for language in known if language == name)


def version_of(spec: ServiceSpec) -> str:
    """`python@3.12.4` → `3.12`, the version that packages are named by; raises InferenceError when there is none."""
    name, _, version = (spec.runtime or "").partition("@")
    short = ".".join(version.split(".")[: DIGITS.get(name, 2)])
    if short not in AVAILABLE.get(name, ()):
        raise _unavailable(spec, f"Amazon Linux 2023 has no {name} {version}")
    return short


def _unavailable(spec: ServiceSpec, message: str) -> InferenceError:
    choices = ", ".join(f"{name}@{version}" for name, versions in AVAILABLE.items() for version in versions)
    return InferenceError(message, where=f"{spec.name}.runtime", hint=f"choose one of {choices}")
