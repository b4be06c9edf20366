"""Which action a request gets: rules in their order, a forward's target group by weight."""

from __future__ import annotations

import random
import re
from bisect import bisect
from itertools import accumulate

from hivemind.emulator.balancer.config import Action, FixedResponse, Forward, Redirect, Rule
from hivemind.emulator.balancer.plane.conditions import Predicate, compiled, host_name
from hivemind.emulator.balancer.plane.request import Request
from hivemind.emulator.balancer.plane.stickiness import GROUP, bound_to, digest, set_cookies


class Weighted:
    """A forward: each request goes to one of the groups, chosen at random by weight.

    A group that has no healthy target keeps its share, as on AWS: traffic does not move to another group by itself.
    """

    def __init__(self, forward: Forward) -> None:
        self._sticky_seconds = forward.sticky_seconds
        self._by_digest = {digest(arn): arn for arn, _ in forward.groups} if forward.sticky_seconds else {}
        taking = [(arn, weight) for arn, weight in forward.groups if weight > 0]
        self._arns = [arn for arn, _ in taking]
        self._bounds = list(accumulate(weight for _, weight in taking))

    def choose(self, request: Request) -> str | None:
        """The ARN of a target group; None when every weight is 0."""
        if self._by_digest and (bound := self._by_digest.get(bound_to(request, GROUP))):
            return bound
        if len(self._arns) < 2:
            return self._arns[0] if self._arns else None
        return self._arns[bisect(self._bounds, random.random() * self._bounds[-1])]

    def cookies(self, group: str) -> bytes:
        """The header lines that bind a client to the group it got; empty when clients are free."""
        if not self._by_digest:
            return b""
        return set_cookies(GROUP, digest(group), self._sticky_seconds, cors=True)


PLACE = re.compile(r"#\{(protocol|host|port|path|query)\}")
Route = Weighted | FixedResponse | Redirect


class Router:
    """The rules of one listener."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules: list[tuple[tuple[Predicate, ...], Route]] = [
            (tuple(map(compiled, rule.conditions)), _route(rule.action)) for rule in rules
        ]

    def route(self, request: Request, peer: bytes) -> Route:
        """The action of the first rule whose conditions are all met."""
        for predicates, action in self._rules:
            for met in predicates:
                if not met(request, peer):
                    break
            else:
                return action
        return FixedResponse(404)


def location(redirect: Redirect, request: Request, port: int, scheme: str = "http") -> bytes:
    """Where a redirect sends this request that came to `port` by `scheme`; its parts are filled from the request."""
    parts = {
        "protocol": scheme,
        "host": host_name(request).decode("latin-1"),
        "port": str(port),
        "path": request.path.removeprefix(b"/").decode("latin-1"),
        "query": request.query.decode("latin-1"),
    }

    def filled(text: str) -> str:
        return PLACE.sub(lambda found: parts[found[1]], text)

    query = filled(redirect.query)
    scheme = filled(redirect.protocol).lower()
    place = f"{scheme}://{filled(redirect.host)}:{filled(redirect.port)}{filled(redirect.path)}"
    return (f"{place}?{query}" if query else place).encode("latin-1", "replace")


def _route(action: Action) -> Route:
    return Weighted(action) if isinstance(action, Forward) else action
