"""Early validation: what CloudFormation finds wrong with a template before any resource is touched.

Runs on every CreateStack, UpdateStack and CreateChangeSet; what it finds is read with DescribeEvents alone. Wrong
properties and names that are taken stop the operation, a bucket that is not empty is only warned of.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.emulator.cloudformation.drift.readers import READERS, Subject
from hivemind.emulator.cloudformation.history import BUCKET_EMPTINESS, NAME_CONFLICT, PROPERTIES, Finding
from hivemind.emulator.cloudformation.intrinsics import is_unknown
from hivemind.emulator.cloudformation.properties import problems
from hivemind.emulator.cloudformation.records import Definition, Resource, Stack
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import Region
from hivemind.emulator.cloudformation.resources.handler import exists_already
from hivemind.emulator.cloudformation.schemas import schema_of

_BUCKET = "AWS::S3::Bucket"


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


def name_conflicts(region: Region, stack: Stack, definition: Definition) -> Iterator[Finding]:
    """Whether a new resource is given a name that something else has.

    Only where the name alone identifies a resource of the type, and the template gives it.
    """
    name = _given_name(definition)
    half_made = stack.resources.get(definition.logical_id)
    if name is None or (half_made is not None and half_made.physical_id == name):
        return
    if _exists(region, stack, definition, name):
        yield Finding(
            logical_id=definition.logical_id,
            type=definition.type,
            validation=NAME_CONFLICT,
            reason=exists_already(definition.type, name).message,
            path=f"/Resources/{definition.logical_id}",
            physical_id=name,
        )


def _given_name(definition: Definition) -> str | None:
    identifiers = schema_of(definition.type).paths("primaryIdentifier")
    given = [definition.properties.get(each) for each in identifiers]
    if len(given) != 1 or not isinstance(given[0], str) or is_unknown(given[0]) or "{{resolve:" in given[0]:
        return None
    return given[0].lower() if definition.type.startswith("AWS::RDS::") else given[0]


def _exists(region: Region, stack: Stack, definition: Definition, name: str) -> bool:
    reader = READERS.get(definition.type)
    if reader is None:
        return False
    try:
        reader.read(Subject(region.cloud, name, region.reachable(stack, definition)))
    except Refusal:
        return False
    return True


def full_buckets(region: Region, resource: Resource) -> Iterator[Finding]:
    """Warns of a bucket that is to be deleted and still holds something."""
    if resource.type != _BUCKET or resource.definition.deletion_policy != "Delete" or not resource.physical_id:
        return
    try:
        held = region.cloud.call("s3", "list_object_versions", Bucket=resource.physical_id, MaxKeys=1)
    except Refusal:
        return
    if held.get("Versions") or held.get("DeleteMarkers"):
        yield Finding(
            logical_id=resource.logical_id,
            type=resource.type,
            validation=BUCKET_EMPTINESS,
            reason=(
                f"The bucket '{resource.physical_id}' is not empty. You must either delete all objects and versions or "
                "use the deletion policy to retain it, otherwise the delete operation will fail."
            ),
            path=f"/Resources/{resource.logical_id}",
            mode="WARN",
            physical_id=resource.physical_id,
        )
