"""The commands that files of the team's own give for a folder's web server, those for development included.

They say which of several programs is meant, also where such a command is not kept as the start command.
"""

from __future__ import annotations

from hivemind.infer.dockerfile import load
from hivemind.infer.procfile import read_procfile
from hivemind.infer.sources.compose import built_services
from hivemind.infer.sources.fly import read_fly
from hivemind.infer.sources.image import FILES
from hivemind.infer.sources.railway import read_railway
from hivemind.infer.sources.render_yaml import read_render
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

PLATFORMS = (read_procfile, read_render, read_fly, read_railway)


def declared_commands(tree: Tree, folder: str) -> tuple[str, ...]:
    """The commands, those for a platform first, then the image's and compose's."""
    return tree.once(("declared commands", folder), lambda: _commands(tree, folder))


def _commands(tree: Tree, folder: str) -> tuple[str, ...]:
    service = ServiceSpec(path=folder)
    said = (read(tree, service).facts.get("start") for read in PLATFORMS)
    images = (file.final.command for name in FILES if (file := load(tree, folder, name)))
    built = (one.command for one in built_services(tree, ".") if one.folder == folder and one.kind == "web")
    found = [str(start.value) for start in said if start]
    found += [command.text for command in images if command]
    return tuple(dict.fromkeys(command for command in (*found, *built) if command))
