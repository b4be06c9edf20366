"""mix.exs, configuration and routers: what counts, and what only looks like it."""

from __future__ import annotations

import pytest

from hivemind.infer.elixir.mix import load
from hivemind.infer.elixir.source import configuration, environment_reads, library, port, routes, stores
from hivemind.infer.elixir.version import elixir_version


@pytest.mark.parametrize(
    "deps, expected",
    [
        ('{:phoenix, "~> 1.7"},\n{:ecto, ">= 0.0.0"}', ["phoenix", "ecto"]),
        ('[{:a, "~> 1.0"},\n {:b, "~> 1.0"}]', ["a", "b"]),
        ('{:a, "~> 1.0", only: :test},\n{:b, "~> 1.0", only: [:dev, :test], runtime: false}', []),
        ('{:a, "~> 1.0", only: :prod},\n{:b, "~> 1.0", only: [:dev, :prod]}', ["a", "b"]),
        ('# {:a, "~> 1.0"},\n{:b, git: "https://x/y#z.git"}', ["b"]),
        ('{:a, in_umbrella: true},\n{:b, path: "../b"}', ["b"]),
        ("{:a}\n{a, b}\n{:", []),
    ],
)
def test_packages_that_the_app_asks_for(plant, deps, expected):
    tree = plant({"mix.exs": f"defp deps do\n[\n{deps}\n]\nend"})
    assert [one.name for one in load(tree, ".").dependencies] == expected


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"mix.exs": 'elixir: "~> 1.14"'}, "1.18"),
        ({"mix.exs": 'elixir: "~> 1.14.0"'}, "1.14"),
        ({"mix.exs": 'elixir: ">= 1.12.0 and < 1.16.0"'}, "1.15"),
        ({"mix.exs": 'elixir: "~> 1.13.0 or ~> 1.14.0"'}, "1.14"),
        ({"mix.exs": "", ".tool-versions": "elixir 1.15.7-otp-26"}, "1.15"),
        ({"mix.exs": "", "elixir_buildpack.config": "erlang_version=25\nelixir_version=1.14.5"}, "1.14"),
        ({"mix.exs": "", "Dockerfile": "ARG V=1.16.1\nFROM hexpm/elixir:${V}-erlang-26.2-debian-x AS build"}, "1.16"),
        ({"mix.exs": ""}, "1.18"),
    ],
)
def test_the_version_of_elixir(plant, files, expected):
    tree = plant(files)
    assert elixir_version(tree, ".", load(tree, ".")).value == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ('System.get_env("A")', [("A", False, None)]),
        ('System.get_env("A") || "x"', [("A", False, "x")]),
        ('System.get_env("A", "x")', [("A", False, "x")]),
        ('a =\n  System.get_env("A") ||\n    raise """\n', [("A", True, None)]),
        ('System.get_env("A") || raise "no"', [("A", True, None)]),
        ('System.fetch_env!("A")', [("A", True, None)]),
        ('System.fetch_env("A")', [("A", False, None)]),
        ('# System.fetch_env!("A")', []),
        ("System.get_env(name)", []),
    ],
)
def test_reads_of_the_environment(plant, code, expected):
    tree = plant({"config/runtime.exs": code})
    reads = environment_reads(tree, configuration(tree, "."))
    assert [(read.name, read.required, read.default) for read in reads] == expected


@pytest.mark.parametrize(
    "inside, expected",
    [
        ('get "/", A, :b', ["/"]),
        ('live "/x", XLive', ["/x"]),
        ('get "/x/:id", A, :b', []),
        ('post "/x", A, :b', []),
        ('scope "/api", A do\n  scope "/v1" do\n    get "/x", A, :b\n  end\nend\nget "/y", A, :b', ["/api/v1/x", "/y"]),
        ('scope "/", A do\n  pipe_through [:browser, :require_user]\n  get "/x", A, :b\nend\nget "/y", A, :b', ["/y"]),
        ('pipeline :api do\n  plug :accepts\nend\nget "/x", A, :b', ["/x"]),
        ('resources "/posts", A', ["/posts"]),
        ('resources "/posts", A, only: [:show]', []),
        ('resources "/posts", A do\n  get "/x", A, :b\nend', ["/posts"]),
        ('get "/x" do\n  send_resp(conn, 200, "x")\nend\nget "/y" do\n  x\nend', ["/x", "/y"]),
        ('# get "/x", A, :b', []),
        ('end\nend\nget "/x", A, :b', ["/x"]),
    ],
)
def test_routes(plant, inside, expected):
    tree = plant({"lib/router.ex": inside})
    assert [route.path for route in routes(tree, library(tree, ".", ""))] == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ('port = String.to_integer(System.get_env("PORT") || "4000")', (4000, True)),
        ('http: [port: System.get_env("PORT", "8080")]', (8080, True)),
        ("http: [ip: {0, 0, 0, 0}, port: 4001]", (4001, False)),
        ("url: [host: host, port: 4443]", None),
        ("port: port", None),
    ],
)
def test_ports(plant, code, expected):
    found = port(configuration(plant({"config/runtime.exs": code}), "."))
    assert (found and (found[0], found[2])) == expected


def test_adapters_name_the_database(plant):
    tree = plant({"lib/a/repo.ex": "use Ecto.Repo, adapter: Ecto.Adapters.MyXQL\n# adapter: Ecto.Adapters.Postgres\n"})
    assert [store.engine for store in stores(tree, library(tree, ".", ""))] == ["mysql"]
