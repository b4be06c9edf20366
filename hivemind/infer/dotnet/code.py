"""What the sources of a .NET program say: routes, variables, databases, where it listens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from hivemind.infer.dotnet.settings import Settings
from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Route, Store
from hivemind.infer.listen import port_in
from hivemind.infer.source import Found, Source, block_end, first, search
from hivemind.infer.tree import Tree

MAX_ROUTES = 1000

MAPPED = re.compile(
    r"\b(?P<on>\w{1,60})\s*\.\s*(?:MapGet|MapHealthChecks|UseHealthChecks|Map|MapHub|MapMethods|UseStatusCodePagesWithReExecute)\(\s*\"(?P<path>/?[^\"\n]{0,200})\""
)
GROUP = re.compile(
    r"\b(?:var|RouteGroupBuilder|let)\s+(?P<name>\w{1,60})\s*=\s*(?P<on>\w{1,60})\s*\.\s*MapGroup\(\s*\"(?P<path>[^\"\n]{0,200})\""
)
ATTRIBUTE = re.compile(
    r"\[(?:ApiController\s*,\s*)?(?P<name>HttpGet|Route|ApiVersion|HttpHead)(?:Attribute)?(?:\(\s*(?:template:\s*|Name\s*=\s*\"[^\"\n]*\"\s*)?(?:\"(?P<path>[^\"\n]{0,200})\")?[^\]\n]{0,200}\))?\s*[\],]"
)
CLASS = re.compile(r"\bclass\s+(?P<name>\w+)")
GIRAFFE = re.compile(r"\b(?:route|routeCi|path|get)\s+\"(?P<path>/[^\"\n%]{0,200})\"")
DEVELOPMENT = re.compile(r"\bif\s*\(\s*[\w.]*\bIsDevelopment\(\)\s*\)\s*\{")
PAGES = re.compile(
    r"\b(?:MapRazorPages|MapControllerRoute|MapDefaultControllerRoute|MapRazorComponents|MapFallbackToFile|MapFallbackToPage|MapBlazorHub|UseMvcWithDefaultRoute|UseDefaultFiles|UseFileServer)\b"
)

READ = re.compile(
    r"\bGetEnvironmentVariable\(\s*\"(?P<name>\w{1,80})\"\s*(?:,[^)\n]{0,60})?\)(?=(?P<after>[^\n;]{0,160}))"
)
CONFIGURED = re.compile(
    r"\b(?:[cC]onfiguration|[cC]onfig|_configuration|_config)\s*(?:\[\s*|\.GetValue(?:<[\w?]+>)?\(\s*|\.GetSection\(\s*)\"(?P<name>[\w:.]{1,120})\"\s*(?:,\s*(?P<default>\"[^\"\n]*\"|[0-9]+))?[^\])\n]{0,60}[\])](?=(?P<after>[^\n;]{0,120}))"
)
CONNECTION = re.compile(r"\bGetConnectionString\(\s*\"(?P<name>[\w.-]{1,80})\"\s*\)(?=(?P<after>[^\n;]{0,120}))")
INSTEAD = re.compile(r"^\s*\)*\s*\?\?\s*(?:\"(?P<text>[^\"\n]*)\"|(?P<number>[0-9]+))?")
THROWS = re.compile(r"^\s*\)*\s*\?\?\s*throw\b|^\s*!")
NEEDED = re.compile(
    r"SECRET|PASSWORD|TOKEN|API_?KEY|^(?:DATABASE|DB|POSTGRES|MYSQL|MONGO\w*|REDIS)_|DSN$|_UR[IL]$", re.IGNORECASE
)

USED = re.compile(
    r"\.\s*(?:Use|Add)(?P<engine>Npgsql|SqlServer|Sqlite|MySQL|MySql|Oracle|MongoDB|Cosmos)(?:DbContext)?\s*[(<]"
)
ENGINES = {
    "npgsql": "postgres",
    "sqlserver": "mssql",
    "sqlite": "sqlite",
    "mysql": "mysql",
    "oracle": "oracle",
    "mongodb": "mongodb",
}

PROVIDER = re.compile(r"\b\w{0,30}(?:[pP]rovider|[dD]b[tT]ype|[dD]atabase[tT]ype)\s*=\s*\"(?P<engine>\w{2,20})\"")
PROVIDER_KEY = re.compile(r"(?:^|:)(?:database|db)?(?:provider|type|engine)$")

ADDRESS = re.compile(
    r"\b(?:UseUrls|Run|RunAsync|Urls\.Add|StartAsync|Start|url)\s*\(\s*\$?\"(?P<text>https?://[^\"\n;]{1,100}?:[0-9]{2,5})/?[\";]"
)
LISTENED = re.compile(
    r"\b(?:ListenAnyIP|ListenLocalhost|Listen|HttpBinding\.createSimple|mkHttpBinding)\(?\s*(?:IPAddress\.\w+\s*,|HTTP\s+\"[\d.]+\")?\s*(?P<text>[0-9]{2,5})\b"
)
SET_BY_CODE = re.compile(r"\b(?:UseUrls|Urls\.Add|ListenAnyIP)\s*\(|\bRun(?:Async)?\s*\(\s*\$?\"")


def find_routes(tree: Tree, sources: Sequence[Source]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET in production."""
    found = (route for source in sources for route in _routes(tree, source) if _is_plain(route.path))
    return tuple(islice(found, MAX_ROUTES))


def _is_plain(path: str) -> bool:
    return path.isprintable() and not set(path) & set("{}[]:*<>?# ")


def _routes(tree: Tree, source: Source) -> Iterator[Route]:
    groups = {found["name"]: found for found in search((source,), GROUP)}
    hidden = [(f.start(), block_end(source.text, f.end() - 1)) for f in DEVELOPMENT.finditer(source.text)]
    for found in search((source,), MAPPED):
        if not any(start < found.match.start() < end for start, end in hidden):
            yield Route(_joined(*_prefixes(groups, found["on"]), found["path"]), found.quote(tree))
    yield from _attributed(tree, source)
    for found in search((source,), GIRAFFE) if source.path.endswith(".fs") else ():
        yield Route(found["path"], found.quote(tree))
    for found in search((source,), PAGES):
        yield Route("/", found.quote(tree))


def _prefixes(groups: dict[str, Found], name: str, depth: int = 0) -> list[str]:
    found = groups.get(name)
    if not found or depth > 8:
        return []
    return [*_prefixes(groups, found["on"], depth + 1), found["path"]]


def _attributed(tree: Tree, source: Source) -> Iterator[Route]:
    """`[Route("api/[controller]")]` of a class, `[HttpGet("health")]` of its methods."""
    prefix, pending = "", ""
    events = sorted((*ATTRIBUTE.finditer(source.text), *CLASS.finditer(source.text)), key=lambda match: match.start())
    for event in events:
        if event.re is CLASS:
            name = event["name"].removesuffix("Controller")
            prefix = pending.replace("[controller]", name.lower())
            pending = ""
        elif event["name"] == "Route" and _is_on_class(source, event):
            pending = event["path"] or ""
        elif event["name"] in ("HttpGet", "HttpHead") or (
            event["name"] == "Route" and "HttpGet" in source.text[max(0, event.start() - 120) : event.start()]
        ):
            path = event["path"] or ""
            parts = (path.removeprefix("~"),) if path.startswith(("/", "~/")) else (prefix, path)
            yield Route(_joined(*parts), tree.quote(source.path, source.line(event.start())))


def _is_on_class(source: Source, event: re.Match[str]) -> bool:
    following = CLASS.search(source.text, event.end(), event.end() + 400)
    return (
        bool(following) and "(" not in re.sub(r"\[[^\]]{0,200}\]", "", source.text[event.end() : following.start()])
        if following
        else False
    )


def _joined(*parts: str) -> str:
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def environment_reads(tree: Tree, sources: Sequence[Source], settings: Settings) -> tuple[EnvRead, ...]:
    """Variables by name; a key of the configuration is the variable `Section__Key`, missing where no file gives it."""
    found = [_read(tree, one) for one in search(sources, READ)]
    for one in search(sources, CONFIGURED):
        if ":" in one["name"] or one["name"].isupper():
            found.append(_of_key(tree, one, one["name"], settings))
    found += [_of_key(tree, one, f"ConnectionStrings:{one['name']}", settings) for one in search(sources, CONNECTION)]
    return tuple(found)


def _read(tree: Tree, found: Found) -> EnvRead:
    after = found["after"]
    if THROWS.match(after):
        return EnvRead(found["name"], True, None, found.quote(tree))
    if instead := INSTEAD.match(after):
        return EnvRead(found["name"], False, instead["text"] or instead["number"], found.quote(tree))
    is_checked = re.match(r"\s*(?:[!=]=|is\b|\))", after) is not None
    return EnvRead(found["name"], bool(NEEDED.search(found["name"])) and not is_checked, None, found.quote(tree))


def _of_key(tree: Tree, found: Found, key: str, settings: Settings) -> EnvRead:
    given = settings.get(key.lower(), ("", None))[0]
    has_section = any(one.startswith(f"{key.lower()}:") for one in settings)
    instead = INSTEAD.match(found["after"]) if not THROWS.match(found["after"]) else None
    default = given or (found["default"].strip('"') if "default" in found.match.re.groupindex else "")
    is_section = ".GetSection" in found.match[0]
    required = not (default or has_section or instead or is_section)
    return EnvRead(key.replace(":", "__"), required, default or None, found.quote(tree))


def used_stores(tree: Tree, sources: Sequence[Source], settings: Settings) -> tuple[Store, ...]:
    """The databases that the code configures its contexts for; of several the one that a literal names holds."""
    found: dict[str, Store] = {}
    for one in search(sources, USED):
        engine = ENGINES.get(one["engine"].lower(), "")
        if engine:
            found.setdefault(engine, Store(engine, "configured", f"the code uses {engine}", one.quote(tree)))
    chosen = _provider(sources, settings) if len(found) > 1 else ""
    if chosen not in found:
        return tuple(found.values())
    return tuple(one if one.engine == chosen else replace(one, strength="switched") for one in found.values())


def _provider(sources: Sequence[Source], settings: Settings) -> str:
    """The engine by default: the value of a setting or a variable that is called a provider."""
    given = [value for key, (value, _) in settings.items() if PROVIDER_KEY.search(key)]
    named = first(sources, PROVIDER)
    names = (*given, named["engine"]) if named else given
    return next((engine for name in names if (engine := ENGINES.get(name.lower()) or engine_of_word(name))), "")


def literal_port(sources: Sequence[Source]) -> tuple[Found, int] | None:
    """The port that the code insists on."""
    found = first(sources, ADDRESS, LISTENED)
    return (found, port_in(found["text"])) if found and port_in(found["text"]) else None


def sets_address(sources: Sequence[Source]) -> bool:
    """Whether the code itself says where to listen."""
    return any(search(sources, SET_BY_CODE))
