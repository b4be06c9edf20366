"""composer.json, routes, variables and connections of PHP: what counts, and what only looks like it."""

from __future__ import annotations

import json

import pytest

from hivemind.infer.dotenv import settings
from hivemind.infer.php.composer import load
from hivemind.infer.php.routes import called_routes, declared_routes
from hivemind.infer.php.source import application_lines, connected, environment_reads
from hivemind.infer.php.version import php_version
from hivemind.model.image import IMAGES


@pytest.mark.parametrize(
    "constraint, expected",
    [
        ("^8.2", "8.3"),
        (">=8.1 <8.3", "8.2"),
        ("~8.1.0", "8.1"),
        ("^8.4", "8.4"),
        ("8.*", "8.3"),
        ("^7.3|^8.0", "8.3"),
        ("^7.2", "7.4"),
        (">=5.6", "8.3"),
        ("8.2.10", "8.2"),
        ("~7.4", "7.4"),
    ],
)
def test_the_version_that_a_constraint_lets_in(plant, constraint, expected):
    tree = plant({"composer.json": json.dumps({"require": {"php": constraint}}, indent=1)})
    found = php_version(tree, ".", load(tree, "."), IMAGES["al2023"])
    assert (found.value, found.evidence.quotes[0].line) == (expected, 3)


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"composer.json": '{"require": {"php": "^8.1"}, "config": {"platform": {"php": "8.2.5"}}}'}, "8.2"),
        ({".php-version": "8.1\n", "composer.json": "{}"}, "8.1"),
        ({".tool-versions": "nodejs 20.1\nphp 8.2.1\n"}, "8.2"),
        ({"Dockerfile": "FROM php:8.1-apache\n"}, "8.1"),
        ({"Dockerfile": "FROM dunglas/frankenphp:1-php8.4-alpine\n"}, "8.4"),
        ({"Dockerfile": "FROM node:20\n"}, "8.3"),
        ({"composer.json": '{"require": {"php": 8}}'}, "8.3"),
    ],
)
def test_the_version_of_php(plant, files, expected):
    tree = plant(files)
    assert php_version(tree, ".", load(tree, "."), IMAGES["al2023"]).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"require": [], "scripts": [], "config": 1, "require-dev": "x"}',
        '{"require": {"a": {}}}',
    ],
)
def test_a_manifest_of_the_wrong_shape_asks_for_nothing(plant, text):
    assert load(plant({"composer.json": text}), ".").dependencies == ()


@pytest.mark.parametrize(
    "code, expected",
    [
        ("Route::get('/a', 'X@y');", ["/a"]),
        ("Route::get('a/b', fn () => 1);", ["/a/b"]),
        ("$app->get('/', function () {\n});\n$app->get('/b', 'x');", ["/", "/b"]),
        ("// Route::get('/a');\n# Route::get('/b');\n/* Route::get('/c');\n */", []),
        ("Route::post('/a', 'x');", []),
        ("Route::get('/a/{id}', 'x');", []),
        ("$client->get('/a');", []),
        (
            "Route::prefix('v1')->group(function () {\n  Route::get('/a', 'x');\n});\nRoute::get('/b', 'x');",
            ["/v1/a", "/b"],
        ),
        ("Route::group(['prefix' => 'p'], function () {\n  Route::get('a', 'x');\n});", ["/p/a"]),
        ("Route::middleware(['auth'])->group(function () {\n  Route::get('/a', 'x');\n});", []),
        ("Route::get('/a', 'x')->middleware('auth:sanctum');", []),
        ("$app->group('/api', function ($group) {\n  $group->get('/a', X::class);\n});", ["/api/a"]),
        ("}\n}\nRoute::get('/a', 'x');", ["/a"]),
    ],
)
def test_routes_that_calls_name(plant, code, expected):
    tree = plant({"routes.php": f"<?php\n{code}\n"})
    assert [route.path for route in called_routes(tree, "routes.php")] == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("#[Route('/a', name: 'a')]\npublic function a() {}", ["/a"]),
        ("#[Route(path: '/a', methods: ['GET'])]\npublic function a() {}", ["/a"]),
        ("#[Route('/a', methods: ['POST'])]\npublic function a() {}", []),
        ("#[Route('/a/{id}')]\npublic function a() {}", []),
        ('/**\n * @Route("/a")\n */\npublic function a() {}', ["/a"]),
    ],
)
def test_routes_that_controllers_declare(plant, code, expected):
    tree = plant({"src/Controller/AController.php": f"<?php\nclass A\n{{\n{code}\n}}\n"})
    assert [route.path for route in declared_routes(tree, ".")] == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("env('A')", [("A", None)]),
        ("env('A', 'x')", [("A", "x")]),
        ("getenv('A') ?: 'x'", [("A", "x")]),
        ("$_ENV['A'] ?? 'x'", [("A", "x")]),
        ("$_SERVER['REQUEST_URI']", []),
        ("$_SERVER['DATABASE_URL']", [("DATABASE_URL", None)]),
        ("// env('A')", []),
        ("$x->env('A')", []),
    ],
)
def test_reads_of_the_environment(plant, code, expected):
    tree = plant({"a.php": f"<?php\n{code};\n"})
    reads = environment_reads(tree, application_lines(tree, "."))
    assert [(read.name, read.default) for read in reads] == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("new PDO('mysql:host=x')", ["ext-pdo_mysql"]),
        ('new PDO("pgsql:host=$h")', ["ext-pdo_pgsql"]),
        ("new \\PDO('sqlite:' . $f)", ["ext-pdo_sqlite"]),
        ("mysqli_connect($h)", ["ext-mysqli"]),
        ("new mysqli($h)", ["ext-mysqli"]),
        ("// mysqli_connect($h)", []),
        ("$a = 'mysql is good'", []),
    ],
)
def test_connections(plant, code, expected):
    tree = plant({"a.php": f"<?php\n{code};\n"})
    assert [one.name for one in connected(tree, application_lines(tree, "."))] == expected


def test_settings_of_a_file_of_variables(plant):
    text = "A=1\nexport B='x # y'\nC=z # c\n# D=1\nE=\"a=b\"\nF=\n  bad line\nA=2\n"
    found = settings(plant({".env": text}), ".env")
    assert {name: said.value for name, said in found.items()} == {"A": "1", "B": "x # y", "C": "z", "E": "a=b", "F": ""}
