"""Hostile repositories of compiled languages: whatever stands in their files, a survey is made, and in time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hivemind.infer.discover import best, explore
from hivemind.infer.report import report, to_json
from hivemind.infer.tree import Tree

names = st.sampled_from([
    "go.mod", "go.work", "main.go", "cmd/a/main.go", "pom.xml", "a/pom.xml", "build.gradle", "settings.gradle",
    "gradle/libs.versions.toml", "build.sbt", "src/main/java/A.java", "src/main/resources/application.yml",
    "src/main/resources/application.properties", "A.csproj", "b/B.fsproj", "a.sln", "Directory.Build.props",
    "appsettings.json", "Program.cs", "Cargo.toml", "src/main.rs", "a/Cargo.toml", "Rocket.toml", "CMakeLists.txt",
    "main.cpp", "Makefile", "gleam.toml", "src/a.gleam", "Dockerfile", "Procfile",
])  # fmt: skip
pieces = st.sampled_from([
    "module x\n", "use (\n", "./a\n", "package main\n", "func main() {",
    'import "net/http"\n', "<project>", "</project>",
    "<modules><module>a</module></modules>", "<artifactId>a</artifactId>", "${a}", "${",
    "<Project Sdk='Microsoft.NET.Sdk.Web'>",
    "</Project>", "<ProjectReference Include='../A.csproj'/>", 
    "plugins { id 'application' }\n", "include ':a'\n", "[package]\n",
    "name = 'a'\n", "[workspace]\nmembers = ['*', '..']\n", 
    "[dependencies]\naxum = {path = '..'}\n", "fn main() {}\n", "server:\n",
    "  port: ${PORT:80}\n", '"', "'", "`", "/*", "//", '"""', 'r#"', "{", "}", "(", ")",
    "\x00", "\x1b[2J", "é", "\u2028", "\n", "=",
    'os.Getenv("A")', 'env::var("B")', '@GetMapping("/a")', "add_executable(", "-o x\n", 
    "TARGET = $(rm -rf /)\n", "<!DOCTYPE a>",
])  # fmt: skip
contents = st.one_of(st.binary(max_size=40), st.lists(pieces, max_size=14).map(lambda parts: "".join(parts).encode()))


@pytest.mark.property
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(names, contents, max_size=6))
def test_any_content_is_surveyed(tmp_path_factory, files):
    root = tmp_path_factory.mktemp("fuzz")
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    text = to_json(report(explore(Tree(root), "x")))
    assert "\x1b" not in text


REPEATED = (
    "import (", "func a(r *gin.RouterGroup) {", 'r.Group("/a", func(',
    "env_" * 900, "/*", '"\\', 'r#"', "@GetMapping(", "@a(",
    "<a>", "${", "${${", 
    "class A ", "[Route(", 'scope("/a")', "embeddedServer(", "Router ", "if let Ok(", "(" * 99, "\\\n",
    "optional.", '.nest("/a", ', 'fn a<', 'let a = ', "server:\n  a:\n", "subprojects {",
    "implementation(", '"a" % "b" % ',
)  # fmt: skip


GO = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":1", nil) }\n'
SPRING = "plugins { id 'org.springframework.boot' }\n"
CARGO = "[package]\nname='a'\nversion='1.0.0'\n[dependencies]\naxum='1'"


SIZES = (pytest.param(20_000, 2, id="short"), pytest.param(80_000, 5, id="long", marks=pytest.mark.proof))
"""Characters and the seconds they may take; what grows with the square takes sixteen times as long for the longer."""


@pytest.mark.parametrize(("length", "seconds"), SIZES)
@pytest.mark.parametrize("piece", REPEATED, ids=lambda piece: piece[:12].strip() or "newline")
def test_a_text_that_repeats_itself_takes_no_more_than_its_length(plant, piece, length, seconds):
    text = (f"{piece * (3000 // len(piece))}\n" * (length // 8000) + f"{piece}\n" * 6000)[:length]
    tree = plant({
        "go/go.mod": "module x", "go/main.go": GO + text,
        "java/build.gradle": SPRING + text, "java/src/main/java/A.java": "@SpringBootApplication\n" + text,
        "java/src/main/resources/application.yml": text, "java/src/main/resources/application.conf": text,
        "net/A.csproj": "<Project Sdk='Microsoft.NET.Sdk.Web'/>", "net/A.cs": text, "net/appsettings.json": text,
        "rust/Cargo.toml": CARGO, "rust/src/main.rs": "fn main() {}\n" + text,
        "cpp/CMakeLists.txt": "add_executable(a a.cpp)\n" + text, "cpp/a.cpp": '#include "crow.h"\n' + text,
        "gleam/gleam.toml": "name='a'\n[dependencies]\nwisp='1'", "gleam/src/a.gleam": text, "scala/build.sbt": text,
    })  # fmt: skip
    start = time.process_time()
    found = [best(tree, folder) for folder in ("go", "java", "net", "rust", "cpp", "gleam", "scala")]
    assert [one.language for one in found if one][:4] == ["go", "java", "dotnet", "rust"]
    assert time.process_time() - start < seconds
