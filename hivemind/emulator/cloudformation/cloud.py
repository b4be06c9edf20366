"""The door through which resource handlers act: boto3 clients against the local cloud's own endpoint.

A handler calls the API as any outside caller would. Templates write numbers and booleans as text, so every call is
converted by the service model: what the operation wants decides, not each handler.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from hivemind.emulator.cloudformation.intrinsics import text
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.stacks import ACCOUNT, Stacks

POLL = 0.05

_clients: dict[tuple[str, str, str], Any] = {}
_creating = threading.Lock()


FIRST_CALLS = {
    "ec2": "describe_vpcs",
    "iam": "list_instance_profiles",
    "s3": "list_buckets",
    "elbv2": "describe_load_balancers",
    "rds": "describe_db_instances",
    "secretsmanager": "list_secrets",
    "logs": "describe_log_groups",
    "sns": "list_topics",
    "cloudwatch": "describe_alarms",
    "autoscaling": "describe_auto_scaling_groups",
}
"""A call that reads, for each service that stacks are mostly made of."""


class Stopped(Exception):
    """The engine is being stopped: leave everything as it is."""


class Cancelled(Exception):
    """Another resource failed, so this one is given up."""


class Cloud:
    """One region of the local cloud, as handlers see it."""

    def __init__(self, endpoint: str, region: str, stacks: Stacks, stopping: threading.Event) -> None:
        self.endpoint = endpoint
        self.region = region
        self.account = ACCOUNT
        self.stacks = stacks
        self._stopping = stopping

    def check(self) -> None:
        """Raises Stopped once the engine is being stopped."""
        if self._stopping.is_set():
            raise Stopped

    def client(self, service: str) -> Any:
        """The boto3 client of a service, made once per process."""
        key = (service, self.endpoint, self.region)
        with _creating:
            if key not in _clients:
                _clients[key] = _make_client(*key)
            return _clients[key]

    def call(self, service: str, operation: str, /, **arguments: Json) -> Any:
        """One API call, its arguments converted to the types the operation wants; raises Refusal with its error."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        self.check()
        client = self.client(service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        try:
            return getattr(client, operation)(**_converted(model.input_shape, arguments))
        except ClientError as error:
            answer = error.response.get("Error", {})
            code = str(answer.get("Code", "InternalFailure"))
            said = f"{answer.get('Message', error)} (Service: {service}, Error Code: {code})"
            raise Refusal(said, code=code) from error
        except BotoCoreError as error:
            raise Refusal(str(error), code="InvalidRequest") from error
        except ResponseParserError as error:
            raise Refusal(f"the local cloud failed in {service} {operation}", code="InternalFailure") from error

    def warm(self) -> None:
        """Make clients and services ready ahead of the first stack, which would wait a second or two for them."""
        with suppress(Stopped, Refusal):
            for service, operation in FIRST_CALLS.items():
                self.call(service, operation)

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def _make_client(service: str, endpoint: str, region: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"max_attempts": 1}, max_pool_connections=32, s3={"addressing_style": "path"}),
    )


def _converted(shape: Any, value: Json) -> Json:
    match shape.type_name if shape is not None else "":
        case "structure" if isinstance(value, Mapping):
            return {key: _converted(shape.members.get(key), each) for key, each in value.items()}
        case "list" if isinstance(value, (list, tuple)):
            return [_converted(shape.member, each) for each in value]
        case "map" if isinstance(value, Mapping):
            return {key: _converted(shape.value, each) for key, each in value.items()}
        case kind:
            return _scalar(kind, value)


def _scalar(kind: str, value: Json) -> Json:
    match kind:
        case "integer" | "long" if isinstance(value, str):
            return int(float(value))
        case "float" | "double":
            return float(value)
        case "boolean" if isinstance(value, str):
            return value.lower() == "true"
        case "string" if not isinstance(value, (str, dict, list)):
            return text(value)
        case _:
            return value


def missing(error: Refusal) -> bool:
    """Whether a call failed because what it names is not there."""
    code = error.code
    return "NotFound" in code or "NoSuch" in code or code in ("404", "ResourceNotFoundException")


def until(done: Callable[[], bool], seconds: float, interrupted: Callable[[], None]) -> bool:
    """Polls until `done`, or gives up after `seconds`; `interrupted` raises when waiting makes no sense any more."""
    deadline = time.monotonic() + seconds
    while not done():
        interrupted()
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
