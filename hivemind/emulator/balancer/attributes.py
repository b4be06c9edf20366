"""The attributes of load balancers and target groups: the values AWS takes, and those that the local cloud acts on.

moto stores whatever it is given. Here each attribute has a form; a value that AWS takes and the local cloud does not
act on is refused with the reason. What is listed is in ModifyLoadBalancerAttributes and ModifyTargetGroupAttributes:
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

Form = Callable[[str], str]
"""A value → what is wrong with it; empty when nothing is."""


def _whole(first: int, last: int) -> Form:
    """A whole number in a range."""

    def wrong(value: str) -> str:
        fine = value.isdigit() and first <= int(value) <= last
        return "" if fine else f"must be between '{first}-{last}' inclusive"

    return wrong


def _one_of(*values: str, not_here: Mapping[str, str] | None = None) -> Form:
    """One of some values; those `not_here` are AWS's, with the reason why the local cloud refuses them."""

    def wrong(value: str) -> str:
        if not_here and value in not_here:
            return f"is not rehearsed by the local cloud: {not_here[value]}"
        return "" if value in values else f"must be one of [{', '.join((*values, *(not_here or ())))}]"

    return wrong


def _off(reason: str) -> Form:
    """A flag that can only be off here."""
    return _one_of("false", not_here={"true": reason})


def _slow_start(value: str) -> str:
    if value == "0":
        return ""
    fine = value.isdigit() and 30 <= int(value) <= 900
    return "is not rehearsed by the local cloud: it has no slow start" if fine else "must be 0 or between '30-900'"


def _any(_: str) -> str:
    return ""


FLAG = _one_of("true", "false")
STICKY_SECONDS = _whole(1, 604800)

BALANCER: Mapping[str, Form] = {
    "access_logs.s3.enabled": _off("it writes no access logs"),
    "access_logs.s3.bucket": _any,
    "access_logs.s3.prefix": _any,
    "connection_logs.s3.enabled": _off("it writes no connection logs"),
    "connection_logs.s3.bucket": _any,
    "connection_logs.s3.prefix": _any,
    "health_check_logs.s3.enabled": _off("it writes no health check logs"),
    "health_check_logs.s3.bucket": _any,
    "health_check_logs.s3.prefix": _any,
    "client_keep_alive.seconds": _whole(60, 604800),
    "deletion_protection.enabled": FLAG,
    "idle_timeout.timeout_seconds": _whole(1, 4000),
    "ipv6.deny_all_igw_traffic": FLAG,
    "load_balancing.cross_zone.enabled": _one_of("true", not_here={"false": "an application load balancer has it on"}),
    "routing.http.desync_mitigation_mode": _one_of(
        "defensive", not_here=dict.fromkeys(("monitor", "strictest"), "it refuses what is ambiguous, as defensive does")
    ),
    "routing.http.drop_invalid_header_fields.enabled": FLAG,
    "routing.http.preserve_host_header.enabled": FLAG,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _off("it adds no such headers"),
    "routing.http.xff_client_port.enabled": _off("X-Forwarded-For has addresses only"),
    "routing.http.xff_header_processing.mode": _one_of("append", "preserve", "remove"),
    # A client that offers HTTP/2 is served HTTP/1.1, as by any server that does not choose it.
    "routing.http2.enabled": FLAG,
    "waf.fail_open.enabled": FLAG,
    "zonal_shift.config.enabled": _off("it has no zones to shift between"),
}

GROUP: Mapping[str, Form] = {
    "deregistration_delay.timeout_seconds": _whole(0, 3600),
    "stickiness.enabled": FLAG,
    "stickiness.type": _one_of("lb_cookie", "app_cookie"),
    "stickiness.lb_cookie.duration_seconds": STICKY_SECONDS,
    "stickiness.app_cookie.duration_seconds": STICKY_SECONDS,
    "stickiness.app_cookie.cookie_name": lambda name: "is reserved" if name.startswith("AWSALB") else "",
    "load_balancing.cross_zone.enabled": _one_of(
        "true", "use_load_balancer_configuration", not_here={"false": "its targets are on one machine"}
    ),
    "load_balancing.algorithm.type": _one_of(
        "round_robin",
        "least_outstanding_requests",
        not_here={"weighted_random": "it chooses by turn or by outstanding requests"},
    ),
    "load_balancing.algorithm.anomaly_mitigation": _one_of("off", not_here={"on": "it looks for no anomalies"}),
    "slow_start.duration_seconds": _slow_start,
    "target_group_health.dns_failover.minimum_healthy_targets.count": _one_of(
        "1", not_here={"off": "its DNS name is one address"}
    ),
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": _one_of("off"),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": _one_of("1"),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": _one_of("off"),
    "waf.fail_open.enabled": FLAG,
}


def wrong(attributes: Mapping[str, object], forms: Mapping[str, Form], kind: str) -> Iterator[str]:
    """What is wrong with attributes, as AWS says it; `kind` is what they belong to."""
    for key, value in attributes.items():
        if key not in forms:
            yield f"{kind} attribute key '{key}' is not recognized"
        elif problem := forms[key](str(value)):
            yield f"'{key}' value '{value}' {problem}"
