"""C++ and Gleam: builds, routes, variables and ports."""

from __future__ import annotations

import pytest

from hivemind.infer.cpp.builds import find_build
from hivemind.infer.cpp.code import environment_reads as cpp_reads
from hivemind.infer.cpp.code import find_routes as cpp_routes
from hivemind.infer.cpp.code import port_of
from hivemind.infer.detectors import cpp, gleam
from hivemind.infer.gleam.code import environment_reads, find_routes
from hivemind.infer.source import load_sources
from hivemind.model.image import IMAGES


@pytest.mark.parametrize(
    "text, paths",
    [
        ("project(a)\nadd_executable(a main.cpp)", ["build/a"]),
        ('project("a")\nset(N b)\nadd_executable(${N} main.cpp)', ["build/b"]),
        ("add_executable(\n  a\n  main.cpp)", ["build/a"]),
        ("ADD_EXECUTABLE(a main.cpp)\nset_target_properties(a PROPERTIES OUTPUT_NAME z)", ["build/z"]),
        ("set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/bin)\nadd_executable(a main.cpp)", ["bin/a"]),
        ("# add_executable(a main.cpp)", []),
        ("add_executable(a ALIAS b)\nadd_executable(c IMPORTED)\nadd_executable(unit_tests t.cpp)", []),
        ("add_executable(${X} main.cpp)\nset(X ${X})\nadd_executable(${X} main.cpp)", []),
        ("add_library(a main.cpp)", []),
        ("(((((\nadd_executable(", []),
    ],
)
def test_cmake(plant, text, paths):
    build = find_build(plant({"CMakeLists.txt": text, "main.cpp": ""}), ".")
    assert [program.path for program in build.programs] == paths


@pytest.mark.parametrize(
    "text, paths",
    [
        ("TARGET = bin/a\n", ["bin/a"]),
        ("a: main.cpp\n\tg++ main.cpp -o a\n", ["a"]),
        ("\tg++ -c main.cpp -o main.o\n", []),
        ("all:\n\techo\n", []),
    ],
)
def test_make(plant, text, paths):
    build = find_build(plant({"Makefile": text, "main.cpp": ""}), ".")
    assert [program.path for program in build.programs] == paths


def test_a_makefile_of_another_language_is_not_ours(plant):
    assert find_build(plant({"Makefile": "TARGET = a", "main.go": ""}), ".") is None


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"[package", b"name = 1\ndependencies = 2"])
def test_bad_manifests_are_survived(plant, content):
    tree = plant({"CMakeLists.txt": content, "gleam.toml": content, "main.cpp": b"int main() {}"})
    assert "start" not in cpp.detect(tree, ".", IMAGES["al2023"]).reading.facts
    assert "start" not in gleam.detect(tree, ".", IMAGES["al2023"]).reading.facts


def sources(plant, name, code, language):
    tree = plant({name: code})
    return tree, load_sources(tree, [name], language)


@pytest.mark.parametrize(
    "code, paths",
    [
        ('CROW_ROUTE(app, "/a")([]{}); CROW_ROUTE(app, "/b/<int>")([]{});', ["/a"]),
        ('CROW_ROUTE(app, "/a").methods("POST"_method)([]{});', []),
        ('svr.Get("/a", f); svr.Post("/b", f);', ["/a"]),
        ('Routes::Get(router, "/a", f); Routes::Post(router, "/b", f);', ["/a"]),
        ('ADD_METHOD_TO(X::a, "/a", Get); ADD_METHOD_TO(X::b, "/b", Post);', ["/a"]),
        ('ENDPOINT("GET", "/a", root) {}', ["/a"]),
        ('// svr.Get("/a", f);', []),
    ],
)
def test_routes_of_cpp(plant, code, paths):
    tree, found = sources(plant, "a.cpp", code, "cpp")
    assert [route.path for route in cpp_routes(tree, found)] == paths


@pytest.mark.parametrize(
    "code, port",
    [
        ("app.port(18080).run();", 18080),
        ('svr.listen("0.0.0.0", 8085);', 8085),
        ('app().addListener("0.0.0.0", 5555);', 5555),
        ("Address addr(Ipv4::any(), Port(9080));", 9080),
        ("constexpr int PORT = 7000;", 7000),
        ("#define PORT 7000", 7000),
        ("int x = 7000;", None),
    ],
)
def test_ports_of_cpp(plant, code, port):
    _, found = sources(plant, "a.cpp", code, "cpp")
    assert (port_of(found) or (None, None))[1] == port


@pytest.mark.parametrize(
    "code, default",
    [
        ('int p = getenv("PORT") ? atoi(getenv("PORT")) : 8081;', "8081"),
        ('const char* p = std::getenv("PORT");\nint n = p ? std::stoi(p) : 8081;', "8081"),
        ('auto p = get_env("PORT", "8081");', "8081"),
        ('std::getenv("PORT");', None),
    ],
)
def test_variables_of_cpp(plant, code, default):
    tree, found = sources(plant, "a.cpp", code, "cpp")
    assert cpp_reads(tree, found)[0].default == default


def test_gleam_code(plant):
    code = (
        'case wisp.path_segments(request) {\n  [] -> home()\n  ["health"] -> ok()\n  Post, ["b"] -> x()\n'
        '  ["a", id] -> y()\n'
        '  // ["no"] -> z()\n}\nlet assert Ok(key) = envoy.get("KEY")\n'
        'let level = envoy.get("LEVEL") |> result.unwrap("info")\n'
        'case envoy.get("PORT") { Ok(p) -> p Error(_) -> "8001" }'
    )
    tree, found = sources(plant, "a.gleam", code, "rust")
    assert [route.path for route in find_routes(tree, found)] == ["/", "/health"]
    assert [(r.name, r.required, r.default) for r in environment_reads(tree, found)] == [
        ("KEY", True, None), ("LEVEL", False, "info"), ("PORT", False, "8001"),
    ]  # fmt: skip
