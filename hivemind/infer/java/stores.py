"""Which servers the configuration of an application names: data sources, Redis, MongoDB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.engines import DATABASES, EMBEDDED, engine_of_package, engine_of_word
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
SWITCHES = {"quarkus": "QUARKUS_PROFILE", "micronaut": "MICRONAUT_ENVIRONMENTS"}
JDBC = re.compile(r"^(?:jdbc|r2dbc):(?:\w+:)?(?:postgresql|mysql|mariadb|h2|hsqldb|sqlite|sqlserver|oracle|derby)\b")
AUTOMATIC = re.compile(r":(h2|hsqldb|derby)$")


def stores_of(project: Project, settings: Settings, framework: str | None) -> tuple[Store, ...]:
    """The servers by engine; what only a profile names comes after what always holds."""
    found = [*_named(project, settings, SWITCHES.get(framework or "", "SPRING_PROFILES_ACTIVE"))]
    if framework == "spring-boot" and not any(
        one.strength == "configured" and one.engine in DATABASES for one in found
    ):
        found += _automatic(project, settings)
    return tuple(found)


def _named(project: Project, settings: Settings, variable: str) -> Iterator[Store]:
    for setting in settings.all:
        engine = _engine(setting) or (_driven(project, setting) if setting.profile else "")
        if engine:
            why = f"{setting.key} names {engine}"
            if not setting.profile:
                yield Store(engine, "configured", why, setting.quote)
            elif setting.profile not in ("dev", "test"):
                switch = f"{variable}={setting.profile}"
                yield Store(engine, "switched", f"{why} in the profile {setting.profile}", setting.quote, switch)


def _engine(setting: Setting) -> str:
    text = resolved(setting)[0]
    if SOURCE.match(setting.key) or JDBC.match(text):
        return engine_of_word(text) or engine_of_word(re.sub(r"^.*?\b(?:slick\.jdbc\.)(\w+)Profile.*$", r"\1", text))
    return next((engine for pattern, engine in KEYED if pattern.match(setting.key) and setting.value), "")


def _driven(project: Project, setting: Setting) -> str:
    """The engine of a URL that only a variable holds: that of the one server whose driver is there."""
    if not SOURCE.match(setting.key) or not resolved(setting)[1]:
        return ""
    engines = {engine_of_package("java", one.name) for one in project.dependencies} & (DATABASES - EMBEDDED)
    return engines.pop() if len(engines) == 1 else ""


def _automatic(project: Project, settings: Settings) -> Iterator[Store]:
    """Spring starts an embedded database where there is one and no data source is configured."""
    if settings.find("spring.datasource.url"):
        return
    for dependency in project.dependencies:
        if found := AUTOMATIC.search(dependency.name):
            why = f"no data source is configured, so Spring starts {found[1]} within the application"
            yield Store(found[1], "configured", why, dependency.quote)
