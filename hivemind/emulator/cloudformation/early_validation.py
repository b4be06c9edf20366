"""Early validation: what CloudFormation finds wrong with a template before any resource is touched.

Runs on every CreateStack, UpdateStack and CreateChangeSet; what it finds is read with DescribeEvents alone. Wrong
properties and names that are taken stop the operation, a bucket that is not empty is only warned of.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.emulator.cloudformation.history import PROPERTIES, Finding
from hivemind.emulator.cloudformation.properties import problems
from hivemind.emulator.cloudformation.records import Definition
from hivemind.emulator.cloudformation.schemas import schema_of


def property_findings(definition: Definition) -> Iterator[Finding]:
    """Everything that the type's schema has against the properties of one resource."""
    for problem in problems(schema_of(definition.type), definition.properties):
        yield Finding(
            logical_id=definition.logical_id,
            type=definition.type,
            validation=PROPERTIES,
            reason=problem.reason,
            path=f"/Resources/{definition.logical_id}/Properties{problem.at.removeprefix('#')}",
        )
