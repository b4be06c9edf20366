"""Plain HTTP to the local cloud's endpoint, with as much of an AWS signature as it takes to name the service."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

Body = bytes | IO[bytes]


class ApiError(Exception):
    """The service said no: `code` and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Reply:
    """A whole answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def region() -> str:
    """The instance's region."""
    return os.environ.get("AWS_REGION", "us-east-1")


def connect() -> http.client.HTTPConnection:
    """A connection to the endpoint."""
    address = urlsplit(os.environ["AWS_ENDPOINT_URL"])
    return http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=600)


def request(
    connection: http.client.HTTPConnection, service: str, line: tuple[str, str], headers: Mapping[str, str], body: Body
) -> http.client.HTTPResponse:
    """Send one signed request, `line` being method and path; the answer is not read yet."""
    scope = f"{os.environ.get('AWS_ACCESS_KEY_ID', 'test')}/20200101/{region()}/{service}/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    connection.request(*line, body=body, headers={"Authorization": signature, **headers})
    return connection.getresponse()


def s3(method: str, bucket: str, key: str, headers: Mapping[str, str], body: Body = b"") -> Reply:
    """One S3 call on an object, path style; raises ApiError."""
    connection = connect()
    answer = request(connection, "s3", (method, s3_path(bucket, key)), headers, body)
    reply = Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    if reply.status >= 300:
        raise s3_error(reply.status, reply.body)
    return reply


def s3_path(bucket: str, key: str) -> str:
    """The path of an object."""
    return f"/{bucket}/{quote(key)}"


def s3_error(status: int, body: bytes) -> ApiError:
    """What S3's XML says, or the bare status where there is none, as for HEAD."""
    try:
        found = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return ApiError(str(status), {404: "Not Found", 403: "Forbidden"}.get(status, "Error"))
    return ApiError(found.findtext("Code") or str(status), found.findtext("Message") or "")


def json_call(service: str, target: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One call of a JSON service, `target` as in `secretsmanager.GetSecretValue`; raises ApiError."""
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    answer = request(connect(), service, ("POST", "/"), headers, json.dumps(arguments).encode())
    value: dict[str, Any] = json.loads(answer.read() or b"{}")
    if answer.status >= 300:
        code = str(value.get("__type", answer.status)).rpartition("#")[2]
        raise ApiError(code, str(value.get("message") or value.get("Message") or ""))
    return value


def query_call(service: str, arguments: Mapping[str, str]) -> None:
    """One call of a query service; raises ApiError."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    answer = request(connect(), service, ("POST", "/"), headers, urlencode(arguments).encode())
    text = answer.read()
    if answer.status >= 300:
        words = {node.tag.rpartition("}")[2]: node.text or "" for node in ElementTree.fromstring(text).iter()}
        raise ApiError(words.get("Code", str(answer.status)), words.get("Message", ""))


def signal_resource(stack: str, resource: str, sender: str, status: str) -> None:
    """CloudFormation's SignalResource; `status` is SUCCESS or FAILURE. Raises ApiError."""
    call = {"Action": "SignalResource", "Version": "2010-05-15", "StackName": stack, "LogicalResourceId": resource}
    query_call("cloudformation", {**call, "UniqueId": sender, "Status": status})


def tell_cloud(what: str, arguments: Mapping[str, Any]) -> None:
    """Ask the local cloud itself something about this instance; exits with 1 when it cannot be reached."""
    path = f"/_local/instances/{os.environ['INSTANCE_ID']}/{what}"
    try:
        connection = connect()
        connection.request("POST", path, body=json.dumps(arguments).encode())
        status = connection.getresponse().status
    except OSError as problem:
        sys.exit(f"the local cloud does not answer: {problem}")
    if status != 200:
        sys.exit(f"the local cloud refused {what}: {status}")
