"""The instance metadata service: a token first unless tokens are optional, tags only where allowed.

A request that was forwarded is refused, as EC2 refuses it; how many hops an answer travels cannot be told on loopback,
so that HttpPutResponseHopLimit is shown and has no effect.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

ACCOUNT = "123456789012"
MAX_TTL = 21600


@dataclass(frozen=True)
class Request:
    """One call: `path` begins with `latest/`, header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What comes back."""

    status: int
    text: str


@dataclass
class MetadataService:
    """Answers for every instance; a token is good for the instance that asked for it, until it expires."""

    now: Callable[[], float] = time.monotonic
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def answer(self, instance: Any, request: Request) -> Answer:
        """One request of one instance (moto's model of it)."""
        if instance.metadata_options.http_endpoint == "disabled" or "x-forwarded-for" in request.headers:
            return Answer(403, "Forbidden")
        if request.path == "latest/api/token":
            return self._token(instance.id, request)
        if request.method != "GET":
            return Answer(405, "Method Not Allowed")
        return _found(instance, request.path) if self._may_ask(instance, request) else Answer(401, "Unauthorized")

    def _may_ask(self, instance: Any, request: Request) -> bool:
        """With a token of its own, or without any (version 1) where tokens are optional; never with a wrong one."""
        token = request.headers.get("x-aws-ec2-metadata-token")
        if token is None:
            return bool(instance.metadata_options.http_tokens == "optional")
        owner, expires = self._tokens.get(token, ("", 0.0))
        return owner == instance.id and self.now() <= expires

    def _token(self, instance_id: str, request: Request) -> Answer:
        if request.method != "PUT":
            return Answer(405, "Method Not Allowed")
        ttl = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not ttl.isdigit() or not 1 <= int(ttl) <= MAX_TTL:
            return Answer(400, "Bad Request")
        self._tokens = {token: entry for token, entry in self._tokens.items() if entry[1] > self.now()}
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (instance_id, self.now() + int(ttl))
        return Answer(200, token)


def _found(instance: Any, path: str) -> Answer:
    if path == "latest/user-data":
        text = base64.b64decode(str(instance.user_data or "")).decode(errors="replace")
    elif path == "latest/dynamic/instance-identity/document":
        text = json.dumps(_identity(instance))
    elif path.startswith("latest/meta-data/tags/instance"):
        return _tag(instance, path.removeprefix("latest/meta-data/tags/instance").strip("/"))
    else:
        text = _facts(instance).get(path.removeprefix("latest/meta-data/"), "")
    return Answer(200, text) if text else Answer(404, "Not Found")


def _tag(instance: Any, key: str) -> Answer:
    if instance.metadata_options.instance_metadata_tags != "enabled":
        return Answer(404, "Not Found")
    tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
    if not key:
        return Answer(200, "\n".join(sorted(tags)))
    value = tags.get(unquote(key))
    return Answer(404, "Not Found") if value is None else Answer(200, value)


def _facts(instance: Any) -> dict[str, str]:
    return {
        "instance-id": instance.id,
        "instance-type": instance.instance_type,
        "ami-id": instance.image_id,
        "local-ipv4": instance.private_ip or "",
        "public-ipv4": instance.public_ip or "",
        "local-hostname": instance.private_dns_name,
        "hostname": instance.private_dns_name,
        "placement/region": instance.region_name,
        "placement/availability-zone": instance.availability_zone or "",
        "security-groups": "\n".join(group.name for group in instance.security_groups),
    }


def _identity(instance: Any) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "architecture": instance.architecture,
        "availabilityZone": instance.availability_zone,
        "imageId": instance.image_id,
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "pendingTime": instance.launch_time.isoformat() + "Z",
        "privateIp": instance.private_ip,
        "region": instance.region_name,
        "version": "2017-09-30",
    }
