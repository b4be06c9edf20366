"""The account's own stack: what every deployment shares. A door of the room, as `environment` is."""

from __future__ import annotations

from hivemind.model import names
from hivemind.model.template import Template


def bootstrap() -> Template:
    """The stack `hivemind-bootstrap`; it takes no parameters, and its output is the artifact bucket's name."""
    from hivemind.render.artifacts import artifacts_text

    return Template(part=names.BOOTSTRAP, stack=names.BOOTSTRAP_STACK, body=artifacts_text())
