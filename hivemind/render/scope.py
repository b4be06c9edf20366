"""What is rendered: one environment of one deployment, and every fact that follows from spec and findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from hivemind.errors import RenderError
from hivemind.model import names
from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.image import IMAGES, Image
from hivemind.model.spec import DatabaseSpec, EnvironmentSpec, NetworkSpec, SecretRef, Spec
from hivemind.model.template import FOUNDATION

SERVICE_NAME = re.compile(r"(?=.{1,20}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Service names stand unquoted in user data, file names and stack names."""

FORWARD_LAST = 50000
"""The highest priority a listener rule may have, so whatever catches everything comes last."""


@dataclass(frozen=True)
class Scope:
    """One environment of one deployment."""

    spec: Spec
    environment: EnvironmentSpec
    findings: Findings

    @property
    def deployment(self) -> str:
        """`name:env`."""
        return names.deployment_id(self.spec.name, self.environment.name)

    @property
    def prefix(self) -> str:
        """Where the deployment's objects live in the artifact bucket."""
        return names.artifact_prefix(self.spec.name, self.environment.name)

    @property
    def tags(self) -> dict[str, str]:
        """What every resource carries."""
        return {names.TAG_DEPLOYMENT: self.deployment}

    @property
    def boundary(self) -> str:
        """The policy that bounds the roles of its machines; the local cloud has none."""
        bounded = self.environment.boundary and not self.environment.is_local
        return names.boundary_policy(self.spec.name) if bounded else ""

    @property
    def production(self) -> bool:
        """Whether two of everything are wanted, in private subnets."""
        return self.environment.stage == "production"

    @property
    def image(self) -> Image:
        """What every machine of the deployment boots."""
        return IMAGES[self.spec.image]

    @property
    def retention_days(self) -> int:
        """How long logs are kept; one of the values CloudWatch Logs knows."""
        return 90 if self.production else 14

    @property
    def network(self) -> NetworkSpec | None:
        """The team's own VPC, if the environment goes into one; the local cloud has no such VPC."""
        return None if self.environment.is_local else self.spec.network

    @property
    def imported(self) -> bool:
        """Whether the VPC is the team's own."""
        return self.network is not None

    @property
    def isolated(self) -> bool:
        """Whether the instances have no way out to the internet, only endpoints of AWS."""
        return self.production and not self.imported and self.environment.nat == "none"

    @cached_property
    def web_services(self) -> tuple[ServiceFindings, ...]:
        """The services that answer HTTP."""
        return tuple(service for service in self.findings.services if service.kind == "web")

    @property
    def database(self) -> DatabaseSpec | None:
        """The database to provision: what the spec says, else what the code needs."""
        asked = self.spec.database
        if asked is not None:
            return asked if asked.engine == "postgres" else None
        return DatabaseSpec() if self.findings.needs_database else None

    def uses_database(self, service: ServiceFindings) -> bool:
        """Whether the service is given the database: every one when the spec asks for it, else those that know it."""
        if self.database is None:
            return False
        known = service.database.engine == "postgres" and service.database.need in ("required", "optional")
        return self.spec.database is not None or known

    def priorities(self, service: ServiceFindings) -> tuple[int, int, int]:
        """Listener priorities of the blue and green test rule and of the forward rule; tests come before forwards.

        The first web service catches everything and so comes last. The others get the slot their name hashes to, so
        that adding a service moves nobody else's rules.
        """
        if service == self.web_services[0]:
            return 1, 2, FORWARD_LAST
        slot = self._slots[service.name]
        return 2 * slot + 1, 2 * slot + 2, 10_000 + slot

    @cached_property
    def _slots(self) -> dict[str, int]:
        slots: dict[str, int] = {}
        for name in sorted(service.name for service in self.web_services[1:]):
            slot = crc32(name.encode()) % 4000 + 1
            while slot in slots.values():
                slot = slot % 4000 + 1
            slots[name] = slot
        return slots


def secret_names(service: ServiceFindings) -> tuple[str, ...]:
    """The secrets that a service's environment refers to, each once, in the order of their names."""
    return tuple(sorted({value.secret for value in service.env.values() if isinstance(value, SecretRef)}))


def scope(spec: Spec, environment: EnvironmentSpec, findings: Findings) -> Scope:
    """The scope, when it can be rendered; raises RenderError when it cannot."""
    if not findings.services:
        raise RenderError(
            "there is no service to render", where=spec.name, hint="Name one under `app:` or `services:` in the spec."
        )
    taken = {FOUNDATION, names.BOOTSTRAP}
    for service in findings.services:
        if service.name in taken or not SERVICE_NAME.fullmatch(service.name):
            raise RenderError(
                f"`{service.name}` cannot be the name of a service here",
                where=service.name,
                hint="Use small letters, digits and dashes; `foundation`, `bootstrap` and names of others are taken.",
            )
        taken.add(service.name)
    return Scope(spec, environment, findings)
