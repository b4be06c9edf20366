"""The metadata service, version 2 only."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from hivemind.emulator.instances.metadata import Answer, MetadataService, Request


def instance(id_: str = "i-1", *, tags: str = "disabled", endpoint: str = "enabled", tokens: str = "required") -> Any:
    return SimpleNamespace(
        id=id_,
        image_id="ami-1",
        instance_type="t3.micro",
        architecture="x86_64",
        region_name="us-east-1",
        availability_zone="us-east-1a",
        private_ip="10.0.0.4",
        public_ip=None,
        private_dns_name="ip-10-0-0-4.ec2.internal",
        security_groups=[SimpleNamespace(name="web")],
        launch_time=SimpleNamespace(isoformat=lambda: "2026-01-01T00:00:00"),
        user_data=base64.b64encode(b"#!/bin/sh\n").decode(),
        metadata_options=SimpleNamespace(http_endpoint=endpoint, instance_metadata_tags=tags, http_tokens=tokens),
        get_tags=lambda: [{"key": "hivemind:release", "value": "abc"}, {"key": "empty", "value": ""}],
    )


def token(service: MetadataService, of: Any, ttl: str = "60") -> str:
    headers = {"x-aws-ec2-metadata-token-ttl-seconds": ttl}
    return service.answer(of, Request("PUT", "latest/api/token", headers)).text


def ask(service: MetadataService, of: Any, path: str, with_token: str) -> Answer:
    return service.answer(of, Request("GET", path, {"x-aws-ec2-metadata-token": with_token}))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("latest/meta-data/instance-id", "i-1"),
        ("latest/meta-data/placement/region", "us-east-1"),
        ("latest/meta-data/placement/availability-zone", "us-east-1a"),
        ("latest/user-data", "#!/bin/sh\n"),
    ],
)
def test_facts(path: str, expected: str) -> None:
    service = MetadataService()
    assert ask(service, instance(), path, token(service, instance())) == Answer(200, expected)


def test_the_identity_document() -> None:
    service = MetadataService()
    document = ask(service, instance(), "latest/dynamic/instance-identity/document", token(service, instance()))
    assert json.loads(document.text)["instanceId"] == "i-1"


def test_no_token_a_wrong_one_or_a_neighbours_is_unauthorized() -> None:
    service = MetadataService()
    path = "latest/meta-data/instance-id"
    assert service.answer(instance(), Request("GET", path, {})).status == 401
    assert ask(service, instance(), path, "made-up").status == 401
    assert ask(service, instance("i-2"), path, token(service, instance("i-1"))).status == 401


def test_version_1_asks_without_a_token_where_tokens_are_optional_but_never_with_a_wrong_one() -> None:
    service, open_one = MetadataService(), instance(tokens="optional")
    path = "latest/meta-data/instance-id"
    assert service.answer(open_one, Request("GET", path, {})) == Answer(200, "i-1")
    assert ask(service, open_one, path, "made-up").status == 401
    assert ask(service, open_one, path, token(service, open_one)).status == 200
    assert service.answer(instance(endpoint="disabled", tokens="optional"), Request("GET", path, {})).status == 403


def test_a_token_expires() -> None:
    moment = [0.0]
    service = MetadataService(now=lambda: moment[0])
    given = token(service, instance(), "10")
    moment[0] = 11
    assert ask(service, instance(), "latest/meta-data/instance-id", given).status == 401


@pytest.mark.parametrize("ttl", ["", "0", "21601", "soon", "-1"])
def test_a_token_needs_a_sensible_life(ttl: str) -> None:
    headers = {"x-aws-ec2-metadata-token-ttl-seconds": ttl}
    assert MetadataService().answer(instance(), Request("PUT", "latest/api/token", headers)).status == 400


def test_tags_are_shown_only_where_allowed() -> None:
    service = MetadataService()
    path = "latest/meta-data/tags/instance/hivemind:release"
    closed, opened = instance(), instance(tags="enabled")
    assert ask(service, closed, path, token(service, closed)).status == 404
    assert ask(service, opened, path, token(service, opened)) == Answer(200, "abc")
    assert ask(service, opened, path.replace(":", "%3A"), token(service, opened)) == Answer(200, "abc")
    assert ask(service, opened, "latest/meta-data/tags/instance/", token(service, opened)).text.count("\n") == 1
    assert ask(service, opened, "latest/meta-data/tags/instance/none", token(service, opened)).status == 404


def test_forwarded_requests_and_a_disabled_service_are_forbidden() -> None:
    service = MetadataService()
    forwarded = Request("PUT", "latest/api/token", {"x-forwarded-for": "1.2.3.4"})
    assert service.answer(instance(), forwarded).status == 403
    off = instance(endpoint="disabled")
    assert service.answer(off, Request("PUT", "latest/api/token", {})).status == 403


def test_what_there_is_not_is_404() -> None:
    service = MetadataService()
    assert ask(service, instance(), "latest/meta-data/no-such", token(service, instance())).status == 404
