"""Facts in layers, the strongest first, become the findings of one service.

    spec  >  needs of the chosen start command  >  files for a platform (`sources.DEPLOYED`, the Procfile first)
          >  the language's detector, as far as it is sure  >  files for a container (`sources.CONTAINED`)
          >  the detector's fallbacks  >  defaults of the model

One field is joined rather than chosen: `env` holds the spec's own variables over what the server needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.infer.facts import Fact, Facts
from hivemind.infer.runtimes import language_of, version_of
from hivemind.model.findings import Evidence, ServiceFindings, StoreNeed
from hivemind.model.spec import DatabaseSpec, ServiceSpec

FIELDS = {"install": "install", "build": "build", "start": "start", "migrate": "migrate", "port": "port",
          "health": "health_path", "live": "live_path"}  # fmt: skip
"""Fields of the spec → fields of the findings."""


def spec_facts(spec: ServiceSpec, database: DatabaseSpec | None) -> Facts:
    """What the team wrote, as facts."""
    written = {
        FIELDS[name]: _said(value, f"the spec sets {name}")
        for name, value in spec
        if name in FIELDS and value is not None
    }
    if spec.runtime and (language := language_of(spec)):
        written["language"] = _said(language, f"the spec sets runtime to {spec.runtime}")
        written["runtime"] = _said(version_of(spec), f"the spec sets runtime to {spec.runtime}")
    if database and database.engine == "none":
        written["database"] = _said(StoreNeed(), "the spec says that there is no database")
    elif database:
        need = StoreNeed(engine=database.engine, need="required")
        written["database"] = _said(need, f"the spec asks for {database.engine}")
    return written


def layered(*layers: Facts) -> Facts:
    """The strongest fact of every field."""
    found: dict[str, Fact] = {}
    for layer in layers:
        for name, value in layer.items():
            found.setdefault(name, value)
    return found


def to_findings(spec: ServiceSpec, facts: Facts) -> ServiceFindings:
    """The service as its strongest facts describe it."""
    values = {name: found.value for name, found in facts.items()}
    values |= {"name": spec.name, "kind": spec.kind, "path": spec.path, "env": _environment(spec, facts)}
    return ServiceFindings.model_validate(values)


def evidence_of(spec: ServiceSpec, facts: Facts) -> Mapping[str, Evidence]:
    """The evidence of every field, keyed `<service>.<field>`."""
    return {f"{spec.name}.{name}": facts[name].evidence for name in sorted(facts)}


def _environment(spec: ServiceSpec, facts: Facts) -> Mapping[str, object]:
    needed = facts["env"].value if "env" in facts else {}
    return {**(needed if isinstance(needed, dict) else {}), **spec.env}


def _said(value: object, why: str) -> Fact:
    return Fact(value, Evidence(source="spec", why=why))
