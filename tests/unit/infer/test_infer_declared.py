"""What files beside the code declare: which module, which folder, which of several processes."""

from __future__ import annotations

import pytest

from hivemind.infer.command import role_of
from hivemind.infer.python.named import is_named, modules_in
from hivemind.infer.sources.ports import bound_port, usable
from hivemind.infer.sources.render_yaml import blueprints, passed_over
from hivemind.infer.tree import Tree


@pytest.mark.parametrize(
    "command, modules",
    [
        ("uvicorn app.main:app --host 0.0.0.0:8000", ["app.main"]),
        ("gunicorn -k uvicorn.workers.UvicornWorker 'shop.web:create_app()'", ["shop.web"]),
        ("python -u ./src/bot.py", ["src.bot"]),
        ("python3 -m notes.server", ["notes.server"]),
        ("python -m gunicorn wsgi:app", ["wsgi"]),
        ("streamlit run pages/home.py", ["pages.home"]),
        ("python", []),
        ("npm start", []),
        ("python 'x y.py", []),
    ],
)
def test_the_modules_that_a_command_names(command, modules):
    assert list(modules_in(command)) == modules


def test_a_module_is_named_from_whichever_folder():
    assert is_named("main", ("app.main",))
    assert is_named("backend.app.main", ("app.main",))
    assert is_named("notes.__main__", ("notes",))
    assert not is_named("domain", ("main",))


@pytest.mark.parametrize(
    "command, role",
    [
        ("celery -A shop worker -l info", ("celery", "worker")),
        ("celery --app shop beat", ("celery", "beat")),
        ("bundle exec sidekiq", ("sidekiq", "worker")),
        ("gunicorn app:app", None),
        ("celery " * 500, ("celery", "worker")),
    ],
)
def test_the_role_of_a_queues_process(command, role):
    assert role_of(command) == role


def test_a_debuggers_port_is_not_served():
    assert (usable("5858"), usable("9229"), usable("5000"), usable("80")) == (0, 0, 5000, 0)
    assert bound_port("uvicorn app:app --port 15400") == 15400
    assert bound_port("uvicorn app:app --port $PORT") == 0


@pytest.mark.parametrize(
    "text",
    ["", "services: 3", "services: [1, {type: web}, {type: [web]}, null]", "projects: [{environments: x}, 4]",
     "services: [{type: web, rootDir: ../../etc}]", "services: [{type: pserv, dockerfilePath: ../x/Dockerfile}]",
     "services: [{type: cron, schedule: [1]}]", "envVarGroups: [{envVars: 3}]\nservices: [{type: web, envVars: [7]}]"],
)  # fmt: skip
def test_a_blueprint_of_any_shape_is_survived(tmp_path, text):
    (tmp_path / "render.yaml").write_text(text)
    tree = Tree(tmp_path)
    assert all(one.folder == "." for one in blueprints(tree))
    assert all(asked.field == "services" for asked in passed_over(tree, ()))
