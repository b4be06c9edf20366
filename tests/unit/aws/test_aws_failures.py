"""What goes wrong on the way to AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions

from hivemind.aws.cloud import cloud
from hivemind.aws.failures import cloud_errors
from hivemind.aws.session import Credentials, Session
from hivemind.errors import CloudError


def refused(code: str, message: str = "no") -> CloudError:
    error = exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")
    with pytest.raises(CloudError) as caught, cloud_errors("stack shop"):
        raise error
    return caught.value


def broken(error: Exception) -> CloudError:
    with pytest.raises(CloudError) as caught, cloud_errors("stack shop"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AccessDenied", "permission"),
        ("AccessDeniedException", "permission"),
        ("UnauthorizedOperation", "`DescribeStacks`"),
        ("ExpiredToken", "Log in"),
        ("ExpiredTokenException", "Log in"),
        ("InvalidClientTokenId", "Log in"),
        ("Throttling", "slow down"),
        ("ThrottlingException", "slow down"),
        ("LimitExceededException", "quota"),
        ("InsufficientInstanceCapacity", "another instance type"),
        ("SomethingElse", "documentation of `DescribeStacks`"),
    ],
)
def test_a_refusal_keeps_the_clouds_words_and_says_what_to_do(code: str, hint: str) -> None:
    error = refused(code, "its own words")
    assert str(error) == f"stack shop: DescribeStacks: its own words ({code})"
    assert error.code == code
    assert hint in error.hint
    assert error.__cause__ is None


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (exceptions.NoCredentialsError(), "no AWS credentials were found", "Log in"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "no AWS credentials were found", "Log in"),
        (exceptions.ProfileNotFound(profile="x"), "the AWS profile does not exist", "AWS_PROFILE"),
        (exceptions.TokenRetrievalError(provider="sso", error_msg="x"), "the AWS login has ended", "Log in"),
        (exceptions.EndpointConnectionError(endpoint_url="https://x.aws"), "no answer from https://x.aws", "network"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://x.aws"), "no answer from https://x.aws", "network"),
        (exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "no answer", "hivemind emulator start"),
        (exceptions.ReadTimeoutError(endpoint_url="http://127.0.0.1:9"), "no answer", "hivemind emulator start"),
    ],
)
def test_not_getting_through_says_what_to_do(error: Exception, message: str, hint: str) -> None:
    found = broken(error)
    assert message in found.message
    assert hint in found.hint


def test_a_rejected_request_never_shows_its_values() -> None:
    found = broken(exceptions.ParamValidationError(report="Invalid length for parameter X, value: sesame"))
    assert "sesame" not in str(found) + found.hint


def test_what_is_ours_passes_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), cloud_errors("x"):
        raise ZeroDivisionError


def test_a_dead_local_endpoint_is_one_clear_error() -> None:
    session = Session("us-east-1", endpoint="http://127.0.0.1:9")
    with pytest.raises(CloudError, match=r"no answer from http://127\.0\.0\.1:9") as caught:
        cloud(session).inventory.caller()
    assert "hivemind emulator start" in caught.value.hint


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [("http://127.0.0.1:4566", True), ("http://localhost:1", True), ("https://aws.example.com", False), (None, False)],
)
def test_a_local_endpoint_never_gets_real_keys(monkeypatch: Any, endpoint: str | None, local: bool) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    session = Session("eu-central-1", endpoint=endpoint)
    client = session.client("sts")
    assert session.is_local is local
    assert (client._request_signer._credentials.access_key == "local") is local
    assert client.meta.region_name == "eu-central-1"
    assert "hivemind/" in client.meta.config.user_agent


def test_clients_are_made_once_and_keys_are_not_shown() -> None:
    session = Session("us-east-1", credentials=Credentials("id", "very-secret"))
    assert session.client("sts") is session.client("sts")
    assert "very-secret" not in repr(session)
