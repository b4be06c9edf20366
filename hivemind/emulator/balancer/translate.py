"""moto's model of load balancers → what the data plane shall do. Pure: reads the model, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, cast

from hivemind.emulator.balancer.config import (
    Action,
    Address,
    BalancerConfig,
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
    Target,
    TargetGroup,
)

Addresses = Callable[[str], Address | None]
"""Instance id → where its application listens on this machine; None when it does not run."""


def translate(backends: Iterable[Any], addresses: Addresses, ports: Mapping[str, int]) -> BalancerConfig:
    """Everything in moto's elbv2 `backends`; `ports` has the real port of each listener by ARN."""
    backends = tuple(backends)
    listeners = (
        _listener(listener, balancer, ports)
        for backend in backends
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
    )
    groups = (_group(group, addresses) for backend in backends for group in backend.target_groups.values())
    return BalancerConfig(tuple(listeners), tuple(groups))


def _listener(listener: Any, balancer: Any, ports: Mapping[str, int]) -> Listener:
    # A redirect to another listener of the load balancer must lead to where that one really is.
    real = {str(other.port): str(ports[other.arn]) for other in balancer.listeners.values()}
    others = sorted(
        (rule for rule in listener.rules.values() if rule.priority != "default"), key=lambda rule: int(rule.priority)
    )
    rules = [Rule(tuple(map(_condition, rule.conditions)), _action(rule.actions, real)) for rule in others]
    forwarded = balancer.attrs.get("routing.http.xff_header_processing.mode", "append")
    return Listener(
        arn=listener.arn,
        load_balancer=balancer.arn,
        port=ports[listener.arn],
        rules=(*rules, Rule((), _action(listener.default_actions, real))),
        idle_timeout=float(balancer.attrs.get("idle_timeout.timeout_seconds", 60)),
        drop_invalid_headers=balancer.attrs.get("routing.http.drop_invalid_header_fields.enabled") == "true",
        forwarded_for=cast(Literal["append", "preserve", "remove"], forwarded),
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    """One condition, in its older form with `Values` or in the form with a config of its own."""
    match data["Field"]:
        case "path-pattern":
            return PathPattern(_values(data, "PathPatternConfig"))
        case "host-header":
            return HostHeader(_values(data, "HostHeaderConfig"))
        case "http-header":
            return HttpHeader(data["HttpHeaderConfig"]["HttpHeaderName"], _values(data, "HttpHeaderConfig"))
        case "http-request-method":
            return RequestMethod(_values(data, "HttpRequestMethodConfig"))
        case "query-string":
            return QueryString(tuple((pair.get("Key"), pair["Value"]) for pair in data["QueryStringConfig"]["Values"]))
        case "source-ip":
            return SourceIp(_values(data, "SourceIpConfig"))
        case field:
            raise ValueError(f"moto accepted a condition on {field}")


def _values(data: Mapping[str, Any], config: str) -> tuple[str, ...]:
    return tuple(data[config]["Values"] if config in data else data["Values"])


def _action(actions: Iterable[Any], real: Mapping[str, str]) -> Action:
    """The action that ends the rule; it is the last in order."""
    data = max((action.data for action in actions), key=lambda one: int(one.get("Order", 1)))
    match data["Type"]:
        case "forward":
            return Forward(forwarded_groups(data))
        case "fixed-response":
            config = data["FixedResponseConfig"]
            content_type = config.get("ContentType", "text/plain")
            return FixedResponse(int(config["StatusCode"]), content_type, config.get("MessageBody", ""))
        case "redirect":
            return _redirect(data["RedirectConfig"], real)
        case kind:
            raise ValueError(f"moto accepted an action of type {kind}")


def forwarded_groups(data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """The target groups (ARN, weight) of a forward action's data."""
    if "ForwardConfig" in data:
        groups = data["ForwardConfig"].get("TargetGroups", ())
        return tuple((group["TargetGroupArn"], int(group.get("Weight", 1))) for group in groups)
    return ((data["TargetGroupArn"], 1),) if "TargetGroupArn" in data else ()


def used_groups(balancer: Any) -> set[str]:
    """The target groups that some listener or rule of a load balancer forwards to, at whatever weight."""
    return {
        arn
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
        for arn, _ in forwarded_groups(action.data)
    }


def _redirect(config: Mapping[str, str], real: Mapping[str, str]) -> Redirect:
    port = config.get("Port", "#{port}")
    return Redirect(
        status=int(config["StatusCode"].removeprefix("HTTP_")),
        protocol=config.get("Protocol", "#{protocol}"),
        host=config.get("Host", "#{host}"),
        port=real.get(port, port),
        path=config.get("Path", "/#{path}"),
        query=config.get("Query", "#{query}"),
    )


def _group(group: Any, addresses: Addresses) -> TargetGroup:
    check = HealthCheck(
        path=group.health_check_path or "/",
        interval=float(group.health_check_interval_seconds),
        timeout=float(group.health_check_timeout_seconds),
        healthy_threshold=int(group.healthy_threshold_count),
        unhealthy_threshold=int(group.unhealthy_threshold_count),
        codes=(group.matcher or {}).get("HttpCode", "200"),
        enabled=str(group.health_check_enabled).lower() == "true",
    )
    targets = tuple(
        Target(target["Id"], int(target["Port"]), _address(group, target, addresses))
        for target in group.targets.values()
    )
    return TargetGroup(group.arn, check, targets, float(group.attributes["deregistration_delay.timeout_seconds"]))


def _address(group: Any, target: Mapping[str, Any], addresses: Addresses) -> Address | None:
    """An instance is where it really listens, whatever port the group says; an IP target is itself, on this machine."""
    if group.target_type == "ip":
        return (target["Id"], int(target["Port"])) if target["Id"].startswith("127.") else None
    return addresses(target["Id"])
