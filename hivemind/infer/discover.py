"""Which services a repository holds when no spec says so: every folder that is an app of its own.

A folder whose app is found wins over what lies below it; only where the root is no app are its folders looked at.
"""

from __future__ import annotations

import re

from hivemind.infer.detectors import LANGUAGES
from hivemind.infer.facts import Candidate
from hivemind.infer.tree import Tree
from hivemind.model.image import IMAGES
from hivemind.model.spec import LOCAL, EnvironmentSpec, ServiceSpec, Spec

NAME_LIMIT = 20
DEPTH = 2


def discover(tree: Tree, name: str) -> Spec:
    """A spec that says what the repository itself shows; without any app it has no services."""
    services = _services(tree)
    return Spec(name=name, services=services, environments={LOCAL: EnvironmentSpec()})


def _services(tree: Tree) -> tuple[ServiceSpec, ...]:
    if root := best(tree, "."):
        return (ServiceSpec(name=root.kind, kind=root.kind),)
    places = sorted(folder for folder in tree.folders if folder != "." and folder.count("/") < DEPTH)
    found = [(folder, candidate) for folder in places if (candidate := best(tree, folder))]
    return tuple(
        ServiceSpec(name=service_name(folder), kind=candidate.kind, path=folder) for folder, candidate in found
    )


def best(tree: Tree, folder: str) -> Candidate | None:
    """The heaviest reading of a folder as an app."""
    image = IMAGES[ServiceSpec().image]
    found = [candidate for detect in LANGUAGES if (candidate := detect(tree, folder, image))]
    return max(found, key=lambda candidate: candidate.weight, default=None)


def service_name(folder: str) -> str:
    """`apps/Web_API` → `web-api`."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.rpartition("/")[2].lower()).strip("-")
    return words[:NAME_LIMIT].strip("-") if words[:1].isalpha() else "web"
