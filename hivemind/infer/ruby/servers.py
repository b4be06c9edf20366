"""The servers that run a Rack application in production, by the gems the project asks for."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact, question
from hivemind.infer.lines import code_lines, quote
from hivemind.infer.ruby.project import Project
from hivemind.model.findings import Question

PUMA_CONFIG = "config/puma.rb"
PUMA_CONFIGS = (PUMA_CONFIG, "puma.rb")
READS_PORT = re.compile(r"^(?:port\b|bind\b).*?\bPORT\b|\bENV(?:\.fetch)?[ (\[]\s*[\"']PORT[\"']")
PORT = re.compile(r"^(?:port\b|bind\b).*?\b([1-9][0-9]{3,4})\b")
SERVERS = {
    "falcon": "bundle exec falcon serve --bind http://0.0.0.0:$PORT",
    "unicorn": "bundle exec unicorn -o 0.0.0.0 -p $PORT",
    "pitchfork": "bundle exec pitchfork -o 0.0.0.0 -p $PORT",
    "passenger": "bundle exec passenger start --address 0.0.0.0 --port $PORT",
    "iodine": "bundle exec iodine -b 0.0.0.0 -p $PORT",
    "thin": "bundle exec thin start -a 0.0.0.0 -p $PORT",
}
"""Gem → its command; each of them loads config.ru."""


def puma(project: Project) -> tuple[str, str] | None:
    """Puma with the project's own configuration where that listens on PORT, else told where to; and why."""
    asked = project.gem("puma")
    if not asked:
        return None
    for name in PUMA_CONFIGS:
        if any(READS_PORT.search(line.code) for line in code_lines(project.tree, project.file(name))):
            return f"bundle exec puma -C {name}", f"puma, which the Gemfile asks for, is configured by {name}"
    return "bundle exec puma -p $PORT", "puma, which the Gemfile asks for, serves config.ru"


def other_server(project: Project) -> tuple[str, str] | None:
    """The command of another server that the Gemfile asks for, and why."""
    asked = project.gem(*SERVERS)
    if not asked:
        return None
    configs = (f"config/{asked.name}.rb", f"config/{asked.name}.conf.rb")
    config = next((name for name in configs if project.has(name)), None)
    configured = f" -c {config}" if asked.name in ("unicorn", "pitchfork") and config else ""
    return SERVERS[asked.name] + configured, f"{asked.name}, which the Gemfile asks for, serves config.ru"


def configured_port(project: Project) -> Fact | None:
    """The port that the configuration of puma falls back to."""
    for name in PUMA_CONFIGS:
        for line in code_lines(project.tree, project.file(name)):
            if (found := PORT.search(line.code)) and int(found[1]) < 65536:
                why = "puma's configuration listens on it"
                return fact(int(found[1]), why, quote(project.tree, line), confidence="likely")
    return None


def no_server(command: str) -> Question:
    """What is asked where the Gemfile has no server: Ruby 3 no longer brings one along."""
    return question("start", 'the Gemfile asks for no web server; add `gem "puma"` to it', command)
