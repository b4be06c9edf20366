""".NET: project files, settings, routes, variables and addresses."""

from __future__ import annotations

import pytest

from hivemind.infer.detectors.dotnet import detect
from hivemind.infer.dotnet.code import environment_reads, find_routes, literal_port, used_stores
from hivemind.infer.dotnet.projects import closure, find_projects, load_project
from hivemind.infer.dotnet.settings import read_settings
from hivemind.infer.source import load_sources, uncommented
from hivemind.model.image import IMAGES

WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>{}</PropertyGroup></Project>'


@pytest.mark.parametrize(
    "text, kept",
    [
        ('@"c:\\" // x', '@"c:\\"     '),
        ('$"{a}//b" // x', '$"{a}//b"     '),
        ('"""a // "b" """ // x', '"""a // "b" """     '),
        ('@"a""//" //', '@"a""//"   '),
    ],
)
def test_strings_of_csharp(text, kept):
    assert uncommented(text, "csharp") == kept


@pytest.mark.parametrize(
    "properties, target",
    [
        ("<TargetFramework>net8.0</TargetFramework>", "8.0"),
        ("<TargetFrameworks>net6.0;net10.0;netstandard2.0</TargetFrameworks>", "10.0"),
        ("<TargetFramework>net9.0-windows</TargetFramework>", "9.0"),
        ("<V>net7.0</V><TargetFramework>$(V)</TargetFramework>", "7.0"),
        ("<TargetFramework>$(Nowhere)</TargetFramework>", ""),
        ("", ""),
    ],
)
def test_targets(plant, properties, target):
    assert load_project(plant({"A.csproj": WEB.format(properties)}), "A.csproj").target == target


def test_properties_of_the_folders_above(plant):
    props = "<Project><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>"
    tree = plant({"Directory.Build.props": props, "src/a/A.csproj": WEB.format("")})
    assert load_project(tree, "src/a/A.csproj").target == "8.0"


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"<Project", b"<Project/>", b"<!DOCTYPE x><Project/>", b"\xff\xfe<\x00", b"{}"]
)
def test_bad_projects_are_survived(plant, content):
    tree = plant(
        {"A.csproj": content, "Directory.Build.props": content, "global.json": content, "appsettings.json": content}
    )
    found = detect(tree, ".", IMAGES["al2023"])
    assert found is None or "start" not in found.reading.facts


def test_references_are_followed_once(plant):
    refer = '<Project Sdk="x"><ItemGroup><ProjectReference Include="{}"/></ItemGroup></Project>'
    tree = plant({"a/A.csproj": refer.format("..\\b\\B.csproj"), "b/B.csproj": refer.format("..\\a\\A.csproj")})
    assert [p.name for p in closure(tree, load_project(tree, "a/A.csproj"))] == ["A", "B"]


def test_tests_and_samples_are_left_out(plant):
    names = (
        "A/A.csproj",
        "A.Tests/A.Tests.csproj",
        "samples/B/B.csproj",
        "test/C/C.csproj",
        "A.UnitTests/A.UnitTests.csproj",
    )
    tree = plant(dict.fromkeys(names, WEB.format("")))
    assert [p.name for p in find_projects(tree, ".")] == ["A"]


def test_settings(plant):
    text = '{ // x\n "A": {"B": [1, {"C": "d"}], "U": "http://x//y"}, /* "Z": 1 */ "N": null,\n}'
    found = read_settings(plant({"appsettings.json": text, "appsettings.Development.json": '{"A": {"U": "dev"}}'}), ".")
    assert {key: value for key, (value, _) in found.items()} == {
        "a:b:0": "1", "a:b:1:c": "d", "a:u": "http://x//y", "n": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "code, paths",
    [
        ('app.MapGet("/a", f); app.MapPost("/b", f);', ["/a"]),
        ('app.MapHealthChecks("/a");', ["/a"]),
        ('var g = app.MapGroup("/x"); var h = g.MapGroup("y"); h.MapGet("a", f);', ["/x/y/a"]),
        ('if (app.Environment.IsDevelopment()) { app.MapGet("/a", f); }\napp.MapGet("/b", f);', ["/b"]),
        (
            '[Route("api/[controller]")]\npublic class OrdersController : X {\n[HttpGet("a")]\npublic A B() {} }',
            ["/api/orders/a"],
        ),
        (
            '[ApiController, Route("x")]\nclass A {\n[HttpGet]\npublic A B() {}\n[HttpPost("c")]\nA C() {} }',
            ["/x"],
        ),
        ('[Route("x")]\npublic class A {\n[HttpGet("/y")]\npublic A B() {} }', ["/y"]),
        ('app.MapGet("/a/{id}", f);', []),
        ("app.MapRazorPages();", ["/"]),
    ],
)
def test_routes(plant, code, paths):
    tree = plant({"A.cs": code})
    assert [route.path for route in find_routes(tree, load_sources(tree, ["A.cs"], "csharp"))] == paths


@pytest.mark.parametrize(
    "code, name, required, default",
    [
        ('Environment.GetEnvironmentVariable("A_B")', "A_B", False, None),
        ('Environment.GetEnvironmentVariable("DB_URL");', "DB_URL", True, None),
        ('Environment.GetEnvironmentVariable("A_B") ?? "c";', "A_B", False, "c"),
        ('Environment.GetEnvironmentVariable("A_B") ?? throw new X();', "A_B", True, None),
        ('builder.Configuration["Jwt:Key"]', "Jwt__Key", True, None),
        ('builder.Configuration["Given:Key"]', "Given__Key", False, "d"),
        ('_config.GetValue<int>("Page:Size", 20)', "Page__Size", False, "20"),
        ('Configuration.GetConnectionString("Main")', "ConnectionStrings__Main", True, None),
    ],
)
def test_variables(plant, code, name, required, default):
    tree = plant({"A.cs": code, "appsettings.json": '{"Given": {"Key": "d"}}'})
    sources = load_sources(tree, ["A.cs"], "csharp")
    reads = environment_reads(tree, sources, read_settings(tree, "."))
    assert [(r.name, r.required, r.default) for r in reads] == [(name, required, default)]


@pytest.mark.parametrize(
    "code, port",
    [
        ('app.Run("http://0.0.0.0:5000");', 5000),
        ('builder.WebHost.UseUrls("http://*:5001", "https://*:5002");', 5001),
        ("options.ListenAnyIP(5003);", 5003),
        ("options.Listen(IPAddress.Any, 5004);", 5004),
        ("app.Run();", 0),
        ('var smtp = "smtp://x:2525";', 0),
    ],
)
def test_ports(plant, code, port):
    tree = plant({"A.cs": code})
    found = literal_port(load_sources(tree, ["A.cs"], "csharp"))
    assert (found[1] if found else 0) == port


def test_databases_that_the_code_uses(plant):
    tree = plant({"A.cs": "o.UseNpgsql(x); // o.UseSqlServer(x)\no.UseInMemoryDatabase(y)"})
    assert [store.engine for store in used_stores(tree, load_sources(tree, ["A.cs"], "csharp"), {})] == ["postgres"]


def test_of_several_databases_the_one_that_a_literal_names_is_used(plant):
    text = 'var databaseProvider = "Sqlite";\nif (x) o.UseNpgsql(a); else o.UseSqlite(b);'
    tree = plant({"A.cs": text})
    found = used_stores(tree, load_sources(tree, ["A.cs"], "csharp"), {})
    assert [(store.engine, store.strength) for store in found] == [("postgres", "switched"), ("sqlite", "configured")]
    given = {"databaseprovider": ("PostgreSql", tree.quote("A.cs", 1))}
    found = used_stores(tree, load_sources(tree, ["A.cs"], "csharp"), given)
    assert [(store.engine, store.strength) for store in found] == [("postgres", "configured"), ("sqlite", "switched")]
