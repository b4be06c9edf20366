"""Rust: manifests, comments, variables, routes and addresses."""

from __future__ import annotations

import pytest

from hivemind.infer.detectors.rust import detect
from hivemind.infer.rust.environment import environment_reads
from hivemind.infer.rust.manifest import read_packages
from hivemind.infer.rust.routes import find_routes
from hivemind.infer.rust.servers import find_server
from hivemind.infer.rust.version import rust_version
from hivemind.infer.source import load_sources, uncommented
from hivemind.model.image import IMAGES

PACKAGE = '[package]\nname = "a"\nversion = "1.0.0"\n'


def sources(plant, code, **files):
    tree = plant({"src/main.rs": code, "Cargo.toml": PACKAGE, **files})
    return tree, load_sources(tree, ["src/main.rs"], "rust")


@pytest.mark.parametrize(
    "text, kept",
    [
        ("fn f<'a>(x: &'a str) {} // x", "fn f<'a>(x: &'a str) {}     "),
        ('r#"// "x" "# // y', 'r#"// "x" "#     '),
        ('"two\n// lines" // y', '"two\n// lines"     '),
        ("'\"' // x", "'\"'     "),
        ("'\\'' // x", "'\\''     "),
    ],
)
def test_literals(text, kept):
    assert uncommented(text, "rust") == kept


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"[package", b"package = 1", b"[package]\nname = 1", b"[workspace]\nmembers = 3",
     b"[workspace]\nmembers = ['..', '*', '']",
          b"[package]\nname='a'\n[dependencies]\nx=1\ny=[]\n[[bin]]\nname=2\n[target]\nz=1"],
)  # fmt: skip
def test_bad_manifests_are_survived(plant, content):
    found = detect(plant({"Cargo.toml": content, "Rocket.toml": content}), ".", IMAGES["al2023"])
    assert "start" not in found.reading.facts


def test_binaries(plant):
    tree = plant({
        "Cargo.toml": PACKAGE + '[[bin]]\nname = "z"\npath = "src/z.rs"\n[[bin]]\nname = "b"',
        "src/main.rs": "", "src/z.rs": "", "src/bin/b.rs": "", "src/bin/c/main.rs": "", "src/bin/c/part.rs": "",
    })  # fmt: skip
    (package,) = read_packages(tree, ".")
    assert [(b.name, b.path) for b in package.binaries] == [
        ("z", "src/z.rs"), ("b", "src/bin/b.rs"), ("a", "src/main.rs"), ("c", "src/bin/c/main.rs"),
    ]  # fmt: skip


def test_workspace(plant):
    tree = plant({
        "Cargo.toml": '[workspace]\nmembers = ["x/*", "y"]\nexclude = ["x/out"]\n'
        '[workspace.dependencies]\nsqlx = { version = "1", features = ["mysql"] }\nlib = { path = "y" }',
        "x/a/Cargo.toml": PACKAGE + '[dependencies]\nsqlx.workspace = true\nlib = { workspace = true }\n'
        'opt = { version = "1", optional = true }',
        "x/a/deep/Cargo.toml": PACKAGE, "x/out/Cargo.toml": PACKAGE, "y/Cargo.toml": PACKAGE,
    })  # fmt: skip
    first, second = read_packages(tree, ".")
    assert (first.folder, first.root, first.siblings, second.folder) == ("x/a", ".", ("y",), "y")
    assert [(d.name, d.extras) for d in first.dependencies] == [("sqlx", frozenset({"mysql"})), ("lib", frozenset())]
    assert read_packages(tree, "x/a")[0].root == "."


@pytest.mark.parametrize(
    "files, version",
    [
        ({"rust-toolchain.toml": '[toolchain]\nchannel = "1.77.2"'}, "1.77"),
        ({"rust-toolchain": "1.70\n"}, "1.70"),
        ({"rust-toolchain": "nightly-2024-01-01"}, "nightly"),
        ({"rust-toolchain": "stable"}, "1.60"),
        ({}, "1.60"),
    ],
)
def test_versions(plant, files, version):
    tree = plant({"Cargo.toml": PACKAGE + 'rust-version = "1.60.1"', **files})
    assert rust_version(tree, read_packages(tree, ".")[0], ".").value == version


@pytest.mark.parametrize(
    "code, name, required, default",
    [
        ('env::var("A_B").expect("x");', "A_B", True, None),
        ('std::env::var("A_B").unwrap();', "A_B", True, None),
        ('env::var("A_B")?;', "A_B", True, None),
        ('env::var("A_B").context("x")?;', "A_B", True, None),
        ('env::var("A_B").map_err(|_| X)?;', "A_B", True, None),
        ('env::var("A_B").unwrap_or("c".to_string());', "A_B", False, "c"),
        ('env::var("A_B")\n  .ok()\n  .and_then(|p| p.parse().ok())\n  .unwrap_or(3000);', "A_B", False, None),
        ('env::var("A_B").unwrap_or_else(|_| String::from("c"));', "A_B", False, "c"),
        ('if let Ok(x) = env::var("A_B") { }', "A_B", False, None),
        ('match env::var("A_B") { Ok(v) => v, Err(_) => "c".into() };', "A_B", False, "c"),
        ('dotenvy::var("A_B").unwrap()', "A_B", True, None),
        ('env_or("A_B", "c")', "A_B", False, "c"),
        ('#[arg(long, env = "A_B", default_value = "c")]\n pub x: String', "A_B", False, "c"),
        ("#[arg(long, env)]\n a_b: String", "A_B", True, None),
        ('#[clap(env = "A_B")]\n x: Option<String>', "A_B", False, None),
        ('option_env!("A_B")', "A_B", False, None),
    ],
)
def test_variables(plant, code, name, required, default):
    tree, found = sources(plant, code)
    reads = environment_reads(tree, found)
    assert [(r.name, r.required) for r in reads] == [(name, required)]
    assert reads[0].default in (default, "3000" if "3000" in code else default)


@pytest.mark.parametrize(
    "code, paths",
    [
        ('.route("/a", get(f)).route("/b", post(f)).route("/c", get(f).post(g))', ["/a", "/c"]),
        (
            'let api = Router::new().route("/a", get(f));\nlet app = r.nest("/x", api).route("/b", get(f));',
            ["/x/a", "/b"],
        ),
        (
            'fn api() -> Router { Router::new().route("/a", get(f)) }\nfn main() { r.nest("/x", routes::api()) }',
            ["/x/a"],
        ),
        ('.service(web::scope("/x").route("/a", web::get().to(f))).route("/b", web::get().to(f))', ["/x/a", "/b"]),
        ('#[get("/a")]\nasync fn a() {}\nfn main() { App::new().service(web::scope("/x").service(a)) }', ["/x/a"]),
        ('#[get("/a")]\npub fn a() {}\nfn r() { rocket::build().mount("/x", routes![b, m::a]) }', ["/x/a"]),
        ('#[post("/a")]\nfn a() {}', []),
        ('.nest("/x", Router::new().route("/a", get(f))).route("/b", get(f))', ["/x/a", "/b"]),
        ('.at("/a").get(f); .at("/b").post(f)', ["/a"]),
        ('.route("/a/:id", get(f)).route("/b/{id}", get(f))', []),
        ('warp::path!("a" / "b")', ["/a/b"]),
    ],
)
def test_routes(plant, code, paths):
    tree, found = sources(plant, code)
    assert [route.path for route in find_routes(tree, found)] == paths


AXUM = PACKAGE + '[dependencies]\naxum = "0.7"'


@pytest.mark.parametrize(
    "code, port, variable, asked",
    [
        ('TcpListener::bind("0.0.0.0:7000")', 7000, None, 0),
        ('TcpListener::bind("127.0.0.1:7000")', 7000, None, 1),
        ('.bind(("localhost", 7000))', 7000, None, 1),
        ("SocketAddr::from(([127, 0, 0, 1], 7000))", 7000, None, 1),
        ("SocketAddr::from(([0, 0, 0, 0], 7000))", 7000, None, 0),
        ('let addr = "[::]:7000".parse()', 7000, None, 0),
        ('env::var("PORT").unwrap_or("7000".into()); bind("127.0.0.1:1")', 7000, "PORT", 0),
        ('env::var("BIND_ADDR").unwrap_or("0.0.0.0:7000".into())', 7000, None, 0),
        ("SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 7000)", 7000, None, 0),
        ("fn main() {}", 3000, None, 0),
    ],
)
def test_addresses(plant, code, port, variable, asked):
    tree, found = sources(plant, code, **{"Cargo.toml": AXUM})
    server = find_server(tree, read_packages(tree, ".")[0], found, environment_reads(tree, found))
    assert (server.listening.port, server.listening.variable, len(server.questions)) == (port, variable, asked)
