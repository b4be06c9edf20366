"""The port an app listens on and the variable that sets it: by its script, its code, else its framework."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hivemind.infer.facts import EnvRead, Fact, fact
from hivemind.infer.node.app import App
from hivemind.infer.node.commands import Command
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.ports import Listening
from hivemind.infer.node.reading import CodeReading
from hivemind.model.findings import Confidence, Quote

ASSIGNED = re.compile(r"(?:^|\s)PORT=[\"']?([0-9]{4,5})\b")
GIVEN = re.compile(r"\$\{?PORT(?::-([0-9]{4,5}))?")
NUMBER = re.compile(r"(?:^|:)([0-9]{4,5})$")
SITE_SERVERS = {"serve": 3000, "http-server": 8080, "sirv": 8080, "vite": 4173, "json-server": 3000, "ws": 8000}
"""Static servers → the port they take where nobody says; all but vite read PORT."""


def listening_facts(app: App, framework: Framework | None, code: CodeReading, is_script: bool) -> dict[str, Fact]:
    """The facts `port` and `port_env`."""
    said = _by_script(app)
    if said and not is_script:
        said |= {"port_env": fact("PORT", "what is started instead of the script takes it")}
    found = said or _by_code(code.listening, framework) or _by_reads(code.reads)
    if found:
        return found
    if framework:
        quote = app.manifest.quote_package(framework.package)
        confidence: Confidence = "fallback" if framework.kind == "server" else "likely"
        why = f"{framework.name} listens on {framework.port} where nobody says otherwise"
        return {"port": fact(framework.port, why, quote, confidence=confidence)}
    return {}


def _by_script(app: App) -> dict[str, Fact] | None:
    """What the start script itself says: `PORT=4000 ..`, `-p 4000`, `--port ${PORT:-4000}`."""
    script = app.script
    if not script or not script.last:
        return None
    quote = app.quote(script)
    line = app.manifest.scripts[script.name]
    if assigned := ASSIGNED.search(line):
        return _fixed(int(assigned[1]), "the script sets PORT itself", quote)
    said = script.last.option("-p", "--port", "-l", "--listen", "--http")
    if number := NUMBER.search(said):
        return _fixed(int(number[1]), "the script says so, whatever PORT says", quote)
    if given := GIVEN.search(said):
        port = given[1] or _usual(script.last) or "3000"
        return _through("PORT", int(port), "the script passes PORT on", quote)
    usual = _usual(script.last)
    return _through("PORT", int(usual), f"{script.last.program} listens there without PORT", quote) if usual else None


def _usual(command: Command) -> str:
    return str(SITE_SERVERS.get(command.program, "")) if command.program != "vite" else ""


def _by_code(listening: Listening | None, framework: Framework | None) -> dict[str, Fact] | None:
    if listening is None or not listening.is_known:
        return None
    if listening.variable is None and listening.port:
        return _fixed(listening.port, "the code listens there, whatever PORT says", listening.quote)
    if listening.variable and listening.port:
        why = f"the code listens on {listening.variable}, else there"
        return _through(listening.variable, listening.port, why, listening.quote)
    if listening.variable:
        port = framework.port if framework else 3000
        why = f"the code listens on {listening.variable} alone; this is only the usual port"
        return {
            "port": fact(port, why, listening.quote, confidence="fallback"),
            "port_env": fact(listening.variable, why, listening.quote),
        }
    return None


def _by_reads(reads: Sequence[EnvRead]) -> dict[str, Fact] | None:
    """A read of PORT whose way to `listen` could not be followed."""
    named = [read for read in reads if read.name == "PORT"]
    read = next((r for r in named if r.default and r.default.isdigit() and 80 <= int(r.default) <= 65535), None)
    if read and read.default:
        return _through("PORT", int(read.default), "what the code takes without PORT", read.quote)
    return None


def _fixed(port: int, why: str, quote: Quote) -> dict[str, Fact]:
    return {"port": fact(port, why, quote), "port_env": fact(None, why, quote)}


def _through(variable: str, port: int, why: str, quote: Quote) -> dict[str, Fact]:
    return {"port": fact(port, why, quote, confidence="likely"), "port_env": fact(variable, why, quote)}
