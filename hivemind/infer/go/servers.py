"""Which framework answers HTTP in a Go program, where it listens, and the arguments that make it do so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hivemind.infer.configured import configured_port
from hivemind.infer.facts import EnvRead
from hivemind.infer.go.manifest import plain
from hivemind.infer.go.programs import imports_of
from hivemind.infer.listen import ADDRESSES, Listening, deaf, is_loopback, listening, port_in, port_read
from hivemind.infer.source import Found, Source, first, search
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question

FRAMEWORKS = {
    "github.com/gin-gonic/gin": "gin", "github.com/labstack/echo": "echo", "github.com/gofiber/fiber": "fiber",
    "github.com/go-chi/chi": "chi", "github.com/gorilla/mux": "gorilla/mux", "github.com/beego/beego": "beego",
    "github.com/astaxie/beego": "beego", "github.com/gobuffalo/buffalo": "buffalo", "github.com/kataras/iris": "iris",
    "github.com/pocketbase/pocketbase": "pocketbase", "github.com/revel/revel": "revel",
    "github.com/julienschmidt/httprouter": "httprouter", "github.com/go-martini/martini": "martini",
    "github.com/danielgtaylor/huma": "huma", "github.com/cloudwego/hertz": "hertz", "github.com/gogf/gf": "goframe",
    "github.com/zeromicro/go-zero": "go-zero", "github.com/go-kratos/kratos": "kratos", "goji.io": "goji",
    "github.com/uptrace/bunrouter": "bunrouter", "github.com/emicklei/go-restful": "go-restful", "gofr.dev": "gofr",
    "github.com/valyala/fasthttp": "fasthttp", "connectrpc.com/connect": "connect", "goa.design/goa": "goa",
    "github.com/flamego/flamego": "flamego", "github.com/go-fuego/fuego": "fuego", "net/http": "net/http",
}  # fmt: skip
PORT_OF = {"buffalo": 3000, "pocketbase": 8090, "revel": 9000, "martini": 3000, "gofr": 8000, "flamego": 2830,
           "fuego": 9999}  # fmt: skip
SERVES = re.compile(
    r"\bhttp\.(?:ListenAndServe|Serve)\w*\(|\bhttp\.Server\s*\{|\.ListenAndServe\w*\(|\.(?:Listen|Run|Start|Serve)\("
    r"|\.RunTLS\(|\bbeego\.Run|\bweb\.Run\b|\bfcgi\.Serve|\blambda\.Start\(|\bRunOnAddr\("
)

TEXT = r"(?:\"[^\"\n]*:[0-9]{2,5}\"|\"[0-9]{2,5}\"|`:[0-9]{2,5}`|[0-9]{4,5}\b)"
NOWHERE = r"[^;\n)]{0,80}?"
LISTENS = re.compile(
    rf"\b(?:ListenAndServe(?:TLS)?|Run|RunTLS|Listen|Start|StartTLS|RunOnAddr|StartServer)\((?:\s*\"tcp4?\"\s*,)?{NOWHERE}(?P<text>{TEXT})"
)
ADDRESSED = re.compile(rf"\bAddr(?:ess)?\s*[:=]+{NOWHERE}(?P<text>{TEXT})")
FLAG = re.compile(
    r"\b(?:flag|pflag|fs|flags?|f|flagSet|Flags\(\)|PersistentFlags\(\))\.(?P<kind>String|Int|Uint)(?P<form>VarP|Var|P)?\(\s*"
    r"(?:&[\w.]{1,80}\s*,\s*)?\"(?P<name>(?:http|web|server|listen|bind|api)?[-_.]?(?:addr|address|port|listen|bind|p|l|host-?port))\"\s*,\s*"
    r"(?:\"(?P<short>\w?)\"\s*,\s*)?(?P<text>\"[^\"\n]*\"|[0-9]{2,5})"
)
NAMED = re.compile(
    r"(?i)\b(?:\w{0,30}\.)?(?:(?:default|http|server|web|app|api|listen|service)_?)?(?:port|addr|address|listenaddr)(?:_?number)?\s*"
    rf"(?:(?:string|int|uint16)\s*)?:?=\s*(?P<text>{TEXT})"
)
DEFAULTED = re.compile(
    r"\bSetDefault\(\s*\"(?:\w{1,30}[._])?(?:port|addr|address|listen)\"\s*,\s*(?P<text>\"[^\"\n]*\"|[0-9]{2,5})",
    re.IGNORECASE,
)
OR_ELSE = re.compile(
    rf"\b(?:\w{{1,30}}\.)?\w{{0,20}}(?:[eE]nv\w{{0,10}}[pP]ort|[pP]ort\w{{0,10}}[eE]nv|[gG]etPort)\w{{0,20}}\(\s*(?P<text>{TEXT})"
)
"""A function of the team's own that is given the port without PORT."""
BY_DEFAULT = re.compile(r"\.Run\(\s*\)")
SUBCOMMAND = re.compile(r"\b(?:Use|Name):\s*\"(?P<name>serve|server|start|api|web|http|run)\b[^\"\n]{0,60}\"")
CLIS = ("github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong")
DEV_HOST = re.compile(r"\"(?:127\.0\.0\.1|localhost):[0-9]{2,5}\"")


@dataclass(frozen=True)
class Server:
    """How a program answers HTTP; `arguments` make it serve, and on the port it is given."""

    framework: str
    quote_of: tuple[Source, int]
    listening: Listening
    arguments: str = ""
    questions: tuple[Question, ...] = ()


def framework_of(sources: Sequence[Source]) -> tuple[str, Source, int] | None:
    """The framework that the sources import, with the import; None where nothing of theirs serves HTTP."""
    imported: dict[str, tuple[Source, int]] = {}
    for path, source, place in imports_of(sources):
        name = next((n for p, n in FRAMEWORKS.items() if plain(path) == p or plain(path).startswith(f"{p}/")), "")
        if name:
            imported.setdefault(name, (source, source.line(place)))
    chosen = next((name for name in FRAMEWORKS.values() if name in imported), None)
    if not chosen or not any(SERVES.search(source.text) for source in sources):
        return None
    if chosen == "net/http" and not _serves_itself(sources):
        return None
    return chosen, *imported[chosen]


def _serves_itself(sources: Sequence[Source]) -> bool:
    """Whether net/http is used to answer, not only to ask."""
    own = re.compile(
        r"\bhttp\.(?:ListenAndServe|Serve|HandleFunc|Handle|Server|NewServeMux|HandlerFunc)\b|ListenAndServe\w*\("
    )
    return any(own.search(source.text) for source in sources)


def find_server(tree: Tree, sources: Sequence[Source], reads: Sequence[EnvRead]) -> Server | None:
    """The program's server; None where it answers no HTTP."""
    found = framework_of(sources)
    if not found:
        return None
    framework, source, line = found
    sub = _subcommand(sources)
    if framework == "pocketbase":
        why = "PocketBase is told where to listen"
        where = Listening(8090, "PORT", why, (tree.quote(source.path, line),), "certain")
        return Server(framework, (source, line), where, " serve --http=0.0.0.0:$PORT")
    where, arguments = _where(tree, framework, sources, reads)
    return Server(framework, (source, line), where, f"{sub}{arguments}", _deaf(tree, sources, where))


def _deaf(tree: Tree, sources: Sequence[Source], where: Listening) -> tuple[Question, ...]:
    """A question where a literal address is the loopback one, and nothing decides another."""
    literal = _literal(sources) if where.variable is None else None
    address = literal["text"].strip('"`') if literal else ""
    return (deaf(address, literal.quote(tree)),) if literal and is_loopback(address) else ()


def _subcommand(sources: Sequence[Source]) -> str:
    """` serve` where a command line of several commands has one for that."""
    if not any(plain(path).startswith(CLIS) for path, _, _ in imports_of(sources)):
        return ""
    names = [found["name"] for found in search(sources, SUBCOMMAND)]
    order = ("serve", "server", "start", "web", "api", "http", "run")
    return next((f" {name}" for name in order if name in names), "")


def _where(tree: Tree, framework: str, sources: Sequence[Source], reads: Sequence[EnvRead]) -> tuple[Listening, str]:
    """Where it listens, and the flag that carries PORT where the code reads no such variable."""
    default = PORT_OF.get(framework, 8080)
    literal = _literal(sources)
    port = port_in(literal["text"].strip('"`')) if literal else 0
    read = port_read(reads)
    by_default = first(sources, BY_DEFAULT) if framework == "gin" else None
    if by_default and (not read or not port_in(read.default)):
        why = "gin's Run() listens on PORT, or on 8080"
        return Listening(8080, "PORT", why, (by_default.quote(tree),), "certain"), ""
    flag = first(sources, FLAG)
    if flag and not read and (port_in(flag["text"].strip('"')) or not port):
        return _by_flag(tree, flag, default)
    if framework in ("buffalo", "gofr") and not read:
        variable = "HTTP_PORT" if framework == "gofr" else "PORT"
        return Listening(default, variable, f"{framework} reads {variable}", (), "likely"), ""
    if not read and not port and (configured := configured_port(tree, *_folders(sources))):
        return configured, ""
    address = port_read(reads, ADDRESSES) if not read else None
    if address and port_in(address.default):
        why = f"the address without {address.name}"
        return Listening(port_in(address.default), None, why, (address.quote,), "certain"), ""
    return listening(tree, read, literal, port, default), ""


def _folders(sources: Sequence[Source]) -> tuple[str, ...]:
    """The folders above the program's own, nearest first: there its configuration lies."""
    parts = sources[0].path.split("/")[:-1] if sources else []
    return (*("/".join(parts[:end]) for end in range(len(parts), 0, -1)), ".")


def _literal(sources: Sequence[Source]) -> Found | None:
    """The place in the code that names the port, the plainest first."""
    for pattern in (LISTENS, ADDRESSED, DEFAULTED, OR_ELSE, NAMED):
        for found in search(sources, pattern):
            if port_in(found["text"].strip('"`')):
                return found
    return None


def _by_flag(tree: Tree, flag: Found, default: int) -> tuple[Listening, str]:
    """A flag with the port, or with the address, as its value."""
    written = flag["text"].strip('"')
    is_number = flag["kind"] != "String" or written.isdigit()
    is_pflag = "P" in flag["form"] or "flags" in flag.match[0].lower() or flag.match[0].startswith("pflag")
    dashes = "--" if is_pflag else "-"
    value = "$PORT" if is_number else f"{'0.0.0.0' if written and not written.startswith(':') else ''}:$PORT"
    why = f"the flag {dashes}{flag['name']} decides it"
    where = Listening(port_in(written) or default, "PORT", why, (flag.quote(tree),), "certain")
    return where, f" {dashes}{flag['name']}{'=' if is_pflag else ' '}{value}"
