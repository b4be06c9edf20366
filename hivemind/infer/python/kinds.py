"""The kinds of script that are an app: data apps with a tool that runs them, servers of their own, bots, consumers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN = "{run}"
"""The command of a file that is simply run."""


@dataclass(frozen=True)
class Kind:
    """What gives a script away: modules it imports, calls it makes (any, where none is named), packages it needs.

    `command` may hold `{file}` and `{run}`; `variable` is what the framework reads its port from by itself.
    """

    name: str
    modules: tuple[str, ...]
    calls: frozenset[str] = frozenset()
    packages: tuple[str, ...] = ()
    command: str = OWN
    why: str = "starts a server of its own"
    is_web: bool = True
    port: int = 8000
    variable: str | None = None
    health: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    """Modules with which it is something else."""


def _tool(name: str, command: str, port: int, calls: tuple[str, ...] = (), health: str = "") -> Kind:
    return Kind(
        name, (name,), frozenset(calls), (name,), command, f"is an app that {name} runs", True, port, None, health
    )


def _server(name: str, modules: tuple[str, ...], calls: tuple[str, ...], port: int) -> Kind:
    return Kind(name, modules, frozenset(calls), port=port)


def _bot(name: str, *modules: str, calls: tuple[str, ...] = ()) -> Kind:
    return Kind(name, modules, frozenset(calls), why=f"works with {name} and answers no HTTP", is_web=False)


TOOLS: tuple[Kind, ...] = (
    _tool(
        "streamlit",
        "streamlit run {file} --server.port $PORT --server.address 0.0.0.0 --server.headless true",
        8501,
        health="/_stcore/health",
    ),
    _tool("chainlit", "chainlit run {file} --host 0.0.0.0 --port $PORT --headless", 8000, health="/"),
    _tool("shiny", "shiny run {file} --host 0.0.0.0 --port $PORT", 8000, ("App", "app_opts", "page_opts"), "/"),
    _tool("panel", "panel serve {file} --address 0.0.0.0 --port $PORT --allow-websocket-origin=*", 5006, ("servable",)),
    _tool("bokeh", "bokeh serve {file} --address 0.0.0.0 --port $PORT --allow-websocket-origin=*", 5006, ("curdoc",)),
    _tool("marimo", "marimo run {file} --host 0.0.0.0 --port $PORT --headless", 2718, ("marimo.App", "App")),
    _tool("mesop", "mesop {file} --port $PORT", 32123),
)

SERVERS: tuple[Kind, ...] = (
    Kind("gradio", ("gradio",), frozenset({"launch"}), ("gradio",), port=7860, variable="GRADIO_SERVER_PORT",
         health="/", environment={"GRADIO_SERVER_NAME": "0.0.0.0"}),
    Kind("nicegui", ("nicegui",), frozenset({"nicegui.ui.run"}), ("nicegui",), port=8080, health="/"),
    Kind("dash", ("dash",), frozenset({"run", "run_server"}), ("dash",), port=8050, variable="PORT", health="/",
         environment={"HOST": "0.0.0.0"}),
    _server("aiohttp", ("aiohttp",), ("aiohttp.web.run_app", "run_app", "TCPSite"), 8080),
    _server("tornado", ("tornado",), ("listen", "bind", "tornado.web.Application"), 8888),
    _server("cherrypy", ("cherrypy",), ("cherrypy.quickstart", "cherrypy.engine.start", "cherrypy.tree.mount"), 8080),
    _server("robyn", ("robyn",), ("start",), 8080),
    _server("bottle", ("bottle",), ("bottle.run", "run"), 8080),
    _server("fastmcp", ("fastmcp", "mcp"), ("run", "run_http_async", "sse_app", "streamable_http_app"), 8000),
    Kind("slack-bolt", ("slack_bolt",), frozenset({"start"}), port=3000, unless=("slack_bolt.adapter.socket_mode",)),
    _server("fastapi", ("fastapi",), ("uvicorn.run", "uvicorn.Server"), 8000),
    _server("starlette", ("starlette",), ("uvicorn.run",), 8000),
    _server("flask", ("flask",), ("run", "serve", "serve_forever"), 5000),
    _server("pyramid", ("pyramid",), ("make_server", "serve", "make_wsgi_app"), 6543),
    _server("falcon", ("falcon",), ("make_server", "serve"), 8000),
    _server("websockets", ("websockets",), ("serve", "websockets.serve"), 8765),
    _server("wsgi", ("wsgiref", "waitress", "gevent.pywsgi"), ("make_server", "waitress.serve", "WSGIServer"), 8000),
    _server("http.server", ("http.server", "socketserver"), ("HTTPServer", "ThreadingHTTPServer", "TCPServer"), 8000),
)  # fmt: skip

BOTS: tuple[Kind, ...] = (
    _bot("discord.py", "discord"), _bot("nextcord", "nextcord"), _bot("disnake", "disnake"),
    _bot("python-telegram-bot", "telegram"), _bot("aiogram", "aiogram"), _bot("pytelegrambotapi", "telebot"),
    _bot("pyrogram", "pyrogram"), _bot("telethon", "telethon"), _bot("slack-bolt", "slack_bolt"),
    _bot("hikari", "hikari"), _bot("interactions", "interactions"), _bot("vkbottle", "vkbottle"),
    _bot("vk-api", "vk_api"), _bot("twitchio", "twitchio"), _bot("tweepy", "tweepy"), _bot("praw", "praw"),
    _bot("mastodon", "mastodon"), _bot("faststream", "faststream"), _bot("faust", "faust"),
    _bot("kafka-python", "kafka"), _bot("confluent-kafka", "confluent_kafka"), _bot("aiokafka", "aiokafka"),
    _bot("pika", "pika"), _bot("aio-pika", "aio_pika"), _bot("nats", "nats"), _bot("paho-mqtt", "paho"),
    _bot("grpc", "grpc", calls=("grpc.server", "grpc.aio.server")),
    _bot("apscheduler", "apscheduler"), _bot("schedule", "schedule"),
)  # fmt: skip
