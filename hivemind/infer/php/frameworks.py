"""Frameworks and systems of PHP that differ in little more than their document root and how they migrate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from hivemind.infer.facts import Fact, Route, Store, fact, question
from hivemind.infer.php.project import App, Project
from hivemind.infer.php.routes import routes_in
from hivemind.infer.php.servers import PORT, WORKERS, built_in, for_development, served
from hivemind.infer.php.source import file_of
from hivemind.model.findings import Quote

ROUTES = (
    "routes/*.php", "app/routes.php", "src/routes.php", "config/routes.php", "app/Config/Routes.php",
    "src/Routes/*.php", "app/Routes/*.php", "public/index.php", "index.php", "bootstrap/app.php", "src/app.php",
    "app/config/routes.php",
)  # fmt: skip
"""Where routers are given their routes."""


@dataclass(frozen=True)
class Framework:
    """How to know it and serve it: by a package or by files, from a document root, with its own port by default."""

    name: str
    packages: tuple[str, ...]
    files: tuple[str, ...]
    docroots: tuple[str, ...]
    port: int = PORT
    router: str = ""
    """A script of the document root that answers for everything that is no file."""

    engine: str = ""
    """The database that it cannot be without."""

    migrations: tuple[str, str] = ("", "")
    """Where migrations are, and the command that runs them."""

    environment: tuple[tuple[str, str], ...] = ()


FRAMEWORKS = (
    Framework("drupal", ("drupal/core-recommended", "drupal/core", "drupal/recommended-project"),
              ("core/lib/Drupal.php", "web/core/lib/Drupal.php"), ("web", "docroot", "."), 8888, ".ht.router.php",
              "mysql"),
    Framework("wordpress", ("roots/wordpress", "johnpbloch/wordpress", "roots/wordpress-no-content"),
              ("wp-config-sample.php", "wp-config.php", "wp-load.php"), ("web", "public", "."), engine="mysql"),
    Framework("codeigniter", ("codeigniter4/framework",), ("spark",), ("public",), 8080,
              migrations=("app/Database/Migrations/*.php", "php spark migrate --all"),
              environment=(("CI_ENVIRONMENT", "production"),)),
    Framework("codeigniter", ("codeigniter/framework",), ("system/core/CodeIgniter.php",), (".", "public"),
              environment=(("CI_ENV", "production"),)),
    Framework("cakephp", ("cakephp/cakephp",), ("bin/cake",), ("webroot",), 8765, "index.php",
              migrations=("config/Migrations/*.php", "bin/cake migrations migrate")),
    Framework("yii", ("yiisoft/yii2",), ("yii",), ("web", "frontend/web", "public"), 8080,
              migrations=("migrations/*.php", "php yii migrate --interactive=0")),
    Framework("laminas", ("laminas/laminas-mvc", "mezzio/mezzio"), (), ("public",), 8080),
    Framework("magento", ("magento/product-community-edition", "magento/product-enterprise-edition"),
              ("app/etc/di.xml",), ("pub", "."), engine="mysql"),
    Framework("typo3", ("typo3/cms-core", "typo3/minimal"), (), ("public",), engine="mysql"),
    Framework("craft", ("craftcms/cms",), ("craft",), ("web",), 8080, engine="mysql"),
    Framework("joomla", (), ("administrator/manifests/files/joomla.xml", "libraries/src/Version.php"), (".",),
              engine="mysql"),
    Framework("kirby", ("getkirby/cms",), ("kirby/bootstrap.php",), (".", "public"), router="kirby/router.php"),
    Framework("grav", ("getgrav/grav",), ("bin/grav",), (".",), router="system/router.php"),
    Framework("slim", ("slim/slim",), (), ("public", ".", "web"), 8080),
    Framework("flight", ("mikecao/flight", "flightphp/core"), (), (".", "public")),
    Framework("fatfree", ("bcosca/fatfree", "bcosca/fatfree-core"), (), (".", "public")),
    Framework("phalcon", ("ext-phalcon",), (), ("public",)),
    Framework("", ("league/route", "nikic/fast-route", "bramus/router"), (), ("public", ".")),
)  # fmt: skip

PARTS = ("-module", "-plugin", "-theme", "-profile", "-bundle", "-extension")
"""How Composer's types of what is no app of its own end."""

PART_OF_WORDPRESS = re.compile(r"^[\s/*#@]*(?:Theme|Plugin) Name:\s*\S")
MAX_HEADERS, HEADER_LINES = 10, 30

ENTRIES = ("public", ".", "web", "htdocs", "www", "public_html", "html", "webroot", "src", "app", "api")
"""Where a front controller lies that no framework put there."""


def find_framework(project: Project) -> App | None:
    """The folder as an app of one of the frameworks, else as what an index.php answers for; None for neither."""
    if part := _part_of_wordpress(project):
        return part
    for framework in FRAMEWORKS:
        quote = _sign(project, framework)
        docroot = next((root for root in framework.docroots if project.has(_index(root))), None)
        if quote and (docroot or framework.engine):
            return _app(project, framework, docroot or framework.docroots[0], quote)
    docroot = next((root for root in ENTRIES if project.has(_index(root))), None)
    return _plain(project, docroot, _index(docroot)) if docroot else None


def _app(project: Project, framework: Framework, docroot: str, quote: Quote) -> App:
    router = framework.router if docroot == "." else f"{docroot}/{framework.router}"
    is_served = framework.router and (project.has(router) or framework.engine)
    command = built_in(docroot, router if is_served else "")
    name = framework.name or None
    facts = served(command, f"{_index(docroot)} answers for {name or 'the app'}", quote, port=_port(project, framework))
    where, migrate = framework.migrations
    if where and (migration := project.first(where)):
        facts["migrate"] = fact(migrate, f"{framework.name} keeps migrations here", migration)
    if framework.engine:
        facts["health_path"] = fact("/", f"{framework.name} has a front page", quote, confidence="likely")
    stores = (Store(framework.engine, "configured", f"{framework.name} keeps everything in it", quote),)
    return App(
        name,
        quote,
        {**facts, **_phinx(project)} if "migrate" not in facts else facts,
        routes=_routes(project, docroot),
        stores=stores if framework.engine else (),
        questions=(for_development(command, docroot),),
        environment={**dict(framework.environment), **WORKERS},
        reads_source=not framework.engine,
    )


def find_pages(project: Project) -> App | None:
    """Pages of PHP at the root, with a front page of HTML or none."""
    pages = [path for path in project.tree.find("*.php", project.folder) if "/" not in file_of(project.folder, path)]
    if not pages or (project.composer and not project.has("index.html")):
        return None
    return _plain(project, ".", "index.html" if project.has("index.html") else file_of(project.folder, pages[0]))


def _plain(project: Project, docroot: str, entry: str) -> App:
    command = built_in(docroot)
    quote = project.quote(entry)
    facts = {**served(command, f"{entry} answers", quote, port=_composer_port(project) or PORT), **_phinx(project)}
    return App(
        None,
        quote,
        facts,
        routes=_routes(project, docroot, entry),
        questions=(for_development(command, docroot),),
        environment=WORKERS,
    )


def _part_of_wordpress(project: Project) -> App | None:
    """A theme or plugin, which answers nothing without the WordPress around it; its header says what it is."""
    pages = (path for path in project.tree.find("*.php", project.folder) if "/" not in file_of(project.folder, path))
    for path in (project.file("style.css"), *islice(pages, MAX_HEADERS)):
        for number, text in enumerate(project.tree.lines(path)[:HEADER_LINES], start=1):
            if PART_OF_WORDPRESS.match(text):
                asked = question("start", "this is a part of WordPress; deploy the WordPress that it belongs to")
                quote = project.tree.quote(path, number)
                return App("wordpress", quote, {}, questions=(asked,), reads_source=False)
    return None


def _sign(project: Project, framework: Framework) -> Quote | None:
    if project.composer and project.composer.kind.endswith(PARTS):
        return None
    if package := project.package(*framework.packages):
        return package.quote
    found = next((name for name in framework.files if project.has(name)), None)
    return project.quote(found) if found else None


def _index(docroot: str) -> str:
    return "index.php" if docroot == "." else f"{docroot}/index.php"


def _port(project: Project, framework: Framework) -> int:
    return _composer_port(project) or framework.port


def _composer_port(project: Project) -> int:
    """The port of the server that one of Composer's scripts starts."""
    scripts = project.composer.scripts if project.composer else {}
    for command in (line for name in ("start", "serve", "dev") for line in scripts.get(name, ())):
        words = command.split()
        ports = (word.rpartition(":")[2] for before, word in pairwise(words) if before == "-S")
        for port in ports:
            if port.isdecimal() and 1024 <= int(port) <= 65535:
                return int(port)
    return 0


def _routes(project: Project, docroot: str, entry: str = "") -> tuple[Route, ...]:
    """The routes that are given to a router; without one the front controller itself answers for the root."""
    found = routes_in(project.tree, _router_files(project))
    entry = entry or _index(docroot)
    is_front = project.has(entry) and entry.rpartition("/")[2] in ("index.php", "index.html")
    return found if found or not is_front else (Route("/", project.quote(entry)),)


def _router_files(project: Project) -> Iterator[str]:
    for pattern in ROUTES:
        yield from project.tree.find(pattern, project.folder)[:20]


def _phinx(project: Project) -> dict[str, Fact]:
    """Phinx, which migrates for frameworks that cannot."""
    package = project.package("robmorgan/phinx")
    name = next((name for name in ("phinx.php", "phinx.yml", "phinx.yaml") if project.has(name)), None)
    if not package or not name:
        return {}
    return {"migrate": fact("vendor/bin/phinx migrate", "Phinx is configured here", package.quote, project.quote(name))}
