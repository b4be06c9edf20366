"""Requirements files and `pyproject.toml`: what is asked for, and what only looks like it."""

from __future__ import annotations

import pytest

from hivemind.infer.python.packages import find_packages
from hivemind.infer.python.pyproject import load
from hivemind.infer.python.requirements import applies_on_linux, requirements


def names(tree, path="requirements.txt"):
    return [dependency.name for dependency in requirements(tree, path)]


@pytest.mark.parametrize(
    "line, expected",
    [
        ("flask", ["flask"]),
        ("Flask_SQLAlchemy==3.1  # orm", ["flask-sqlalchemy"]),
        ("psycopg[binary, pool] >= 3 ; python_version > '3'", ["psycopg"]),
        ("# pymysql", []),
        ("flask #pymysql", ["flask"]),
        ("pywin32 ; sys_platform == 'win32'", []),
        ("uvloop ; sys_platform != 'win32'", ["uvloop"]),
        ("pkg @ https://example.com/pkg.zip", ["pkg"]),
        ("git+https://example.com/x.git#egg=My.Pkg[a]", ["my-pkg"]),
        ("-e git+https://example.com/x.git@main#egg=mine", ["mine"]),
        ("-e .", []),
        ("--editable=./lib", []),
        ("./lib", []),
        ("https://example.com/a.whl", []),
        ("--index-url https://example.com/simple", []),
        ("-c constraints.txt", []),
        ("gunicorn==23.0.0 --hash=sha256:00", ["gunicorn"]),
        ("gunicorn==23.0.0 \\\n    --hash=sha256:00", ["gunicorn"]),
        ("=== not a requirement", []),
        ("", []),
    ],
)
def test_reads_one_line(plant, line, expected):
    assert names(plant({"requirements.txt": line})) == expected


def test_remembers_extras_and_the_line(plant):
    (found,) = requirements(plant({"requirements.txt": "\n# x\ncelery[Redis]\n"}), "requirements.txt")
    assert found.extras == {"redis"}
    assert (found.quote.line, found.quote.text) == (3, "celery[Redis]")


def test_follows_includes_relative_to_the_file_and_only_once(plant):
    tree = plant({
        "requirements.txt": "-r reqs/a.txt\n--requirement=reqs/a.txt\nflask",
        "reqs/a.txt": "-r b.txt\n-r ../requirements.txt\npsycopg",
        "reqs/b.txt": "redis",
    })  # fmt: skip
    assert names(tree) == ["redis", "psycopg", "flask"]


def test_includes_nothing_from_outside(plant, tmp_path):
    (tmp_path / "outside.txt").write_text("evil")
    assert names(plant({"requirements.txt": "-r ../outside.txt\n-r /etc/hosts\nflask"})) == ["flask"]


@pytest.mark.parametrize(
    "marker, applies",
    [
        ("sys_platform == 'linux'", True),
        ("platform_system == 'Windows'", False),
        ("os_name == 'nt' and python_version > '3'", False),
        ("os_name == 'nt' or python_version > '3'", True),
        ("(sys_platform != 'linux')", False),
        ("extra == 'dev'", True),
        ("nonsense", True),
    ],
)
def test_only_the_platform_can_deny(marker, applies):
    assert applies_on_linux(marker) is applies


def packages(tree):
    return find_packages(tree, ".", load(tree, "."))


def test_requirements_are_preferred_to_pyproject(plant):
    found = packages(plant({"requirements.txt": "a", "pyproject.toml": '[project]\ndependencies = ["b"]'}))
    assert [d.name for d in found.dependencies] == ["a"]
    assert found.install[0].endswith("-r requirements.txt")


def test_a_project_with_a_build_system_is_installed(plant):
    text = '[build-system]\nrequires = []\n[project]\nname = "x"\ndependencies = [\n "flask>=3",\n]'
    found = packages(plant({"pyproject.toml": text}))
    assert found.install[0].endswith(" .")
    assert found.dependencies[0].quote.line == 6


def test_a_project_without_one_has_its_list_installed(plant):
    found = packages(plant({"pyproject.toml": '[project]\ndependencies = ["flask"]'}))
    assert "flask" not in " ".join(found.install), "no text of the repository may enter a command"
    assert len(found.install) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project",
        "project = 3",
        "[project]\ndependencies = 3",
        "[project]\ndynamic = ['dependencies']",
        "a" + ".a" * 6000,
    ],
)
def test_a_pyproject_without_a_list_installs_nothing(plant, text):
    assert packages(plant({"pyproject.toml": text})).install == ()
