"""A database that is deleted or replaced leaves a snapshot behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hivemind.model.plan import Severity
from hivemind.policy.rule import Fault
from hivemind.policy.view import View

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
SAFE = frozenset({"Snapshot", "Retain"})


class DatabaseLoss:
    """Both policies must be written: the default of the second is Delete, whatever the first says."""

    id: ClassVar[str] = "database-loss"
    title: ClassVar[str] = "No database goes without a snapshot"
    why: ClassVar[str] = "automated backups go with the database; only a final snapshot survives a wrong update"
    source: ClassVar[str] = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"
    )
    severity: ClassVar[Severity] = "block"

    def check(self, view: View) -> Iterator[Fault]:
        """Every policy of every database that would lose its data."""
        for database in view.of("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
            if "DBClusterIdentifier" in database.properties:
                continue  # the cluster holds the data
            for policy in POLICIES:
                said = database.body.get(policy)
                if said not in SAFE:
                    yield Fault(
                        database.where(policy),
                        f"{policy} is {said or 'not written'}: the data would be lost",
                        f"write {policy}: Snapshot",
                    )
