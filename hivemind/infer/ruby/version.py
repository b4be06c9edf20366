"""Which Ruby runs the app: the Gemfile's exact version, the files of version managers, the lock, a range, the default.

Bundler refuses to run under another Ruby than the Gemfile names, so that comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.constraints import allowed
from hivemind.infer.dockerfile import load
from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.ruby.gemfile import LITERAL, Gemfile
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.image import Image

DEFAULT = "3.4"
KNOWN = ("4.0", "3.4", "3.3", "3.2", "3.1", "3.0", "2.7", "2.6", "2.5", "2.4", "2.3")
"""Minor versions, the one to prefer first among those that a range lets in after the default."""

EXACT = re.compile(r"^(?:=\s*)?(?:ruby-)?([0-9]+\.[0-9]+)(?:\.[0-9]+)?(?:[-.]?p[0-9]+|-?(?:preview|rc)[0-9]+)?$")
FILE = re.compile(r"\bfile:\s*[\"']([\w./-]{1,80})[\"']")
TOOL = re.compile(r"^\s*ruby\s*=?\s*[\"']?([0-9]+\.[0-9]+)")
PLAIN = re.compile(r"^\s*(?:ruby-)?([0-9]+\.[0-9]+)(?:\.[0-9]+)?\S*\s*$")


def ruby_version(tree: Tree, folder: str, gemfile: Gemfile | None, image: Image) -> Fact:
    """The runtime as a minor version; of a range one that the machine's image has, where it has one."""
    if found := next(_pins(tree, folder, gemfile), None):
        return found
    if gemfile and gemfile.ruby and (ranged := _in_range(*gemfile.ruby, image)):
        return ranged
    if found := _of_image(tree, folder):
        return found
    why = "no .ruby-version, Gemfile or lock names a Ruby; this is the default"
    return fact(DEFAULT, why, confidence="fallback")


def _pins(tree: Tree, folder: str, gemfile: Gemfile | None) -> Iterator[Fact]:
    """What names one version, the strongest first."""
    if gemfile and gemfile.ruby:
        text, quote = gemfile.ruby
        literal = LITERAL.match(text)
        if literal and (exact := EXACT.match(literal[1].strip())):
            yield fact(exact[1], "the Gemfile asks for it, and Bundler insists", quote)
        if file := FILE.search(text):
            yield from _of_file(tree, within(folder, file[1].removeprefix("./")))
    for place in dict.fromkeys((folder, ".")):
        for name in (".ruby-version", ".tool-versions", "mise.toml", ".mise.toml"):
            yield from _of_file(tree, within(place, name))
    if gemfile and (locked := gemfile.locked_ruby):
        version = ".".join(locked[0].split(".")[:2])
        yield fact(version, "the lock was made with it", tree.quote(gemfile.lock, locked[1]))


def _of_file(tree: Tree, path: str) -> Iterator[Fact]:
    """The version in a file of a version manager: alone on its line, or after the tool's name."""
    name = path.rpartition("/")[2]
    pattern = PLAIN if name == ".ruby-version" else TOOL
    for number, line in enumerate(tree.lines(path), start=1):
        if found := pattern.match(line):
            yield fact(found[1], f"{name} asks for it", tree.quote(path, number))
            return


def _in_range(text: str, quote: Quote, image: Image) -> Fact | None:
    """The default where the Gemfile's range has it, else the newest that it lets in and the image has."""
    constraint = ", ".join(LITERAL.findall(text))
    versions = allowed(constraint, (DEFAULT, *reversed(image.runtimes.get("ruby", ())), *KNOWN)) if constraint else ()
    if not versions:
        return None
    why = f"the Gemfile lets in {constraint}; this one is chosen"
    return fact(versions[0], why, quote, confidence="likely")


def _of_image(tree: Tree, folder: str) -> Fact | None:
    """The Ruby of the image that the Dockerfile builds on."""
    found = load(tree, folder)
    for stage in found.stages if found else ():
        version = re.search(r"ruby:([0-9]+\.[0-9]+)", stage.image)
        if found and version:
            return fact(version[1], "the Dockerfile builds on it", tree.quote(found.path, stage.line))
    return None
