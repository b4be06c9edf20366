"""Errors in the shape the caller's protocol has, for what moto cannot answer: JSON for JSON, XML for the rest."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

REASONS = {403: "Forbidden", 404: "Not Found", 500: "Internal Server Error", 501: "Not Implemented"}


@dataclass(frozen=True)
class Refusal:
    """A whole HTTP answer."""

    status: int
    content_type: str
    body: bytes

    @property
    def line(self) -> str:
        """As WSGI wants it."""
        return f"{self.status} {REASONS.get(self.status, 'Error')}"


def refuse(environ: Mapping[str, Any], status: int, code: str, message: str) -> Refusal:
    """An AWS-style error for the request of a WSGI environment."""
    sent = str(environ.get("CONTENT_TYPE", ""))
    if "json" in sent or environ.get("HTTP_X_AMZ_TARGET"):
        kind = sent if "amz-json" in sent else "application/json"
        return Refusal(status, kind, json.dumps({"__type": code, "message": message}).encode())
    error = f"<Error><Type>Receiver</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    request = f"<RequestId>{uuid.uuid4()}</RequestId>"
    if "/ec2/" in str(environ.get("HTTP_AUTHORIZATION", "")):
        text = f"<Response><Errors>{error}</Errors><RequestID>{uuid.uuid4()}</RequestID></Response>"
    elif "/s3/" in str(environ.get("HTTP_AUTHORIZATION", "")):
        text = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message>{request}</Error>"
    else:
        text = f"<ErrorResponse>{error}{request}</ErrorResponse>"
    return Refusal(status, "text/xml", text.encode())
