"""The packages behind the programs that commands call beside their language's own: Maven, Composer, Node for assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hivemind.errors import RenderError
from hivemind.model.findings import ServiceFindings
from hivemind.model.image import ImageName, short_version

NODE = ("npm", "npx", "node", "yarn", "pnpm", "corepack")
ASSETS_NODE = "22"
"""The Node that builds the assets of an application in another language, where an image has several."""

TOOLS: Mapping[str, str] = {
    "composer": "composer",
    "git": "git",
    "make": "make",
    "cmake": "cmake",
    "nginx": "nginx",
}
"""Programs whose package every image calls the same."""

OF_COMPILER: Mapping[ImageName, Mapping[str, str]] = {
    "al2023": {"go": "golang", "cargo": "cargo"},
    "debian": {"go": "golang-go", "cargo": "cargo"},
    "ubuntu": {"go": "golang-go", "cargo": "cargo"},
}

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
    elif program in OF_COMPILER[image]:
        yield OF_COMPILER[image][program]
    elif program == "mvn":
        yield _maven(service, image)
    elif program in ("gradle", "sbt"):
        raise _no_wrapper(service, program, "the Gradle wrapper (`gradle wrapper`)" if program == "gradle" else "sbt")


def _node(image: ImageName) -> tuple[str, ...]:
    if image == "al2023":
        return f"nodejs{ASSETS_NODE}", f"nodejs{ASSETS_NODE}-npm"
    return "nodejs", "npm"


def _maven(service: ServiceFindings, image: ImageName) -> str:
    version = short_version(service.language, service.runtime) if service.language == "java" else "21"
    if image != "al2023":
        return "maven"
    if version not in CORRETTO_MAVEN:
        raise _no_wrapper(service, f"mvn for Java {version}", "the Maven wrapper (`mvn wrapper:wrapper`)")
    return f"maven-amazon-corretto{version}"


def _no_wrapper(service: ServiceFindings, program: str, wrapper: str) -> RenderError:
    return RenderError(
        f"no package of the image brings {program}",
        where=service.name,
        hint=f"Commit {wrapper}, so that the build brings its own, or let `install` put it into the service's folder.",
    )
