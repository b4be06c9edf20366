"""Which Elixir runs the app: files of version managers, the image it is built on, mix.exs, the default."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.constraints import allowed
from hivemind.infer.dockerfile import load
from hivemind.infer.elixir.mix import Mix
from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.tree import Tree

DEFAULT = "1.18"
KNOWN = ("1.19", "1.17", "1.16", "1.15", "1.14", "1.13", "1.12", "1.11", "1.10", "1.9", "1.8", "1.7", "1.6", "1.5")
PINS = {
    ".tool-versions": re.compile(r"^\s*elixir\s+([0-9]+\.[0-9]+)"),
    "mise.toml": re.compile(r"^\s*elixir\s*=\s*[\"']([0-9]+\.[0-9]+)"),
    ".mise.toml": re.compile(r"^\s*elixir\s*=\s*[\"']([0-9]+\.[0-9]+)"),
    ".elixir-version": re.compile(r"^\s*([0-9]+\.[0-9]+)"),
    "elixir_buildpack.config": re.compile(r"^\s*elixir_version\s*=\s*[\"']?v?([0-9]+\.[0-9]+)"),
}
IMAGE = re.compile(r"(?:^|/)elixir:([0-9]+\.[0-9]+)")


def elixir_version(tree: Tree, folder: str, mix: Mix) -> Fact:
    """The runtime as a minor version."""
    if found := next(_pinned(tree, folder), None):
        return found
    if mix.elixir and (versions := allowed(mix.elixir[0], (DEFAULT, *KNOWN))):
        why = f"mix.exs lets in {mix.elixir[0]}; this one is chosen"
        return fact(versions[0], why, mix.elixir[1], confidence="likely")
    return fact(DEFAULT, "nothing names an Elixir; this is the default", confidence="fallback")


def _pinned(tree: Tree, folder: str) -> Iterator[Fact]:
    """What names one version, the strongest first."""
    for place in dict.fromkeys((folder, ".")):
        for name, pattern in PINS.items():
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if found := pattern.match(line):
                    yield fact(found[1], f"{name} asks for it", tree.quote(path, number))
    file = load(tree, folder)
    for stage in file.stages if file else ():
        if file and (found := IMAGE.search(stage.image)):
            yield fact(found[1], "the Dockerfile builds on it", tree.quote(file.path, stage.line))
