"""What is refused before moto accepts it: what AWS refuses and moto does not, and what is not rehearsed here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hivemind.emulator.balancer import attributes, certificates, limits
from hivemind.emulator.balancer.translate import (
    forwarded_groups,
    group_stickiness,
    is_true,
    policy_versions,
    used_groups,
)

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
    certificate = arguments.get("certificate")
    _require_certificates(backend, arguments["protocol"], [certificate] if certificate else [])
    if arguments["protocol"] == "HTTPS":
        _require_policy(arguments.get("ssl_policy"))


def _changed_listener(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = _balancer_of(backend, arguments["arn"])
    if balancer is None:
        return
    listener = balancer.listeners[arguments["arn"]]
    protocol = arguments.get("protocol") or listener.protocol
    given = [one["CertificateArn"] for one in arguments.get("certificates") or ()]
    _require_free_port(balancer, arguments.get("port"), arguments["arn"])
    _require_usable(backend, balancer, arguments.get("actions") or ())
    kept = [listener.certificate] if protocol == "HTTPS" and listener.certificate else []
    _require_certificates(backend, protocol, given or kept)


def _added_certificates(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = _balancer_of(backend, arguments["arn"])
    if balancer is not None:
        added = [one["CertificateArn"] for one in arguments["certificates"]]
        _require_certificates(backend, balancer.listeners[arguments["arn"]].protocol, added)


def _removed_certificates(backend: Any, arguments: Mapping[str, Any]) -> None:
    balancer = _balancer_of(backend, arguments["arn"])
    removed = {one["CertificateArn"] for one in arguments["certificates"]}
    if balancer is not None and balancer.listeners[arguments["arn"]].certificate in removed:
        raise _error("OperationNotPermitted", "Default certificate cannot be removed from a listener")


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
    _require(limits.wrong(limits.of_new_group(given), given.get("port")))


def _changed_group(backend: Any, arguments: Mapping[str, Any]) -> None:
    group = backend.target_groups.get(arguments["arn"])
    if group is not None:
        _require(limits.wrong(limits.of_changed_group(arguments, group), group.port))


def _balancer_attributes(_: Any, arguments: Mapping[str, Any]) -> None:
    _require(attributes.wrong(arguments["attrs"], attributes.BALANCER, "Load balancer"))


def _group_attributes(backend: Any, arguments: Mapping[str, Any]) -> None:
    _require(attributes.wrong(arguments["attributes"], attributes.GROUP, "Target group"))
    group = backend.target_groups.get(arguments["target_group_arn"])
    if group is not None and is_true(arguments["attributes"].get("stickiness.enabled")):
        _require_bound_groups(backend, group.arn)


def _require(problems: Iterable[str]) -> None:
    """Refuse for the first problem."""
    for problem in problems:
        raise _error("ValidationError", problem)


def _require_bound_groups(backend: Any, group: str) -> None:
    """A client that stays with its target must stay with its group, where several groups share a rule."""
    for balancer in backend.load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                for action in rule.actions:
                    sharing = [arn for arn, _ in forwarded_groups(action.data)]
                    if group in sharing and len(sharing) > 1 and not group_stickiness(action.data):
                        message = f"This target group appears behind a rule with group stickiness disabled ({rule.arn})"
                        hint = "You must enable group stickiness before enabling target stickiness"
                        raise _error("InvalidConfigurationRequest", f"{message}. {hint}")


def _balancer_of(backend: Any, listener_arn: str) -> Any:
    balancers = backend.load_balancers.values()
    return next((balancer for balancer in balancers if listener_arn in balancer.listeners), None)


def _require_certificates(backend: Any, protocol: str | None, arns: Sequence[str]) -> None:
    """As https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html says."""
    if protocol != "HTTPS":
        if arns:
            raise _error("ValidationError", "Certificates can be specified for HTTPS listeners only")
        return
    if not arns:
        raise _error("ValidationError", "A certificate must be specified for HTTPS listeners")
    for arn in arns:
        match certificates.status(backend, arn):
            case "":
                raise _error("CertificateNotFound", f"Certificate '{arn}' not found")
            case "ISSUED":
                pass
            case status:
                message = f"The certificate '{arn}' must have been issued before a listener can have it: it is {status}"
                raise _error("UnsupportedCertificate", message)


def _require_policy(policy: str | None) -> None:
    if policy and not policy_versions(policy):
        raise _error("SSLPolicyNotFound", f"SSL policy '{policy}' not found")


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
        groups = [arn for arn, _ in forwarded_groups(action)]
        for arn in groups:
            _require_own(backend, balancer, arn)
        _require_duration(action)
        if len(groups) > 1 and not group_stickiness(action):
            _require_free_targets(backend, groups)


def _require_own(backend: Any, balancer: Any, group: str) -> None:
    for other in backend.load_balancers.values():
        if other is not balancer and group in used_groups(other):
            message = f"The following target groups cannot be associated with more than one load balancer: {group}"
            raise _error("TargetGroupAssociationLimit", message)


def _require_free_targets(backend: Any, groups: Iterable[str]) -> None:
    for arn in groups:
        group = backend.target_groups.get(arn)
        if group is not None and is_true(group.attributes.get("stickiness.enabled")):
            message = "You must enable group stickiness on a rule if you enabled target stickiness on one of its groups"
            raise _error("InvalidLoadBalancerAction", message)


def _require_duration(action: Mapping[str, Any]) -> None:
    """Group stickiness that is on needs a duration of 1 second to 7 days."""
    sticky = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig") or {}
    if is_true(sticky.get("Enabled")) and attributes.STICKY_SECONDS(str(sticky.get("DurationSeconds", ""))):
        raise _error("ValidationError", "Target group stickiness duration must be between 1 and 604800 seconds")


REFUSALS: Mapping[str, Refusal] = {
    "create_load_balancer": _new_balancer,
    "delete_load_balancer": _old_balancer,
    "modify_load_balancer_attributes": _balancer_attributes,
    "create_listener": _new_listener,
    "modify_listener": _changed_listener,
    "add_listener_certificates": _added_certificates,
    "remove_listener_certificates": _removed_certificates,
    "create_rule": _new_rule,
    "modify_rule": _changed_rule,
    "create_target_group": _new_group,
    "modify_target_group": _changed_group,
    "modify_target_group_attributes": _group_attributes,
}
