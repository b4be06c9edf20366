"""Configurations and reports as JSON lines, one to a line, between the daemon and the data plane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hivemind.emulator.balancer.config import (
    Action,
    BalancerConfig,
    Certificate,
    Condition,
    FixedResponse,
    Forward,
    HealthCheck,
    HostHeader,
    HttpHeader,
    Listener,
    PathPattern,
    QueryString,
    Redirect,
    RequestMethod,
    Rule,
    SourceIp,
    Stickiness,
    Target,
    TargetGroup,
    Tls,
)
from hivemind.emulator.balancer.report import (
    BalancerCounts,
    Counts,
    Distribution,
    GroupCounts,
    Report,
    TargetHealth,
    Verdict,
)

CONDITIONS: Mapping[str, type[Condition]] = {
    kind.kind: kind for kind in (PathPattern, HostHeader, HttpHeader, RequestMethod, QueryString, SourceIp)
}
ACTIONS: Mapping[str, type[Action]] = {kind.kind: kind for kind in (Forward, FixedResponse, Redirect)}


def dump_config(generation: int, config: BalancerConfig) -> bytes:
    """The configuration as a line."""
    return json.dumps({"generation": generation, **asdict(config)}).encode() + b"\n"


def load_config(line: bytes) -> tuple[int, BalancerConfig]:
    """The generation and configuration of a line."""
    data = _tuples(json.loads(line))
    listeners = tuple(map(_listener, data["listeners"]))
    return data["generation"], BalancerConfig(listeners, tuple(map(_group, data["groups"])))


def dump_report(report: Report) -> bytes:
    """The report as a line."""
    return json.dumps(asdict(report)).encode() + b"\n"


def load_report(line: bytes) -> Report:
    """The report of a line."""
    data = json.loads(line)
    health = {arn: tuple(map(_target_health, targets)) for arn, targets in data["health"].items()}
    balancers = {
        arn: BalancerCounts(**{**one, "codes": _integers(one["codes"])})
        for arn, one in data["counts"]["balancers"].items()
    }
    groups = {arn: _group_counts(one) for arn, one in data["counts"]["groups"].items()}
    return Report(data["generation"], tuple(data["unbound"]), health, Counts(balancers, groups))


def _tuples(value: Any) -> Any:
    """JSON's lists as tuples, all the way down, so that what is loaded equals what was dumped."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _listener(data: Mapping[str, Any]) -> Listener:
    return Listener(**{**data, "rules": tuple(map(_rule, data["rules"])), "tls": data["tls"] and _tls(data["tls"])})


def _tls(data: Mapping[str, Any]) -> Tls:
    return Tls(**{**data, "certificates": tuple(Certificate(**one) for one in data["certificates"])})


def _rule(data: Mapping[str, Any]) -> Rule:
    action = data["action"]
    conditions = tuple(CONDITIONS[one["kind"]](**one) for one in data["conditions"])
    return Rule(conditions, ACTIONS[action["kind"]](**action))


def _group(data: Mapping[str, Any]) -> TargetGroup:
    targets = tuple(Target(**one) for one in data["targets"])
    sticky = data["stickiness"] and Stickiness(**data["stickiness"])
    return TargetGroup(**{**data, "check": HealthCheck(**data["check"]), "targets": targets, "stickiness": sticky})


def _target_health(data: Mapping[str, Any]) -> TargetHealth:
    return TargetHealth(**{**data, "verdict": Verdict(**data["verdict"])})


def _group_counts(data: Mapping[str, Any]) -> GroupCounts:
    times = Distribution(**{**data["times"], "buckets": _integers(data["times"]["buckets"])})
    return GroupCounts(**{**data, "codes": _integers(data["codes"]), "times": times})


def _integers(data: Mapping[str, int]) -> dict[int, int]:
    return {int(key): value for key, value in data.items()}
