"""Go: manifests, comments, variables, routes and ports of small programs."""

from __future__ import annotations

import pytest

from hivemind.infer.go.environment import environment_reads
from hivemind.infer.go.manifest import members, plain, read_module
from hivemind.infer.go.routes import find_routes
from hivemind.infer.go.servers import find_server
from hivemind.infer.go.version import go_version
from hivemind.infer.source import load_sources, uncommented


def sources(plant, *texts):
    tree = plant({f"f{number}.go": text for number, text in enumerate(texts)})
    return tree, load_sources(tree, tree.files, "go")


@pytest.mark.parametrize(
    "text, kept",
    [
        ('a("//x") // y', 'a("//x")     '),
        ("a(`//x`) /* y */ b", "a(`//x`)         b"),
        ("/* never closed\n//", "               \n  "),
        ('"unclosed // no\n// yes', '"unclosed // no\n      '),
        ("'\"' // x", "'\"'     "),
        ('"\\"//" //', '"\\"//"   '),
    ],
)
def test_comments_become_blanks(text, kept):
    assert uncommented(text, "go") == kept


def test_go_mod(plant):
    tree = plant(
        {
            "go.mod": "\ufeff// x\r\nmodule example.com/a/v3\r\ngo 1.21rc1\nrequire (\n"
            "\tgithub.com/lib/pq v1.1 // indirect\n"
            "\t// github.com/no/no v1\n  example.com/b/v2 v2.0.0-2023 \n)\nrequire example.com/c v0.1.0\n"
            "replace x => ../y\n"
        }
    )
    module = read_module(tree, ".")
    assert module.path == "example.com/a/v3"
    assert module.name == "a"
    assert [(r.name, r.is_indirect) for r in module.required] == [
        ("github.com/lib/pq", True), ("example.com/b", False), ("example.com/c", False),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"module", b"module \n(((\nrequire", b"\xff\xfe"])
def test_bad_manifests_are_survived(plant, content):
    tree = plant({"go.mod": content, "go.work": content})
    assert read_module(tree, ".").required == ()
    assert members(tree, ".") == ()


def test_workspace_members(plant):
    work = 'go 1.22\nuse ./a // x\nuse (\n\t./b\n\t"c"\n\t../out\n\t./missing\n)\n'
    tree = plant({"go.work": work, "a/go.mod": "", "b/go.mod": "", "c/go.mod": ""})
    assert members(tree, ".") == ("a", "b", "c")


@pytest.mark.parametrize(
    "path, name", [("github.com/jackc/pgx/v5/stdlib", "github.com/jackc/pgx/stdlib"), ("a.b/vault", "a.b/vault")]
)
def test_major_versions_are_dropped(path, name):
    assert plain(path) == name


@pytest.mark.parametrize(
    "files, version",
    [
        ({"go.mod": "module x\ngo 1.21.3\ntoolchain go1.22.1"}, "1.22"),
        ({"go.mod": "module x\ngo 1.21", ".go-version": "1.20.4"}, "1.20"),
        ({"go.mod": "module x\ngo 1.21", ".tool-versions": "nodejs 20\ngolang 1.23.1"}, "1.23"),
        ({"go.mod": "module x"}, "1.25"),
        ({"go.mod": "module x\n// go 1.1"}, "1.25"),
    ],
)
def test_versions(plant, files, version):
    assert go_version(plant(files), ".").value == version


@pytest.mark.parametrize(
    "code, name, required, default",
    [
        ('x := os.Getenv("A_B")', "A_B", False, None),
        ('x := os.Getenv("JWT_SECRET")', "JWT_SECRET", True, None),
        ('x := cmp.Or(os.Getenv("API_KEY"), "none")', "API_KEY", False, "none"),
        ('x := f(os.Getenv("API_KEY"), "none")', "API_KEY", True, None),
        ('x := os.Getenv("A_B")\nif x == "" {\n log.Fatal("no")\n}', "A_B", True, None),
        ('x := os.Getenv("A_B")\nif x == "" {\n x = "c"\n}', "A_B", False, "c"),
        ('x, ok := os.LookupEnv("A_B")\nif !ok {\n panic("no") }', "A_B", True, None),
        ('if x := os.Getenv("A_B"); x == "" { return nil, errors.New("no") }', "A_B", True, None),
        ('getEnv("A_B", "c")', "A_B", False, "c"),
        ('cfg.GetEnvInt("A_B", 7)', "A_B", False, "7"),
        ('mustGetenv("A_B")', "A_B", True, None),
        ('X string `env:"A_B,required"`', "A_B", True, None),
        ('X string `env:"A_B" envDefault:"c"`', "A_B", False, "c"),
        ('X string `envconfig:"A_B" default:"c"`', "A_B", False, "c"),
        ('X string `env:"A_B, default=c"`', "A_B", False, "c"),
        ('X string `yaml:"x" env:"A_B" env-required:"true"`', "A_B", True, None),
        ('viper.SetDefault("A_B", "c")', "A_B", False, "c"),
    ],
)
def test_variables(plant, code, name, required, default):
    tree, found = sources(plant, code)
    assert [(r.name, r.required, r.default) for r in environment_reads(tree, found)] == [(name, required, default)]


@pytest.mark.parametrize("code", ['os.Setenv("A", "b")', '// os.Getenv("A")', "os.Getenv(name)", 'setEnv("A_B", "c")'])
def test_what_is_no_read(plant, code):
    tree, found = sources(plant, code)
    assert environment_reads(tree, found) == ()


@pytest.mark.parametrize(
    "code, paths",
    [
        ('http.HandleFunc("/a", f)', ["/a"]),
        ('mux.HandleFunc("GET /a", f)\nmux.HandleFunc("POST /b", f)', ["/a"]),
        ('r.GET("/a/:id", f); r.GET("/b", f); r.POST("/c", f)', ["/b"]),
        ('r.HandleFunc("/a", f).Methods("POST")\nr.HandleFunc("/b", f).Methods("GET")', ["/b"]),
        ('func a() {\n g := r.Group("/x")\n h := g.Group("/y")\n h.GET("/a", f)\n}', ["/x/y/a"]),
        ('func a() {\n r.Route("/x", func(r chi.Router) {\n r.Get("/a", f)\n})\n r.Get("/b", f)\n}', ["/x/a", "/b"]),
        ('func a() { g := r.Group("/x") }\nfunc b() { g.GET("/a", f) }', ["/a"]),
        ('func R(g *gin.RouterGroup) { g.GET("/a", f) }\nfunc main() { R(r.Group("/x")) }', ["/x/a"]),
        ('app.Get("/a", f) // app.Get("/b", f)', ["/a"]),
    ],
)
def test_routes(plant, code, paths):
    tree, found = sources(plant, code)
    assert [route.path for route in find_routes(tree, found)] == paths


HTTP = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(addr, nil) }\n'
GIN = 'package main\nimport "github.com/gin-gonic/gin"\nfunc main() { r.Run(addr) }\n'


@pytest.mark.parametrize(
    "code, port, variable, arguments",
    [
        (HTTP + 'const addr = ":7000"', 7000, None, ""),
        (HTTP + 'var addr = "127.0.0.1:7000"', 7000, None, ""),
        (HTTP + 'var addr = ":" + getEnv("PORT", "7000")', 7000, "PORT", ""),
        (HTTP + 'var addr = ":" + os.Getenv("HTTP_PORT")', 8080, "HTTP_PORT", ""),
        (HTTP + 'var addr = flag.String("addr", ":7000", "where")', 7000, "PORT", " -addr :$PORT"),
        (HTTP + 'var addr = flag.String("listen", "localhost:7000", "")', 7000, "PORT", " -listen 0.0.0.0:$PORT"),
        (HTTP + 'var p = flag.Int("port", 7000, "where")', 7000, "PORT", " -port $PORT"),
        (HTTP + 'var addr = ""', 8080, None, ""),
        (HTTP + 'viper.SetDefault("server.port", 7000)', 7000, None, ""),
        (GIN + "r.Run()", 8080, "PORT", ""),
        (GIN + 'r.Run(":7000")', 7000, None, ""),
        (HTTP + 'var db = "postgres://u:p@localhost:5432/x"', 8080, None, ""),
    ],
)
def test_where_a_program_listens(plant, code, port, variable, arguments):
    tree, found = sources(plant, code)
    server = find_server(tree, found, environment_reads(tree, found))
    assert (server.listening.port, server.listening.variable, server.arguments) == (port, variable, arguments)


def test_a_client_of_http_serves_nothing(plant):
    tree, found = sources(plant, 'package main\nimport "net/http"\nfunc main() { http.Get("http://x"); job.Run() }')
    assert find_server(tree, found, ()) is None
