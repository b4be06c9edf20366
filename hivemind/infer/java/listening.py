"""Where an application for the Java machine listens: its framework's setting, a number in the code, or a default."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hivemind.infer.facts import EnvRead
from hivemind.infer.java.apps import App
from hivemind.infer.java.dropwizard import port_setting
from hivemind.infer.java.settings import Placeholder, Setting, Settings, resolved
from hivemind.infer.listen import PORTS, Listening, listening, port_in, port_read
from hivemind.infer.source import Source, first
from hivemind.infer.tree import Tree

KEYS = {
    "spring-boot": ("server.port",), "grails": ("server.port",), "quarkus": ("quarkus.http.port",),
    "micronaut": ("micronaut.server.port",), "ktor": ("ktor.deployment.port",), "helidon": ("server.port",),
    "play": ("play.server.http.port", "http.port"), "jooby": ("server.port",),
}  # fmt: skip
DEFAULTS = {"javalin": 8080, "spark": 4567, "play": 9000, "ratpack": 5050, "http4k": 8000}
PROPERTIES = {
    "spring-boot": "server.port", "grails": "server.port", "quarkus": "quarkus.http.port",
    "micronaut": "micronaut.server.port", "helidon": "server.port", "play": "http.port", "jooby": "server.port",
}  # fmt: skip
"""System properties that set the port whatever the configuration says."""

IN_CODE = (
    re.compile(r"\bembeddedServer\([^)]{0,200}?\bport\s*=\s*[^,)\n]{0,80}?\b(?P<port>[0-9]{2,5})\b"),
    re.compile(r"\bembeddedServer\(\s*\w+\s*,\s*(?P<port>[0-9]{2,5})\b"),
    re.compile(r"\.(?:start|listen|setPort|port|defaultPort|withPort|http|asServer|addHttpListener)\(\s*(?:\w{1,20}\()?(?P<port>[0-9]{2,5})\b"),
    re.compile(r"(?<![\w.])port\(\s*(?P<port>[0-9]{2,5})\s*\)"),
    re.compile(r"\b(?:new\s+)?(?:Server|InetSocketAddress|ServerSocket|Undertow|Netty|Jetty|SunHttp|KtorCIO|Helidon)\(\s*(?:\"[\w.]*\"\s*,\s*)?(?P<port>[0-9]{2,5})\b"),
    re.compile(r"\b(?:bindAndHandle|bind|newServerAt|bindHttp|addHttpListener)\([^;{}\n]{0,120}?\b(?P<port>[0-9]{4,5})\b"),
    re.compile(
        r"\b\w{0,20}(?:port|PORT|Port)\s*=\s*[^;\n]{0,80}?\?\s*(?:[\w.]{1,40}\([^()\n]{0,60}(?:\([^()\n]{0,40}\))?\)\s*:\s*)?\"?"
        r"(?P<port>[0-9]{2,5})\b"
    ),
    re.compile(r"\b\w{0,20}(?:port|PORT|Port)\s*=\s*if\s*\([^()\n]{0,80}\)[^;\n]{0,60}?\b(?P<port>[0-9]{4,5})\b"),
    re.compile(r"\bport\"(?P<port>[0-9]{2,5})\""),
    re.compile(r"\b(?:defaultWithPort|fromInt|override\s+def\s+port\s*=|PORT\s*=|port\s*(?::\s*\w+\s*)?=)\s*\(?\s*\"?(?P<port>[0-9]{4,5})\b"),
)  # fmt: skip


def where(
    tree: Tree, app: App, settings: Settings, sources: Sequence[Source], reads: Sequence[EnvRead]
) -> tuple[Listening, str]:
    """Where the application listens, and the system property that carries PORT; empty where it reads a variable."""
    default = DEFAULTS.get(app.framework or "", 8080)
    setting = settings.find(*KEYS.get(app.framework or "", ("server.port",)))
    if app.framework == "dropwizard":
        setting = port_setting(tree, app.project)
    prop = _property(app, sources)
    if setting and (found := _of_setting(setting, settings, default)):
        return (found, "") if found.variable else _told(found, prop)
    read = port_read(reads, PORTS)
    if prop and not (read and read.quote.file.endswith((".java", ".kt", ".scala"))):
        why = f"nothing sets {prop}; this is its default"
        return _told(Listening(default, None, why, (app.framework_quote,), "fallback"), prop)
    literal = first(sources, *IN_CODE)
    return listening(tree, read, literal, port_in(literal["port"]) if literal else 0, default), ""


def _property(app: App, sources: Sequence[Source]) -> str:
    """How the framework is told its port from outside; Ktor listens to arguments where its engine's main is run."""
    if app.framework == "ktor":
        mentions = "EngineMain" in app.main_class or any("EngineMain" in source.text for source in sources)
        return "-port" if mentions else ""
    return PROPERTIES.get(app.framework or "", "")


def _told(found: Listening, prop: str) -> tuple[Listening, str]:
    """The port carried by the property, when the framework has one."""
    variable = "PORT" if prop else None
    return Listening(found.port, variable, found.why, found.quotes, found.confidence), prop


def _of_setting(setting: Setting, settings: Settings, default: int) -> Listening | None:
    """`server.port=${PORT:8080}`: the number without the variable, and the variable; HOCON sets the key twice."""
    text, placeholders = resolved(setting)
    others = (one.value for one in settings.all if one.key == setting.key and not one.profile and port_in(one.value))
    text = text if port_in(text) else next(others, "")
    variable = _variable(placeholders)
    port = port_in(text) or default
    if not variable and not port_in(text):
        return None
    why = f"{setting.key} is set to it" if port_in(text) else f"any port is given as {variable}"
    return Listening(port, variable, why, (setting.quote,), "certain" if port_in(text) else "fallback")


def _variable(placeholders: tuple[Placeholder, ...]) -> str | None:
    """The variable that decides; `PORT` where it is among several."""
    names = [one.name for one in placeholders if one.name.isupper()]
    return "PORT" if "PORT" in names else next(iter(names[::-1]), None)
