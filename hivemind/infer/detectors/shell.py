"""A repository that is a script of the shell and nothing else."""

from __future__ import annotations

import re

from hivemind.infer.facts import Candidate, Code, EnvRead, Fact, Reading, fact, question, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.places import is_aside
from hivemind.infer.signs import signs
from hivemind.infer.static.pages import has_apps_below
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image
from hivemind.model.spec import ServiceKind

WEIGHT = 4
NAMES = ("start.sh", "run.sh", "main.sh", "entrypoint.sh", "server.sh", "app.sh", "bot.sh", "worker.sh")
INTERPRETER = re.compile(r"^#!\s*(?:/usr)?(?:/local)?/bin/(?:env\s+(?:-S\s+)?)?(bash|sh|dash|zsh|ksh)\b")
LISTENS = re.compile(
    r"\bPORT\b|\b(?:nc|ncat|netcat)\b.*\s-\w*l|\bsocat\b.*LISTEN|\bhttp\.server\b|\bhttpd\b|\btcpserver\b"
)
PORT = re.compile(
    r"\$\{PORT:?[-=]([0-9]{4,5})\}|\bPORT=[\"']?([0-9]{4,5})\b|-l\w*\s+(?:-p\s*)?([0-9]{4,5})\b|LISTEN:([0-9]{4,5})"
)
URL = re.compile(r"\$(DATABASE_URL|POSTGRES_URL|MYSQL_URL|REDIS_URL|MONGO\w{0,10}_UR[IL])\b")
"""Variables that nobody sets in a script itself."""
READ = re.compile(r"\$\{([A-Z][A-Z0-9_]{1,60})(:?[-?=])?([^}]*)\}")
OTHERS = re.compile(r"^(?:exec\s+)?(?:python3?|node|deno|bun|ruby|php|java|go|cargo|dotnet|mix)\b")


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a script; None where it has none, or anything that is more than a script."""
    found = [name for name in NAMES if tree.exists(within(folder, name)) and _shell(tree, folder, name)]
    if not found or signs(tree, folder) or has_apps_below(tree, folder) or is_aside(folder):
        return None
    lines = code_lines(tree, within(folder, found[0]))
    listening = next((line for line in lines if LISTENS.search(line.code)), None)
    facts = {**_started(tree, folder, found[0]), **(_listening(tree, lines) if listening else {})}
    kind: ServiceKind = "web" if listening else "worker"
    questions = (*_ties(tree, folder, found), *_foreign(tree, lines))
    return Candidate("shell", WEIGHT, Reading(facts, questions), Code(reads=reads_of(tree, lines)), {}, kind)


def _shell(tree: Tree, folder: str, name: str) -> str:
    """The shell that a script's first line asks for; empty where it asks for none."""
    first = tree.lines(within(folder, name))[:1]
    found = INTERPRETER.match(first[0]) if first else None
    return found[1] if found else ""


def _started(tree: Tree, folder: str, name: str) -> dict[str, Fact]:
    said = tree.quote(within(folder, name), 1)
    return {
        "language": fact("shell", f"{name} is all there is", said),
        "start": fact(
            _command(tree, folder, name), f"{name} says by its name that it is run", said, confidence="likely"
        ),
    }


def _command(tree: Tree, folder: str, name: str) -> str:
    """By its shell rather than by its own mode, which may have been lost on the way."""
    return f"{_shell(tree, folder, name)} {name}"


def _listening(tree: Tree, lines: list[Line]) -> dict[str, Fact]:
    reads = next((line for line in lines if re.search(r"\$\{?PORT\b", line.code)), None)
    variable = fact("PORT" if reads else None, "as the script says", *([quote(tree, reads)] if reads else []))
    for line in lines:
        if found := PORT.search(line.code):
            number = int(next(group for group in found.groups() if group))
            if 1024 <= number <= 65535:
                port = fact(number, "the script listens on it", quote(tree, line), confidence="likely")
                return {"port_env": variable, "port": port}
    return {"port_env": variable}


def reads_of(tree: Tree, lines: list[Line]) -> tuple[EnvRead, ...]:
    """`${A:?}` fails without, `${A:-b}` has another way; what is read plainly may have been set by the script."""
    found = ((line, read) for line in lines for read in READ.finditer(line.code) if read[2])
    plain = ((line, read) for line in lines for read in URL.finditer(line.code))
    return (
        *(
            EnvRead(read[1], "?" in read[2], None if "?" in read[2] else read[3] or None, quote(tree, line))
            for line, read in found
        ),
        *(EnvRead(read[1], True, None, quote(tree, line)) for line, read in plain),
    )


def _ties(tree: Tree, folder: str, names: list[str]) -> tuple[Question, ...]:
    if len(names) < 2:
        return ()
    commands = [_command(tree, folder, name) for name in names]
    return (question("start", "several scripts could be the one to run", *commands),)


def _foreign(tree: Tree, lines: list[Line]) -> tuple[Question, ...]:
    """A script that starts another language's program needs that language, which nothing else here speaks of."""
    line = next((line for line in lines if OTHERS.match(line.code)), None)
    if not line:
        return ()
    why = f"{line.path}:{line.number} runs `{line.code[:80]}`; set app.runtime to the language that it needs"
    return (question("language", why, "shell"),)
