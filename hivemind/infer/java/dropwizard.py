"""The configuration file that a Dropwizard application is started with, and the port it names."""

from __future__ import annotations

import re

from hivemind.infer.facts import within
from hivemind.infer.java.project import Project
from hivemind.infer.java.settings import Setting, read_yaml
from hivemind.infer.tree import Tree

PORT = re.compile(r"^server\.(?:applicationconnectors|connector)\.port$")
NAMES = ("config.yml", "config.yaml", "configuration.yml", "app.yml", "application.yml", "config/config.yml", "dev.yml",
         "config/prod.yml", "local.yml", "example.yml", "src/main/resources/config.yml")  # fmt: skip


def configuration(tree: Tree, project: Project) -> str | None:
    """The file, as seen from the module's folder; None where none has a usual name."""
    own = f"{project.name}.yml"
    return next((name for name in (*NAMES, own) if tree.exists(within(project.folder, name))), None)


def port_setting(tree: Tree, project: Project) -> Setting | None:
    """The port of the application's connector."""
    name = configuration(tree, project)
    settings = read_yaml(tree, within(project.folder, name)) if name else ()
    return next((one for one in settings if PORT.match(one.key)), None)
