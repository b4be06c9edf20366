"""The packages behind the programs that commands call beside their language's own: Maven, Composer, Node for assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hivemind.errors import RenderError
from hivemind.model.findings import ServiceFindings
from hivemind.model.image import ImageName, short_version

NODE = ("npm", "npx", "node", "yarn", "pnpm", "bun", "corepack")
"""What Node brings, and what the builder gets by npm where it is called by its plain name."""
ASSETS_NODE = "22"
"""The Node that builds the assets of an application in another language, where an image has several."""

TOOLS: Mapping[str, str] = {
    "composer": "composer",
    "git": "git",
    "make": "make",
    "cmake": "cmake",
    "meson": "meson",
    "ninja": "ninja-build",
    "nginx": "nginx",
}
"""Programs whose package every image calls the same."""

OF_IMAGE: Mapping[ImageName, Mapping[str, str]] = {
    "al2023": {"go": "golang", "cargo": "cargo"},
    "debian": {"go": "golang-go", "cargo": "cargo", "hugo": "hugo"},
    "ubuntu": {"go": "golang-go", "cargo": "cargo", "hugo": "hugo"},
}
RUBY: Mapping[ImageName, str] = {
    "al2023": "ruby3.4 ruby3.4-devel gcc gcc-c++ make",
    "debian": "ruby bundler ruby-dev build-essential",
    "ubuntu": "ruby bundler ruby-dev build-essential",
}
"""For what Ruby makes of an application in another language, as Jekyll does of plain files."""

WAYS: Mapping[str, str] = {
    "gradle": "Commit the Gradle wrapper (`gradle wrapper`): the build then brings its own",
    "hugo": "Set `image: debian`, whose packages have it",
    "mvn": "Commit the Maven wrapper (`mvn wrapper:wrapper`): the build then brings its own; or set `runtime: java@21`",
}
IN_NO_PACKAGE = ("gradle", "hugo", "mdbook", "sbt", "zola")

CORRETTO_MAVEN = ("8", "11", "17", "21")
"""Amazon Linux has one Maven, and a package that binds it to each of these versions of Java:
https://github.com/amazonlinux/amazon-linux-2023/issues/914."""

BEFORE = ("!", "do", "else", "env", "exec", "nice", "then", "time")
"""Words that another command follows, as it does after an assignment."""


def tools(lines: Iterable[str], service: ServiceFindings, image: ImageName) -> tuple[str, ...]:
    """The packages for what the lines call; raises RenderError for a tool that the image does not have."""
    called = dict.fromkeys(program for line in lines for program in _called(line))
    return tuple(dict.fromkeys(package for program in called for package in _packages(program, service, image)))


def _called(line: str) -> Iterator[str]:
    """The programs of a line of shell, by the first words of its commands."""
    for command in re.split(r"[;&|()]+", line):
        words = command.split()
        while words and (words[0] in BEFORE or "=" in words[0]):
            words.pop(0)
        yield from words[:1]


def _packages(program: str, service: ServiceFindings, image: ImageName) -> Iterator[str]:
    if program in TOOLS:
        yield TOOLS[program]
    elif program in NODE and service.language != "node":
        yield from _node(image)
    elif program in ("bundle", "gem") and service.language != "ruby":
        yield from RUBY[image].split()
    elif program in OF_IMAGE[image]:
        yield OF_IMAGE[image][program]
    elif program == "mvn":
        yield _maven(service, image)
    elif program in IN_NO_PACKAGE:
        raise _missing(service, program, program)


def _node(image: ImageName) -> tuple[str, ...]:
    if image == "al2023":
        return f"nodejs{ASSETS_NODE}", f"nodejs{ASSETS_NODE}-npm"
    return "nodejs", "npm"


def _maven(service: ServiceFindings, image: ImageName) -> str:
    version = short_version(service.language, service.runtime) if service.language == "java" else CORRETTO_MAVEN[-1]
    if image != "al2023":
        return "maven"
    if version not in CORRETTO_MAVEN:
        raise _missing(service, "mvn", f"mvn for Java {version}")
    return f"maven-amazon-corretto{version}"


def _missing(service: ServiceFindings, program: str, what: str) -> RenderError:
    way = WAYS.get(program, f"Set `install` to lines that put {program} into the service's folder, and call it there")
    return RenderError(f"no package of the image brings {what}", where=service.name, hint=f"{way}.")
