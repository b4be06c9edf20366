"""PHP with or without Composer: Laravel, Symfony and other frameworks, front controllers, scripts."""

from __future__ import annotations

from hivemind.infer.assets import find_assets
from hivemind.infer.facts import Candidate, Code, Fact, Reading, fact
from hivemind.infer.lines import written_urls
from hivemind.infer.php import composer as composers
from hivemind.infer.php.frameworks import find_framework, find_pages
from hivemind.infer.php.laravel import find_laravel
from hivemind.infer.php.project import App, Project
from hivemind.infer.php.scripts import find_script
from hivemind.infer.php.source import application_lines, connected, environment_reads
from hivemind.infer.php.symfony import find_symfony
from hivemind.infer.php.version import php_version
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image

APP, ENTRY, MANIFEST, SCRIPTS = 100, 60, 50, 10
"""Weights: an index.php says more than a manifest, since it means nothing without PHP."""

APPS = (find_laravel, find_symfony, find_framework, find_script, find_pages)
HEROKU = "heroku/heroku-buildpack-php"
INSTALL = "composer install --no-dev --no-interaction --prefer-dist --optimize-autoloader"


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a PHP app; None when nothing in it is PHP's."""
    project = Project(tree, folder, composers.load(tree, folder))
    app = next((found for find in APPS if (found := find(project))), None)
    if not app and not project.composer:
        return None
    facts = {
        "runtime": php_version(tree, folder, project.composer, image),
        **_installed(project),
        **_language(project, app),
    }
    facts |= {**app.facts, **_environment(app)} if app else {}
    facts |= _built(project, facts)
    questions = (*_unread(project), *(app.questions if app else ()))
    hints = {} if app else {"start": "no index.php, artisan or bin/console was found; set app.start"}
    kind = app.kind if app else "web"
    return Candidate("php", _weight(project, app), Reading(facts, questions), _code(project, app), hints, kind)


def _weight(project: Project, app: App | None) -> int:
    if not app:
        return MANIFEST
    if app.framework:
        return APP
    if app.kind == "web" and app.quote.file.endswith(("index.php", "index.html", "server.php")):
        return ENTRY
    return MANIFEST if project.composer else SCRIPTS


def _language(project: Project, app: App | None) -> dict[str, Fact]:
    if app and app.framework:
        why = f"{app.quote.file} shows {app.framework}"
        return {"language": fact("php", why, app.quote), "framework": fact(app.framework, why, app.quote)}
    quote = app.quote if app else project.tree.quote(project.composer.path) if project.composer else None
    return {"language": fact("php", "it holds PHP", *((quote,) if quote else ()))}


def _installed(project: Project) -> dict[str, Fact]:
    """Composer's packages, then node's where assets are built from them."""
    assets = find_assets(project.tree, project.folder)
    commands = [_install(project)] if project.composer else []
    commands += [assets.install] if assets and assets.build else []
    quotes = [project.tree.quote(project.composer.path)] if project.composer else []
    found = {"package_manager": fact("composer", "composer.json lists the packages", *quotes)} if quotes else {}
    if commands:
        found["install"] = fact(tuple(commands), "what the app and its assets are made of", *quotes)
    return found


def _install(project: Project) -> str:
    """Without what only developers need; Heroku's servers are listed there, though it is them that serve."""
    is_served_by_heroku = project.composer and HEROKU in project.composer.for_developers
    return INSTALL.replace(" --no-dev", "") if is_served_by_heroku else INSTALL


def _built(project: Project, facts: dict[str, Fact]) -> dict[str, Fact]:
    """The assets, then what the framework makes of them; settings are not cached before the variables are known."""
    assets = find_assets(project.tree, project.folder)
    own = facts["build"].value if "build" in facts else ()
    commands = (*((assets.build,) if assets and assets.build else ()), *(own if isinstance(own, tuple) else ()))
    if not assets or not assets.build:
        return {}  # what the framework builds by itself stands as it is
    return {"build": fact(commands, "package.json says how the assets are built", assets.quote)}


def _environment(app: App) -> dict[str, Fact]:
    if not app.environment:
        return {}
    return {"env": fact(dict(app.environment), "so that it runs as in production", app.quote)}


def _code(project: Project, app: App | None) -> Code:
    """What the code needs; where the framework's settings name its stores, its examples of others do not count."""
    lines = application_lines(project.tree, project.folder)
    given = {*(app.environment if app else ()), *(read.name for read in (app.reads if app else ()))}
    reads = tuple(read for read in environment_reads(project.tree, lines) if read.name not in given)
    packages = project.composer.dependencies if project.composer else ()
    if not app:
        return Code(packages, reads)
    names = {package.name for package in packages}
    extensions = (
        tuple(one for one in connected(project.tree, lines) if one.name not in names) if app.reads_source else ()
    )
    urls = written_urls(project.tree, lines) if app.reads_source else ()
    return Code((*packages, *extensions), (*app.reads, *reads), app.routes, urls, app.stores)


def _unread(project: Project) -> tuple[Question, ...]:
    if not project.composer or not project.composer.error:
        return ()
    return (Question(field="install", why=f"composer.json cannot be parsed ({project.composer.error})"),)
