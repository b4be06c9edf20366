"""What a service is called here, by the name that a file or a folder gives it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from hivemind.model.spec import ServiceKind, ServiceSpec

LIMIT = 20
RESERVED = ("foundation", "bootstrap")
"""Names of stacks that are not a service's."""


def service_name(name: str, kind: ServiceKind = "web") -> str:
    """`apps/Web_API` → `web-api`; a name without a letter in front, or one that is taken, is the kind."""
    words = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
    return words[:LIMIT].strip("-") if words[:1].isalpha() and words not in RESERVED else kind


def unique(name: str, taken: Container[str]) -> str:
    """The name, or the first of `name-2`, `name-3` ... that is free."""
    short = name[: LIMIT - 3].rstrip("-")
    numbered = (f"{short}-{number}" for number in range(2, 99))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def name_of(service: ServiceSpec, names: Iterable[str], *also: str) -> str:
    """The one of a file's names that means the service: its own, else its kind, else one of `also`; empty if none."""
    known = list(names)
    own = next((name for name in known if service_name(name, service.kind) == service.name), "")
    return own or next((name for name in (service.kind, *also) if name in known), "")
