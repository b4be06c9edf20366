"""Sticky sessions: the cookies by which a client comes back to its target, or to its target group.

After https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html: AWSALB (by duration),
AWSALBAPP-0 (by the application's own cookie, which must come back with it) and AWSALBTG (by target group); the first
and the last have a twin for other sites. A cookie lives for seven days in the browser; how long it binds stands in its
value, and begins anew with every answer. What it names is a digest: it tells a client nothing and survives a restart.
"""

from __future__ import annotations

import hashlib
import time
from email.utils import formatdate

from hivemind.emulator.balancer.config import Stickiness
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.upstream import Answer

BROWSER_SECONDS = 7 * 24 * 3600
TARGET, APPLICATION, GROUP = b"AWSALB", b"AWSALBAPP-0", b"AWSALBTG"


def digest(*parts: object) -> bytes:
    """The name under which a cookie knows a target or a group."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:40].encode()


def bound_to(request: Request, cookie: bytes) -> bytes:
    """The digest in a cookie of ours, or in its CORS twin; empty when there is none that still binds."""
    given = cookies(request)
    for name in (cookie, cookie + b"CORS"):
        until, _, named = given.get(name, b"").partition(b"-")
        if named and until.isdigit() and int(until) > time.time():
            return named
    return b""


def bound_target(request: Request, stickiness: Stickiness) -> bytes:
    """The digest of the target that a request shall come back to; empty when it is free."""
    if not stickiness.cookie:
        return bound_to(request, TARGET)
    return bound_to(request, APPLICATION) if stickiness.cookie.encode() in cookies(request) else b""


def target_cookies(request: Request, answer: Answer, stickiness: Stickiness, named: bytes) -> bytes:
    """The header lines that bind a client to the target that gave this answer."""
    if not stickiness.cookie:
        return set_cookies(TARGET, named, stickiness.seconds, cors=True)
    if bound_target(request, stickiness) or _sets(answer, stickiness.cookie.encode()):
        return set_cookies(APPLICATION, named, stickiness.seconds, cors=False)
    return b""


def set_cookies(name: bytes, named: bytes, seconds: int, *, cors: bool) -> bytes:
    """The header lines for a cookie of ours, and for its twin that other sites send too."""
    now = time.time()
    value = b"%d-%b" % (now + seconds, named)
    expires = formatdate(now + BROWSER_SECONDS, usegmt=True).encode()
    line = b"Set-Cookie: %b=%b; Expires=%b; Path=/\r\n" % (name, value, expires)
    twin = b"Set-Cookie: %bCORS=%b; Expires=%b; Path=/; SameSite=None; Secure\r\n" % (name, value, expires)
    return line + twin if cors else line


def cookies(request: Request) -> dict[bytes, bytes]:
    """The cookies that a request came with; of several of one name the first."""
    found: dict[bytes, bytes] = {}
    for field in request.values(b"cookie"):
        for pair in field.split(b";"):
            name, _, value = pair.strip().partition(b"=")
            found.setdefault(name, value)
    return found


def _sets(answer: Answer, cookie: bytes) -> bool:
    fields = (value for name, _, value in answer.fields if name == b"set-cookie")
    return any(value.partition(b"=")[0].strip() == cookie for value in fields)
