"""What a health check may be, and what of it the local cloud can do.

The ranges are those of https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RANGES: Mapping[str, tuple[str, int, int]] = {
    "interval": ("Health check interval", 5, 300),
    "timeout": ("Health check timeout", 2, 120),
    "healthy": ("Healthy threshold count", 2, 10),
    "unhealthy": ("Unhealthy threshold count", 2, 10),
}


def of_new_group(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The health check in the arguments of CreateTargetGroup, by the names used here."""
    return {
        "interval": given.get("healthcheck_interval_seconds") or 30,
        "timeout": given.get("healthcheck_timeout_seconds") or 5,
        "healthy": given.get("healthy_threshold_count"),
        "unhealthy": given.get("unhealthy_threshold_count"),
        "protocol": given.get("healthcheck_protocol"),
        "port": given.get("healthcheck_port"),
        "codes": (given.get("matcher") or {}).get("HttpCode"),
    }


def of_changed_group(arguments: Mapping[str, Any], group: Any) -> Mapping[str, Any]:
    """The health check in the arguments of ModifyTargetGroup; what is not given is as it was."""
    return {
        "interval": arguments.get("health_check_interval") or group.health_check_interval_seconds,
        "timeout": arguments.get("health_check_timeout") or group.health_check_timeout_seconds,
        "healthy": arguments.get("healthy_threshold_count"),
        "unhealthy": arguments.get("unhealthy_threshold_count"),
        "protocol": arguments.get("health_check_proto"),
        "port": arguments.get("health_check_port"),
        "codes": arguments.get("http_codes"),
    }


def wrong(check: Mapping[str, Any], traffic_port: Any) -> Iterator[str]:
    """What is wrong with a health check; what is None was not given."""
    for key, (name, first, last) in RANGES.items():
        if check[key] is not None and not first <= int(check[key]) <= last:
            yield f"{name} must be between '{first}' and '{last}'"
    if check["interval"] and check["timeout"] and int(check["timeout"]) >= int(check["interval"]):
        yield f"Health check timeout '{check['timeout']}' must be smaller than the interval '{check['interval']}'"
    if check["protocol"] not in (None, "HTTP"):
        yield f"The local cloud checks health over HTTP only, not {check['protocol']}"
    if str(check["port"] or "traffic-port") not in ("traffic-port", str(traffic_port)):
        yield f"The local cloud checks health on the traffic port only, not {check['port']}"
    if check["codes"] and not all(map(_is_code, str(check["codes"]).split(","))):
        yield f"Health check matcher HTTP code '{check['codes']}' must be within '200-499' inclusive"


def _is_code(part: str) -> bool:
    first, _, last = part.strip().partition("-")
    codes = (first, last or first)
    return all(code.isdigit() and 200 <= int(code) <= 499 for code in codes) and int(codes[0]) <= int(codes[1])
