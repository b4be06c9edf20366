"""`aws`, in the few calls that a machine makes at start; whatever else is asked is refused, never guessed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from hivemind.emulator.shims import aws_output, transfers
from hivemind.emulator.shims.api import ApiError, json_call, s3, signal_resource

USAGE, FAILED = 252, 254


class Parser(argparse.ArgumentParser):
    """Exits as the real one does for what it does not know."""

    def error(self, message: str) -> NoReturn:
        """Say what this stand-in knows."""
        print(f"\naws: error: {message}\nThe local cloud's aws knows: {', '.join(sorted(CALLS))}", file=sys.stderr)  # noqa: T201
        sys.exit(USAGE)


def main(arguments: list[str]) -> int:
    """`aws SERVICE CALL ...`; global options may stand anywhere."""
    common = Parser(add_help=False)
    common.add_argument("--region")
    common.add_argument("--output", default="json", choices=("json", "text"))
    common.add_argument("--query", default="")
    common.add_argument("--no-cli-pager", action="store_true")
    common.add_argument("--endpoint-url")
    asked, words = common.parse_known_args(arguments)
    if asked.region:
        os.environ["AWS_REGION"] = asked.region
    call = CALLS.get(" ".join(words[:2]))
    if call is None:
        common.error(f"the call is not known here: {' '.join(words[:2]) or 'none given'}")
    operation, run = call
    try:
        result = run(Parser(prog=f"aws {words[0]} {words[1]}"), words[2:])
    except ApiError as problem:
        print(f"\n{sentence(operation, problem)}", file=sys.stderr)  # noqa: T201
        return FAILED
    except OSError as problem:
        print(f"\n{problem}", file=sys.stderr)  # noqa: T201
        return 255
    if isinstance(result, int):
        return result
    aws_output.write(result, asked.query, asked.output)
    return 0


def sentence(operation: str, problem: ApiError) -> str:
    """An error as every AWS client prints it."""
    return f"An error occurred ({problem.code}) when calling the {operation} operation: {problem}"


def _copy(parser: Parser, words: list[str]) -> int:
    for flag in ("--no-progress", "--only-show-errors", "--quiet"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("source")
    parser.add_argument("target")
    asked = parser.parse_args(words)
    up = asked.target.startswith("s3://")
    if up == asked.source.startswith("s3://"):
        parser.error("exactly one of source and target is s3://bucket/key")
    try:
        (transfers.upload if up else transfers.download)(asked.source, asked.target)
    except ApiError as problem:
        operation = "PutObject" if up else "GetObject"
        verb = "upload" if up else "download"
        print(f"{verb} failed: {asked.source} to {asked.target} {sentence(operation, problem)}", file=sys.stderr)  # noqa: T201
        return 1
    if not (asked.only_show_errors or asked.quiet):
        print(f"{'upload' if up else 'download'}: {asked.source} to {asked.target}")  # noqa: T201
    return 0


def _put_object(parser: Parser, words: list[str]) -> dict[str, Any]:
    asked = _object(parser, words, "--body", "--if-none-match", "--if-match", "--content-type")
    given = {
        "If-None-Match": asked.if_none_match,
        "If-Match": asked.if_match,
        "Content-Type": asked.content_type,
    }
    headers = {name: value for name, value in given.items() if value}
    body = Path(asked.body).open("rb") if asked.body else None  # noqa: SIM115
    size = Path(asked.body).stat().st_size if asked.body else 0
    reply = s3("PUT", asked.bucket, asked.key, {**headers, "Content-Length": str(size)}, body or b"")
    return {"ETag": reply.headers.get("etag", "")}


def _head_object(parser: Parser, words: list[str]) -> dict[str, Any]:
    asked = _object(parser, words)
    return _about(s3("HEAD", asked.bucket, asked.key, {}).headers)


def _get_object(parser: Parser, words: list[str]) -> dict[str, Any]:
    parser.add_argument("outfile")
    asked = _object(parser, words)
    reply = s3("GET", asked.bucket, asked.key, {})
    Path(asked.outfile).write_bytes(reply.body)
    return _about(reply.headers)


def _object(parser: Parser, words: list[str], *options: str) -> argparse.Namespace:
    for name in ("--bucket", "--key"):
        parser.add_argument(name, required=True)
    for name in options:
        parser.add_argument(name)
    return parser.parse_args(words)


def _about(headers: Any) -> dict[str, Any]:
    return {
        "LastModified": headers.get("last-modified", ""),
        "ContentLength": int(headers.get("content-length", 0)),
        "ETag": headers.get("etag", ""),
        "ContentType": headers.get("content-type", ""),
        "Metadata": {},
    }


def _secret(parser: Parser, words: list[str]) -> dict[str, Any]:
    parser.add_argument("--secret-id", required=True)
    asked = parser.parse_args(words)
    return json_call("secretsmanager", "secretsmanager.GetSecretValue", {"SecretId": asked.secret_id})


def _parameter(parser: Parser, words: list[str]) -> dict[str, Any]:
    parser.add_argument("--name", required=True)
    parser.add_argument("--with-decryption", action="store_true")
    asked = parser.parse_args(words)
    return json_call("ssm", "AmazonSSM.GetParameter", {"Name": asked.name, "WithDecryption": asked.with_decryption})


def _signal(parser: Parser, words: list[str]) -> int:
    for name in ("--stack-name", "--logical-resource-id", "--unique-id"):
        parser.add_argument(name, required=True)
    parser.add_argument("--status", required=True, choices=("SUCCESS", "FAILURE"))
    asked = parser.parse_args(words)
    signal_resource(asked.stack_name, asked.logical_resource_id, asked.unique_id, asked.status)
    return 0


Call = tuple[str, Callable[[Parser, list[str]], "dict[str, Any] | int"]]
CALLS: dict[str, Call] = {
    "cloudformation signal-resource": ("SignalResource", _signal),
    "s3 cp": ("CopyObject", _copy),
    "s3api put-object": ("PutObject", _put_object),
    "s3api head-object": ("HeadObject", _head_object),
    "s3api get-object": ("GetObject", _get_object),
    "secretsmanager get-secret-value": ("GetSecretValue", _secret),
    "ssm get-parameter": ("GetParameter", _parameter),
}
