"""What is wanted, as planning is handed it: the spec, what was inferred, the rendered templates and the release."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model.findings import Findings, ServiceFindings
from hivemind.model.names import BOOTSTRAP, deployment_id
from hivemind.model.record import Record
from hivemind.model.release import Release, ReleaseRecord
from hivemind.model.spec import EnvironmentSpec, Spec
from hivemind.model.template import FOUNDATION, Template

PENDING = "(release)"
"""Stands for a release's digest where none was made, as offline without the sources."""


class Back(Record):
    """The way back to an earlier release: its record, and what came after it, newest first, what failed too."""

    to: ReleaseRecord
    since: tuple[ReleaseRecord, ...] = ()

    @property
    def migrated(self) -> tuple[ReleaseRecord, ...]:
        """What changed the schema since, by a migration of its own."""
        return tuple(record for record in self.since if record.migrated and record.digest != self.to.digest)

    @property
    def one_way(self) -> tuple[ReleaseRecord, ...]:
        """What left a schema since on which, by its spec's word, this release does not work."""
        return tuple(record for record in self.migrated if record.one_way)


class Desired(Record):
    """One environment as it should become; `templates` are bootstrap, foundation and one per service."""

    spec: Spec
    environment: EnvironmentSpec
    findings: Findings
    templates: tuple[Template, ...]
    release: Release | None = None
    image: str = ""
    """The machine image that the release boots; empty offline."""
    recorded: tuple[str, ...] | None = None
    """The digests with a release record of verdict `live`; None when nobody looked."""
    taken: Mapping[str, int] = {}
    """Seconds that steps took here before, by their likeness."""
    rolling: bool = False
    """Whether instances are to be replaced one after another, in place of a second set of them."""
    back: Back | None = None
    """Set when all this was wanted before, and is gone back to: it is built, and its migration was run."""

    @property
    def deployment(self) -> str:
        """`name:env`."""
        return deployment_id(self.spec.name, self.environment.name)

    @property
    def digest(self) -> str:
        """The release's digest, or a word that stands for it."""
        return self.release.digest if self.release else PENDING

    @property
    def services(self) -> tuple[ServiceFindings, ...]:
        """The services in the order they are released."""
        return self.findings.services

    def template(self, part: str) -> Template | None:
        """The rendered template of a part."""
        return next((t for t in self.templates if t.part == part), None)

    @property
    def has_database(self) -> bool:
        """Whether the foundation holds a database."""
        foundation = self.template(FOUNDATION)
        return foundation is not None and "AWS::RDS::DBInstance" in foundation.body

    @property
    def parts(self) -> tuple[str, ...]:
        """Bootstrap first, then the foundation, then the services."""
        rank = {BOOTSTRAP: 0, FOUNDATION: 1}
        return tuple(sorted((t.part for t in self.templates), key=lambda part: rank.get(part, 2)))
