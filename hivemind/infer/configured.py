"""The port that a program's own configuration file names, where code reads it from there."""

from __future__ import annotations

import re

from hivemind.infer.facts import within
from hivemind.infer.listen import Listening
from hivemind.infer.tree import Tree

FILES = (
    "configuration/base.yaml", "configuration/production.yaml", "config/production.yaml", "config/default.toml",
    "config/default.yaml", "config/default.yml", "config/production.toml", "config/base.yaml", "config.toml",
    "Settings.toml", "config.yaml", "config.yml", "config/config.toml", "config/config.yaml", "config/config.yml",
    "configs/config.yaml", "configs/config.yml", "conf/config.yaml", "config/app.yaml", "conf/app.conf",
)  # fmt: skip
PORT = re.compile(
    r"^\s*[\"']?(?:http_?|server_?|listen_?|app_?)?port[\"']?\s*[:=]\s*[\"']?:?"
    r"(?:\{\{\s*get_env\(name=\"(?P<name>\w{1,40})\",\s*default=\"?)?(?P<port>[0-9]{2,5})\b",
    re.IGNORECASE,
)
SECTION = re.compile(r"^(?:\[|[A-Za-z_]\w*\s*:\s*$)")
OF_OTHERS = re.compile(
    r"^\[?(?:\w*_)?(?:database|postgres\w*|mysql|mongo\w*|redis|cache|db|mail|smtp|amqp|grpc|metrics)\w*\]?\s*:?\s*$"
)
"""Sections about other servers, which have ports too."""


def configured_port(tree: Tree, *folders: str) -> Listening | None:
    """The port of the first file of a usual name that has one."""
    for name in FILES:
        for folder in dict.fromkeys(folders):
            if found := _in_file(tree, within(folder, name)):
                return found
    return None


def _in_file(tree: Tree, path: str) -> Listening | None:
    section = ""
    for number, line in enumerate(tree.lines(path), start=1):
        section = line.strip().lower() if SECTION.match(line) else section
        found = PORT.match(line)
        if found and not OF_OTHERS.match(section):
            why = f"{path} sets it"
            return Listening(int(found["port"]), found["name"], why, (tree.quote(path, number),), "likely")
    return None
