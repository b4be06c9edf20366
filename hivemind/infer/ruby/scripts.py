"""Scripts of Ruby that answer no HTTP: bots, consumers, and what is simply run."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact, question
from hivemind.infer.lines import Line, code_lines
from hivemind.infer.lines import quote as quoted
from hivemind.infer.ruby.project import App, Project
from hivemind.model.spec import ServiceKind

NAMES = ("bot.rb", "main.rb", "app.rb", "worker.rb", "run.rb", "start.rb", "index.rb", "server.rb")
PLACES = ("", "bin/", "lib/", "src/")
SERVES = re.compile(r"\bWEBrick::HTTPServer\b|\bTCPServer\.(?:new|open)\b")
PORT = re.compile(
    r"\bPort:?(?:\s*=>)?\s*([1-9][0-9]{3,4})\b|\bTCPServer\.(?:new|open)\W.*?\b([1-9][0-9]{3,4})\b"
    r"|ENV.{1,8}PORT[\"'][^0-9]{1,12}([1-9][0-9]{3,4})\b"
)


def find_script(project: Project) -> App | None:
    """The one script that says by its name that it is the entry; a question where several could be."""
    found = [place + name for place in PLACES for name in NAMES if project.has(place + name)]
    if not found and not project.gemfile:
        return _only_script(project)
    if not found:
        return None
    return _app(project, found)


def _only_script(project: Project) -> App | None:
    """A folder with one file of Ruby and nothing else that could be an app."""
    files = [p for p in project.tree.find("*.rb", project.folder) if p.count("/") == project.file("x").count("/")]
    return _app(project, [files[0].rpartition("/")[2]]) if len(files) == 1 else None


def _app(project: Project, names: list[str]) -> App:
    command = f"bundle exec ruby {names[0]}" if project.gemfile else f"ruby {names[0]}"
    quote = project.quote(names[0])
    lines = code_lines(project.tree, project.file(names[0]))
    kind: ServiceKind = "web" if any(SERVES.search(line.code) for line in lines) else "worker"
    others = tuple(f"bundle exec ruby {name}" if project.gemfile else f"ruby {name}" for name in names)
    questions = (question("start", "several scripts could be the one to run", *others),) if len(names) > 1 else ()
    why = f"{names[0]} is the script that its name says is run"
    facts = {
        "start": fact(command, why, quote, confidence="likely"),
        **(_port(project, lines) if kind == "web" else {}),
    }
    return App(None, kind, quote, facts, questions=questions)


def _port(project: Project, lines: list[Line]) -> dict[str, Fact]:
    """The port that a server of the standard library is given, and PORT where the script reads it."""
    reads = next((line for line in lines if re.search(r"ENV.{1,8}PORT\b", line.code)), None)
    said = [quoted(project.tree, reads)] if reads else []
    variable = fact("PORT" if reads else None, "as the script says", *said)
    for line in lines:
        if found := PORT.search(line.code):
            why = "the script listens on it"
            port = fact(int(found[1] or found[2] or found[3]), why, quoted(project.tree, line), confidence="likely")
            return {"port": port, "port_env": variable}
    return {"port_env": variable}
