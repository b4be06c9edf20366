"""Reading Python: where the application is, its routes, and what it takes from the environment."""

from __future__ import annotations

import pytest

from hivemind.infer.python.apps import find_apps, obstacle
from hivemind.infer.python.environment import environment_reads, foreign, written_urls
from hivemind.infer.python.ports import listening
from hivemind.infer.python.project import Project, module_name
from hivemind.infer.python.routes import find_routes
from hivemind.infer.python.syntax import parse

FLASK = "from flask import Flask\n"


def targets(tree, folder="."):
    return [app.target for app in find_apps(Project(tree, folder))]


def reached(tree):
    project = Project(tree, ".")
    best = find_apps(project)[0]
    return project.reach(best.module, best.root)


@pytest.mark.parametrize(
    "text, expected",
    [
        (FLASK + "app = Flask(__name__)", ["app:app"]),
        ("import flask\nweb = flask.Flask(__name__)", ["app:web"]),
        ("import flask as f\nweb: f.Flask = f.Flask(__name__)", ["app:web"]),
        ("from flask import Flask as F\nx = F(__name__)", ["app:x"]),
        ("from flask import *\nx = Flask(__name__)", ["app:x"]),
        (FLASK + "class Mine(Flask):\n  pass\nx = Mine(__name__)", ["app:x"]),
        (FLASK + "try:\n  x = Flask('a')\nexcept OSError:\n  pass", ["app:x"]),
        (FLASK + "if True:\n  x = Flask('a')", ["app:x"]),
        (FLASK + "if __name__ == '__main__':\n  x = Flask('a')", []),
        (FLASK + "def create_app():\n  return Flask('a')", ["app:create_app()"]),
        (FLASK + "def build():\n  web = Flask('a')\n  return web", ["app:build()"]),
        (FLASK + "def create_app(a, b=1):\n  return Flask('a')", []),
        (FLASK + "def create_app(*, a):\n  return Flask('a')", []),
        (FLASK + "def create_app(*args, **kwargs):\n  return Flask('a')", ["app:create_app()"]),
        (FLASK + "def helper():\n  web = Flask('a')\n  web.run()", []),
        (FLASK + "async def create_app():\n  return Flask('a')", []),
        ("def application(environ, start_response):\n  return []", ["app:application"]),
        ("def start_response(a, b):\n  return []", []),
        ("# app = Flask(__name__)\ns = 'app = Flask(__name__)'", []),
        ("from elsewhere import create_app\napp = create_app('x')", ["app:app"]),
        (FLASK + "app = Flask(__name__", []),
        ("class Flask:\n  pass\napp = Flask()", []),
    ],
)
def test_finds_the_application(plant, text, expected):
    assert targets(plant({"app.py": text})) == expected


APP = FLASK + "app = Flask(__name__)"


@pytest.mark.parametrize(
    "files, best",
    [
        (("app.py", "main.py"), "app:app"),
        (("main.py", "shop/__init__.py"), "main:app"),
        (("wsgi.py", "app.py"), "wsgi:app"),
        (("app.py", "shop/wsgi.py", "shop/__init__.py"), "shop.wsgi:app"),
        (("tests/app.py", "shop/web.py", "shop/__init__.py"), "shop:app"),
        (("test_app.py", "conftest.py", "odd.py"), "odd:app"),
        (("src/shop/__init__.py",), "shop:app"),
        (("src/shop/__init__.py", "src/shop/web/app.py", "src/shop/web/__init__.py"), "shop:app"),
    ],
)
def test_prefers_the_module_that_exists_to_be_served(plant, files, best):
    assert targets(plant(dict.fromkeys(files, APP)))[0] == best


def test_an_object_beats_a_factory_in_the_same_module(plant):
    assert targets(plant({"app.py": FLASK + "def create_app():\n  return Flask('a')\nweb = create_app()"})) == [
        "app:web",
        "app:create_app()",
    ]


def test_wsgi_may_pass_on_what_another_module_makes(plant):
    tree = plant(
        {
            "shop/__init__.py": "from .core import app",
            "shop/core.py": APP,
            "wsgi.py": "from shop import app as application",
        }
    )
    assert targets(tree)[0] == "wsgi:application"


def test_wsgi_of_another_framework_is_no_flask(plant):
    text = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()"
    assert targets(plant({"site/wsgi.py": text})) == []


@pytest.mark.parametrize(
    "files, root, target",
    [
        ({"backend/app.py": APP}, "backend", "app:app"),
        ({"backend/app.py": "from backend.models import M\n" + APP}, ".", "backend.app:app"),
        ({"backend/__init__.py": "", "backend/app.py": APP}, ".", "backend.app:app"),
        ({"a/b/app.py": APP}, "a/b", "app:app"),
    ],
)
def test_imports_start_where_the_packages_end(plant, files, root, target):
    app = find_apps(Project(plant(files), "."))[0]
    assert (app.root, app.target) == (root, target)


def test_a_service_is_never_imported_from_above_its_folder(plant):
    tree = plant({"api/__init__.py": "", "api/app.py": APP, "app.py": APP})
    assert targets(tree, "api") == ["app:app"]
    assert find_apps(Project(tree, "api"))[0].root == "api"


@pytest.mark.parametrize("path", ["a-b.py", "$(x).py", "class.py", "1.py", "a b/c.py", "été.py", "a;b/c.py", ".py"])
def test_a_name_that_cannot_be_imported_is_no_module(path):
    assert module_name(path, ".") == ""


@pytest.mark.parametrize("name", ["$(touch x).py", "a b.py", "a;b/app.py", "'/app.py", "-x/app.py"])
def test_no_file_name_reaches_a_command(plant, name):
    assert not [t for t in targets(plant({name: APP})) if not t.replace(":", "").replace(".", "").isidentifier()]


def test_says_what_stands_in_the_way(plant):
    assert obstacle(Project(plant({"a b.py": APP}), ".")).startswith("rename a b.py")
    assert obstacle(Project(plant({"a b.py": "", "app.py": APP + "("}), ".")).startswith("correct app.py")


def routes(tree):
    return sorted(route.path for route in find_routes(tree, reached(tree)))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("@app.route('/a')\ndef a(): ...", ["/a"]),
        ("@app.route(rule='/a')\ndef a(): ...", ["/a"]),
        ("@app.get('/a')\ndef a(): ...", ["/a"]),
        ("@app.post('/a')\ndef a(): ...", []),
        ("@app.route('/a', methods=['POST'])\ndef a(): ...", []),
        ("@app.route('/a', methods=('get', 'POST'))\ndef a(): ...", ["/a"]),
        ("@app.route('/a/<int:x>')\ndef a(x): ...", []),
        ("@app.route(PREFIX + '/a')\ndef a(): ...", []),
        ("app.add_url_rule('/a', view_func=a)", ["/a"]),
        ("api.add_resource(Thing, '/a')", ["/a"]),
        ("cache.get('not-a-path')", []),
        ("@app.route('/a\\x1b')\ndef a(): ...", []),
    ],
)
def test_reads_routes(plant, text, expected):
    assert routes(plant({"app.py": APP + "\n" + text})) == expected


BLUEPRINT = (
    "from flask import Blueprint\nbp = Blueprint('x', __name__, url_prefix='/own')\n@bp.get('/health')\ndef h(): ..."
)


@pytest.mark.parametrize(
    "registration, expected",
    [
        ("from pages import bp\napp.register_blueprint(bp)", ["/own/health"]),
        ("from pages import bp as other\napp.register_blueprint(other, url_prefix='/given/')", ["/given/health"]),
        ("import pages\napp.register_blueprint(pages.bp, url_prefix='')", ["/health"]),
        ("import pages\napp.register_blueprint(pages.bp, url_prefix=PREFIX)", []),
        (
            "import flask\nfrom pages import bp\nup = flask.Blueprint('u', __name__, url_prefix='/up')\n"
            "up.register_blueprint(bp)\napp.register_blueprint(up)",
            ["/up/own/health"],
        ),
        ("def later():\n  from pages import bp\n  app.register_blueprint(bp)", ["/own/health"]),
        ("pass", []),
    ],
)
def test_knows_blueprint_prefixes(plant, registration, expected):
    assert routes(plant({"pages.py": BLUEPRINT, "app.py": f"{APP}\n{registration}"})) == expected


def test_an_app_reaches_only_what_it_imports(plant):
    tree = plant({
        "app.py": f"import a.b, os.path\nfrom lazy import thing\n{APP}\napp.config.from_object('settings.Live')",
        "a/__init__.py": "", "a/b.py": "from . import c", "a/c.py": "", "settings.py": "", "lazy.py": "import app",
        "script.py": "", "tests/test_a.py": "",
    })  # fmt: skip
    assert {m.path for m in reached(tree)} == {"app.py", "a/__init__.py", "a/b.py", "a/c.py", "settings.py", "lazy.py"}


def reads(tree):
    return {read.name: (read.required, read.default) for read in environment_reads(tree, reached(tree))}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("import os\nos.environ['A']", {"A": (True, None)}),
        ("from os import environ as e\ne['A']", {"A": (True, None)}),
        ("import os\nos.environ.get('A')", {"A": (False, None)}),
        ("import os\nos.environ.get('A', 'x')", {"A": (False, "x")}),
        ("from os import getenv\ngetenv('A', default='x')", {"A": (False, "x")}),
        ("import os\nos.environ['A'] = 'x'", {"A": (False, None)}),
        ("import os\nos.environ.setdefault('A', 'x')", {"A": (False, "x")}),
        ("import os\n'A' in os.environ", {"A": (False, None)}),
        ("import os\ntry:\n  os.environ['A']\nexcept KeyError:\n  pass", {"A": (False, None)}),
        ("import os\ntry:\n  os.environ['A']\nexcept KeyError:\n  raise SystemExit", {"A": (True, None)}),
        ("import os\ntry:\n  os.environ['A']\nexcept ValueError:\n  pass", {"A": (True, None)}),
        ("import os\nos.environ[name]", {}),
        ("import os\nos.environ['not a name']", {}),
        ("def application(environ, start_response):\n  environ['PATH_INFO']", {}),
        ("from flask import request\nrequest.environ['A']", {}),
    ],
)
def test_reads_the_environment(plant, text, expected):
    assert reads(plant({"app.py": APP + "\n" + text})) == expected


def test_sees_urls_and_what_comes_from_elsewhere(plant):
    tree = plant(
        {
            "app.py": APP + "\nimport os, requests, near\nX = 'postgresql+psycopg://db/x'\nY = f'sqlite:///{os}'",
            "near.py": "",
        }
    )
    assert [url.scheme for url in written_urls(tree, reached(tree))] == ["postgresql", "sqlite"]
    assert foreign(reached(tree)) == ("flask", "requests")


@pytest.mark.parametrize(
    "call, port",
    [
        ("app.run(port=5000)", 5000),
        ("app.run('0.0.0.0', 5000)", 5000),
        ("app.run(port=int(os.environ.get('PORT', 8123)))", 8123),
        ("app.run(port=os.getenv('PORT') or '8123')", 8123),
        ("app.run(port=80)", None),
        ("app.run(debug=True)", None),
        ("PORT = 5001\n  app.run(port=PORT)", 5001),
        ("port = int(os.getenv('PORT', '5001'))\n  app.run('::', port)", 5001),
        ("uvicorn.run('app:app', port=8123)", 8123),
        ("class Settings:\n    port: int = 8123\n  app.run(port=Settings.port)", 8123),
        ("app.run(port=True)", None),
    ],
)
def test_reads_the_development_port(plant, call, port):
    tree = plant({"app.py": f"{APP}\nif __name__ == '__main__':\n  {call}"})
    found = listening(tree, reached(tree))
    assert (found.port if found else None) == port


@pytest.mark.parametrize(
    "text", ["(" * 3000 + ")" * 3000, "-" * 90_000 + "1", "x" * 200_000, "\x00", "def", "a" + ".b" * 30_000]
)
def test_what_cannot_be_parsed_is_no_module(text):
    assert parse("a.py", "a", text) is None


def test_parsing_warns_nobody(recwarn):
    assert parse("a.py", "a", "x = '\\d'\nif 1 is 1: pass")
    assert not recwarn.list
