"""Deployments that tests render: one of each kind that makes a difference to a template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from hivemind.model.findings import Findings, ServiceFindings, StoreNeed
from hivemind.model.image import ImageName
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
from hivemind.model.template import FOUNDATION, Template
from hivemind.render.bootstrap import bootstrap
from hivemind.render.environment import render
from hivemind.render.yaml_text import load

POSTGRES = StoreNeed(engine="postgres", need="required")
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a"
NETWORK = NetworkSpec(
    vpc="vpc-0a1b2c3d",
    subnets=Subnets(public=("subnet-0000000a", "subnet-0000000b"), private=("subnet-0000000c", "subnet-0000000d")),
)


class Case(NamedTuple):
    """What `render` takes."""

    spec: Spec
    environment: EnvironmentSpec
    findings: Findings


def service(name: str = "web", **differing: Any) -> ServiceFindings:
    """Guestbook's web service, or one that differs."""
    usual: dict[str, Any] = {
        "name": name,
        "kind": "web",
        "path": ".",
        "language": "python",
        "runtime": "3.12",
        "install": ("python3.12 -m venv --clear .venv", ".venv/bin/pip install -r requirements.txt"),
        "start": "gunicorn app:app",
        "migrate": "python migrate.py",
        "health_path": "/healthz",
        "database": POSTGRES,
        "env": {"LOG_LEVEL": "info", "STRIPE_KEY": SecretRef(secret="guestbook/stripe")},
    }
    return ServiceFindings(**{**usual, **differing})


def worker(name: str = "worker", **differing: Any) -> ServiceFindings:
    """A service that answers nobody."""
    return service(name, **{"kind": "worker", "migrate": None, "start": "python worker.py", **differing})


def case(
    *services: ServiceFindings,
    database: DatabaseSpec | None = None,
    network: NetworkSpec | None = None,
    image: ImageName = "al2023",
    **environment: Any,
) -> Case:
    """A deployment of these services, one web service unless given; `environment` is the EnvironmentSpec's fields."""
    found = services or (service(),)
    where = EnvironmentSpec(**environment)
    spec = Spec(
        name="guestbook",
        services=(ServiceSpec(image=image),),
        database=database,
        network=network,
        environments={where.name: where},
    )
    return Case(spec, where, Findings(services=found))


def production(*services: ServiceFindings, **differing: Any) -> Case:
    """The same in production."""
    return case(*services, **{"name": "production", "stage": "production", **differing})


CASES: Mapping[str, Case] = {
    "local": case(),
    "staging": case(name="staging", monitoring=MonitoringSpec(alarm_email="ops@example.org")),
    "production": production(),
    "production-https": production(certificate=CERTIFICATE, domain="guestbook.example.org"),
    "imported": production(network=NETWORK),
    "imported-stage-1": case(name="staging", network=NETWORK),
    "no-database": case(service(database=StoreNeed(), migrate=None)),
    "no-secrets": case(service(env={}, database=StoreNeed(), migrate=None)),
    "worker-only": case(worker(database=StoreNeed(), env={})),
    "web-and-worker": production(service(), worker()),
    "two-web": case(service(), service("admin", port=9000), worker()),
    "xray": production(monitoring=MonitoringSpec(xray=True)),
    "nat-single": production(nat="single"),
    "nat-none": production(nat="none", monitoring=MonitoringSpec(xray=True)),
    "live-path": production(service(live_path="/live"), instances=5, instance_type="m7i.large"),
    "debian": production(service(runtime="3.13"), worker(runtime="3.13"), image="debian"),
    "ubuntu": case(image="ubuntu", monitoring=MonitoringSpec(xray=True)),
    "database-asked": case(service(database=StoreNeed()), database=DatabaseSpec(version="17", size="large")),
}


read = cache(load)
"""A template's text parsed, once per text: reading costs more than rendering."""


def rendered(chosen: Case) -> dict[str, dict[str, Any]]:
    """The parsed templates by part."""
    return {template.part: read(template.body) for template in render(*chosen)}


def foundation(chosen: Case) -> dict[str, Any]:
    """The parsed foundation."""
    return rendered(chosen)[FOUNDATION]


def all_templates() -> list[tuple[str, Template]]:
    """Every template of every case by `case/part`, and the bootstrap stack."""
    found = [(f"{name}/{template.part}", template) for name, one in CASES.items() for template in render(*one)]
    return [*found, ("bootstrap", bootstrap())]


def of_type(template: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
    """The properties by logical id of a template's resources of these types, given without `AWS::`."""
    wanted = {f"AWS::{kind}" for kind in kinds}
    return {
        title: resource.get("Properties", {})
        for title, resource in template["Resources"].items()
        if resource["Type"] in wanted
    }
