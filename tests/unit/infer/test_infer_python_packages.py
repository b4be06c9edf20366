"""Every kind of manifest: what it asks for, which tool keeps it, and what survives nonsense."""

from __future__ import annotations

import pytest

from hivemind.infer.python.packages import find_packages
from hivemind.infer.python.pyproject import load


def found(plant, files):
    tree = plant(files)
    return find_packages(tree, ".", load(tree, "."))


def names(plant, files):
    return {d.name for d in found(plant, files).dependencies}


POETRY = "[tool.poetry.dependencies]\npython = '^3.11'\n"


@pytest.mark.parametrize(
    "files, manager, expected",
    [
        ({"requirements.txt": "flask\n# redis\n-r more.txt", "more.txt": "rq"}, "pip", {"flask", "rq"}),
        ({"requirements/base.txt": "a", "requirements/prod.txt": "-r base.txt\nb"}, "pip", {"a", "b"}),
        ({"pyproject.toml": POETRY + "Flask = '^3'\nx = {version = '1', optional = true}"}, "poetry", {"flask"}),
        ({"pyproject.toml": POETRY + "a = [{version = '1', platform = 'win32'}, {version = '2'}]"}, "poetry", {"a"}),
        ({"pyproject.toml": POETRY + "a = {version = '1', markers = \"sys_platform == 'win32'\"}"}, "poetry", set()),
        ({"pyproject.toml": "[project]\ndependencies = ['a[x]>1', 3]\n[tool.uv]"}, "uv", {"a"}),
        ({"pyproject.toml": "[project]\ndependencies = ['a']\n[dependency-groups]\ndev = ['b']"}, "pip", {"a"}),
        ({"pyproject.toml": "[project.optional-dependencies]\nprod = ['b']\ndev = ['c']\n[tool.uv]"}, "uv", {"b"}),
        ({"Pipfile": "[packages]\na = '*'\n[dev-packages]\nb = '*'"}, "pipenv", {"a"}),
        ({"Pipfile.lock": '{"default": {"a": {}}, "develop": {"b": {}}}'}, "pipenv", {"a"}),
        ({"setup.py": "import setuptools\nsetuptools.setup(install_requires=['a', 'b>1'])"}, "pip", {"a", "b"}),
        ({"setup.cfg": "[options]\ninstall_requires =\n  a\n  # c\n  b>1\npython_requires = >=3"}, "pip", {"a", "b"}),
        (
            {"environment.yml": "dependencies: [python=3.11, flask=2, {pip: [gunicorn>=22]}]"},
            "conda",
            {"flask", "gunicorn"},
        ),
    ],
)
def test_reads_what_is_asked_for(plant, files, manager, expected):
    packages = found(plant, files)
    assert (packages.manager, {d.name for d in packages.dependencies}) == (manager, expected)
    assert packages.install


@pytest.mark.parametrize(
    "files",
    [
        {"Pipfile": "[packages\n", "Pipfile.lock": "[]"},
        {"Pipfile.lock": "{"},
        {"Pipfile": "packages = 3"},
        {"environment.yml": "dependencies: {a: b}"},
        {"environment.yml": "&a [*a]"},
        {"setup.py": "setup(install_requires=5"},
        {"setup.py": "from setuptools import setup\nsetup(install_requires=open('x').read())"},
        {"setup.cfg": "install_requires"},
        {"pyproject.toml": "[tool]\npoetry = 5"},
        {"pyproject.toml": "[tool.poetry]\ndependencies = ['flask']\ngroup = []"},
        {"pyproject.toml": "[project]\ndependencies = {}\noptional-dependencies = []\n[tool.uv]\n"},
        {"uv.lock": "flask", "poetry.lock": "\x00"},
    ],
)
def test_nonsense_asks_for_nothing(plant, files):
    assert names(plant, files) == set()


@pytest.mark.parametrize(
    "locks, command",
    [
        ({"uv.lock": ""}, ".venv/bin/uv sync --frozen"),
        ({"poetry.lock": ""}, ".venv/poetry/bin/poetry install --only main"),
        ({"pdm.lock": ""}, ".venv/pdm/bin/pdm sync --prod"),
        ({"Pipfile": "[packages]\na='*'", "Pipfile.lock": "{}"}, ".venv/pipenv/bin/pipenv sync"),
    ],
)
def test_a_lock_wins_over_a_list(plant, locks, command):
    listed = {"pyproject.toml": "[project]\ndependencies = ['a']", "requirements.txt": "a"}
    packages = found(plant, {**listed, **locks})
    assert command in packages.command
    assert not packages.questions


def test_a_list_that_asks_for_more_than_the_lock_is_asked_about(plant):
    files = {"pyproject.toml": "[project]\ndependencies = ['a']", "requirements.txt": "a\nb", "uv.lock": ""}
    assert [q.field for q in found(plant, files).questions] == ["install"]
    brought = {**files, "uv.lock": '[[package]]\nname = "b"\n'}
    assert not found(plant, brought).questions


def test_a_member_of_a_workspace_is_installed_into_its_own_environment(plant):
    tree = plant({"uv.lock": "", "apps/api/pyproject.toml": "[project]\nname = 'api'\ndependencies = ['a']"})
    assert 'UV_PROJECT_ENVIRONMENT="$PWD/.venv"' in find_packages(tree, "apps/api", load(tree, "apps/api")).command
