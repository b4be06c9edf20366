"""Java: manifests, settings, variables, routes and versions."""

from __future__ import annotations

import pytest

from hivemind.infer.detectors.java import detect
from hivemind.infer.java.environment import environment_reads
from hivemind.infer.java.gradle import gradle_projects
from hivemind.infer.java.maven import load_pom, maven_projects
from hivemind.infer.java.project import java_release
from hivemind.infer.java.routes import find_routes
from hivemind.infer.java.sbt import sbt_projects
from hivemind.infer.java.settings import Settings, read_settings, resolved
from hivemind.infer.java.version import java_version
from hivemind.infer.source import load_sources
from hivemind.infer.xml import parse_xml
from hivemind.model.image import IMAGES

POM = "<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version>{}</project>"
NOTHING = Settings(())


@pytest.mark.parametrize(
    "text, release",
    [
        ("1.8", "8"),
        ("17", "17"),
        ("17.0.2-tem", "17"),
        ("21.ea.35", "21"),
        ("${x}", ""),
        ("", ""),
        ("temurin-21.0.1+12", "21"),
    ],
)
def test_releases(text, release):
    assert java_release(text) == release


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<project>",
        "<a/>",
        "\x00",
        "<!DOCTYPE p [<!ENTITY a 'b'>]><project/>",
        "<!doctype x><project/>",
        "plain",
        "<" * 999,
    ],
)
def test_what_is_no_pom(text):
    assert parse_xml(text, "project") is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe<\x00", b"<project/>", b"<project><modules><module>..</module></modules></project>"]
)
def test_bad_poms_are_survived(plant, content):
    tree = plant({"pom.xml": content})
    found = detect(tree, ".", IMAGES["al2023"])
    assert found is not None
    assert "start" not in found.reading.facts


def test_properties_come_from_parents_and_never_loop(plant):
    tree = plant({
        "pom.xml": POM.format("<packaging>pom</packaging><modules><module>m</module><module>m</module>"
            "<module>.</module></modules>"
                              "<properties><x>${y}</x><y>${x}</y><v>9</v></properties>"),
        "m/pom.xml": "<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version></parent>"
                     "<artifactId>m</artifactId><build><finalName>${project.artifactId}-${v}</finalName></build></project>",
    })  # fmt: skip
    pom = load_pom(tree, "m")
    assert pom.final_name == "m-9"
    assert "$" in pom.filled("${x}")
    assert [(p.folder, p.root, p.artifact) for p in maven_projects(tree, ".")] == [(".", ".", "a-1"), ("m", ".", "m-9")]
    assert maven_projects(tree, "m")[0].root == "."


@pytest.mark.parametrize(
    "build, artifact",
    [
        ("version = '1.0'", "n-1.0"),
        ('version "1.0"', "n-1.0"),
        ("", "n"),
        ('version = "$base.1"', None),
        ("version = git.describe()", None),
        ("archivesBaseName = 'x'\nversion = '2'", "x-2"),
        ("jar { archiveBaseName = 'x'; archiveVersion = '' }\nversion = '2'", "x"),
        ("// version = '1.0'", "n"),
    ],
)
def test_gradle_archives(plant, build, artifact):
    tree = plant({"build.gradle": build, "settings.gradle": "rootProject.name = 'n'"})
    assert gradle_projects(tree, ".")[0].artifact == artifact


def test_gradle_of_several_projects(plant):
    tree = plant({
        "settings.gradle.kts": 'rootProject.name = "n"\ninclude("api", ":libs:core")\ninclude(\n  "missing"\n)',
        "build.gradle.kts": 'plugins { id("org.springframework.boot") version "3" apply false }\n'
        'subprojects { apply(plugin = "java"); version = "3" }\nallprojects { group = "g" }',
        "api/build.gradle.kts": 'plugins { id("org.springframework.boot") }\n'
            'dependencies { implementation(project(":libs:core"))\n}',
        "libs/core/build.gradle": "dependencies {\n  api 'org.postgresql:postgresql:42'\n"
            "  testImplementation 'com.h2database:h2'\n}",
    })  # fmt: skip
    root, api, core = gradle_projects(tree, ".")
    assert not root.has_plugin("org.springframework.boot")
    assert api.has_plugin("org.springframework.boot")
    assert [d.name for d in api.dependencies] == ["org.postgresql:postgresql"]
    assert (api.artifact, core.artifact, api.root) == ("api-3", "core-3", ".")
    assert gradle_projects(tree, "libs/core")[0].root == "."


@pytest.mark.parametrize("content", [b"", b"\x00", b"plugins {", b"((((", b"dependencies { implementation(libs.x.y) }"])
def test_bad_gradle_is_survived(plant, content):
    tree = plant({"build.gradle": content, "settings.gradle": content, "gradle/libs.versions.toml": content})
    assert len(gradle_projects(tree, ".")) == 1


def test_sbt(plant):
    tree = plant(
        {"build.sbt": '// name := "no"\nname := "My App"\nversion := "2"\n"org" %% "lib" % "1"\n"t" % "t" % "1" % Test'}
    )
    (project,) = sbt_projects(tree, ".")
    assert (project.name, project.artifact) == ("my-app", "my-app-assembly-2")
    assert [d.name for d in project.dependencies] == ["org:lib"]


YAML = """
# server: {port: 1}
server:
  port: ${PORT:8081} # here
  servlet:
    context-path: "/x"
spring:
  application: {name: a}
---
spring:
  config:
    activate:
      on-profile: dev
server:
  port: 9999
"""


@pytest.mark.parametrize(
    "name, text, port",
    [
        ("application.yml", YAML, "8081"),
        (
            "application.properties",
            "#server.port=1\nserver.port = 8081\n#---\nspring.profiles=dev\nserver.port=2",
            "8081",
        ),
        ("application.properties", "server.port: ${A:${B:8081}}", "8081"),
        ("application-dev.properties", "server.port=1", ""),
        ("application.yaml", "%dev:\n  server:\n    port: 1\nserver:\n\tport: 8081", "8081"),
        ("application.conf", "server {\n  # port = 1\n  port = 8081\n}", "8081"),
        ("application.yml", "server: port: [}{\n\x1b", ""),
    ],
)
def test_settings(plant, name, text, port):
    tree = plant({f"src/main/resources/{name}": text})
    assert read_settings(tree, ".").value("server.port") == port


def test_placeholders(plant):
    tree = plant({"application.properties": "a=${X}-${Y:b}-${?Z}-${some.key}-${"})
    (setting,) = read_settings(tree, ".").all
    assert [(p.name, p.default) for p in resolved(setting)[1]] == [
        ("X", None), ("Y", "b"), ("Z", ""), ("some.key", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code, name, required, default",
    [
        ('System.getenv("A_B");', "A_B", False, None),
        ('System.getenv("DB_URL");', "DB_URL", True, None),
        ('Objects.requireNonNull(System.getenv("A_B"))', "A_B", True, None),
        ('System.getenv().getOrDefault("A_B", "c")', "A_B", False, "c"),
        ('System.getenv("A_B")?.toInt() ?: 8080', "A_B", False, "8080"),
        ('System.getenv("DB_URL") ?: error("no")', "DB_URL", True, None),
        ('System.getenv("A_B")!!', "A_B", True, None),
        ('Optional.ofNullable(System.getenv("DB_URL")).orElse("c")', "DB_URL", False, "c"),
        ('sys.env.getOrElse("A_B", "c")', "A_B", False, "c"),
        ('sys.env("SECRET_KEY")', "SECRET_KEY", True, None),
        ('@Value("${A_B:c}") String x;', "A_B", False, "c"),
        ('@Value("${A_B}") String x;', "A_B", True, None),
    ],
)
def test_variables(plant, code, name, required, default):
    tree = plant({"A.java": code})
    reads = environment_reads(tree, load_sources(tree, ["A.java"], "java"), NOTHING)
    assert [(r.name, r.required, r.default) for r in reads] == [(name, required, default)]


@pytest.mark.parametrize(
    "code, paths",
    [
        (
            '@RestController\n@RequestMapping("/x")\npublic class A {\n@GetMapping("/a") A a() {}\n'
            '@PostMapping("/b") void b() {}}',
            ["/x/a"],
        ),
        (
            '@RequestMapping(path = "/x", produces = "t/p")\n@Tag(name = "y")\nclass A {\n'
            '@GetMapping({"/a", "/b"}) A a() {} }',
            ["/x/a", "/x/b"],
        ),
        (
            '@RequestMapping(value = "/a", method = RequestMethod.POST) void a() {}\n@RequestMapping("/b") void b() {}',
            ["/b"],
        ),
        ('@FeignClient("z")\ninterface A {\n@GetMapping("/a") A a(); }', []),
        ('@Path("/x")\npublic class A {\n@GET\n@Path("/a")\npublic A a() {}\n@POST @Path("/b") A b() {} }', ["/x/a"]),
        ('@Path("/x")\npublic class A {\n@GET\npublic A a() {} }', ["/x"]),
        ('@Controller("/x")\nclass A {\n@Get("/a") A a() {} }', ["/x/a"]),
        ('routing {\n route("/x") {\n get("/a") { } \n}\n get("/b") { }\n}', ["/x/a", "/b"]),
        ('app.get("/a", ctx -> {}); app.post("/b", c);', ["/a"]),
        ('case GET -> Root / "x" / "a" => Ok()', ["/x/a"]),
        ('@GetMapping("/a/{id}") A a() {}', []),
    ],
)
def test_routes(plant, code, paths):
    tree = plant({"A.java": code, "pom.xml": POM.format("")})
    (project,) = maven_projects(tree, ".")
    found = find_routes(tree, project, load_sources(tree, ["A.java"], "java"), NOTHING)
    assert [route.path for route in found] == paths


@pytest.mark.parametrize(
    "files, version",
    [
        ({"system.properties": "java.runtime.version=17"}, "17"),
        ({".java-version": "temurin-17.0.1"}, "17"),
        ({".sdkmanrc": "# sdk\njava=17.0.9-tem"}, "17"),
        ({".tool-versions": "java temurin-17.0.9+9"}, "17"),
        ({}, "11"),
    ],
)
def test_versions(plant, files, version):
    properties = "<properties><j>11</j><java.version>${j}</java.version></properties>"
    tree = plant({"pom.xml": POM.format(properties), **files})
    (project,) = maven_projects(tree, ".")
    assert java_version(tree, project, ".").value == version
