"""A command in a comment: `/hivemind VERB [-e ENV]...` on a line of its own; whatever else is said is talk."""

from __future__ import annotations

import re
from typing import get_args

from hivemind.model.event import Command, Verb

_COMMAND = re.compile(
    rf"^/hivemind[ \t]+({'|'.join(get_args(Verb))})((?:[ \t]+-e[ \t]+[a-z][a-z0-9-]{{0,19}}){{0,20}})[ \t]*\r?$",
    re.MULTILINE,
)


def command_in(words: str) -> Command | None:
    """The first command in a comment; None where there is none."""
    found = _COMMAND.search(words)
    if found is None:
        return None
    return Command.model_validate({"verb": found[1], "environments": tuple(found[2].split()[1::2])})
