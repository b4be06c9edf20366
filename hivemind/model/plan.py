"""A plan: the sealed document that review approves and apply runs. Plain values only: no clients, no bytes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from hivemind.model.change import ParameterChange, ResourceChange
from hivemind.model.findings import Findings
from hivemind.model.record import Record
from hivemind.model.release import Release
from hivemind.model.spec import EnvironmentSpec, Spec
from hivemind.model.step import Step

Transition = Literal["create", "in_place", "blue_green", "rolling", "upgrade", "rollback", "destroy", "none"]
Severity = Literal["block", "warn", "info"]
Downtime = Literal["none", "seconds", "minutes"]


class CostLine(Record):
    """One priced thing per month in USD; None is unknown and never counted as nothing."""

    what: str
    before: Decimal | None
    after: Decimal | None
    note: str = ""


class Cost(Record):
    """Monthly cost before and after in USD, from the price table of date `prices_of` (ISO) in `region`."""

    lines: tuple[CostLine, ...]
    before: Decimal
    after: Decimal
    unknown: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    region: str
    prices_of: str


class Finding(Record):
    """Something Sheriff says about the plan; `where` is `<part>/<logical id>/<property>`."""

    rule: str
    severity: Severity
    title: str
    where: str
    why: str
    fix: str
    source: str


class Forecast(Record):
    """How long, how interrupting and how reversible it is expected to be."""

    seconds: int
    each: tuple[int, ...] = ()
    """Seconds of each step."""
    downtime: Downtime
    downtime_reason: str = ""
    reversible: bool
    way_back: str


class Wanted(Record):
    """What a plan was decided from beside the cloud: with its release and templates, enough to plan it again."""

    spec: Spec
    environment: EnvironmentSpec
    findings: Findings


class Plan(Record):
    """Everything apply will do, and what it was decided from. `digest` seals all other fields."""

    version: Literal[1] = 1
    deployment: str
    """`name:env`."""
    region: str
    offline: bool
    transition: Transition
    headline: str
    changes: tuple[ResourceChange, ...]
    parameters: tuple[ParameterChange, ...]
    cost: Cost
    findings: tuple[Finding, ...]
    forecast: Forecast
    notes: tuple[str, ...] = ()
    """What a reader must know and nothing decides by: uncommitted files, plain HTTP, TLS not rehearsed."""
    wanted: Wanted | None = None
    """None where nothing is wanted, as when all is destroyed."""
    release: Release | None = None
    image: str = ""
    templates: Mapping[str, str] = {}
    """The exact body per part, so that what was reviewed is what runs."""
    texts: Mapping[str, tuple[str, ...]] = {}
    """How the body of a part that stands differs from that, as the lines of a unified diff."""
    steps: tuple[Step, ...]
    recovery: tuple[Step, ...] = ()
    """Run, in order, when a step fails from the first AddColour on: traffic back, evidence saved, colour emptied."""
    spec_fingerprint: str
    live_fingerprint: str
    rules: str = ""
    """Who judged it: the version of HiveMind, and the digest of Sheriff's rules."""
    digest: str = ""

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids this plan."""
        return any(f.severity == "block" for f in self.findings)
