"""Ruby on Rails: served by puma, assets compiled, the database prepared, told to be in production."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hivemind.infer.facts import Fact, fact
from hivemind.infer.ruby.project import App, Project
from hivemind.infer.ruby.rails_routes import rails_routes
from hivemind.infer.ruby.servers import SERVERS, configured_port, no_server, other_server, puma
from hivemind.model.findings import Question, Quote

APPLICATION = "config/application.rb"
IS_APPLICATION = re.compile(r"<\s*(?:::)?Rails::Application\b")
API_ONLY = re.compile(r"^\s*config\.api_only\s*=\s*true", re.MULTILINE)
PORT = 3000
PIPELINES = (
    "sprockets-rails", "sprockets", "propshaft", "sass-rails", "sassc-rails", "webpacker", "shakapacker", "vite_rails",
    "cssbundling-rails", "jsbundling-rails", "tailwindcss-rails", "dartsass-rails", "importmap-rails", "coffee-rails",
    "uglifier", "turbo-rails",
)  # fmt: skip
"""Gems whose assets exist only after `assets:precompile`."""

BRINGS_SPROCKETS = 7
"""Rails before this version brings Sprockets along by itself."""

ENVIRONMENT = {
    "RAILS_ENV": "production",
    "RAILS_LOG_TO_STDOUT": "1",
    "RAILS_SERVE_STATIC_FILES": "1",
}
WORKERS = {
    "sidekiq": "bundle exec sidekiq", "good_job": "bundle exec good_job start", "solid_queue": "bin/jobs",
    "delayed_job_active_record": "bin/delayed_job run", "que": "bundle exec que",
    "resque": "QUEUE=* bundle exec rake resque:work",
}  # fmt: skip
"""Gem of a queue → the process that works it off."""


def find_rails(project: Project) -> App | None:
    """The folder as a Rails application; None for engines, and for everything else."""
    if not IS_APPLICATION.search(project.text(APPLICATION)):
        return None
    line = _line_of(project, APPLICATION, IS_APPLICATION)
    quote = project.quote(APPLICATION, line)
    command, why, questions = _server(project)
    facts = {
        "start": fact(command, why, quote, *_asked(project), confidence="fallback" if questions else "certain"),
        "port": configured_port(project) or fact(PORT, "Rails listens on it by itself", confidence="likely"),
        **_built(project),
        **_migrated(project),
        **_processes(project, command),
    }
    routes = rails_routes(project.tree, project.folder)
    return App("rails", "web", quote, facts, routes, questions, ENVIRONMENT, _secrets(project, quote))


def _server(project: Project) -> tuple[str, str, tuple[Question, ...]]:
    rails = "bin/rails" if project.has("bin/rails") else "bundle exec rails"
    by_rails = f"{rails} server -b 0.0.0.0 -p $PORT"
    if found := puma(project):
        command, why = found
        if " -C " not in command:
            return by_rails, "Rails starts puma, which the Gemfile asks for", ()
        return command, why, ()
    if found := other_server(project):
        return *found, ()
    return by_rails, "Rails starts whatever server it has", (no_server(by_rails),)


def _asked(project: Project) -> tuple[Quote, ...]:
    asked = project.gem("puma", *SERVERS)
    return (asked.quote,) if asked else ()


def _built(project: Project) -> dict[str, Fact]:
    """Assets are compiled where a pipeline is there to do it; a secret key is needed only for appearance."""
    pipeline = project.gem(*PIPELINES)
    version = project.version("rails")
    is_api = API_ONLY.search(project.text(APPLICATION))
    is_old = bool(version) and version < (BRINGS_SPROCKETS,)
    if not pipeline and (is_api or not is_old):
        return {}
    secret = "SECRET_KEY_BASE_DUMMY=1" if not version or version >= (7, 1) else "SECRET_KEY_BASE=unused"
    rails = "bin/rails" if project.has("bin/rails") else f"bundle exec {'rake' if version[:1] < (5,) else 'rails'}"
    why = f"{pipeline.name} compiles the assets" if pipeline else "Rails brings Sprockets, which compiles the assets"
    quotes = (pipeline.quote,) if pipeline else ()
    return {"build": fact((f"RAILS_ENV=production {secret} {rails} assets:precompile",), why, *quotes)}


def _migrated(project: Project) -> dict[str, Fact]:
    """`db:prepare` also loads the schemas of Rails' own queue and cache, which have no migrations."""
    schema = next((name for name in ("db/schema.rb", "db/structure.sql") if project.has(name)), None)
    migration = next(iter(project.tree.find("db/migrate/*.rb", project.folder)), None)
    if not schema and not migration:
        return {}
    version = project.version("rails")
    task = "db:prepare" if version >= (7, 1) else "db:migrate"
    rails = "bin/rails" if project.has("bin/rails") else f"bundle exec {'rake' if version[:1] < (5,) else 'rails'}"
    quote = project.quote(schema) if schema else project.tree.quote(migration or "")
    return {"migrate": fact(f"{rails} {task}", "Active Record keeps its schema here", quote)}


def _processes(project: Project, start: str) -> dict[str, Fact]:
    """The web server, and a worker where the app keeps a queue."""
    queue = project.gem(*WORKERS)
    if not queue or (WORKERS[queue.name].startswith("bin/") and not project.has(WORKERS[queue.name].split()[0])):
        return {}
    config = "config/sidekiq.yml"
    extra = f" -C {config}" if queue.name == "sidekiq" and project.has(config) else ""
    processes = {"web": start, "worker": WORKERS[queue.name] + extra}
    return {"processes": fact(processes, f"{queue.name} needs a process that works off its queue", queue.quote)}


def _secrets(project: Project, application: Quote) -> Mapping[str, Quote]:
    """Encrypted credentials need their key; an app without them needs the secret they would have held."""
    for name in ("config/credentials/production.yml.enc", "config/credentials.yml.enc"):
        if project.has(name):
            return {"RAILS_MASTER_KEY": project.quote(name)}
    if project.has("config/secrets.yml"):
        return {"SECRET_KEY_BASE": project.quote("config/secrets.yml")}
    return {"SECRET_KEY_BASE": application}


def _line_of(project: Project, name: str, pattern: re.Pattern[str]) -> int:
    lines = project.tree.lines(project.file(name))
    return next((number for number, line in enumerate(lines, start=1) if pattern.search(line)), 0)
