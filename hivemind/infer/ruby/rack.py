"""Sinatra, Roda, Grape, Hanami and whatever else answers through Rack: by config.ru, or by a script of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from hivemind.infer.facts import Dependency, Fact, fact
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.ruby.handlers import handler_port, handling_script
from hivemind.infer.ruby.project import App, Project
from hivemind.infer.ruby.queues import queue_worker
from hivemind.infer.ruby.rack_routes import rack_routes
from hivemind.infer.ruby.servers import configured_port, no_server, other_server, puma
from hivemind.infer.ruby.source import application_files
from hivemind.model.findings import Question

CONFIG = "config.ru"
FRAMEWORKS = ("hanami", "padrino", "sinatra", "roda", "grape", "cuba", "syro", "hobbit", "camping")
PORTS = {"hanami": 2300, "padrino": 3000, "sinatra": 4567}
RACK_PORT = 9292

CLASSIC = re.compile(r"^(?:require|gem)[ (]\s*[\"']sinatra(?:/reloader)?[\"']")
MODULAR = re.compile(r"^class\s+([\w:]+)\s*<\s*(?:::)?Sinatra::(?:Base|Application)\b")
RUNS = re.compile(r"(?<![\w.])(?:[A-Z][\w:]*\.|self\.)?run!(?=\s|$|\()")
RUN = re.compile(r"^run\s+(\S+)")
MAPPED = re.compile(r"^map[ (]\s*[\"'](/[^\"']{0,200})[\"']")
SET_PORT = re.compile(r"^set[ (]\s*:port\s*,\s*([0-9]{4,5})\b|^set[ (]\s*port:\s*([0-9]{4,5})\b")
SET_FROM_PORT = re.compile(r"^set[ (]\s*:port\s*,.*?\bPORT\b.*?\b([0-9]{4,5})\b")
NAMES = ("app.rb", "main.rb", "server.rb", "web.rb", "application.rb", "index.rb", "api.rb")


def find_rack(project: Project) -> App | None:
    """The folder as an application that answers through Rack; None when there is none."""
    if project.has(CONFIG) and (found := _run_line(project)):
        app = _by_config(project, found)
    elif handled := handling_script(project):
        app = _by_handler(project, *handled)
    elif script := _sinatra_script(project):
        app = _by_script(project, *script)
    else:
        return None
    return replace(app, facts={**app.facts, **queue_worker(project)})


def _by_handler(project: Project, name: str, line: Line) -> App:
    """A script that gives an application to a server's handler."""
    asked = project.gem(*FRAMEWORKS)
    framework = asked.name if asked else "rack"
    command = f"bundle exec ruby {name}" if project.gemfile else f"ruby {name}"
    said = quote(project.tree, line)
    facts = {
        "start": fact(command, f"{name} gives the application to a server", said),
        **handler_port(project, name),
    }
    routes = rack_routes(project.tree, application_files(project.tree, project.folder))
    return App(framework, "web", said, facts, routes, (), {"RACK_ENV": "production", "APP_ENV": "production"})


def _run_line(project: Project) -> Line | None:
    lines = code_lines(project.tree, project.file(CONFIG))
    return next((line for line in lines if RUN.match(line.code) or MAPPED.match(line.code)), None)


def _by_config(project: Project, run: Line) -> App:
    asked = project.gem(*FRAMEWORKS)
    framework = asked.name if asked else "rack"
    command, why, questions = _server(project)
    run_quote = quote(project.tree, run)
    facts = {
        "start": fact(command, why, run_quote, confidence="fallback" if questions else "certain"),
        "port": configured_port(project) or _default_port(framework),
        **_hanami(project, asked),
        **_migrated(project),
    }
    environment = {"RACK_ENV": "production"} | ({"HANAMI_ENV": "production"} if framework == "hanami" else {})
    return App(
        framework,
        "web",
        run_quote,
        facts,
        rack_routes(project.tree, application_files(project.tree, project.folder)),
        questions,
        environment,
    )


def _default_port(framework: str) -> Fact:
    port = PORTS.get(framework, RACK_PORT) if framework != "sinatra" else RACK_PORT
    return fact(port, f"{'rackup' if port == RACK_PORT else framework} listens on it by itself", confidence="likely")


def _server(project: Project) -> tuple[str, str, tuple[Question, ...]]:
    """The server of the Gemfile, else rackup, which needs one nevertheless."""
    by_rackup = "bundle exec rackup -o 0.0.0.0 -p $PORT"
    if found := puma(project) or other_server(project):
        return *found, ()
    if project.gem("webrick", "rackup") or not project.gemfile:
        return by_rackup, "rackup serves config.ru with the server it finds", ()
    return by_rackup, "rackup serves config.ru with the server it finds", (no_server(by_rackup),)


def _hanami(project: Project, asked: Dependency | None) -> dict[str, Fact]:
    if not asked or asked.name != "hanami":
        return {}
    found: dict[str, Fact] = {}
    if project.gem("hanami-assets") or project.has("config/assets.js"):
        found["build"] = fact(("bundle exec hanami assets compile",), "Hanami compiles its assets", asked.quote)
    if migration := next(iter(project.tree.find("*db/migrate/*.rb", project.folder)), None):
        why = "Hanami keeps migrations here"
        found["migrate"] = fact("bundle exec hanami db migrate", why, project.tree.quote(migration))
    return found


def _migrated(project: Project) -> dict[str, Fact]:
    """The task that Active Record brings along outside Rails, where a Rakefile loads it."""
    asked = project.gem("sinatra-activerecord", "otr-activerecord", "standalone_migrations")
    migration = next(iter(project.tree.find("db/migrate/*.rb", project.folder)), None)
    if not asked or not migration or not project.has("Rakefile"):
        return {}
    why = f"{asked.name} keeps migrations here"
    return {"migrate": fact("bundle exec rake db:migrate", why, asked.quote, project.tree.quote(migration))}


def _sinatra_script(project: Project) -> tuple[str, Line] | None:
    """The script that starts Sinatra when it is run, and the line that says so; the usual names first."""
    files = [p for p in project.tree.find("*.rb", project.folder) if p.count("/") == project.file("x").count("/")]
    order = {project.file(name): place for place, name in enumerate(NAMES)}
    for path in sorted(files[:50], key=lambda path: (order.get(path, len(order)), path)):
        lines = code_lines(project.tree, path, block=("=begin", "=end"))
        starts = [line for line in lines if CLASSIC.match(line.code) or RUNS.search(line.code)]
        if starts and any("sinatra" in line.code.lower() for line in lines):
            return path, starts[0]
    return None


def _by_script(project: Project, path: str, line: Line) -> App:
    """A classic script parses its arguments; a modular one reads PORT, and is public when it is in production."""
    name = path.removeprefix(project.file("x")[:-1])
    lines = code_lines(project.tree, path, block=("=begin", "=end"))
    is_modular = any(MODULAR.match(found.code) for found in lines)
    command = f"bundle exec ruby {name}" if project.gemfile else f"ruby {name}"
    command += "" if is_modular else " -o 0.0.0.0 -p $PORT"
    said = quote(project.tree, line)
    facts = {"start": fact(command, f"{name} starts Sinatra when it is run", said), **_script_port(project, lines)}
    environment = {"RACK_ENV": "production", "APP_ENV": "production"}
    hints = {} if project.gemfile else {"install": "no Gemfile names the gems; add one with sinatra, rackup and puma"}
    return App(
        "sinatra",
        "web",
        said,
        facts,
        rack_routes(project.tree, application_files(project.tree, project.folder)),
        (),
        environment,
        hints=hints,
    )


def _script_port(project: Project, lines: list[Line]) -> dict[str, Fact]:
    for line in lines:
        said = quote(project.tree, line)
        if found := SET_FROM_PORT.match(line.code):
            return {"port": fact(int(found[1]), "the script falls back to it", said, confidence="likely")}
        if found := SET_PORT.match(line.code):
            why = "the script sets it, whatever PORT says"
            return {"port": fact(int(found[1] or found[2]), why, said), "port_env": fact(None, why, said)}
    return {"port": fact(PORTS["sinatra"], "Sinatra listens on it by itself", confidence="likely")}
