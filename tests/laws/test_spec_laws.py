"""Laws of reading a spec: any text is a Spec or problems, a Spec survives writing, and no text takes long."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hivemind.errors import SpecError
from hivemind.model.spec import (
    LOCAL,
    DatabaseSpec,
    EmulatorSpec,
    EnvironmentSpec,
    FreezeSpec,
    MonitoringSpec,
    NetworkSpec,
    SecretRef,
    ServiceSpec,
    Spec,
    Subnets,
    TransitionSpec,
)
from hivemind.spec.credentials import is_credential
from hivemind.spec.document import sections
from hivemind.spec.parse import parse
from hivemind.spec.schema import schema
from hivemind.spec.source import MAX_BYTES
from hivemind.spec.words import UNPRINTABLE

pytestmark = pytest.mark.property

# --- any text -------------------------------------------------------------------------------------------------------

KEYS = sorted({name for _, section in sections() for name in section.keys})
MARKS = [*":-{}[],'\"#|>?%@~\t\r", ": ", "\n", "\n  ", "\n    ", "- ", "&a", "*a", "<<", "!!t ", "---", "..."]
WORDS = [
    "null",
    "true",
    "no",
    "8000",
    "2m",
    "😀",
    "none",
    "canary",
    "worker",
    "production",
    "AKIAIOSFODNN7EXAMPLE",
    "\\u0",
]
TRAPS = ["\u2028", "\ufeff", "\x00", "\x85", "\ud800"]

soup = st.lists(st.sampled_from(KEYS + MARKS + WORDS + TRAPS), max_size=60).map("".join)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(KEYS)
trees = st.recursive(
    leaves, lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(KEYS), below, max_size=5)
)


def read(text: str) -> Spec | SpecError:
    try:
        return parse(text, "hivemind.yaml")
    except SpecError as error:
        return error


@settings(max_examples=300)
@given(st.text(max_size=200) | soup | trees.map(json.dumps))
@example("name: guestbook\napp: {path: '\x85'}")
@example("? - a\n: b")
@example("*a : b")
@example("%YAML 1.2\n---\nname: a\n")
def test_any_text_is_a_spec_or_problems_in_order(text: str) -> None:
    outcome = read(text)
    if isinstance(outcome, SpecError):
        places = [(problem.line, problem.column) for problem in outcome.problems]
        assert places == sorted(places)
        assert all(line >= 1 and column >= 1 for line, column in places)
        assert all(problem.message.isprintable() and problem.hint for problem in outcome.problems)


# --- a Spec survives writing ----------------------------------------------------------------------------------------


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


characters = st.characters(exclude_categories=("Cc", "Cs")).filter(lambda c: not UNPRINTABLE.search(c))
texts = st.text(characters | st.sampled_from("\n\t"), max_size=30).filter(lambda text: not is_credential(text))
commands = texts.map(str.strip).filter(bool)
names = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?", fullmatch=True)
service_names = names.filter(lambda name: name not in ("foundation", "bootstrap"))
variables = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name != "PORT")
secrets = st.builds(SecretRef, secret=st.from_regex(r"[A-Za-z0-9/_+=.@:-]{1,20}", fullmatch=True)).filter(
    lambda reference: not is_credential(reference.secret)
)
outputs = st.sampled_from(["api/Url", "api/web.LogGroup", "a-b/X9"])
FIRST = date(2020, 1, 1)
url_paths = st.from_regex(r"/[!-~]{0,12}", fullmatch=True).filter(lambda path: not is_credential(path))
lists = st.lists(commands, max_size=3).map(tuple)


@st.composite
def services(draw: st.DrawFn, name: str, kind: str = "web") -> ServiceSpec:
    http = {key: draw(maybe(url_paths)) for key in ("health", "live")} | {"port": draw(maybe(st.integers(1024, 65535)))}
    env = draw(st.dictionaries(variables, texts | secrets, max_size=3))
    return ServiceSpec(
        name=name,
        kind=kind,
        path=draw(st.from_regex(r"\.|[a-z0-9_-]{1,8}(/[a-z0-9_-]{1,8})?", fullmatch=True)),
        runtime=draw(maybe(st.from_regex(r"[a-z]{1,8}@[0-9][0-9a-z.]{0,6}", fullmatch=True))),
        install=draw(maybe(lists)),
        build=draw(maybe(lists)),
        start=draw(maybe(commands)),
        migrate=draw(maybe(commands)),
        env=env,
        uses=draw(st.dictionaries(variables.filter(lambda name: name not in env), outputs, max_size=2)),
        **(http if kind == "web" else {}),
    )


@st.composite
def transitions(draw: st.DrawFn) -> TransitionSpec:
    steps = tuple(sorted(draw(st.sets(st.integers(1, 99), max_size=4))))
    strategy = "canary" if steps else "blue_green"
    return TransitionSpec(strategy=strategy, steps=steps, bake_seconds=draw(st.integers(0, 86400)))


@st.composite
def environments(draw: st.DrawFn, name: str) -> EnvironmentSpec:
    stage = draw(st.sampled_from(["stage-1", "production"]))
    shared: dict[str, Any] = {
        "name": name,
        "stage": stage,
        "instances": draw(maybe(st.integers(2 if stage == "production" else 1, 100))),
        "instance_type": draw(maybe(st.sampled_from(["t3.small", "m7g.2xlarge"]))),
        "nat": draw(st.sampled_from(["per-zone", "single", "none"])),
        "transition": draw(transitions()),
        "freeze": draw(
            maybe(st.builds(FreezeSpec, until=st.dates(FIRST, date(2099, 12, 31)).map(str), reason=commands))
        ),
        "monitoring": MonitoringSpec(
            xray=draw(st.booleans()), alarm_email=draw(maybe(st.just("ops+hivemind@example.com")))
        ),
    }
    if name == LOCAL:
        return EnvironmentSpec(emulator=EmulatorSpec(runtimes=draw(st.sampled_from(["exact", "nearest"]))), **shared)
    return EnvironmentSpec(
        region=draw(st.sampled_from(["us-east-1", "ap-southeast-2", "us-gov-west-1"])),
        certificate=draw(maybe(st.just("arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d"))),
        domain=draw(maybe(st.from_regex(r"[a-z0-9]{1,8}\.[a-z0-9]{1,8}\.com", fullmatch=True))),
        state=draw(maybe(st.just("s3://acme-hivemind/guestbook"))),
        budget=draw(maybe(st.integers(1, 1_000_000))),
        boundary=draw(st.booleans()),
        **shared,
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    kinds = draw(st.dictionaries(service_names, st.sampled_from(["web", "worker"]), max_size=3))
    subnets = draw(st.lists(st.from_regex(r"subnet-[0-9a-f]{8}", fullmatch=True), min_size=4, max_size=6, unique=True))
    network = NetworkSpec(vpc="vpc-0a1b2c3d", subnets=Subnets(public=tuple(subnets[:2]), private=tuple(subnets[2:])))
    database = st.builds(
        DatabaseSpec,
        engine=st.sampled_from(["postgres", "none"]),
        version=st.sampled_from(["16", "17.10", "15.0"]),
        size=st.sampled_from(["small", "medium", "large"]),
        storage_gb=st.integers(20, 65536),
    )
    return Spec(
        name=draw(names),
        services=tuple(draw(services(name, kind)) for name, kind in (kinds or {"web": "web"}).items()),
        database=draw(maybe(database)),
        network=draw(maybe(st.just(network))),
        environments={name: draw(environments(name)) for name in {LOCAL, *draw(st.sets(names, max_size=2))}},
    )


def document(spec: Spec) -> dict[str, Any]:
    """The spec as plain values in the shape of hivemind.yaml."""
    plain = spec.model_dump(mode="json", exclude_none=True)
    plain["services"] = {service.pop("name"): service for service in plain["services"]}
    for name, environment in plain["environments"].items():
        del environment["name"]
        transition = environment["transition"]
        transition["bake"] = f"{transition.pop('bake_seconds')}s"
        for key in ("region", "boundary") if name == LOCAL else ("emulator",):
            del environment[key]
    return plain


def as_yaml(value: Any, indent: str = "") -> str:
    """Block mappings, flow lists; every text in double quotes."""
    match value:
        case dict() if value:
            lines = (f"\n{indent}{as_yaml(name)}: {as_yaml(part, indent + '  ')}" for name, part in value.items())
            return "".join(lines)
        case list():
            return f"[{', '.join(map(as_yaml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


VALIDATOR = jsonschema.Draft202012Validator(schema())


@given(specs())
def test_a_spec_survives_writing(spec: Spec) -> None:
    plain = document(spec)
    assert parse(as_yaml(plain), "hivemind.yaml") == spec
    assert parse(json.dumps(plain, ensure_ascii=False), "hivemind.yaml") == spec
    VALIDATOR.validate(plain)


# --- no text takes long ---------------------------------------------------------------------------------------------

LAUGHS = "a0: &a0 [lol,lol]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 10))
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{f'*a{n - 1},' * 9}]}}\n" for n in range(1, 10))
BOMBS = {
    "billion laughs": LAUGHS,
    "merge keys": MERGES,
    "depth in brackets": "[" * 5000 + "]" * 5000,
    "depth in braces": "{a: " * 5000,
    "depth by indentation": "".join(f"{' ' * n}a:\n" for n in range(400)),
    "depth by dashes": "- " * 5000 + "x",
    "depth of questions": "? " * 5000 + "x",
    "a megabyte of brackets": "[" * 1_000_000,
    "brackets up to the limit": "[" * MAX_BYTES,
}
MASSES = {
    "a megabyte of text": "a" * 1_000_000,
    "unknown keys": "".join(f"key{n}: 1\n" for n in range(MAX_BYTES // 12)),
    "one key again and again": "a: 1\n" * (MAX_BYTES // 5),
    "one long key": "k" * (MAX_BYTES - 8) + ": 1",
    "one long number": "name: a\napp: {port: " + "9" * (MAX_BYTES - 30) + "}",
    "many variables": "name: a\napp:\n  env:\n" + "".join(f"    K{n}: v\n" for n in range(9000)),
    "many commands": "name: a\napp: {build: [" + "x," * 60_000 + "]}",
    "many empty lists": "name: a\napp: {build: [" + "[]," * 40_000 + "]}",
    "many services": "name: a\nservices:\n" + "".join(f"  s{n}: {{}}\n" for n in range(9000)),
    "many anchors": "".join(f"- &a{n} x\n" for n in range(9000)),
    "many comments": "# x\n" * (MAX_BYTES // 4),
    "an open quote": "a: '" + "x" * (MAX_BYTES - 8),
    "many colons": ":" * MAX_BYTES,
    "half a credential": "name: a\napp: {start: '" + "://a:" * 20_000 + "'}",
    "folded lines": "name: a\napp:\n  start: >\n" + "    x\n" * 20_000,
}


@pytest.mark.parametrize(("name", "seconds"), [(name, 0.5) for name in BOMBS] + [(name, 2) for name in MASSES])
def test_no_text_takes_long(name: str, seconds: float) -> None:
    started = time.process_time()
    read((BOMBS | MASSES)[name])
    assert time.process_time() - started < seconds
