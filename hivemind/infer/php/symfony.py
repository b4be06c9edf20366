"""Symfony: `bin/console`, `public/index.php`, and the settings of the `.env` that is committed with it."""

from __future__ import annotations

from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Store, fact
from hivemind.infer.php.project import App, Project
from hivemind.infer.php.routes import declared_routes, limited
from hivemind.infer.php.servers import WORKERS, built_in, for_development, served
from hivemind.model.findings import Quote

CONSOLE, PUBLIC = "bin/console", "public/index.php"
PACKAGES = ("symfony/framework-bundle", "symfony/symfony", "symfony/runtime")
ORMS = ("doctrine/doctrine-bundle", "doctrine/orm", "symfony/orm-pack", "doctrine/dbal")
ENVIRONMENT = {"APP_ENV": "prod", "APP_DEBUG": "0"}


def find_symfony(project: Project) -> App | None:
    """The folder as a Symfony app; None when it is none."""
    package = project.package(*PACKAGES)
    if not package or not project.has(PUBLIC):
        return None
    command = built_in("public")
    facts = served(command, "public/index.php is Symfony's", package.quote)
    secret = project.settings(".env").get("APP_SECRET")
    is_read = "APP_SECRET" in project.text("config/packages/framework.yaml")
    needs_secret = secret.quote if secret else project.quote("config/packages/framework.yaml") if is_read else None
    return App(
        "symfony",
        package.quote,
        {**facts, **_built(project), **_migrated(project), **_processes(project, command)},
        routes=limited(declared_routes(project.tree, project.folder)),
        stores=_stores(project),
        reads=(EnvRead("APP_SECRET", True, None, needs_secret),) if needs_secret else (),
        questions=(for_development(command, "public"),),
        environment={**ENVIRONMENT, **WORKERS},
        reads_source=False,
    )


def _built(project: Project) -> dict[str, Fact]:
    if not (mapper := project.package("symfony/asset-mapper")):
        return {}
    return {"build": fact(("php bin/console asset-map:compile",), "AssetMapper copies the assets", mapper.quote)}


def _migrated(project: Project) -> dict[str, Fact]:
    bundle, migration = project.package("doctrine/doctrine-migrations-bundle"), project.first("migrations/*.php")
    if not bundle or not migration:
        return {}
    command = "php bin/console doctrine:migrations:migrate --no-interaction"
    return {"migrate": fact(command, "Doctrine keeps migrations here", bundle.quote, migration)}


def _stores(project: Project) -> tuple[Store, ...]:
    """The database of DATABASE_URL where an ORM is there to use it, and what the cache or lock is kept in."""
    known = project.settings(".env")
    names = ["DATABASE_URL"] if project.package(*ORMS) else []
    names += [name for name in known if name in ("REDIS_URL", "REDIS_DSN", "MONGODB_URL", "LOCK_DSN")]
    found = [(known[name], engine_of_word(known[name].value.partition("://")[0])) for name in names if name in known]
    return tuple(Store(engine, "configured", ".env connects to it", said.quote) for said, engine in found if engine)


def _processes(project: Project, start: str) -> dict[str, Fact]:
    messenger, path = project.package("symfony/messenger"), "config/packages/messenger.yaml"
    if not messenger or not project.has(path) or not project.first("src/MessageHandler/*.php"):
        return {}
    processes = {"web": start, "worker": "php bin/console messenger:consume async --time-limit=3600"}
    quotes: tuple[Quote, ...] = (messenger.quote, project.quote(path))
    return {"processes": fact(processes, "messages are handled by a process of their own", *quotes)}
