"""A Dockerfile as it describes the image it ends with: where it comes from, what it exposes, runs and checks.

Its own way of writing is followed as far as evidence needs it: continued lines, comments between them, here-documents,
exec and shell forms, ARG and ENV where a literal stands behind the name. A later stage starts from what an earlier one
set. Nothing that would have to be executed is understood.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree

FILE = "Dockerfile"
MAX_INSTRUCTIONS = 500
SHELLS = ("sh", "bash", "ash", "dash")
INITS = ("tini", "dumb-init", "catatonit")
"""What only reaps processes, and hands over to the command that follows."""

KEYWORD = re.compile(r"^\s*([A-Za-z]+)\s+(\S.*)$")
HEREDOC = re.compile(r"<<-?\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)[\"']?")
ESCAPE = re.compile(r"^\s*#\s*escape\s*=\s*`", re.IGNORECASE)
VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?::?-([^{}]*))?\}|([A-Za-z_]\w*))")
FLAG = re.compile(r"^--[a-z-]+(?:=\S*)?\s+")
URL = re.compile(r"https?://[\w.\-\[\]:${}]+(/[^\s'\"|;)?]*)?")
LEFT_TO_THE_MACHINE = frozenset({"PORT", "HOST"})
"""Variables a command must keep asking for, whatever the image sets them to."""


@dataclass(frozen=True)
class Instruction:
    """One instruction on one line of its own; `line` is where it begins."""

    keyword: str
    argument: str
    line: int


@dataclass(frozen=True)
class Exposed:
    """A port that EXPOSE names."""

    number: int
    line: int


@dataclass(frozen=True)
class Command:
    """CMD, ENTRYPOINT or the check of a HEALTHCHECK as a line of a shell; `words` where the exec form was used."""

    text: str
    line: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One image of the file, with what it inherits from an earlier one."""

    image: str
    line: int
    name: str = ""
    ports: tuple[Exposed, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    workdir: str = ""
    entrypoint: Command | None = None
    cmd: Command | None = None
    healthcheck: Command | None = None

    @property
    def command(self) -> Command | None:
        """What a container runs: the entrypoint with CMD as its arguments, without a bare init in front."""
        if not self.entrypoint:
            return self.cmd
        words = _without_init(self.entrypoint.words)
        if not words and self.entrypoint.words:
            return self.cmd
        if not words or not self.cmd:
            return _joined(words, self.entrypoint) if words else self.entrypoint
        if not self.cmd.words:
            return Command(f"{shlex.join(words)} {self.cmd.text}", self.cmd.line)
        return _joined((*words, *self.cmd.words), self.cmd)

    @property
    def health_path(self) -> str | None:
        """The path of the URL that the health check asks; None when it asks none."""
        found = URL.search(self.healthcheck.text) if self.healthcheck else None
        return (found[1] or "/") if found else None

    @property
    def software(self) -> str:
        """The image's name without registry and tag: `docker.io/library/nginx:1.27` is `nginx`."""
        return self.image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile that could be read; it has at least one stage."""

    path: str
    stages: tuple[Stage, ...]

    @property
    def final(self) -> Stage:
        """The stage that a build without a target ends with."""
        return self.stages[-1]


def load(tree: Tree, folder: str, name: str = FILE) -> Dockerfile | None:
    """The folder's Dockerfile; None when there is none, or nothing in it that an image could be built from."""
    path = within(folder, name)
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for instruction in instructions(tree.lines(path)):
        if instruction.keyword == "FROM":
            stages.append(_from(instruction, stages, arguments))
        elif stages:
            stages[-1] = _after(stages[-1], instruction, arguments)
        elif instruction.keyword == "ARG":
            arguments |= _pairs(instruction.argument, arguments)
    return Dockerfile(path, tuple(stages)) if stages else None


def instructions(lines: tuple[str, ...]) -> tuple[Instruction, ...]:
    """The instructions in their order, up to a cap."""
    return tuple(one for one, _ in zip(_instructions(lines), range(MAX_INSTRUCTIONS), strict=False))


def _instructions(lines: tuple[str, ...]) -> Iterator[Instruction]:
    escape = "`" if lines and ESCAPE.match(lines[0]) else "\\"
    pending, start, until = "", 0, ""
    for number, line in enumerate(lines, start=1):
        if until:
            until = "" if line.strip() == until else until
            continue
        if line.lstrip().startswith("#") or (pending and not line.strip()):
            continue
        start = start if pending else number
        pending += line.rstrip()
        if pending.endswith(escape):
            pending = pending[:-1] + " "
            continue
        if found := KEYWORD.match(pending):
            keyword = found[1].upper()
            yield Instruction(keyword, found[2].strip(), start)
            heredoc = HEREDOC.search(found[2]) if keyword in ("RUN", "COPY", "ADD") else None
            until = heredoc[1] if heredoc else ""
        pending = ""


def _from(instruction: Instruction, stages: list[Stage], arguments: Mapping[str, str]) -> Stage:
    """A new stage; one that continues an earlier stage has all that the earlier one set."""
    words = [word for word in substitute(instruction.argument, arguments).split() if not word.startswith("--")]
    image = words[0] if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else ""
    for earlier in reversed(stages):
        if earlier.name and earlier.name.lower() == image.lower():
            return replace(earlier, name=name, line=instruction.line)
    return Stage(image, instruction.line, name)


def _after(stage: Stage, instruction: Instruction, arguments: Mapping[str, str]) -> Stage:
    """The stage after one more of its instructions."""
    keyword, argument, known = instruction.keyword, instruction.argument, {**arguments, **stage.env}
    if keyword == "ENV" or (keyword == "ARG" and "=" in argument):
        return replace(stage, env={**stage.env, **_pairs(argument, known)})
    if keyword == "EXPOSE":
        return replace(stage, ports=(*stage.ports, *_exposed(substitute(argument, known), instruction.line)))
    if keyword == "WORKDIR":
        return replace(stage, workdir=substitute(argument, known))
    if keyword == "ENTRYPOINT":
        return replace(stage, entrypoint=_command(instruction, known), cmd=None)
    if keyword == "CMD":
        return replace(stage, cmd=_command(instruction, known))
    if keyword == "HEALTHCHECK":
        return replace(stage, healthcheck=_check(instruction, known))
    return stage


def substitute(text: str, known: Mapping[str, str]) -> str:
    """The text with the variables replaced whose literal is known; `${NAME:-default}` is the default otherwise."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[3]
        literal = known.get(name, found[2])
        return found[0] if literal is None else literal

    return VARIABLE.sub(value, text)


def _exposed(argument: str, line: int) -> tuple[Exposed, ...]:
    """`80 8443/tcp 53/udp 3000-3005` → 80, 8443, 3000; what is no TCP port is left out."""
    ports = [word.lower().removesuffix("/tcp").partition("-")[0] for word in argument.split()]
    return tuple(Exposed(int(port), line) for port in ports if re.fullmatch(r"[0-9]{2,5}", port) and int(port) < 65536)


def _check(instruction: Instruction, known: Mapping[str, str]) -> Command | None:
    argument = instruction.argument
    while flag := FLAG.match(argument):
        argument = argument[flag.end() :]
    keyword, _, rest = argument.partition(" ")
    if keyword.upper() != "CMD" or not rest.strip():
        return None
    return _command(replace(instruction, argument=rest.strip()), known)


def _command(instruction: Instruction, known: Mapping[str, str]) -> Command | None:
    """The command as a line of a shell; None for an empty one, which only takes back what was inherited."""
    literals = {name: value for name, value in known.items() if name not in LEFT_TO_THE_MACHINE}
    words = _exec_form(instruction.argument)
    if words is None:
        return Command(_unreplaced(instruction.argument, literals), instruction.line)
    if len(words) > 2 and words[0].rpartition("/")[2] in SHELLS and words[1] in ("-c", "-lc", "-ec"):
        return Command(_unreplaced(words[2], literals), instruction.line)
    return _joined(words, instruction) if words else None


def _unreplaced(text: str, literals: Mapping[str, str]) -> str:
    """A line of a shell with known literals in place; `${PORT:-8000}` is left to the shell."""

    def value(found: re.Match[str]) -> str:
        return literals.get(found[1] or found[3], found[0])

    return VARIABLE.sub(value, text.strip()).removeprefix("exec ").strip()


def _exec_form(argument: str) -> tuple[str, ...] | None:
    """The words of `["a", "b"]`; None where it is a line of a shell."""
    try:
        words = json.loads(argument)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _joined(words: tuple[str, ...], said: Command | Instruction) -> Command:
    return Command(shlex.join(words), said.line, words)


def _without_init(words: tuple[str, ...]) -> tuple[str, ...]:
    """`tini -g -- node x` → `node x`."""
    if not words or words[0].rpartition("/")[2] not in INITS:
        return words
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        rest.pop(0)
    return tuple(rest)


def _pairs(argument: str, known: Mapping[str, str]) -> dict[str, str]:
    """`A=1 B="x y"`, or the older `A some words`."""
    name, _, rest = argument.partition(" ")
    if "=" not in name:
        return {name: substitute(rest.strip(), known)} if rest.strip() else {}
    try:
        words = shlex.split(argument)
    except ValueError:
        words = argument.split()
    pairs = (word.partition("=") for word in words if "=" in word)
    return {key: substitute(value, known) for key, _, value in pairs if key.isidentifier()}
