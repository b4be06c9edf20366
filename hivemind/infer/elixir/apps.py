"""What an Elixir project is: a Phoenix site, an app behind Plug, or one that answers no HTTP; and how it starts.

A release is what production runs: it carries Erlang along and needs neither mix nor the sources. A project that is not
prepared for one (nothing is configured when it starts) is run by mix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hivemind.infer.assets import find_assets
from hivemind.infer.elixir.mix import Mix
from hivemind.infer.elixir.source import configuration, library
from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.folder import Folder
from hivemind.infer.lines import Line, quote
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.spec import ServiceKind

SERVERS = ("bandit", "plug_cowboy", "cowboy", "plug", "ace", "elli", "raxx", "maru", "trot", "mochiweb", "ranch")
SERVES = re.compile(
    r"\{\s*(?:Bandit|Plug\.Cowboy)\b|\bPlug\.Cowboy\.(?:child_spec|http)\b|\bBandit\.start_link|:cowboy\.start"
)
RUNS_SERVER = re.compile(r"\bserver:\s*true\b")
MIGRATES = re.compile(r"\bdef\s+migrate\b")
MODULE = re.compile(r"^defmodule\s+([\w.]{1,120})\s+do\b")
PROD = "MIX_ENV=prod mix"


@dataclass(frozen=True)
class Project(Folder):
    """A folder with a mix.exs, and its code."""

    mix: Mix
    configured: tuple[Line, ...]
    code: tuple[Line, ...]

    @property
    def framework(self) -> str | None:
        """Phoenix, or Plug where the code starts a server for it."""
        if self.mix.asks_for("phoenix"):
            return "phoenix"
        return "plug" if self.mix.asks_for(*SERVERS) and self.serving else None

    @property
    def serving(self) -> Line | None:
        """The line that starts a server of HTTP."""
        return next((line for line in self.code if SERVES.search(line.code)), None)

    @property
    def kind(self) -> ServiceKind:
        """What answers no HTTP is a worker."""
        return "web" if self.framework else "worker"

    @property
    def is_released(self) -> bool:
        """Whether a release of it would find its configuration; in an umbrella a release has to be defined."""
        prepared = self.has("config/runtime.exs") or self.has("config/releases.exs") or bool(self.mix.release)
        return prepared and bool(self.mix.release or (self.mix.app and not self.mix.umbrella))

    @property
    def release(self) -> str:
        """The program of the release, as seen from the folder."""
        name = self.mix.release or self.mix.app
        return f"_build/prod/rel/{name}/bin/{name}"


def load_project(tree: Tree, folder: str, mix: Mix) -> Project:
    """The project with its code."""
    return Project(tree, folder, mix, tuple(configuration(tree, folder)), tuple(library(tree, folder, mix.umbrella)))


def started(project: Project) -> tuple[str, str]:
    """The start command, and why."""
    if project.is_released:
        return f"{_told_to_serve(project)}{project.release} start", "the release that the build makes is started"
    task = "phx.server" if project.framework == "phoenix" else "run --no-halt"
    return f"{PROD} {task}", "nothing is configured when it starts, so mix runs it rather than a release"


def built(project: Project) -> tuple[str, ...]:
    """Code, assets, release."""
    commands = [f"{PROD} compile", *_assets(project)]
    if project.is_released:
        name = f" {project.mix.release}" if project.mix.release else ""
        commands.append(f"{PROD} release{name} --overwrite")
    return tuple(commands)


def installed(project: Project) -> tuple[str, ...]:
    """Hex and its packages; node's where the assets have some."""
    commands = ["mix local.hex --force", "mix local.rebar --force", f"{PROD} deps.get --only prod"]
    place = assets_folder(project)
    assets = find_assets(project.tree, within(project.folder, place)) if place else None
    if assets:
        commands.append(
            f"{assets.install} --prefix {place}" if assets.manager == "npm" else f"cd {place} && {assets.install}"
        )
    return tuple(commands)


def migrated(project: Project) -> Fact | None:
    """The release's own migration where the code has one, else mix's."""
    tree, folder = project.tree, project.folder
    places = ("priv/repo/migrations/*.exs", f"{project.mix.umbrella or 'apps'}/*/priv/repo/migrations/*.exs")
    migration = next((path for place in places for path in tree.find(place, folder)), None)
    if not migration:
        return None
    why, said = "Ecto keeps migrations here", tree.quote(migration)
    if not project.is_released:
        return fact(f"{PROD} ecto.migrate", why, said)
    if found := _migrating_module(project):
        module, quoted = found
        return fact(f'{project.release} eval "{module}.migrate"', why, said, quoted)
    return fact(f"{PROD} ecto.migrate", why, said)


def assets_folder(project: Project) -> str | None:
    """The folder whose packages of node the assets need."""
    umbrella = project.mix.umbrella
    found = (*project.tree.find(f"{umbrella}/*/assets/package.json", project.folder),) if umbrella else ()
    if project.has("assets/package.json"):
        return "assets"
    return found[0].removeprefix(within(project.folder, "x")[:-1]).rpartition("/")[0] if found else None


def _assets(project: Project) -> list[str]:
    if "assets.deploy" in project.mix.aliases:
        return [f"{PROD} assets.deploy"]
    place = assets_folder(project)
    assets = find_assets(project.tree, within(project.folder, place)) if place else None
    script = next((name for name in ("deploy", "build") if assets and name in assets.scripts), None)
    if not assets or not script or project.framework != "phoenix":
        return []
    return [f"npm run {script} --prefix {place}", f"{PROD} phx.digest"]


def _told_to_serve(project: Project) -> str:
    """Phoenix's own generator leaves the server off until PHX_SERVER is set."""
    asks = any("PHX_SERVER" in line.code for line in project.configured)
    return "PHX_SERVER=true " if asks else ""


def _migrating_module(project: Project) -> tuple[str, Quote] | None:
    """The module that migrates from within a release, by the names that are usual for it."""
    lines = [line for line in project.code if line.path.endswith(("/release.ex", "/release_tasks.ex"))]
    module = ""
    for line in lines:
        if found := MODULE.match(line.code):
            module = found[1]
        if module and MIGRATES.search(line.code):
            return module, quote(project.tree, line)
    return None
