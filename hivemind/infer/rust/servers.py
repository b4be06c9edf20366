"""Which framework answers HTTP in a Rust program, where it listens, and what makes it listen to other machines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hivemind.infer.configured import configured_port
from hivemind.infer.facts import EnvRead, within
from hivemind.infer.listen import ADDRESSES, Listening, deaf, is_loopback, listening, port_in, port_read
from hivemind.infer.rust.environment import CLAP, CLAP_DEFAULT
from hivemind.infer.rust.manifest import Package, line_of, read_toml, table
from hivemind.infer.source import Found, Source, first, search
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question, Quote

FRAMEWORKS = {
    "loco-rs": "loco", "leptos_axum": "leptos", "leptos_actix": "leptos", "axum": "axum", "actix-web": "actix-web",
    "rocket": "rocket", "poem": "poem", "poem-openapi": "poem", "salvo": "salvo", "warp": "warp", "tide": "tide",
    "ntex": "ntex", "gotham": "gotham", "viz": "viz", "trillium": "trillium", "shuttle-axum": "axum",
    "shuttle-actix-web": "actix-web", "shuttle-rocket": "rocket", "iron": "iron", "nickel": "nickel",
    "rouille": "rouille", "tonic": "tonic", "tiny_http": "tiny_http", "pavex": "pavex", "hyper": "hyper",
}  # fmt: skip
PORT_OF = {"rocket": 8000, "loco": 5150, "leptos": 3000, "axum": 3000}
SERVES = {
    "hyper": re.compile(r"\bhyper::server|serve_connection|\bServer::bind"),
    "tonic": re.compile(r"Server::builder"),
}

BY_HAND = "std::net"
LISTENER = re.compile(r"\bTcpListener::bind\(")
ANSWER = re.compile(r"\"HTTP/1\.[01] ")

ADDRESS = r"\"(?P<text>[\w.\[\]:*-]{0,60}:[0-9]{2,5})\""
BOUND = (
    re.compile(r"\b(?:bind|listen|serve|TcpListener::new|bind_rustls\w*|start_server|start)\(\s*&?" + ADDRESS),
    re.compile(r"\.\s*bind\(\s*\(\s*\"(?P<host>[\w.:\[\]]{1,60})\"\s*,\s*(?P<number>[0-9]{2,5})"),
    re.compile(r"\(\s*\[\s*(?P<host>[0-9]{1,3}(?:\s*,\s*[0-9]{1,3}){3})\s*\]\s*,\s*(?P<number>[0-9]{2,5})\s*\)"),
    re.compile(ADDRESS + r"\s*\.parse"),
    re.compile(r"\bSocketAddr(?:V4)?::new\([^;]{0,120}?,\s*(?P<number>[0-9]{2,5})\s*,?\s*\)"),
    re.compile(
        r"(?i)\b(?:addr|address|port|bind\w*|listen\w*|host)\s*(?::\s*[&'\w ]{1,30})?=\s*(?:String::from\(\s*)?(?:"
        + ADDRESS
        + r"|\"?(?P<number>[0-9]{4,5})\b)"
    ),
    re.compile(r"(?i)\bformat!\(\s*\"(?P<text>[\w.]{1,40}:[0-9]{2,5})\""),
)  # fmt: skip


@dataclass(frozen=True)
class Server:
    """How a program answers HTTP: where, with which arguments and environment, and what is doubtful about it."""

    framework: str
    quote: Quote
    listening: Listening
    arguments: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


def framework_of(package: Package, sources: Sequence[Source]) -> tuple[str, Quote] | None:
    """The framework by the package's dependencies; one that also serves clients has to be used as a server."""
    for name, framework in FRAMEWORKS.items():
        dependency = package.uses(name)
        needed = SERVES.get(framework)
        if dependency and (not needed or any(needed.search(source.text) for source in sources)):
            return framework, dependency.quote
    return None


def _by_hand(tree: Tree, sources: Sequence[Source]) -> tuple[str, Quote] | None:
    """A listener of the standard library whose program writes HTTP itself."""
    listener = first(sources, LISTENER)
    return (BY_HAND, listener.quote(tree)) if listener and first(sources, ANSWER) else None


def find_server(tree: Tree, package: Package, sources: Sequence[Source], reads: Sequence[EnvRead]) -> Server | None:
    """The program's server; None where it answers no HTTP."""
    found = framework_of(package, sources) or _by_hand(tree, sources)
    if not found:
        return None
    framework, quote = found
    if framework == "rocket":
        return _rocket(tree, package, sources, quote)
    if framework == "leptos":
        why = "Leptos listens where LEPTOS_SITE_ADDR says"
        env = {"LEPTOS_SITE_ROOT": "target/site", "LEPTOS_SITE_ADDR": "0.0.0.0:3000"}
        return Server(framework, quote, Listening(3000, None, why, (quote,)), env=env)
    default = PORT_OF.get(framework, 8080)
    flag = _flag(sources)
    read = port_read(reads)
    if flag and not read:
        return _by_flag(tree, framework, quote, flag, default)
    literal = first(sources, *BOUND) if not read or not port_in(read.default) else None
    where = _where(tree, package, literal, reads, default)
    arguments = " start -e production" if framework == "loco" else ""
    doubtful = literal is not None and not (read and read.name not in ADDRESSES) and is_loopback(_address(literal))
    questions = (deaf(_address(literal), literal.quote(tree)),) if literal and doubtful else ()
    return Server(framework, quote, where, arguments, questions=questions)


def _where(tree: Tree, package: Package, literal: Found | None, reads: Sequence[EnvRead], default: int) -> Listening:
    """The variable's default, an address's, a configuration file's, then what the code names."""
    read = port_read(reads)
    address = port_read(reads, ADDRESSES) if not read else None
    if address and port_in(address.default):
        why = f"the address without {address.name}"
        return Listening(port_in(address.default), None, why, (address.quote,), "certain")
    if not read and (configured := configured_port(tree, package.folder, package.root)):
        return configured
    return listening(tree, read, literal, _port(literal) if literal else 0, default)


def _port(found: Found) -> int:
    groups = found.match.groupdict()
    return port_in(groups.get("text") or groups.get("number"))


def _address(found: Found) -> str:
    """Host and port as one text."""
    groups = found.match.groupdict()
    host = re.sub(r"\s*,\s*", ".", groups.get("host") or "")
    return groups.get("text") or f"{host}:{groups.get('number') or ''}"


def _flag(sources: Sequence[Source]) -> Found | None:
    """A field `port` of clap's that reads no variable."""
    for found in search(sources, CLAP):
        if (
            found["field"] in ("port", "http_port", "listen_port")
            and "long" in found["given"]
            and "env" not in found["given"]
        ):
            return found
    return None


def _by_flag(tree: Tree, framework: str, quote: Quote, flag: Found, default: int) -> Server:
    name = f"--{flag['field'].replace('_', '-')}"
    written = CLAP_DEFAULT.search(flag["given"])
    port = port_in(written["text"] or written["number"]) if written else 0
    why = f"the flag {name} decides it"
    where = Listening(port or default, "PORT", why, (flag.quote(tree),), "certain")
    return Server(framework, quote, where, f" {name} $PORT")


def _rocket(tree: Tree, package: Package, sources: Sequence[Source], quote: Quote) -> Server:
    """Rocket.toml's port, else 8000; its address is the loopback one unless something says otherwise."""
    path = within(package.folder, "Rocket.toml")
    document = read_toml(tree, path)
    profiles = [table(document, name) for name in ("release", "production", "global", "default")]
    port = next((one["port"] for one in profiles if isinstance(one.get("port"), int)), None)
    quotes = (tree.quote(path, line_of(tree, path, "port")),) if port else (quote,)
    is_open = any(one.get("address") == "0.0.0.0" for one in profiles[:1])
    env = {} if is_open else {"ROCKET_ADDRESS": "0.0.0.0"}
    why = "Rocket.toml sets it" if port else "Rocket listens on it by itself"
    value = port if isinstance(port, int) else 8000
    return Server("rocket", quote, Listening(value, "ROCKET_PORT", why, quotes, "certain"), env=env)
