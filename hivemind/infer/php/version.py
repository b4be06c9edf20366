"""Which PHP runs the app: Composer's platform, the files of version managers, `require.php`, the default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.constraints import allowed
from hivemind.infer.dockerfile import load
from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.php.composer import Composer
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.image import Image

DEFAULT = "8.3"
KNOWN = ("8.4", "8.5", "8.2", "8.1", "8.0", "7.4", "7.3", "7.2", "7.1", "7.0", "5.6")
"""Minor versions, the one to prefer first where a constraint leaves the default out."""

PIN = re.compile(r"^\s*(?:php\s*=?\s*[\"']?)?([5-9]\.[0-9]+)")
IMAGE = re.compile(r"(?:^|/)(?:php|frankenphp):(?:[0-9.]+-php)?([5-9]\.[0-9]+)")
REQUIRED = re.compile(r"^\s*\"php(?:-64bit)?\"\s*:")
PLATFORM = re.compile(r"^\s*\"platform\"\s*:")


def php_version(tree: Tree, folder: str, composer: Composer | None, image: Image) -> Fact:
    """The runtime as a minor version; of a range one that the machine's image has, where it has one."""
    if found := next(_said(tree, folder, composer, image.runtimes.get("php", ())), None):
        return found
    return fact(
        DEFAULT, "neither composer.json nor .php-version names a PHP; this is the default", confidence="fallback"
    )


def _said(tree: Tree, folder: str, composer: Composer | None, has: Sequence[str]) -> Iterator[Fact]:
    """What names a version, the strongest first."""
    if composer and (pin := PIN.match(composer.platform)):
        yield fact(pin[1], "composer.json resolves packages for it", _platform_line(tree, composer.path))
    for place in dict.fromkeys((folder, ".")):
        for name in (".php-version", ".tool-versions", "mise.toml", ".mise.toml"):
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if (pin := PIN.match(line)) and (name == ".php-version" or "php" in line):
                    yield fact(pin[1], f"{name} asks for it", tree.quote(path, number))
    if composer and (constraint := composer.requires.get("php") or composer.requires.get("php-64bit")):
        yield from _in_range(tree, composer, constraint, has)
    if (image := load(tree, folder)) and (stage := next((s for s in image.stages if IMAGE.search(s.image)), None)):
        found = IMAGE.search(stage.image)
        yield fact(found[1] if found else DEFAULT, "the Dockerfile builds on it", tree.quote(image.path, stage.line))


def _in_range(tree: Tree, composer: Composer, constraint: str, has: Sequence[str]) -> Iterator[Fact]:
    """The default where the constraint lets it in, else the first other version that it does, of those there are."""
    versions = allowed(constraint, (DEFAULT, *KNOWN))
    if versions:
        quote = _line(tree, composer.path, REQUIRED)
        chosen = next((version for version in versions if version in has), versions[0])
        yield fact(chosen, f"composer.json lets in {constraint}; this one is chosen", quote, confidence="likely")


def _platform_line(tree: Tree, path: str) -> Quote:
    """The PHP of `config.platform`: the first line that names it after the platform's own."""
    numbered = list(enumerate(tree.lines(path), start=1))
    start = next((number for number, line in numbered if PLATFORM.match(line)), 0)
    inside = (number for number, line in numbered if number >= start and re.search(r"\"php\"\s*:", line))
    return tree.quote(path, next(inside, start))


def _line(tree: Tree, path: str, pattern: re.Pattern[str]) -> Quote:
    lines = enumerate(tree.lines(path), start=1)
    return tree.quote(path, next((number for number, line in lines if pattern.match(line)), 0))
