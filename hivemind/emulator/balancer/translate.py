"""moto's model of load balancers → what the data plane shall do. Pure: reads the model, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, cast

from hivemind.emulator.balancer.config import (
    Action,
    Address,
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
    TlsVersion,
)

Addresses = Callable[[str], Address | None]
"""Instance id → where its application listens on this machine; None when it does not run."""
Certificates = Callable[[Any, str], Certificate | None]
"""(elbv2 backend, ARN) → the certificate; None when it is gone."""
DEFAULT_DURATION = 86400


def translate(
    backends: Iterable[Any],
    addresses: Addresses,
    ports: Mapping[str, int],
    certificates: Certificates = lambda _backend, _arn: None,
) -> BalancerConfig:
    """Everything in moto's elbv2 `backends`; `ports` has the real port of each listener by ARN.

    An HTTPS listener whose certificates are all gone is left out: nobody could speak to it.
    """
    backends = tuple(backends)
    listeners = (
        _listener(listener, balancer, ports, tls)
        for backend in backends
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
        if (tls := _tls(backend, listener, certificates)) or not is_secure(listener)
    )
    groups = (_group(group, addresses) for backend in backends for group in backend.target_groups.values())
    return BalancerConfig(tuple(listeners), tuple(groups))


def _listener(listener: Any, balancer: Any, ports: Mapping[str, int], tls: Tls | None) -> Listener:
    # A redirect to another listener of the load balancer must lead to where that one really is.
    real = {str(other.port): str(ports[other.arn]) for other in balancer.listeners.values()}

    def action(actions: Iterable[Any]) -> Action:
        return _action(actions, listener, real)

    others = sorted(
        (rule for rule in listener.rules.values() if rule.priority != "default"), key=lambda rule: int(rule.priority)
    )
    rules = [Rule(tuple(map(_condition, rule.conditions)), action(rule.actions)) for rule in others]
    forwarded = balancer.attrs.get("routing.http.xff_header_processing.mode", "append")
    return Listener(
        arn=listener.arn,
        load_balancer=balancer.arn,
        port=ports[listener.arn],
        rules=(*rules, Rule((), action(listener.default_actions))),
        idle_timeout=float(balancer.attrs.get("idle_timeout.timeout_seconds", 60)),
        keep_alive=float(balancer.attrs.get("client_keep_alive.seconds", 3600)),
        drop_invalid_headers=balancer.attrs.get("routing.http.drop_invalid_header_fields.enabled") == "true",
        forwarded_for=cast(Literal["append", "preserve", "remove"], forwarded),
        tls=tls,
    )


def is_secure(listener: Any) -> bool:
    """Whether a listener of moto's speaks HTTPS."""
    return bool(listener.protocol == "HTTPS")


def _tls(backend: Any, listener: Any, certificates: Certificates) -> Tls | None:
    """The certificates that still exist, the default one first, and the versions that the policy allows."""
    if not is_secure(listener):
        return None
    arns = dict.fromkeys((listener.certificate, *listener.certificates))
    found = tuple(one for arn in arns if arn and (one := certificates(backend, arn)))
    versions = policy_versions(listener.ssl_policy)
    return Tls(found, versions[0], versions[-1]) if found else None


def policy_versions(policy: str) -> tuple[TlsVersion, ...]:
    """The versions of a security policy, the oldest first; empty when AWS has no such policy."""
    from moto.elbv2.ssl_policies import SSL_POLICIES

    return tuple(sorted(SSL_POLICIES[policy]["ssl_protocols"])) if policy in SSL_POLICIES else ()


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


def _action(actions: Iterable[Any], listener: Any, real: Mapping[str, str]) -> Action:
    """The action that ends the rule; it is the last in order."""
    data = max((action.data for action in actions), key=lambda one: int(one.get("Order", 1)))
    match data["Type"]:
        case "forward":
            return Forward(forwarded_groups(data), group_stickiness(data))
        case "fixed-response":
            config = data["FixedResponseConfig"]
            content_type = config.get("ContentType", "text/plain")
            return FixedResponse(int(config["StatusCode"]), content_type, config.get("MessageBody", ""))
        case "redirect":
            return _redirect(data["RedirectConfig"], listener, real)
        case kind:
            raise ValueError(f"moto accepted an action of type {kind}")


def forwarded_groups(data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """The target groups (ARN, weight) of a forward action's data."""
    if "ForwardConfig" in data:
        groups = data["ForwardConfig"].get("TargetGroups", ())
        return tuple((group["TargetGroupArn"], int(group.get("Weight", 1))) for group in groups)
    return ((data["TargetGroupArn"], 1),) if "TargetGroupArn" in data else ()


def group_stickiness(data: Mapping[str, Any]) -> int:
    """For how many seconds a forward action's data binds a client to its group; 0 is not at all."""
    sticky = data.get("ForwardConfig", {}).get("TargetGroupStickinessConfig") or {}
    return int(sticky.get("DurationSeconds", 0)) if is_true(sticky.get("Enabled")) else 0


def is_true(value: object) -> bool:
    """Whether a flag is on, as a word or as a value."""
    return str(value).lower() == "true"


def used_groups(balancer: Any) -> set[str]:
    """The target groups that some listener or rule of a load balancer forwards to, at whatever weight."""
    return {
        arn
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
        for arn, _ in forwarded_groups(action.data)
    }


def _redirect(config: Mapping[str, str], listener: Any, real: Mapping[str, str]) -> Redirect:
    port, protocol = config.get("Port", "#{port}"), config.get("Protocol", "#{protocol}")
    if port == "#{port}" and protocol not in ("#{protocol}", listener.protocol):
        # HTTPS to the port of HTTP leads nowhere on AWS; here the two may share a port, so it keeps AWS's number.
        real_port = str(listener.port)
    else:
        real_port = real.get(port, port)
    return Redirect(
        status=int(config["StatusCode"].removeprefix("HTTP_")),
        protocol=protocol,
        host=config.get("Host", "#{host}"),
        port=real_port,
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
        enabled=is_true(group.health_check_enabled),
    )
    targets = tuple(
        Target(target["Id"], int(target["Port"]), _address(group, target, addresses))
        for target in group.targets.values()
    )
    return TargetGroup(
        group.arn,
        check,
        targets,
        deregistration_delay=float(group.attributes["deregistration_delay.timeout_seconds"]),
        stickiness=target_stickiness(group.attributes),
        algorithm=group.attributes.get("load_balancing.algorithm.type", "round_robin"),
    )


def target_stickiness(attributes: Mapping[str, Any]) -> Stickiness | None:
    """How a target group's attributes bind a client to its target; None when they do not."""
    if not is_true(attributes.get("stickiness.enabled")):
        return None
    kind = attributes.get("stickiness.type", "lb_cookie")
    seconds = int(attributes.get(f"stickiness.{kind}.duration_seconds", DEFAULT_DURATION))
    return Stickiness(seconds, attributes.get("stickiness.app_cookie.cookie_name", "") if kind == "app_cookie" else "")


def _address(group: Any, target: Mapping[str, Any], addresses: Addresses) -> Address | None:
    """An instance is where it really listens, whatever port the group says; an IP target is itself, on this machine."""
    if group.target_type == "ip":
        return (target["Id"], int(target["Port"])) if target["Id"].startswith("127.") else None
    return addresses(target["Id"])
