"""A foundation while it lets go of something: what is wanted, and beside it what instances of the old colour still use.

A release that also takes subnets away (production back to stage-1, say) cannot change the foundation once: the new
colour needs what is wanted, the old one what is there. So the foundation is widened first, and changed to what is
wanted when the old colour is empty. Both are functions of the two bodies, so a plan that names these has said both.
"""

from __future__ import annotations

import json

from hivemind.plan.document import Document, document

KEPT = ("Parameters", "Mappings", "Conditions", "Resources")
"""The sections of which what goes away is kept. Outputs tell what is wanted from the start."""


def let_go(before: str, after: str) -> tuple[str, ...]:
    """The logical ids of the resources that one body has and the other has not."""
    wanted = document(after)["Resources"]
    return tuple(name for name in document(before)["Resources"] if name not in wanted)


def widened(before: str, after: str) -> str:
    """A body with all that `after` has and what `before` has beside it; `after` itself where nothing goes away."""
    if not let_go(before, after):
        return after
    old, new = document(before), document(after)
    both = {section: {**_section(new, section), **_beside(old, new, section)} for section in KEPT}
    return json.dumps({**new, **{section: content for section, content in both.items() if content}}, indent=1) + "\n"


def _beside(old: Document, new: Document, section: str) -> Document:
    known = _section(new, section)
    return {name: entry for name, entry in _section(old, section).items() if name not in known}


def _section(body: Document, section: str) -> Document:
    found: Document = body.get(section) or {}
    return found
