"""Errors come in the caller's own protocol, and the aws shim prints as aws does."""

from __future__ import annotations

import json

import pytest

from hivemind.emulator.refusals import refuse
from hivemind.emulator.shims import aws
from hivemind.emulator.shims.api import ApiError, s3_error
from hivemind.emulator.shims.aws_output import as_text


def test_json_callers_get_json() -> None:
    environ = {"CONTENT_TYPE": "application/x-amz-json-1.1", "HTTP_X_AMZ_TARGET": "X.Y"}
    answer = refuse(environ, 501, "NotImplemented", "no such call")
    assert (answer.status, answer.line, answer.content_type) == (501, "501 Not Implemented", environ["CONTENT_TYPE"])
    assert json.loads(answer.body) == {"__type": "NotImplemented", "message": "no such call"}


@pytest.mark.parametrize(
    ("service", "start"), [("ec2", b"<Response><Errors><Error>"), ("s3", b"<Error><Code>"), ("rds", b"<ErrorResponse>")]
)
def test_xml_callers_get_their_xml(service: str, start: bytes) -> None:
    signature = f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request"
    answer = refuse({"HTTP_AUTHORIZATION": signature}, 501, "NotImplemented", "a < b")
    assert answer.body.startswith(start)
    assert b"a &lt; b" in answer.body


@pytest.mark.parametrize(
    ("value", "text"),
    [("plain", "plain"), (None, "None"), (True, "True"), (3, "3"), ({"b": 1, "a": "x"}, "x\t1"), (["a", "b"], "a\tb")],
)
def test_text_output(value: object, text: str) -> None:
    assert as_text(value) == text


def test_s3_errors_are_read_from_their_xml() -> None:
    problem = s3_error(412, b"<Error><Code>PreconditionFailed</Code><Message>No.</Message></Error>")
    assert aws.sentence("PutObject", problem) == (
        "An error occurred (PreconditionFailed) when calling the PutObject operation: No."
    )
    assert s3_error(404, b"").code == "404"


@pytest.mark.parametrize(
    "words", [[], ["ec2", "describe-instances"], ["s3", "rm", "s3://b/k"], ["s3api", "put-object"]]
)
def test_unknown_calls_exit_252_and_say_what_is_known(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        aws.main(words)
    assert exited.value.code == 252
    assert "The local cloud's aws knows: cloudformation signal-resource, s3 cp" in capsys.readouterr().err


def test_an_error_keeps_its_code() -> None:
    assert ApiError("NoSuchKey", "gone").code == "NoSuchKey"
