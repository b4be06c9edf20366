"""The whole: the spec over inference, several services, refusals, and values that may leave the room."""

from __future__ import annotations

import pytest

from hivemind.errors import InferenceError
from hivemind.infer.check import check_evidence, check_service
from hivemind.infer.infer import infer
from hivemind.infer.procfile import read_procfile
from hivemind.model.findings import Evidence, Quote, ServiceFindings, StoreNeed
from hivemind.model.spec import DatabaseSpec, EnvironmentSpec, ServiceSpec, Spec

FLASK = {"app.py": "from flask import Flask\napp = Flask(__name__)", "requirements.txt": "flask\ngunicorn\npsycopg"}


def spec(*services: ServiceSpec, database: DatabaseSpec | None = None) -> Spec:
    return Spec(name="x", services=services, database=database, environments={"local": EnvironmentSpec()})


@pytest.mark.parametrize(
    "written, field, value",
    [
        ({"install": ()}, "install", ()),
        ({"install": ("make install",)}, "install", ("make install",)),
        ({"build": ("make",)}, "build", ("make",)),
        ({"start": "gunicorn other:app"}, "start", "gunicorn other:app"),
        ({"migrate": "make migrate"}, "migrate", "make migrate"),
        ({"port": 9000}, "port", 9000),
        ({"health": "/alive"}, "health_path", "/alive"),
        ({"live": "/alive"}, "live_path", "/alive"),
        ({"runtime": "python@3.13.2"}, "runtime", "3.13"),
        ({"env": {"PYTHONPATH": "lib"}}, "env", None),
    ],
)
def test_the_spec_wins(plant, written, field, value):
    found = infer(plant(FLASK | {"Procfile": "web: gunicorn app:app\nrelease: never"}), spec(ServiceSpec(**written)))
    if value is None:
        assert found.services[0].env["PYTHONPATH"] == "lib"
    else:
        assert found.services[0].model_dump()[field] == value
        assert found.evidence[f"web.{field}"].source == "spec"


@pytest.mark.parametrize(
    "database, expected",
    [
        (None, StoreNeed(engine="postgres", need="required")),
        (DatabaseSpec(engine="none"), StoreNeed()),
        (DatabaseSpec(), StoreNeed(engine="postgres", need="required")),
    ],
)
def test_the_specs_database_wins(plant, database, expected):
    assert infer(plant(FLASK), spec(ServiceSpec(), database=database)).services[0].database == expected


def test_a_database_in_the_spec_is_needed_even_if_nothing_asks_for_it(plant):
    tree = plant(FLASK | {"requirements.txt": "flask"})
    assert infer(tree, spec(ServiceSpec(), database=DatabaseSpec())).needs_database


def test_a_language_without_a_detector_works_when_the_spec_says_all(plant):
    tree = plant({"package.json": "{}", "tool.py": ""})
    found = infer(tree, spec(ServiceSpec(runtime="node@22.4.1", start="node x.js", install=("npm ci",))))
    assert found.services[0].language == "node"
    assert found.services[0].runtime == "22"
    assert {question.field for question in found.unsure} == {"web.database", "web.health_path"}


def test_the_specs_language_beats_the_one_that_was_detected(plant):
    found = infer(plant(FLASK), spec(ServiceSpec(runtime="node@22", start="node x.js"))).services[0]
    assert (found.language, found.install, found.framework) == ("node", (), None)


def test_services_are_read_each_in_its_folder(plant):
    tree = plant({f"{folder}/{name}": text for folder in ("a", "b/c") for name, text in FLASK.items()})
    found = infer(tree, spec(ServiceSpec(name="a", path="a"), ServiceSpec(name="b", path="./b/c/")))
    assert [(s.name, s.path, s.start) for s in found.services] == [
        ("a", "a", "gunicorn app:app"),
        ("b", "b/c", "gunicorn app:app"),
    ]
    assert found.evidence["b.start"].quotes[0].file == "b/c/app.py"


def test_a_migration_runs_once_for_each_folder(plant):
    tree = plant(FLASK | {"Procfile": "web: gunicorn app:app\nworker: python app.py\nrelease: python m.py"})
    web, worker = ServiceSpec(), ServiceSpec(name="jobs", kind="worker")
    assert [s.migrate for s in infer(tree, spec(web, worker)).services] == ["python m.py", None]
    assert [s.migrate for s in infer(tree, spec(worker)).services] == ["python m.py"]


def test_every_quote_stands_in_the_repository(plant):
    tree = plant(FLASK | {"Procfile": "web: gunicorn app:app"})
    quotes = [quote for said in infer(tree, spec(ServiceSpec())).evidence.values() for quote in said.quotes]
    assert quotes
    assert all(tree.holds(quote) for quote in quotes)


def test_a_quote_that_is_not_there_is_dropped(plant):
    evidence = Evidence(source="claude", why="x", quotes=(Quote(file="app.py", line=1, text="made up"),))
    assert check_evidence(plant(FLASK), evidence).quotes == ()


@pytest.mark.parametrize("path", ["..", "../x", "/etc", "a/../..", "nowhere", "a/nowhere"])
def test_refuses_a_folder_that_is_outside_or_missing(plant, path):
    with pytest.raises(InferenceError, match=r"leads outside|does not exist"):
        infer(plant({"a/x": ""}), spec(ServiceSpec(path=path)))


@pytest.mark.parametrize("runtime", ["python@3.10", "python@2.7", "python@3", "node@18", "ruby@3.3", "cobol@1"])
def test_refuses_a_runtime_that_cannot_be_installed(plant, runtime):
    with pytest.raises(InferenceError) as caught:
        infer(plant(FLASK), spec(ServiceSpec(runtime=runtime, start="x")))
    name = runtime.partition("@")[0]
    assert f"choose one of {name if name != 'cobol' else 'python'}@" in caught.value.hint


@pytest.mark.parametrize("files", [{}, {"README.md": ""}, {"package.json": ""}, {"x.py": ""}, {"requirements.txt": ""}])
def test_refuses_with_the_next_thing_to_do(plant, files):
    with pytest.raises(InferenceError) as caught:
        infer(plant(files), spec(ServiceSpec()))
    assert "app.start" in caught.value.hint or "app.path" in caught.value.hint
    assert caught.value.exit_code == 2


SERVICE = ServiceFindings(name="web", kind="web", path=".", language="python", runtime="3.12", start="run")


@pytest.mark.parametrize(
    "wrong", [{"start": "a\nb"}, {"migrate": "a\x00"}, {"install": ("a", "b\r")}, {"health_path": "/\x1b[2J"}]
)
def test_refuses_values_of_more_than_one_line(wrong):
    with pytest.raises(InferenceError, match="not one line"):
        check_service(SERVICE.model_copy(update=wrong))


@pytest.mark.parametrize(
    "text, start, migrate",
    [
        ("web: a b", "a b", None),
        ("web:a\r\nrelease :  c  ", "a", "c"),
        ("# web: x\nweb: first\nweb: last", "last", None),
        ("shop: mine\nweb: general", "mine", None),
        ("web:", None, None),
        ("web: \x1b[2J", None, None),
        ("we b: x", None, None),
        ("just words", None, None),
        ("web: x" + " " * 100_000 + "y", "x", None),
    ],
)
def test_procfile(plant, text, start, migrate):
    facts = read_procfile(plant({"Procfile": text}), ServiceSpec(name="shop")).facts
    assert {name: facts[name].value for name in ("start", "migrate") if name in facts} == {
        name: value for name, value in (("start", start), ("migrate", migrate)) if value
    }


@pytest.mark.parametrize(
    ("files", "image", "runtime"),
    [
        ({"composer.json": "{}", "index.php": "<?php echo 1;"}, "debian", "8.4"),
        ({"composer.json": "{}", "index.php": "<?php echo 1;"}, "al2023", "8.3"),
        ({"composer.json": '{"require": {"php": "^8.2"}}', "index.php": "<?php echo 1;"}, "debian", "8.4"),
        ({"composer.json": '{"require": {"php": "8.2.*"}}', "index.php": "<?php echo 1;"}, "debian", "8.2"),
        ({"Gemfile": "gem 'puma'\n", "config.ru": "run proc { |env| [200, {}, ['ok']] }\n"}, "ubuntu", "3.2"),
    ],
)
def test_a_version_that_nobody_names_is_one_that_the_image_has(plant, files, image, runtime):
    service = ServiceSpec(image=image, start="x")
    assert infer(plant(files), spec(service)).services[0].runtime == runtime
