"""S3: conditional writes have exactly one winner; moto looks and writes in two steps that threads can mix."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from hivemind.emulator.seam import Seam

_writing = threading.Lock()


def install() -> None:
    """Patch moto's S3."""

    def put(original: Callable[..., Any], self: Any) -> Any:
        from moto.s3.exceptions import S3ClientError

        condition = self.headers.get("If-None-Match")
        if condition and condition != "*":
            raise S3ClientError("NotImplemented", "A header you provided implies functionality that is not implemented")
        with _writing:
            return original(self)

    def complete(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        with _writing:
            return original(self, *args, **kwargs)

    put_object, post = seams()
    put_object.wrap(put)
    post.wrap(complete)


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces: the writes, with their conditions, as answered to the client."""
    from moto.s3.responses import S3Response

    return (Seam(S3Response, "put_object", "self"), Seam(S3Response, "_key_response_post"))
