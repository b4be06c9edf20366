"""XML that a build tool wrote or reads: parsed without namespaces, and never expanded.

A document type or an entity is refused: no manifest needs one, and they are how XML is made to explode.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_xml(text: str | None, root: str) -> ElementTree.Element | None:
    """The document's element if it is called `root`; None where it is not, is no XML, or declares types or entities."""
    if not text or DECLARES.search(text):
        return None
    try:
        found = ElementTree.fromstring(DECLARATION.sub("", text.lstrip("\ufeff")))
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None
    for element in found.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return found if found.tag.lower() == root.lower() else None
