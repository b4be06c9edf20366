"""C and C++: the program that CMake, Meson or make builds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hivemind.infer.cpp.builds import Build, Program, find_build
from hivemind.infer.cpp.code import drivers_of, environment_reads, find_routes, framework_of, port_of
from hivemind.infer.facts import Candidate, Code, Fact, Reading, fact, question
from hivemind.infer.listen import Listening, listening, port_read
from hivemind.infer.source import Source, load_sources, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question
from hivemind.model.image import Image

APP, MANIFEST = 100, 50
ENDINGS = (".cpp", ".cc", ".cxx", ".c", ".hpp", ".h", ".hh")
ASIDE = re.compile(r"(?:^|/)(?:tests?|examples?|benchmarks?|docs|external|extern|deps|lib|libs|vendored|fuzz)/")
SAFE = re.compile(r"^[\w./+-]+$")
PREFERRED = ("server", "api", "app", "web", "backend", "main", "service")
DEFAULT = 8080


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a C++ program; None where nothing builds one."""
    build = find_build(tree, folder)
    if not build or (not build.programs and folder != "."):
        return None
    sources = _sources(tree, folder)
    if not sources:
        return None
    server = framework_of(tree, sources)
    reads = environment_reads(tree, sources)
    code = Code(drivers_of(tree, sources), reads, find_routes(tree, sources), written_urls(tree, sources))
    program, rivals = _choose(build)
    facts = {**_described(build), **_built(build, program, rivals)}
    if server:
        facts["framework"] = fact(server[0], f"it includes {server[0]}", server[1])
        facts |= _where(tree, sources, code).facts
    hints = {} if program else {"start": "no executable was found in the build; set app.start"}
    reading = Reading(facts, _questions(build, rivals))
    kind = "web" if server else "worker"
    return Candidate("cpp", MANIFEST + APP * bool(server), reading, code, hints, "web" if kind == "web" else "worker")


def _sources(tree: Tree, folder: str) -> tuple[Source, ...]:
    """The team's own files, those with a main first."""
    paths = [path for ending in ENDINGS for path in tree.find(f"*{ending}", folder)]
    ours = [path for path in paths if not ASIDE.search(path if folder == "." else path.removeprefix(f"{folder}/"))]
    return load_sources(tree, sorted(ours, key=lambda p: ("main." not in p, p.count("/"), p)), "cpp")


def _choose(build: Build) -> tuple[Program | None, tuple[str, ...]]:
    if len(build.programs) < 2:
        return next(iter(build.programs), None), ()
    named = [one for name in PREFERRED for one in build.programs if name in one.name.lower()]
    chosen = named[0] if named else build.programs[0]
    return chosen, () if named else tuple(one.path for one in build.programs)


def _described(build: Build) -> dict[str, Fact]:
    why = f"{build.quote.file} describes the build"
    facts = {"language": fact("cpp", why, build.quote), "package_manager": fact(build.tool, why, build.quote)}
    if build.standard:
        facts["runtime"] = fact(build.standard[0], "the standard of C++ it is written in", build.standard[1])
    return facts


def _built(build: Build, program: Program | None, rivals: Sequence[str]) -> dict[str, Fact]:
    facts = {"build": fact(build.commands, f"{build.tool} builds it", build.quote)}
    if build.install:
        facts["install"] = fact(build.install, "a conanfile lists the libraries", build.quote)
    if program and SAFE.match(program.path):
        confidence: Confidence = "fallback" if rivals else "certain"
        facts["start"] = fact(
            f"./{program.path}", f"the build makes {program.name}", program.quote, confidence=confidence
        )
    return facts


def _where(tree: Tree, sources: Sequence[Source], code: Code) -> Listening:
    literal = port_of(sources)
    return listening(
        tree, port_read(code.reads), literal[0] if literal else None, literal[1] if literal else 0, DEFAULT
    )


def _questions(build: Build, rivals: Sequence[str]) -> tuple[Question, ...]:
    asked = []
    if rivals:
        asked.append(
            question("start", "the build makes several programs; set app.start", *(f"./{one}" for one in rivals))
        )
    if build.needs_vcpkg:
        asked.append(question("build", "vcpkg.json lists the libraries: set app.build with vcpkg's toolchain file"))
    return tuple(asked)
