"""Dynamic references: `{{resolve:secretsmanager:..}}` and `{{resolve:ssm:..}}`, resolved only just before a call.

Stored properties, change sets and events keep the reference, so a secret never lands in any of them, and a secret
that changes is, as on AWS, no change of the stack.
"""

from __future__ import annotations

import json
import re

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal

_REFERENCE = re.compile(r"\{\{resolve:(?P<service>[a-z-]+):(?P<rest>[^{}]+)\}\}")
_SECRET = re.compile(r"(?P<id>(?:arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:)?[^:]+)(?::(?P<parts>.*))?")


def resolved(value: Json, cloud: Cloud) -> Json:
    """A value with every dynamic reference replaced; raises Refusal when one cannot be read."""
    if isinstance(value, dict):
        return {key: resolved(each, cloud) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, cloud) for each in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return _REFERENCE.sub(lambda found: _read(found["service"], found["rest"], cloud), value)
    return value


def _read(service: str, rest: str, cloud: Cloud) -> str:
    match service:
        case "secretsmanager":
            return _secret(rest, cloud)
        case "ssm" | "ssm-secure":
            name = rest if rest.count(":") else rest.rstrip(":")
            answer = cloud.call("ssm", "get_parameter", Name=name, WithDecryption=service == "ssm-secure")
            return str(answer["Parameter"]["Value"])
        case _:
            raise Refusal(f"Dynamic references of {service} do not exist: {{{{resolve:{service}:..}}}}")


def _secret(rest: str, cloud: Cloud) -> str:
    found = _SECRET.fullmatch(rest)
    if found is None:
        raise Refusal(f"Incorrect format is used in the following dynamic reference: secretsmanager:{rest}")
    _, key, stage, version = ((found["parts"] or "SecretString") + ":::").split(":")[:4]
    asked = {name: each for name, each in (("VersionStage", stage), ("VersionId", version)) if each}
    content = cloud.call("secretsmanager", "get_secret_value", SecretId=found["id"], **asked)["SecretString"]
    if not key:
        return str(content)
    try:
        return str(json.loads(content)[key])
    except (ValueError, KeyError, TypeError):
        raise Refusal(f"Could not find a value associated with JSONKey {key} in SecretString") from None
