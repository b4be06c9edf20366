"""The frameworks whose application object a server loads: what makes one, and which interface it speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Interface = Literal["wsgi", "asgi", "sanic", "aiohttp"]
"""How a server talks to the application; Sanic and aiohttp bring servers of their own."""

MAKERS: Mapping[str, tuple[str, ...]] = {
    "flask": (
        "flask.Flask", "flask.app.Flask", "apiflask.APIFlask", "apiflask.app.APIFlask", "flask_openapi3.OpenAPI",
        "flask_api.FlaskAPI", "eve.Eve",
    ),
    "bottle": ("bottle.Bottle", "bottle.default_app", "bottle.app"),
    "falcon": ("falcon.App", "falcon.API", "falcon.asgi.App"),
    "fastapi": ("fastapi.FastAPI", "fastapi.applications.FastAPI", "fastapi_offline.FastAPIOffline"),
    "starlette": ("starlette.applications.Starlette", "starlette.Starlette"),
    "litestar": ("litestar.Litestar", "litestar.app.Litestar"),
    "quart": ("quart.Quart", "quart.app.Quart", "quart_trio.QuartTrio"),
    "blacksheep": ("blacksheep.Application", "blacksheep.server.Application"),
    "esmerald": ("esmerald.Esmerald", "ravyn.Ravyn", "ravyn.Application"),
    "fasthtml": (
        "fasthtml.common.FastHTML", "fasthtml.common.fast_app", "fasthtml.fastapp.fast_app", "fasthtml.FastHTML",
        "fasthtml.core.FastHTML",
    ),
    "connexion": ("connexion.AsyncApp", "connexion.FlaskApp", "connexion.App"),
    "socketio": ("socketio.ASGIApp", "socketio.asgi.ASGIApp"),
    "strawberry": ("strawberry.asgi.GraphQL",),
    "ariadne": ("ariadne.asgi.GraphQL",),
    "sanic": ("sanic.Sanic", "sanic.app.Sanic"),
    "aiohttp": ("aiohttp.web.Application", "aiohttp.web_app.Application"),
    "dash": ("dash.Dash", "dash.dash.Dash", "dash_extensions.enrich.DashProxy", "dash_extensions.enrich.Dash"),
}  # fmt: skip
CONSTRUCTORS: Mapping[str, str] = {name: framework for framework, names in MAKERS.items() for name in names}

ASGI = frozenset({
    "fastapi", "starlette", "litestar", "quart", "blacksheep", "esmerald", "fasthtml", "connexion", "socketio",
    "strawberry", "ariadne", "asgi",
})  # fmt: skip
PACKAGES: Mapping[str, str] = {"fasthtml": "python-fasthtml", "socketio": "python-socketio"}
"""Frameworks whose package has another name."""

MENTION = re.compile(
    r"\b(Flask|APIFlask|OpenAPI|FlaskAPI|Eve|Bottle|default_app|falcon|start_response|app_factory|FastAPI|Starlette"
    r"|FastAPIOffline|Litestar|Quart|QuartTrio|Sanic|blacksheep|Esmerald|ravyn|FastHTML|fast_app|connexion|ASGIApp"
    r"|GraphQL|make_wsgi_app|Application|Dash|DashProxy)\b|\b(create|make|build|get|init|setup)_app"
)
"""Words without one of which a file makes no application."""


def interface_of(framework: str, made_by: str = "") -> Interface:
    """How the application of a framework is served; Falcon has two kinds, told by what made the object."""
    match framework:
        case "sanic":
            return "sanic"
        case "aiohttp":
            return "aiohttp"
        case _:
            return "asgi" if framework in ASGI or made_by == "falcon.asgi.App" else "wsgi"


def package_of(framework: str) -> str:
    """The package whose presence in a manifest stands for the framework."""
    return PACKAGES.get(framework, framework)
