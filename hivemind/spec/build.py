"""Checked values → Spec: `app` becomes the service `web`, and `local` is always there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.model.spec import LOCAL, Spec

WEB = "web"
"""What the one service under `app` is called."""


def build(document: Mapping[str, Any]) -> Spec:
    """The spec of a document in which nothing was found wrong."""
    services = document.get("services") or {WEB: document.get("app", {})}
    environments = {LOCAL: {}, **document.get("environments", {})}
    return Spec.model_validate(
        {
            "name": document["name"],
            "services": _named(services),
            "database": document.get("database"),
            "network": document.get("network"),
            "environments": {each["name"]: each for each in _named(environments)},
        }
    )


def _named(things: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": name, **thing} for name, thing in things.items()]
