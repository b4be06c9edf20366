"""Attributes of instances that moto forgets when launching, changes at any time, or loses when another is changed.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from hivemind.emulator.seam import Seam

ONLY_STOPPED = ("InstanceType", "UserData", "EbsOptimized", "Kernel")
OPTIONS = {
    "HttpTokens": "http_tokens",
    "HttpPutResponseHopLimit": "http_put_response_hop_limit",
    "HttpEndpoint": "http_endpoint",
    "HttpProtocolIpv6": "http_protocol_ipv6",
    "InstanceMetadataTags": "instance_metadata_tags",
}


def install() -> None:
    """Patch moto's instances."""
    launching, stopping, attribute, options = seams()
    launching.wrap(_launch)
    stopping.wrap(_stop)
    attribute.wrap(_modify)
    options.wrap(_modify_options)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.ec2.responses.instances import InstanceResponse

    return (
        Seam(InstanceResponse, "run_instances", "self"),
        Seam(InstanceResponse, "stop_instances", "self"),
        Seam(InstanceResponse, "modify_instance_attribute", "self"),
        Seam(InstanceResponse, "modify_instance_metadata_options", "self"),
    )


def _launch(original: Callable[..., Any], call: Any) -> Any:
    _refuse_hibernation(call._get_bool_param("HibernationOptions.Configured"))
    answer = original(call)
    asked = call._get_bool_param("DisableApiTermination")
    for instance in answer.result.instances if asked is not None else ():
        instance.disable_api_termination = asked
    return answer


def _stop(original: Callable[..., Any], call: Any) -> Any:
    _refuse_hibernation(call._get_bool_param("Hibernate"))
    return original(call)


def _refuse_hibernation(asked: bool | None) -> None:
    from moto.ec2.exceptions import EC2ClientError

    if asked:
        raise EC2ClientError("UnsupportedHibernationConfiguration", "The local cloud does not hibernate instances.")


def _modify(original: Callable[..., Any], call: Any) -> Any:
    from moto.ec2.exceptions import EC2ClientError

    instance = call.ec2_backend.get_instance(call._get_param("InstanceId"))
    changes = {name for name in ONLY_STOPPED if call._get_param(f"{name}.Value") is not None}
    asked = str(call._get_param("Attribute") or "")
    if (changes or asked[:1].upper() + asked[1:] in ONLY_STOPPED) and instance.state != "stopped":
        message = f"The instance '{instance.id}' is not in the 'stopped' state."
        raise EC2ClientError("IncorrectInstanceState", message)
    if "InstanceType" in changes:
        _require_type(call._get_param("InstanceType.Value"))
    if "UserData" in changes:  # the caller's own encoding is undone by now, and moto would undo it again
        call.params["UserData"] = {"Value": base64.b64encode(_bytes(call._get_param("UserData.Value")))}
    return original(call)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _require_type(wanted: str) -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    if wanted not in INSTANCE_TYPES:
        message = f"Invalid value '{wanted}' for InstanceType."
        raise EC2ClientError("InvalidInstanceAttributeValue", message)


def _modify_options(original: Callable[..., Any], call: Any) -> Any:
    """moto sets to nothing what is not asked; on EC2 it stays.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
    """
    before = call.ec2_backend.get_instance(call._get_param("InstanceId")).metadata_options
    for name, field in OPTIONS.items():
        if call._get_param(name) is None:
            call.params[name] = vars(before)[field]
    return original(call)
