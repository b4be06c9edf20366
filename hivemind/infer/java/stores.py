"""Which servers the configuration of an application names: data sources, Redis, MongoDB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.engines import EMBEDDED, engine_of_word
from hivemind.infer.facts import Store
from hivemind.infer.java.project import Project
from hivemind.infer.java.settings import Setting, Settings, resolved

SOURCE = re.compile(
    r"^(?:spring\.(?:datasource|r2dbc)(?:\.\w+)*\.(?:url|jdbcurl|jdbc\.url)|datasources?\.[\w.]*?(?:url|jdbcurl)|quarkus\.datasource(?:\.\w+)*\.(?:jdbc\.|reactive\.)?url"
    r"|quarkus\.datasource(?:\.\w+)*\.dbkind|spring\.data\.mongodb\.uri|spring\.mongodb\.uri|quarkus\.mongodb\.connectionstring|mongodb\.uri"
    r"|spring\.(?:data\.)?redis\.url|slick\.dbs\.default\.(?:db\.url|profile)|db\.default\.url|database\.url|spring\.(?:flyway|liquibase)\.url)$"
)
KEYED = (
    (
        re.compile(
            r"^spring\.(?:data\.)?redis\.(?:host|cluster\.nodes)$|^quarkus\.redis\.hosts$|^redis\.(?:uri|host)$"
        ),
        "redis",
    ),
    (re.compile(r"^spring\.data\.mongodb\.(?:host|database)$|^quarkus\.mongodb\.database$"), "mongodb"),
)
AUTOMATIC = re.compile(r":(h2|hsqldb|derby)$")


def stores_of(project: Project, settings: Settings, framework: str | None) -> tuple[Store, ...]:
    """The servers by engine; what only a profile names comes after what always holds."""
    found = [*_named(settings)]
    if framework == "spring-boot" and not any(one.engine in EMBEDDED or one.engine for one in found):
        found += _automatic(project, settings)
    return tuple(found)


def _named(settings: Settings) -> Iterator[Store]:
    for setting in settings.all:
        engine = _engine(setting)
        if engine:
            when = f" in the profile {setting.profile}" if setting.profile else ""
            yield Store(engine, "configured", f"{setting.key} names {engine}{when}", setting.quote)


def _engine(setting: Setting) -> str:
    if SOURCE.match(setting.key):
        text = resolved(setting)[0]
        return engine_of_word(text) or engine_of_word(re.sub(r"^.*?\b(?:slick\.jdbc\.)(\w+)Profile.*$", r"\1", text))
    return next((engine for pattern, engine in KEYED if pattern.match(setting.key) and setting.value), "")


def _automatic(project: Project, settings: Settings) -> Iterator[Store]:
    """Spring starts an embedded database where there is one and no data source is configured."""
    if settings.find("spring.datasource.url"):
        return
    for dependency in project.dependencies:
        if found := AUTOMATIC.search(dependency.name):
            why = f"no data source is configured, so Spring starts {found[1]} within the application"
            yield Store(found[1], "configured", why, dependency.quote)
