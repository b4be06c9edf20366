"""How templates differ as texts, for whoever reads them as such beside the resources and properties that change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff

from hivemind.plan.line import BLANK, Line, Style
from hivemind.plan.pairs import Pair, Pairs

AROUND = 2
"""Lines shown around each change."""
MOST = 400
"""Lines of a part's diff that are kept; a template of the largest kind that is written anew has a thousand."""
_STYLES: Mapping[str, Style] = {"+": "add", "-": "remove"}


def texts(pairs: Pairs) -> Mapping[str, tuple[str, ...]]:
    """The diff of each part that stands, and whose template is another one now."""
    return {pair.part: found for pair in pairs if (found := tuple(_differing(pair)))}


def text_lines(found: Mapping[str, tuple[str, ...]]) -> Iterator[Line]:
    """Each part's diff under its name."""
    if found:
        yield BLANK
        yield Line("Template", "heading")
    for part, lines in found.items():
        yield Line(part, "dim", 1)
        for line in lines:
            yield Line(line, _STYLES.get(line[:1], "dim"), 1)


def _differing(pair: Pair) -> Iterator[str]:
    if pair.before is None or pair.after is None:
        return
    before, after = pair.before.text.splitlines(), pair.after.text.splitlines()
    lines = list(unified_diff(before, after, n=AROUND, lineterm=""))[2:]
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"@@ {len(lines) - MOST} lines more @@"
