"""What an inference looked at, as digests, and what of it has changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from hivemind.infer.tree import Tree
from hivemind.model.lock import Inputs, Listing
from hivemind.model.spec import Spec

SPEC = "the spec"
DIGITS = 16


def inputs_of(tree: Tree, spec: Spec) -> Inputs:
    """Everything the tree was asked so far, and the part of the spec that inference heeds."""
    seen = tree.observed
    looked_for = sorted(seen.looked_for - seen.read)
    present = {path for path in looked_for if tree.exists(path)}
    return Inputs(
        spec=_of_spec(spec),
        files={path: _of_file(tree, path) for path in sorted(seen.read)},
        present=tuple(sorted(present)),
        absent=tuple(path for path in looked_for if path not in present),
        listings=tuple(
            Listing(folder=folder, pattern=pattern, found=_of_listing(tree, folder, pattern))
            for folder, pattern in sorted(seen.searched)
        ),
    )


def moved(inputs: Inputs, tree: Tree, spec: Spec) -> tuple[str, ...]:
    """What is no longer as it was, each in a few words; empty when an answer would be the same."""
    return tuple(_moved(inputs, tree, spec))


def _moved(inputs: Inputs, tree: Tree, spec: Spec) -> Iterator[str]:
    if inputs.spec != _of_spec(spec):
        yield SPEC
    for path, digest in inputs.files.items():
        if not tree.exists(path):
            yield f"{path} (gone)"
        elif _of_file(tree, path) != digest:
            yield path
    yield from (f"{path} (gone)" for path in inputs.present if not tree.exists(path))
    yield from (f"{path} (new)" for path in inputs.absent if tree.exists(path))
    for listing in inputs.listings:
        if _of_listing(tree, listing.folder, listing.pattern) != listing.found:
            yield f"which files match {listing.pattern} in {listing.folder}"


def _of_spec(spec: Spec) -> str:
    """What the spec says of services and database, as far as something is inferred from it; so no environments."""
    services = [service.model_dump(mode="json", exclude={"one_way_migration"}) for service in spec.services]
    said = {"services": services, **spec.model_dump(mode="json", include={"database"})}
    return _digest(json.dumps(said, sort_keys=True))


def _of_file(tree: Tree, path: str) -> str:
    text = tree.read(path)
    return "unreadable" if text is None else _digest(text)


def _of_listing(tree: Tree, folder: str, pattern: str) -> str:
    return _digest("\n".join(tree.find(pattern, folder)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS]
