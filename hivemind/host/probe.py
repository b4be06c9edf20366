"""Asks a URL as a user would: one GET, no redirects followed, no proxy for this machine, no exception."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hivemind.ports import Answer

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

BODY_LIMIT = 64 * 1024


class HttpProbe:
    """Probes over HTTP with the standard library."""

    def get(self, url: str, headers: Mapping[str, str], timeout: float) -> Answer:
        """One GET; status 0 when there was no HTTP answer, with the reason as body."""
        from urllib.error import HTTPError
        from urllib.request import Request

        began = time.monotonic()
        try:
            with _opener().open(Request(url, headers=dict(headers)), timeout=timeout) as response:
                status, body = response.status, response.read(BODY_LIMIT)
        except HTTPError as error:
            status, body = error.code, error.read(BODY_LIMIT)
        except (OSError, ValueError) as error:
            status, body = 0, str(error).encode()
        return Answer(status=status, body=body.decode("utf-8", "replace"), seconds=time.monotonic() - began)


def _opener() -> OpenerDirector:
    """No redirects (a 301 to HTTPS is an answer) and no proxy (an instance or the local cloud is near)."""
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    return build_opener(Stay(), ProxyHandler({}))
