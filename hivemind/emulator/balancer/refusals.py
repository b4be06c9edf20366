"""What is refused before moto accepts it: what AWS refuses and moto does not, and what is not rehearsed here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hivemind.emulator.balancer.translate import forwarded_groups, used_groups

Refusal = Callable[[Any, Mapping[str, Any]], None]
"""(backend, the operation's arguments) → nothing, or an exception that moto answers with."""

ACTIONS = ("forward", "fixed-response", "redirect")


def _error(code: str, message: str) -> Exception:
    from moto.elbv2.exceptions import ELBClientError

    error: Exception = ELBClientError(code, message)
    return error


def _new_balancer(backend: Any, arguments: Mapping[str, Any]) -> None:
    kind = arguments.get("loadbalancer_type") or "application"
    if kind != "application":
        raise _error("InvalidConfigurationRequest", f"The local cloud has no load balancers of type {kind}")
    name = arguments["name"]
    if any(balancer.name == name for balancer in backend.load_balancers.values()):
        message = f"A load balancer with the same name '{name}' exists, but with different settings"
        raise _error("DuplicateLoadBalancerName", message)


def _old_balancer(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = backend.load_balancers.get(arguments["arn"])
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        message = f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled"
        raise _error("OperationNotPermitted", message)


def _new_listener(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = backend.load_balancers.get(arguments["load_balancer_arn"])
    if balancer is not None:
        _require_free_port(balancer, arguments["port"], "")
        _require_usable(backend, balancer, arguments["actions"])
    _require_http(arguments["protocol"])


def _changed_listener(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = _balancer_of(backend, arguments["arn"])
    if balancer is not None:
        _require_free_port(balancer, arguments.get("port"), arguments["arn"])
        _require_usable(backend, balancer, arguments.get("actions") or ())
    _require_http(arguments.get("protocol"))


def _new_rule(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = _balancer_of(backend, arguments["listener_arn"])
    if balancer is not None:
        _require_usable(backend, balancer, arguments["actions"])


def _changed_rule(backend: Any, arguments: Mapping[str, Any]) -> None:
    listener_arn = arguments["rule_arn"].replace(":listener-rule/", ":listener/").rpartition("/")[0]
    balancer = _balancer_of(backend, listener_arn)
    if balancer is not None:
        _require_usable(backend, balancer, arguments["actions"] or ())


def _new_group(_: Any, arguments: Mapping[str, Any]) -> None:
    given = arguments.get("kwargs", {})
    kind, protocol = given.get("target_type") or "instance", given.get("protocol")
    version = given.get("protocol_version") or "HTTP1"
    if kind not in ("instance", "ip") or protocol not in ("HTTP", None) or version != "HTTP1":
        message = f"The local cloud forwards HTTP/1.1 to instances only, not {protocol} ({version}) to {kind}"
        raise _error("InvalidConfigurationRequest", message)


def _group_attributes(_: Any, arguments: Mapping[str, Any]) -> None:
    if str(arguments["attributes"].get("stickiness.enabled", "false")).lower() == "true":
        raise _error("InvalidConfigurationRequest", "The local cloud has no sticky sessions")


def _balancer_of(backend: Any, listener_arn: str) -> Any:
    balancers = backend.load_balancers.values()
    return next((balancer for balancer in balancers if listener_arn in balancer.listeners), None)


def _require_http(protocol: str | None) -> None:
    if protocol == "HTTPS":
        raise _error("UnsupportedProtocol", "The local cloud listens to HTTP only; leave the certificate out")


def _require_free_port(balancer: Any, port: Any, own: str) -> None:
    others = (listener for arn, listener in balancer.listeners.items() if arn != own)
    if port is not None and any(str(listener.port) == str(port) for listener in others):
        message = f"A listener already exists on this port for this load balancer '{balancer.arn}'"
        raise _error("DuplicateListener", message)


def _require_usable(backend: Any, balancer: Any, actions: Iterable[Mapping[str, Any]]) -> None:
    """Actions that are served here, to target groups that no other load balancer has."""
    for action in actions:
        if action["Type"] not in ACTIONS:
            message = f"The local cloud has no actions of type {action['Type']}"
            raise _error("InvalidLoadBalancerAction", message)
        for arn, _ in forwarded_groups(action):
            _require_own(backend, balancer, arn)


def _require_own(backend: Any, balancer: Any, group: str) -> None:
    for other in backend.load_balancers.values():
        if other is not balancer and group in used_groups(other):
            message = f"The following target groups cannot be associated with more than one load balancer: {group}"
            raise _error("TargetGroupAssociationLimit", message)


REFUSALS: Mapping[str, Refusal] = {
    "create_load_balancer": _new_balancer,
    "delete_load_balancer": _old_balancer,
    "create_listener": _new_listener,
    "modify_listener": _changed_listener,
    "create_rule": _new_rule,
    "modify_rule": _changed_rule,
    "create_target_group": _new_group,
    "modify_target_group_attributes": _group_attributes,
}
