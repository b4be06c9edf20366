"""Parameters of Systems Manager."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.physical import tail
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import removed

_CONTENT = "Type Value Description AllowedPattern Tier DataType"


class Parameter(Handler):
    """AWS::SSM::Parameter; its tags are a map."""

    type = "AWS::SSM::Parameter"
    honours = words(f"Name {_CONTENT} Tags")
    offers = words("Type Value")
    volatile = words("Type Value")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = str(wanted.get("Name") or f"CFN-{wanted.logical_id}-{tail()}")
        tags = {"Tags": wanted.tag_list()} if wanted.tag_list() else {}
        cloud.call("ssm", "put_parameter", Name=name, **wanted.pick(*_CONTENT.split()), **tags)
        return name

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Type": wanted["Type"], "Value": wanted["Value"]}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, *_CONTENT.split()):
            cloud.call("ssm", "put_parameter", Name=physical_id, Overwrite=True, **after.pick(*_CONTENT.split()))
        if before.all_tags() != after.all_tags():
            mine = {"ResourceType": "Parameter", "ResourceId": physical_id}
            cloud.call("ssm", "add_tags_to_resource", Tags=after.tag_list(), **mine)
            cloud.call("ssm", "remove_tags_from_resource", TagKeys=removed(before, after), **mine)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("ssm", "delete_parameter", Name=physical_id)
