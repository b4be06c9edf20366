"""Which Python: precedence, specifiers, and versions that the image does not have."""

from __future__ import annotations

import pytest

from hivemind.infer.python.pyproject import load
from hivemind.infer.python.version import python_version, satisfies
from hivemind.model.image import IMAGES


@pytest.mark.parametrize(
    "specifier, allowed",
    [
        (">=3.9", {"3.11", "3.12", "3.13", "3.14"}),
        (">=3.11,<3.13", {"3.11", "3.12"}),
        ("<3.12", {"3.11"}),
        ("<=3.12", {"3.11"}),
        (">3.11", {"3.11", "3.12", "3.13", "3.14"}),
        ("~=3.12", {"3.12", "3.13", "3.14"}),
        ("~=3.12.1", {"3.12"}),
        ("==3.12.*", {"3.12"}),
        ("==3.12", {"3.12"}),
        ("===3.12.4", {"3.12"}),
        (">=3.11, !=3.12.*", {"3.11", "3.13", "3.14"}),
        ("!=3.12.1", {"3.11", "3.12", "3.13", "3.14"}),
        (">= 3", {"3.11", "3.12", "3.13", "3.14"}),
        (">=4", set()),
        ("^3.12", {"3.12", "3.13", "3.14"}),
        ("~3.12", {"3.12"}),
        ("~3.12.2", {"3.12"}),
        ("3.12", {"3.12"}),
        ("3.12.*", {"3.12"}),
        ("^3.13 || ~3.11", {"3.11", "3.13", "3.14"}),
        ("^2.7", set()),
        ("whatever", {"3.11", "3.12", "3.13", "3.14"}),
        ("", {"3.11", "3.12", "3.13", "3.14"}),
    ],
)
def test_specifiers(specifier, allowed):
    assert {v for v in ("3.11", "3.12", "3.13", "3.14") if satisfies(v, specifier)} == allowed


def read(plant, files, image="al2023"):
    tree = plant(files)
    reading = python_version(tree, ".", load(tree, "."), IMAGES[image])
    fact = reading.facts["runtime"]
    return fact.value, fact.evidence.confidence, len(reading.questions)


REQUIRES = {"pyproject.toml": '[project]\nrequires-python = ">=3.11"'}


@pytest.mark.parametrize(
    "files, expected",
    [
        ({}, ("3.12", "fallback", 0)),
        ({".tool-versions": "nodejs 20\npython 3.11.4"}, ("3.11", "certain", 0)),
        ({"mise.toml": "[tools]\nnode = '22'\npython = ['3.13', '3.12']"}, ("3.13", "certain", 0)),
        ({"Pipfile": "[requires]\npython_version = '3.11'\npython_full_version = '3.13.1'"}, ("3.13", "certain", 0)),
        ({"Pipfile": "[requires]\npython_version = 3"}, ("3.12", "fallback", 0)),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '~3.11'"}, ("3.11", "certain", 0)),
        ({"environment.yml": "dependencies:\n  - python=3.13"}, ("3.13", "certain", 0)),
        ({"environment.yml": "dependencies:\n  - python\n  - 5"}, ("3.12", "fallback", 0)),
        (REQUIRES, ("3.13", "certain", 0)),
        (REQUIRES | {"runtime.txt": "python-3.11.9"}, ("3.11", "certain", 0)),
        (REQUIRES | {"runtime.txt": "python-3.11.9", ".python-version": "3.12\n"}, ("3.12", "certain", 0)),
        ({".python-version": "# ours\n3.13.1\n3.12\n"}, ("3.13", "certain", 0)),
        ({".python-version": "3.14"}, ("3.14", "certain", 0)),
        ({".python-version": "system"}, ("3.12", "fallback", 0)),
        ({".python-version": "pypy3.10-7.3"}, ("3.12", "fallback", 0)),
        ({".python-version": "3.8"}, ("3.11", "fallback", 1)),
        ({".python-version": "3.99"}, ("3.14", "fallback", 1)),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.14"'}, ("3.14", "certain", 0)),
        ({"pyproject.toml": '[project]\nrequires-python = "<3.10"'}, ("3.12", "fallback", 1)),
    ],
)
def test_precedence(plant, files, expected):
    assert read(plant, files) == expected


def test_a_service_below_the_root_takes_the_repositorys_pin(plant):
    tree = plant({".python-version": "3.11", "api/app.py": ""})
    assert python_version(tree, "api", None, IMAGES["al2023"]).facts["runtime"].value == "3.11"


@pytest.mark.parametrize(
    "image, files, expected",
    [
        ("debian", {}, ("3.13", "fallback", 0)),
        ("debian", REQUIRES, ("3.13", "certain", 0)),
        ("debian", {".python-version": "3.12"}, ("3.13", "fallback", 1)),
        ("ubuntu", {}, ("3.12", "fallback", 0)),
        ("ubuntu", REQUIRES, ("3.12", "certain", 0)),
        ("ubuntu", {"pyproject.toml": '[project]\nrequires-python = ">=3.13"'}, ("3.12", "fallback", 1)),
    ],
)
def test_an_image_has_one_python_of_its_own(plant, image, files, expected):
    assert read(plant, files, image) == expected
