"""Routes of every framework, with the prefixes of what they are registered on."""

from __future__ import annotations

import pytest

from hivemind.infer.python.apps import find_apps
from hivemind.infer.python.project import Project
from hivemind.infer.python.routes import find_routes


def routes(tree):
    project = Project(tree, ".")
    best = find_apps(project)[0]
    return [route.path for route in find_routes(tree, project.reach(best.module, best.root))]


FASTAPI = "from fastapi import FastAPI, APIRouter\napp = FastAPI()\nr = APIRouter(prefix='/own')\n"
HEALTH = "@r.get('/health')\nasync def health(): ...\n"


@pytest.mark.parametrize(
    "text, expected",
    [
        (FASTAPI + "@app.get('/')\ndef f(): ...", ["/"]),
        (FASTAPI + "@app.post('/x')\ndef f(): ...", []),
        (FASTAPI + "@app.api_route('/x', methods=['GET', 'HEAD'])\ndef f(): ...", ["/x"]),
        (FASTAPI + "@app.api_route('/x', methods=['PUT'])\ndef f(): ...", []),
        (FASTAPI + "@app.get('/items/{id}')\ndef f(): ...", []),
        (FASTAPI + "app.add_api_route('/healthz', f)", ["/healthz"]),
        (FASTAPI + HEALTH + "app.include_router(r)", ["/own/health"]),
        (FASTAPI + HEALTH + "app.include_router(r, prefix='/v1')", ["/v1/own/health"]),
        (FASTAPI + HEALTH + "V = '/v2'\napp.include_router(r, prefix=f'{V}/x')", ["/v2/x/own/health"]),
        (FASTAPI + HEALTH + "app.include_router(r, prefix=unknown())", []),
        (
            FASTAPI + HEALTH + "up = APIRouter()\nup.include_router(r, prefix='/a')\n"
            "class S:\n  API: str = '/api'\napp.include_router(up, prefix=S.API)",
            ["/api/a/own/health"],
        ),
        (FASTAPI + "sub = FastAPI()\n@sub.get('/ping')\ndef f(): ...\napp.mount('/sub', sub)", ["/sub/ping"]),
        (FASTAPI + "import requests\nrequests.get('/elsewhere')\n{}.get('/key')", []),
        (FASTAPI + "@r.get('')\ndef f(): ...\napp.include_router(r)", ["/own"]),
        (
            "from starlette.applications import Starlette\nfrom starlette.routing import Route, Mount\n"
            "app = Starlette(routes=[Route('/', f), "
            "Mount('/api', routes=[Route('/up', g), Route('/x', p, methods=['POST'])])])",
            ["/", "/api/up"],
        ),
        (
            "from starlette.applications import Starlette\napp = Starlette()\napp.add_route('/ping', f)",
            ["/ping"],
        ),
        (
            "from aiohttp import web\napp = web.Application()\nroutes = web.RouteTableDef()\n@routes.get('/a')\n"
            "async def a(r): ...\napp.router.add_get('/b', a)\napp.add_routes([web.get('/c', a), web.post('/d', a)])\n"
            "app.router.add_route('POST', '/e', a)",
            ["/a", "/b", "/c"],
        ),
        (
            "from sanic import Sanic, Blueprint\napp = Sanic('x')\nbp = Blueprint('b', url_prefix='/b')\n"
            "@bp.get('/health')\nasync def h(r): ...\napp.blueprint(bp)\napp.add_route(h, '/up')",
            ["/b/health", "/up"],
        ),
        ("from bottle import Bottle\napp = Bottle()\n@app.route('/hi/<name>')\n@app.get('/hi')\ndef f(): ...", ["/hi"]),
        ("import falcon\napp = falcon.App()\napp.add_route('/things', T())", ["/things"]),
        (
            "from litestar import Litestar, get, Controller\n@get('/health')\nasync def h() -> str: ...\n"
            "class C(Controller):\n  path = '/c'\n  @get()\n  async def a(self): ...\napp = Litestar([h, C])",
            ["/health", "/c/"],
        ),
        ("from fasthtml.common import *\napp, rt = fast_app()\n@rt('/')\ndef get(): ...\nserve()", ["/"]),
        (
            "from quart import Quart\napp = Quart(__name__)\n@app.route('/status')\nasync def s(): ...",
            ["/status"],
        ),
        (
            "from flask import Flask\nfrom flask_restx import Api, Namespace\napp = Flask(__name__)\n"
            "ns = Namespace('health')\n@ns.route('/live')\nclass L: ...\n"
            "api = Api(app, prefix='/api')\napi.add_namespace(ns)",
            ["/api/health/live"],
        ),
        (
            "from flask import Flask\nfrom flask_restful import Api\napp = Flask(__name__)\n"
            "api = Api(app, prefix='/v1')\n"
            "api.add_resource(H, '/health')",
            ["/v1/health"],
        ),
    ],
)
def test_reads_the_routes(plant, text, expected):
    assert sorted(routes(plant({"main.py": text}))) == sorted(expected)
