"""Scripts that run a server themselves: they hand a Rack application to the server's handler, with its port."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.ruby.project import Project

HANDLES = re.compile(
    r"\bRack(?:up)?::Handler(?:::\w+|\.(?:get|default|pick)\b[^.]{0,60})\.run\b|\bRack(?:up)?::Server\.(?:start|new)\b"
)
PORT = re.compile(r"(?:\b|:)[Pp]ort[\"']?(?::|\s*=>)\s*(?P<value>.{1,80})")
NUMBER = re.compile(r"\b([1-9][0-9]{3,4})\b")
READS = re.compile(r"\bENV\b.{1,10}PORT\b")
FALLBACK = 8080
"""Where a handler listens that is told nothing."""
MAX_FILES = 50


def handling_script(project: Project) -> tuple[str, Line] | None:
    """The first script at the top of the folder that does so, and the line."""
    files = [p for p in project.tree.find("*.rb", project.folder) if p.count("/") == project.file("x").count("/")]
    for path in files[:MAX_FILES]:
        for line in code_lines(project.tree, path, block=("=begin", "=end")):
            if HANDLES.search(line.code):
                return path.removeprefix(project.file("x")[:-1]), line
    return None


def handler_port(project: Project, name: str) -> dict[str, Fact]:
    """The port it is given, and PORT where that decides."""
    lines = code_lines(project.tree, project.file(name), block=("=begin", "=end"))
    for line in lines:
        if not (found := PORT.search(line.code)):
            continue
        said, reads = quote(project.tree, line), bool(READS.search(found["value"]))
        variable = fact("PORT" if reads else None, "as the script says", said)
        if number := NUMBER.search(found["value"]):
            return {
                "port": fact(int(number[1]), "the script names it", said, confidence="likely"),
                "port_env": variable,
            }
        return {"port_env": variable} if reads else {}
    return {"port": fact(FALLBACK, "a handler listens on it by itself", confidence="fallback")}
