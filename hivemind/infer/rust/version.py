"""Which Rust builds the program: the toolchain file, a pin, the manifest's own, else the default, in that order."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.rust.manifest import FILE, Package, line_of
from hivemind.infer.tree import Tree

DEFAULT = "1.89"
PINS = (
    ("rust-toolchain.toml", re.compile(r"^\s*channel\s*=\s*['\"]([0-9]+\.[0-9]+|nightly|beta)")),
    ("rust-toolchain", re.compile(r"^\s*(?:channel\s*=\s*['\"])?([0-9]+\.[0-9]+|nightly|beta)")),
    (".tool-versions", re.compile(r"^\s*rust\s+([0-9]+\.[0-9]+)")),
    (".rust-version", re.compile(r"^\s*([0-9]+\.[0-9]+)")),
)


def rust_version(tree: Tree, package: Package, folder: str) -> Fact:
    """The runtime as a minor version, or a channel."""
    for name, pattern in PINS:
        for place in dict.fromkeys((package.folder, folder, package.root, ".")):
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if found := pattern.match(line):
                    return fact(found[1], f"{name} asks for it", tree.quote(path, number))
    if found := re.match(r"[0-9]+\.[0-9]+", package.rust_version):
        path = within(package.folder, FILE)
        return fact(found[0], "rust-version asks for it", tree.quote(path, line_of(tree, path, "rust-version")))
    return fact(
        DEFAULT, "neither a toolchain file nor rust-version names one; this is the default", confidence="fallback"
    )
