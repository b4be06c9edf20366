"""Answers that the load balancer gives itself."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus

# The wording of an Application Load Balancer where it differs from the standard's.
REASONS = {
    408: "Request Time-out",
    414: "Request-URI Too Large",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
    505: "HTTP Version Not Supported",
}
PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"


def phrase(status: int) -> str:
    """The reason phrase of a status."""
    if status in REASONS:
        return REASONS[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def page(status: int) -> bytes:
    """The HTML page of an error or a redirect."""
    return PAGE.format(f"{status} {phrase(status)}").encode()


def head(status: int, length: int, content_type: str, *, keep_alive: bool, location: bytes = b"") -> bytes:
    """The head of an answer with a body of `length` bytes."""
    lines = [
        f"HTTP/1.1 {status} {phrase(status)}",
        "Server: awselb/2.0",
        f"Date: {formatdate(usegmt=True)}",
    ]
    if length:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"Content-Length: {length}", f"Connection: {'keep-alive' if keep_alive else 'close'}"]
    place = b"Location: " + location + b"\r\n" if location else b""
    return "\r\n".join(lines).encode("latin-1") + b"\r\n" + place + b"\r\n"
