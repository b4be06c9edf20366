"""Which of the things a folder holds is started: a Django site, an application object, a data app, a script, a bot."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hivemind.infer.facts import Code, fact, question, within
from hivemind.infer.python.apps import App, find_apps
from hivemind.infer.python.django.launch import launch_django
from hivemind.infer.python.frameworks import package_of
from hivemind.infer.python.kinds import BOTS, SERVERS, TOOLS, Kind
from hivemind.infer.python.launch import Launch
from hivemind.infer.python.listed import REQUIREMENTS
from hivemind.infer.python.named import is_named, named_modules
from hivemind.infer.python.ports import listening
from hivemind.infer.python.project import Project
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.python.scripts import Script, find_script, is_guarded, launch_of
from hivemind.infer.python.singles import launch_single
from hivemind.infer.python.syntax import Module
from hivemind.infer.python.web import launch_app

OWN_MANIFESTS = (*REQUIREMENTS[:1], "pyproject.toml", "Pipfile", "setup.py", "environment.yml", "package.json")
"""Files that make a folder below a project of its own."""

CHATS = frozenset({
    "discord.py", "nextcord", "disnake", "python-telegram-bot", "aiogram", "pytelegrambotapi", "pyrogram", "telethon",
    "slack-bolt", "hikari", "interactions", "twitchio",
})  # fmt: skip
"""Bots beside which a small web app often runs, so that a host keeps them alive."""

OWN_SERVERS = frozenset({"uvicorn.Server", "hypercorn.asyncio.serve"})
LISTENS = re.compile(
    r"\b(?:run_polling|infinity_polling|start_polling|polling|run_until_disconnected|idle)\(|\b(?:bot|client)\.run\("
)
"""What a bot calls to wait for messages by itself."""
MAX_PROGRAMS = 5


def find_launch(project: Project, code: Code, pyproject: Pyproject | None) -> Launch | None:
    """How the app is started; None when nothing in the folder is one."""
    site = launch_django(project, code)
    if site and not _is_elsewhere(project, site.root, "django", code):
        return site
    named = named_modules(project)
    apps = [
        app for app in find_apps(project, named) if not _is_elsewhere(project, app.module.path, app.framework, code)
    ]
    tools = _ours(project, find_script(project, code, TOOLS), code)
    if tools and (not apps or tools[0].module.path.count("/") < apps[0].module.path.count("/")):
        return launch_of(project, tools)
    if apps:
        return _around(project, apps[0]) or _of_app(project, apps, tools, code, named)
    for kinds in (SERVERS, BOTS):
        if scripts := _ours(project, find_script(project, code, kinds), code):
            return _by_entry(launch_of(project, scripts), scripts[0], pyproject)
    return launch_single(project, code)


def _around(project: Project, app: App) -> Launch | None:
    """A package's own program that starts the application's server among other things; None where there is none."""
    for path in project.tree.find("*__main__.py", project.folder)[:MAX_PROGRAMS]:
        root = project.root_of(path)
        module = None if project.is_aside(path) else project.load(path, root)
        reached = project.reach(module, root) if module and is_guarded(module) else ()
        if module and app.module in reached and any(_calls_server(other) for other in reached):
            why = "starts the server itself, and more beside it"
            kind = Kind(app.framework, (), why=why, port=8000)
            return launch_of(project, [Script(module, root, kind, 1, is_guarded=True)])
    return None


def _calls_server(module: Module) -> bool:
    """Whether a server is run as a part of the program, not by its own command."""
    return any(module.resolve(call.func) in OWN_SERVERS for call in module.all(ast.Call))


def _carries(project: Project, bot: Script, app: App) -> bool:
    """Whether a bot runs by itself and has the application along; not where the application gets its messages."""
    if app.module not in project.reach(bot.module, bot.root):
        return False
    return app.module is not bot.module or bool(LISTENS.search(project.tree.read(bot.module.path) or ""))


def _of_app(
    project: Project, apps: Sequence[App], tools: Sequence[Script], code: Code, named: tuple[str, ...]
) -> Launch:
    """An application, unless a bot carries it along, or it serves itself and no server is asked for."""
    app = apps[0]
    bots = [bot for bot in find_script(project, code, BOTS) if bot.kind.name in CHATS and app.interface == "wsgi"]
    if bots and not is_named(app.module.name, named) and _carries(project, bots[0], app):
        return _with_its_app(project, launch_of(project, bots[:1]), app)
    servers = find_script(project, code, SERVERS) if app.interface == "aiohttp" else ()
    if servers and not code.depends_on("gunicorn"):
        return launch_of(project, servers)
    launch = launch_app(project, apps, code)
    if not tools:
        return launch
    other = launch_of(project, tools)
    why = f"{app.target} is an application, and {other.why}; are they two services?"
    return replace(launch, questions=(*launch.questions, question("start", why, launch.command, other.command)))


def _with_its_app(project: Project, bot: Launch, app: App) -> Launch:
    """A bot that answers HTTP too, through the application it starts beside itself."""
    found = listening(project.tree, (app.module, *bot.modules))
    quote = project.tree.quote(app.module.path, app.line)
    facts = (
        {"port": fact(found.port, "the port that the code listens on", found.quote, confidence="likely")}
        if found and found.port
        else {}
    )
    variable = found.variable if found else None
    facts["port_env"] = fact(
        variable, "what the code reads its port from" if variable else "the code reads no PORT", quote
    )
    why = f"{bot.why.partition(' ')[0]} is a bot that starts a small web app beside itself"
    return replace(bot, kind="web", why=why, facts={**bot.facts, **facts})


def _by_entry(launch: Launch, script: Script, pyproject: Pyproject | None) -> Launch:
    """The same launch through an installed command, where the file does nothing when it is run."""
    entries: Mapping[str, str] = pyproject.entries if pyproject and not script.is_guarded else {}
    for name, target in entries.items():
        if target.partition(":")[0] == script.module.name and pyproject:
            return replace(launch, command=name, why=f"{pyproject.path} installs it as {name}")
    return launch


def _ours(project: Project, scripts: Sequence[Script], code: Code) -> tuple[Script, ...]:
    return tuple(s for s in scripts if not _is_elsewhere(project, s.module.path, s.kind.name, code))


def _is_elsewhere(project: Project, path: str, framework: str, code: Code) -> bool:
    """Whether a file belongs to a project in a folder below: one with a manifest, while ours asks for no such thing."""
    if code.depends_on(package_of(framework)):
        return False
    folder = path.rpartition("/")[0] if path.endswith(".py") else path
    while folder not in ("", ".", project.folder):
        if any(project.tree.exists(within(folder, name)) for name in OWN_MANIFESTS):
            return True
        folder = folder.rpartition("/")[0]
    return False
