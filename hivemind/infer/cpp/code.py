"""What C++ sources say: the library that answers HTTP, where it listens, routes, variables, drivers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import Dependency, EnvRead, Route
from hivemind.infer.source import Found, Source, first, search
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

FRAMEWORKS = (
    ("drogon", r"drogon/"), ("crow", r"crow(?:_all)?\.h|crow/"), ("oatpp", r"oatpp"), ("pistache", r"pistache/"),
    ("cpp-httplib", r"(?:cpp-httplib/)?httplib\.h"), ("uwebsockets", r"(?:uwebsockets/|uWebSockets/|src/)?App\.h"),
    ("restinio", r"restinio/"), ("cpprestsdk", r"cpprest/"), ("userver", r"userver/"), ("cinatra", r"cinatra"),
    ("lithium", r"lithium_http_server|lithium"), ("served", r"served/"), ("wt", r"Wt/WServer|Wt/WApplication"),
    ("poco", r"Poco/Net/HTTPServer"), ("mongoose", r"mongoose\.h"), ("civetweb", r"(?:civetweb|CivetServer)\.h"),
    ("libmicrohttpd", r"microhttpd\.h"), ("boost.beast", r"boost/beast"), ("workflow", r"workflow/WFHttpServer"),
)  # fmt: skip
INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"]([\w./+-]{1,120})[>\"]", re.MULTILINE)
DRIVERS = (
    ("libpqxx", r"pqxx/"), ("libpq", r"(?:postgresql/)?libpq-fe\.h"), ("sqlite3", r"sqlite3\.h|SQLiteCpp|sqlite_orm"),
    ("hiredis", r"hiredis"), ("redis-plus-plus", r"sw/redis\+\+"), ("mongo-cxx-driver", r"mongocxx/"),
    ("mysql-connector-cpp", r"mysqlx?/|mysql\.h|cppconn/|mysql_connection|mysql_driver"),
    ("librdkafka", r"librdkafka/"),
)  # fmt: skip
"""Package → the header it is included by."""

LISTENS = (
    re.compile(r"(?:\.|->)\s*(?:port|bindaddr)\(\s*(?P<port>[0-9]{2,5})\b"),
    re.compile(
        r"(?:\.|->)\s*(?:listen|addListener|start|run|bind_to_port)\(\s*(?:\"[\w.:]*\"\s*,\s*)?(?P<port>[0-9]{2,5})\b"
    ),
    re.compile(r"\bPort\(\s*(?P<port>[0-9]{2,5})\b|\bServerSocket\s*\w*\s*[({]\s*(?P<socket>[0-9]{2,5})\b"),
    re.compile(r"\bhttp_(?:listener|serve)\([^;\n]{0,80}?[:,]\s*(?P<port>[0-9]{2,5})\b|\bhttp://[\w.*]{1,40}:(?P<socket>[0-9]{2,5})\b"),
    re.compile(r"\{\s*\"(?:0\.0\.0\.0|localhost|127\.0\.0\.1)\"\s*,\s*(?P<port>[0-9]{2,5})\b"),
    re.compile(r"\bMHD_start_daemon\([^;]{0,80}?,\s*(?P<port>[0-9]{2,5})\b"),
    re.compile(r"(?i)\b(?:\w{0,20}_)?port\s*(?:=|\{|\s)\s*\(?(?P<port>[0-9]{4,5})\b"),
)  # fmt: skip
ROUTES = re.compile(
    r"\bCROW_(?:BP_)?ROUTE\(\s*\w+\s*,\s*\"(?P<crow>/[^\"\n]{0,200})\"\s*\)(?P<more>[^{\n]{0,80})"
    r"|(?:\.|->)\s*(?:Get|get|registerHandler|handle)\(\s*\"(?P<get>/[^\"\n]{0,200})\""
    r"|\bRoutes::Get\(\s*[\w.]{1,40}\s*,\s*\"(?P<pistache>/[^\"\n]{0,200})\""
    r"|\b(?:ADD_METHOD_TO\([\w:]{1,80}\s*,|PATH_ADD\()\s*\"(?P<drogon>/[^\"\n]{0,200})\"\s*(?:,\s*(?:drogon::)?(?P<verb>\w{1,20}))?"
    r"|\bENDPOINT\(\s*\"GET\"\s*,\s*\"(?P<oatpp>/?[^\"\n]{0,200})\""
)
READ = re.compile(
    r"(?:\b(?P<into>\w{1,60})\s*[={(]\s*)?\b(?:std::)?(?:secure_)?getenv\(\s*\"(?P<name>[A-Za-z_]\w{1,60})\"\s*\)(?=(?P<after>[^;\n]{0,160}))"
)
OWN = re.compile(
    r"\b(?!getenv|setenv|secure_getenv|putenv|unsetenv)\w{0,30}[eE]nv\w{0,30}\(\s*\"(?P<name>[A-Z][A-Z0-9_]{1,60})\"\s*(?:,\s*\"?(?P<default>[\w.:/-]{1,80})\"?)?\s*\)"
)
TERNARY = re.compile(r":\s*\"?(?P<default>[\w./:-]{1,80})\"?")


def framework_of(tree: Tree, sources: Sequence[Source]) -> tuple[str, Quote] | None:
    """The library that answers HTTP, by the headers included."""
    included = [*search(sources, INCLUDE)]
    for name, pattern in FRAMEWORKS:
        found = next((one for one in included if re.match(pattern, one[1])), None)
        if found:
            return name, found.quote(tree)
    return None


def drivers_of(tree: Tree, sources: Sequence[Source]) -> tuple[Dependency, ...]:
    """The packages that speak to databases and caches, by the headers included."""
    found: dict[str, Dependency] = {}
    for one in search(sources, INCLUDE):
        for name, pattern in DRIVERS:
            if re.match(pattern, one[1]):
                found.setdefault(name, Dependency(name, frozenset(), one.quote(tree)))
    return tuple(found.values())


def port_of(sources: Sequence[Source]) -> tuple[Found, int] | None:
    """The port that the code names, where it is called before where it is only defined."""
    found = first(sources, *LISTENS)
    if not found:
        return None
    groups = found.match.groupdict()
    number = int(groups.get("port") or groups.get("socket") or 0)
    return (found, number) if 80 <= number <= 65535 else None


def find_routes(tree: Tree, sources: Sequence[Source]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    return tuple(route for found in search(sources, ROUTES) for route in _route(tree, found))


def _route(tree: Tree, found: Found) -> Iterator[Route]:
    groups = found.match.groupdict()
    path = next(
        (groups[name] for name in ("crow", "get", "pistache", "drogon", "oatpp") if groups[name] is not None), ""
    )
    is_other = "POST" in (groups["more"] or "") or (groups["verb"] or "Get") != "Get"
    if path and path.isprintable() and not is_other and not set(path) & set("{}<>:*?#( "):
        yield Route(f"/{path.lstrip('/')}", found.quote(tree))


def environment_reads(tree: Tree, sources: Sequence[Source]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name; getenv itself never fails."""
    reads = []
    for found in search(sources, READ):
        default = TERNARY.search(found["after"]) if "?" in found["after"] else _later(found)
        reads.append(EnvRead(found["name"], False, default["default"] if default else None, found.quote(tree)))
    for found in search(sources, OWN):
        reads.append(EnvRead(found["name"], False, found["default"] or None, found.quote(tree)))
    return tuple(reads)


def _later(found: Found) -> re.Match[str] | None:
    """`p ? std::stoi(p) : 8080` in one of the next lines."""
    if not found["into"]:
        return None
    following = found.source.text[found.match.end() : found.match.end() + 300]
    return re.search(
        rf"\b{re.escape(found['into'])}\b[^;?\n]{{0,60}}\?[^;:\n]{{0,80}}(?:::[^;:\n]{{0,60}})*:\s*\"?(?P<default>[\w./-]{{1,80}})",
        following,
    )
