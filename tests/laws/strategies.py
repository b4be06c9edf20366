"""Deployments as Hypothesis draws them: any spec, with findings that inference could have given."""

from __future__ import annotations

from hypothesis import strategies as st

from hivemind.model.findings import Findings, ServiceFindings, StoreNeed
from hivemind.model.spec import (
    DatabaseSpec,
    EnvironmentSpec,
    MonitoringSpec,
    NetworkSpec,
    SecretRef,
    ServiceSpec,
    Spec,
    Subnets,
)

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
PATHS = st.sampled_from(["/", "/healthz", "/health?full=1", "/a/b-c"])
PORTS = st.integers(1024, 65535)
KEYS = st.sampled_from(["LOG_LEVEL", "STRIPE_KEY", "MAIL_URL", "FLAG", "_x"])
VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20),
    st.sampled_from(["guestbook/stripe", "mail", "a+b=c@d.e"]).map(lambda name: SecretRef(secret=name)),
)
COMMANDS = st.text(st.characters(codec="ascii", min_codepoint=32, exclude_characters="\x7f"), min_size=1, max_size=30)
RUNTIMES = st.sampled_from([("python", "3.12"), ("python", "3.13.1"), ("node", "22"), ("static", "1")])
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
NETWORK = NetworkSpec(
    vpc="vpc-0a1b2c3d",
    subnets=Subnets(public=("subnet-0000000a", "subnet-0000000b"), private=("subnet-0000000c", "subnet-0000000d")),
)

store_needs = st.builds(
    StoreNeed, engine=st.sampled_from(["postgres", "mysql", "sqlite", "none"]), need=st.sampled_from(
        ["required", "optional", "embedded", "none"]
    )
)  # fmt: skip

databases = st.one_of(
    st.none(),
    st.builds(
        DatabaseSpec,
        engine=st.sampled_from(["postgres", "none"]),
        version=st.sampled_from(["16", "17", "16.4"]),
        size=st.sampled_from(["small", "medium", "large"]),
        storage_gb=st.integers(20, 1000),
    ),
)

environments = st.builds(
    EnvironmentSpec,
    name=st.sampled_from(["local", "staging", "production"]),
    stage=st.sampled_from(["stage-1", "production"]),
    instances=st.one_of(st.none(), st.integers(1, 20)),
    instance_type=st.sampled_from([None, "t3.large", "m7i.large"]),
    certificate=st.sampled_from([None, CERTIFICATE]),
    domain=st.sampled_from([None, "guestbook.example.org"]),
    nat=st.sampled_from(["per-zone", "single", "none"]),
    monitoring=st.builds(MonitoringSpec, xray=st.booleans(), alarm_email=st.sampled_from([None, "ops@example.org"])),
)


@st.composite
def services(draw: st.DrawFn, name: str) -> ServiceFindings:
    """One service of that name, of either kind."""
    language, runtime = draw(RUNTIMES)
    return ServiceFindings.model_validate(
        {
            "name": name,
            "kind": draw(st.sampled_from(["web", "worker"])),
            "path": draw(st.sampled_from([".", "apps/web", "a folder"])),
            "language": language,
            "runtime": runtime,
            "install": draw(st.lists(COMMANDS, max_size=2)),
            "build": draw(st.lists(COMMANDS, max_size=2)),
            "start": draw(COMMANDS),
            "migrate": draw(st.one_of(st.none(), COMMANDS)),
            "port": draw(PORTS),
            "port_env": draw(st.sampled_from(["PORT", None, "APP_PORT"])),
            "health_path": draw(PATHS),
            "live_path": draw(st.one_of(st.none(), PATHS)),
            "database": draw(store_needs),
            "env": draw(st.dictionaries(KEYS, VALUES, max_size=3)),
        }
    )


@st.composite
def deployments(draw: st.DrawFn) -> tuple[Spec, EnvironmentSpec, Findings]:
    """A spec, one of its environments, and findings with one to four services."""
    environment = draw(environments)
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True).filter(_free))
    found = tuple(draw(services(name)) for name in names)
    spec = Spec(
        name=draw(NAMES),
        services=tuple(ServiceSpec(name=each.name, kind=each.kind) for each in found),
        database=draw(databases),
        network=draw(st.sampled_from([None, NETWORK])),
        environments={environment.name: environment},
    )
    return spec, environment, Findings(services=found)


def _free(names: list[str]) -> bool:
    return not {"foundation", "bootstrap"} & set(names)
