"""Sites of files: made by a generator, or lying there; node's generators belong to node."""

from __future__ import annotations

from hivemind.infer.facts import Candidate, Code, Fact, Reading, fact
from hivemind.infer.static.generators import find_generator
from hivemind.infer.static.pages import find_pages
from hivemind.infer.static.site import Site
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence
from hivemind.model.image import Image

SERVED = "Python's own server gives out the files: every image has it; it compresses nothing and speaks HTTP/1.0"


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a site; None when it has no page and no generator."""
    site = find_generator(tree, folder) or find_pages(tree, folder)
    if not site:
        return None
    return Candidate("static", site.weight, Reading(_facts(site), site.questions), Code(routes=(site.home,)))


def _facts(site: Site) -> dict[str, Fact]:
    found = {
        "language": fact("static", site.why, site.quote),
        "start": fact(site.start, f"{site.why}. {SERVED}", site.quote),
    }
    if site.framework:
        found["framework"] = fact(site.framework, site.why, site.quote)
    if site.package_manager:
        found["package_manager"] = fact(site.package_manager, f"it installs {site.framework}", site.quote)
    if site.install:
        confidence: Confidence = "fallback" if site.questions else "certain"
        found["install"] = fact(site.install, f"what {site.framework} needs", site.quote, confidence=confidence)
    if site.build:
        found["build"] = fact(site.build, site.why, site.quote)
    return found
