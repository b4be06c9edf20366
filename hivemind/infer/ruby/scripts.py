"""Scripts of Ruby that answer no HTTP: bots, consumers, and what is simply run."""

from __future__ import annotations

from hivemind.infer.facts import fact, question
from hivemind.infer.ruby.project import App, Project

NAMES = ("bot.rb", "main.rb", "app.rb", "worker.rb", "run.rb", "start.rb", "index.rb", "server.rb")
PLACES = ("", "bin/", "lib/", "src/")
SERVERS = {"webrick": "WEBrick::HTTPServer", "socket": "TCPServer.new"}


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
    text = project.text(names[0])
    kind = "web" if any(server in text for server in SERVERS.values()) else "worker"
    others = tuple(f"bundle exec ruby {name}" if project.gemfile else f"ruby {name}" for name in names)
    questions = (question("start", "several scripts could be the one to run", *others),) if len(names) > 1 else ()
    why = f"{names[0]} is the script that its name says is run"
    facts = {"start": fact(command, why, quote, confidence="likely")}
    return App(None, "web" if kind == "web" else "worker", quote, facts, questions=questions)
