"""Whole files to and from S3, streamed, so that a large tree needs no memory; a download appears only when complete."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from hivemind.emulator.shims.api import ApiError, connect, request, s3, s3_error, s3_path


def upload(source: str, target: str) -> None:
    """A file to `s3://bucket/key`, a target that ends in / takes the file's name; raises ApiError, OSError."""
    bucket, key = _split(target)
    path = Path(source)
    if not key or key.endswith("/"):
        key += path.name
    with path.open("rb") as body:
        s3("PUT", bucket, key, {"Content-Length": str(path.stat().st_size)}, body)


def download(source: str, target: str) -> None:
    """`s3://bucket/key` to a file or into a folder; `-` is standard output. Raises ApiError, OSError."""
    bucket, key = _split(source)
    connection = connect()
    answer = request(connection, "s3", ("GET", s3_path(bucket, key)), {}, b"")
    if answer.status >= 300:
        raise _missing(s3_error(answer.status, answer.read()), key)
    if target == "-":
        with os.fdopen(os.dup(1), "wb") as out:
            shutil.copyfileobj(answer, out)
        return
    path = Path(target)
    if path.is_dir() or target.endswith("/"):
        path = path / key.rpartition("/")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)
    fresh.replace(path)


def _missing(problem: ApiError, key: str) -> ApiError:
    return ApiError("404", f'Key "{key}" does not exist') if problem.code == "NoSuchKey" else problem


def _split(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key
