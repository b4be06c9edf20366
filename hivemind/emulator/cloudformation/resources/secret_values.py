"""Secrets, and the attachment that writes a database's address into one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.physical import tail
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import removed

_FORM = ("SecretStringTemplate", "GenerateStringKey")
_ADDRESS = ("engine", "host", "port", "dbname", "dbInstanceIdentifier")


class Secret(Handler):
    """AWS::SecretsManager::Secret; `Ref` is its ARN."""

    type = "AWS::SecretsManager::Secret"
    honours = words("Name Description SecretString GenerateSecretString KmsKeyId Tags")
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.get("Name") or f"{wanted.logical_id}-{tail()}"
        asked = wanted.pick("Description", "KmsKeyId")
        value = {"SecretString": _value(cloud, wanted)}
        answer = cloud.call("secretsmanager", "create_secret", Name=name, Tags=wanted.tag_list(), **value, **asked)
        return str(answer["ARN"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        if after.changes(before, "Description", "KmsKeyId"):
            asked = {"Description": after.get("Description", ""), **after.pick("KmsKeyId")}
            cloud.call("secretsmanager", "update_secret", SecretId=physical_id, **asked)
        if after.changes(before, "SecretString", "GenerateSecretString"):
            value = _value(cloud, after)
            cloud.call("secretsmanager", "put_secret_value", SecretId=physical_id, SecretString=value)
        if before.all_tags() != after.all_tags():
            cloud.call("secretsmanager", "tag_resource", SecretId=physical_id, Tags=after.tag_list())
            cloud.call("secretsmanager", "untag_resource", SecretId=physical_id, TagKeys=removed(before, after))

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("secretsmanager", "delete_secret", SecretId=physical_id, ForceDeleteWithoutRecovery=True)


def _value(cloud: Cloud, wanted: Wanted) -> str:
    rules = wanted.get("GenerateSecretString")
    if rules is None:
        return str(wanted.get("SecretString", ""))
    asked = {name: value for name, value in rules.items() if name not in _FORM}
    password = str(cloud.call("secretsmanager", "get_random_password", **asked)["RandomPassword"])
    if "SecretStringTemplate" not in rules:
        return password
    try:
        return json.dumps({**json.loads(rules["SecretStringTemplate"]), rules["GenerateStringKey"]: password})
    except (ValueError, TypeError, KeyError):
        raise Refusal("SecretStringTemplate must be a JSON object and needs GenerateStringKey") from None


class SecretTargetAttachment(Handler):
    """AWS::SecretsManager::SecretTargetAttachment, of a database instance."""

    type = "AWS::SecretsManager::SecretTargetAttachment"
    honours = words("SecretId TargetId TargetType")
    offers = words("Id")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        if wanted["TargetType"] != "AWS::RDS::DBInstance":
            raise Refusal(f"the local cloud cannot attach a secret to {wanted['TargetType']}")
        answer = cloud.call("rds", "describe_db_instances", DBInstanceIdentifier=wanted["TargetId"])
        database = answer["DBInstances"][0]
        content = _content(cloud, wanted["SecretId"])
        content |= {
            "engine": database["Engine"],
            "host": database["Endpoint"]["Address"],
            "port": database["Endpoint"]["Port"],
            "dbname": database.get("DBName", ""),
            "dbInstanceIdentifier": wanted["TargetId"],
        }
        _write(cloud, wanted["SecretId"], content)
        return str(wanted["SecretId"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Id": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self.create(cloud, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        content = _content(cloud, physical_id)
        _write(cloud, physical_id, {key: value for key, value in content.items() if key not in _ADDRESS})


def _content(cloud: Cloud, secret: str) -> dict[str, Json]:
    try:
        content = json.loads(cloud.call("secretsmanager", "get_secret_value", SecretId=secret)["SecretString"])
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Refusal("a secret can be attached only when its value is a JSON object")
    return content


def _write(cloud: Cloud, secret: str, content: Mapping[str, Json]) -> None:
    cloud.call("secretsmanager", "put_secret_value", SecretId=secret, SecretString=json.dumps(content))
