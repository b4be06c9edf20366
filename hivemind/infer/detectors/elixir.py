"""Elixir with mix: Phoenix, apps behind Plug, and workers; as a release where the project is prepared for one."""

from __future__ import annotations

from hivemind.infer.elixir import mix as mixes
from hivemind.infer.elixir.apps import Project, built, installed, load_project, migrated, started
from hivemind.infer.elixir.source import environment_reads, port, routes, stores
from hivemind.infer.elixir.version import elixir_version
from hivemind.infer.facts import Candidate, Code, EnvRead, Fact, Reading, fact
from hivemind.infer.lines import quote, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.image import Image

APP, MANIFEST = 100, 50
PORT = 4000
GIVEN = ("MIX_ENV", "PHX_SERVER", "RELEASE_NAME", "RELEASE_NODE")


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as an Elixir app; None when it has no mix.exs."""
    mix = mixes.load(tree, folder)
    if not mix:
        return None
    project = load_project(tree, folder, mix)
    facts = {"runtime": elixir_version(tree, folder, mix), **_language(project), **_installed(project)}
    if not project.framework and not mix.starts:
        hints = {"start": "mix.exs names no application module, so it is a library; set app.start if it is run"}
        return Candidate("elixir", MANIFEST, Reading(facts), _code(project), hints)
    facts |= {
        **_started(project),
        **_port(project),
        "env": fact({"MIX_ENV": "prod"}, "so that it runs as in production"),
    }
    if migrate := migrated(project):
        facts["migrate"] = migrate
    weight = APP if project.framework else MANIFEST
    return Candidate("elixir", weight, Reading(facts), _code(project), {}, project.kind)


def _language(project: Project) -> dict[str, Fact]:
    asked = project.mix.asks_for("phoenix")
    serving = project.serving
    if asked:
        quoted = asked.quote
    elif serving and project.framework:
        quoted = quote(project.tree, serving)
    else:
        return {"language": fact("elixir", "mix.exs is Elixir's", project.tree.quote(project.mix.path))}
    why = f"the app is made with {project.framework}"
    return {"language": fact("elixir", why, quoted), "framework": fact(project.framework, why, quoted)}


def _installed(project: Project) -> dict[str, Fact]:
    said = project.tree.quote(project.mix.path)
    return {
        "install": fact(installed(project), "mix installs what the project asks for", said),
        "package_manager": fact("mix", "mix.exs lists the packages", said),
    }


def _started(project: Project) -> dict[str, Fact]:
    command, why = started(project)
    said = project.tree.quote(project.mix.path)
    return {"start": fact(command, why, said), "build": fact(built(project), "compiled for production", said)}


def _port(project: Project) -> dict[str, Fact]:
    """As the configuration or the code says, else Phoenix's own."""
    if project.kind != "web":
        return {}
    found = port(project.configured) or port(project.code)
    if not found:
        return {"port": fact(PORT, "Phoenix and Plug listen on it by themselves", confidence="likely")}
    number, line, reads_port = found
    said: Quote = quote(project.tree, line)
    if reads_port:
        return {"port": fact(number, "it listens there without PORT", said, confidence="likely")}
    why = "the code names the port and reads no PORT"
    reads = any('"PORT"' in one.code for one in (*project.configured, *project.code))
    variable = {} if reads else {"port_env": fact(None, why, said)}
    return {"port": fact(number, "it listens there", said, confidence="likely"), **variable}


def _code(project: Project) -> Code:
    tree, lines = project.tree, (*project.configured, *project.code)
    reads = tuple(read for read in environment_reads(tree, lines) if read.name not in GIVEN)
    return Code(
        project.mix.dependencies,
        _strongest(reads),
        routes(tree, project.code),
        written_urls(tree, lines),
        stores(tree, lines),
    )


def _strongest(reads: tuple[EnvRead, ...]) -> tuple[EnvRead, ...]:
    """A variable that is also read where it may be missing is still needed where it may not."""
    required = {read.name for read in reads if read.required}
    return tuple(read for read in reads if read.required or read.name not in required)
