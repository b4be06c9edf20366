"""PHP without a web server in front: servers written in PHP itself, and scripts that answer nobody."""

from __future__ import annotations

import re

from hivemind.infer.facts import fact, question
from hivemind.infer.php.project import App, Project
from hivemind.infer.php.source import php_lines
from hivemind.model.findings import Quote

SERVERS = {
    "hyperf/hyperf": ("hyperf", "bin/hyperf.php", "start", 9501),
    "hyperf/framework": ("hyperf", "bin/hyperf.php", "start", 9501),
    "hyperf/http-server": ("hyperf", "bin/hyperf.php", "start", 9501),
    "workerman/webman-framework": ("webman", "start.php", "start", 8787),
}
"""Package → the framework, its script, what the script is told, the port it listens on."""

LISTENS = re.compile(
    r"new\s+[\w\\]*(?:SocketServer|HttpServer|Http\\Server|Server|Worker)\s*\(\s*['\"](?:https?|tcp)?:?/*([\w.*]*)['\":,\s]+([0-9]{4,5})"
)
LIBRARIES = (
    "react/http",
    "workerman/workerman",
    "amphp/http-server",
    "openswoole/core",
    "ext-swoole",
    "ext-openswoole",
)
NAMES = (
    "server.php",
    "bot.php",
    "main.php",
    "worker.php",
    "start.php",
    "run.php",
    "app.php",
    "bin/server.php",
    "consumer.php",
)
WEB = ("server.php", "bin/server.php", "start.php", "main.php", "app.php")


def find_script(project: Project) -> App | None:
    """A server written in PHP, else the script that says by its name that it is run."""
    return _framework(project) or _server(project) or _script(project)


def _framework(project: Project) -> App | None:
    package = project.package(*SERVERS)
    if not package:
        return None
    name, script, told, port = SERVERS[package.name]
    if not project.has(script):
        return None
    why = f"{script} starts {name}, which serves HTTP itself"
    facts = {
        "start": fact(f"php {script} {told}", why, package.quote),
        "port": fact(port, f"{name} listens on it by itself", package.quote, confidence="likely"),
        "port_env": fact(None, f"{name} takes its port from its configuration", package.quote, confidence="likely"),
    }
    return App(name, package.quote, facts)


def _server(project: Project) -> App | None:
    library = project.package(*LIBRARIES)
    for name in WEB:
        for line in php_lines(project.tree, project.file(name)):
            if found := LISTENS.search(line.code):
                quote = project.tree.quote(line.path, line.number)
                facts = {
                    "start": fact(f"php {name}", f"{name} listens itself", quote, confidence="likely"),
                    "port": fact(int(found[2]), "the script listens on it", quote),
                    "port_env": fact(None, "the script names its port itself", quote),
                }
                return App(library.name.partition("/")[0] if library else None, quote, facts)
    return None


def _script(project: Project) -> App | None:
    found = [name for name in NAMES if project.has(name)]
    if not found:
        return None
    quote: Quote = project.quote(found[0])
    commands = tuple(f"php {name}" for name in found)
    facts = {
        "start": fact(commands[0], f"{found[0]} is the script that its name says is run", quote, confidence="likely")
    }
    questions = (question("start", "several scripts could be the one to run", *commands),) if len(found) > 1 else ()
    return App(None, quote, facts, "worker", questions=questions)
