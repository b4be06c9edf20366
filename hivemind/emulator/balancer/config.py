"""What a load balancer shall do, as values: listeners with their rules, target groups with their targets.

The control side derives one `BalancerConfig` from the API's model, the data plane compares it with what runs. `kind`
tags the members of the two closed unions, `Condition` and `Action`, when they travel as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Address = tuple[str, int]


@dataclass(frozen=True)
class PathPattern:
    """The path, without the query, matches one of the patterns; case matters."""

    values: tuple[str, ...]
    kind: Literal["path-pattern"] = "path-pattern"


@dataclass(frozen=True)
class HostHeader:
    """The Host header, without its port, matches one of the patterns; case does not matter."""

    values: tuple[str, ...]
    kind: Literal["host-header"] = "host-header"


@dataclass(frozen=True)
class HttpHeader:
    """A header of that name has a value that matches one of the patterns; case does not matter."""

    name: str
    values: tuple[str, ...]
    kind: Literal["http-header"] = "http-header"


@dataclass(frozen=True)
class RequestMethod:
    """The method is one of these, exactly."""

    values: tuple[str, ...]
    kind: Literal["http-request-method"] = "http-request-method"


@dataclass(frozen=True)
class QueryString:
    """Some `key=value` of the query matches one of the pairs; key None is any key, case does not matter."""

    values: tuple[tuple[str | None, str], ...]
    kind: Literal["query-string"] = "query-string"


@dataclass(frozen=True)
class SourceIp:
    """The address of the connection is in one of the networks."""

    values: tuple[str, ...]
    kind: Literal["source-ip"] = "source-ip"


Condition = PathPattern | HostHeader | HttpHeader | RequestMethod | QueryString | SourceIp


@dataclass(frozen=True)
class Forward:
    """Send the request to one of the target groups (ARN, weight), chosen by weight.

    With `sticky_seconds` a client stays with its group for that long, whatever the weights are; 0 is not at all.
    """

    groups: tuple[tuple[str, int], ...]
    sticky_seconds: int = 0
    kind: Literal["forward"] = "forward"


@dataclass(frozen=True)
class FixedResponse:
    """Answer without a target."""

    status: int
    content_type: str = "text/plain"
    body: str = ""
    kind: Literal["fixed-response"] = "fixed-response"


@dataclass(frozen=True)
class Redirect:
    """Send the client elsewhere; the parts may hold #{protocol}, #{host}, #{port}, #{path} and #{query}."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"
    kind: Literal["redirect"] = "redirect"


Action = Forward | FixedResponse | Redirect


@dataclass(frozen=True)
class Rule:
    """The action of the requests that meet every condition."""

    conditions: tuple[Condition, ...]
    action: Action


TlsVersion = Literal["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]


@dataclass(frozen=True)
class Certificate:
    """A certificate as PEM (itself, its chain and its private key) and the host names it is for."""

    pem: str = field(repr=False)
    names: tuple[str, ...]


@dataclass(frozen=True)
class Tls:
    """What an HTTPS listener needs; the first certificate is the default one, the others go by the name asked for."""

    certificates: tuple[Certificate, ...]
    oldest: TlsVersion = "TLSv1.2"
    newest: TlsVersion = "TLSv1.3"


@dataclass(frozen=True)
class Listener:
    """A port of a load balancer. `rules` come in the order of evaluation; the last one has no condition.

    An HTTP and an HTTPS listener may have the same port here: a connection is for the one whose protocol it speaks.
    """

    arn: str
    load_balancer: str
    port: int
    rules: tuple[Rule, ...]
    idle_timeout: float = 60.0
    keep_alive: float = 3600.0
    drop_invalid_headers: bool = False
    forwarded_for: Literal["append", "preserve", "remove"] = "append"
    tls: Tls | None = None

    @property
    def scheme(self) -> Literal["http", "https"]:
        """What its clients speak."""
        return "https" if self.tls else "http"


@dataclass(frozen=True)
class HealthCheck:
    """How the targets of a group are checked; `codes` is a matcher such as `200`, `200,302` or `200-399`."""

    path: str = "/"
    interval: float = 30.0
    timeout: float = 5.0
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    codes: str = "200"
    enabled: bool = True


@dataclass(frozen=True)
class Target:
    """A registered target. `port` is the one it was registered with, `address` where it listens on this machine.

    A target without an address (not started yet, or gone) stays registered: nothing answers there.
    """

    id: str
    port: int
    address: Address | None


@dataclass(frozen=True)
class Stickiness:
    """A client stays with its target for `seconds`: from every answer on, or from every answer that sets `cookie`."""

    seconds: int
    cookie: str = ""


@dataclass(frozen=True)
class TargetGroup:
    """Targets that are equals; `deregistration_delay` in seconds."""

    arn: str
    check: HealthCheck
    targets: tuple[Target, ...]
    deregistration_delay: float = 300.0
    stickiness: Stickiness | None = None
    algorithm: Literal["round_robin", "least_outstanding_requests"] = "round_robin"


@dataclass(frozen=True)
class BalancerConfig:
    """Everything that shall run."""

    listeners: tuple[Listener, ...] = ()
    groups: tuple[TargetGroup, ...] = ()
