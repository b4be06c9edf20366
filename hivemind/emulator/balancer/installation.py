"""The seams in moto's elbv2: what an API call changes is in effect when the call returns, and health is the truth.

moto keeps the model; every operation that changes it is followed by a new configuration for the data plane, inside
the call. Replaced altogether: target health (moto says healthy), registering (moto refuses a pending instance),
deregistering (moto refuses what is not registered, AWS does not), and moto's deregistering of terminated instances,
with which a deployment that forgets to drain would look right.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hivemind.emulator.balancer import certificates
from hivemind.emulator.balancer.control import Balancer
from hivemind.emulator.balancer.refusals import REFUSALS, Refusal
from hivemind.emulator.balancer.targets import deregister, described, register
from hivemind.emulator.balancer.translate import Addresses, is_secure, translate, used_groups
from hivemind.emulator.seam import Seam

PORT_TRIES = 3


class Installation:
    """The balancer as moto's elbv2 sees it."""

    def __init__(self, balancer: Balancer, addresses: Addresses) -> None:
        self._balancer = balancer
        self._addresses = addresses
        self.lock = threading.RLock()

    def refresh(self) -> None:
        """Bring the data plane up to what the API says and where the instances are; raises EmulatorError."""
        with self.lock:
            backends = tuple(_backends())
            _settle_usage(backends)
            for _ in range(PORT_TRIES):
                ports = self._balancer.ports.settle(
                    {
                        balancer.arn: tuple(balancer.listeners)
                        for backend in backends
                        for balancer in backend.load_balancers.values()
                    },
                    secure=_secure(backends),
                )
                for backend in backends:
                    for balancer in backend.load_balancers.values():
                        balancer.dns_name = f"127.0.0.1:{ports[balancer.arn]}"
                taken = self._balancer.apply(translate(backends, self._addresses, ports, certificates.find))
                if not taken:
                    return
                for port in taken:
                    self._balancer.ports.replace(port)


def install(balancer: Balancer, addresses: Addresses) -> Installation:
    """Patch moto's elbv2; `addresses` says where an instance's application listens on this machine."""
    installation = Installation(balancer, addresses)
    _keep_additional_certificates()
    for seam in followed():
        seam.wrap(_following(installation, REFUSALS.get(seam.name)))
    _replace_targets()
    _replace_health(installation, balancer)
    return installation


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.elbv2.models import ELBv2Backend, FakeTargetGroup

    return (
        *followed(),
        Seam(FakeTargetGroup, "register", "self targets"),
        Seam(FakeTargetGroup, "deregister", "self targets"),
        Seam(ELBv2Backend, "notify_terminate_instances", "self instance_ids"),
        Seam(ELBv2Backend, "describe_target_health", "self target_group_arn targets"),
    )


def followed() -> tuple[Seam, ...]:
    """The operations that change what the data plane shall do."""
    from moto.elbv2.models import ELBv2Backend

    listener = "load_balancer_arn protocol port ssl_policy certificate actions alpn_policy tags"
    return (
        Seam(ELBv2Backend, "create_load_balancer"),
        Seam(ELBv2Backend, "delete_load_balancer", "self arn"),
        Seam(ELBv2Backend, "modify_load_balancer_attributes", "self arn attrs"),
        Seam(ELBv2Backend, "create_listener", f"self {listener}"),
        Seam(ELBv2Backend, "modify_listener", "self arn port protocol ssl_policy certificates actions"),
        Seam(ELBv2Backend, "add_listener_certificates", "self arn certificates"),
        Seam(ELBv2Backend, "remove_listener_certificates", "self arn certificates"),
        Seam(ELBv2Backend, "delete_listener", "self listener_arn"),
        Seam(ELBv2Backend, "create_rule", "self listener_arn conditions priority actions tags"),
        Seam(ELBv2Backend, "modify_rule", "self rule_arn conditions actions"),
        Seam(ELBv2Backend, "delete_rule", "self arn"),
        Seam(ELBv2Backend, "set_rule_priorities", "self rule_priorities"),
        Seam(ELBv2Backend, "create_target_group"),
        Seam(ELBv2Backend, "modify_target_group"),
        Seam(ELBv2Backend, "modify_target_group_attributes", "self target_group_arn attributes"),
        Seam(ELBv2Backend, "delete_target_group", "self target_group_arn"),
        Seam(ELBv2Backend, "register_targets", "self target_group_arn instances"),
        Seam(ELBv2Backend, "deregister_targets", "self target_group_arn instances"),
    )


def _following(installation: Installation, refusal: Refusal | None) -> Callable[..., Any]:
    """The operation, refused where it must be, and then what it means for the data plane."""

    def follow(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        with installation.lock:
            if refusal is not None:
                refusal(self, inspect.signature(original).bind(self, *args, **kwargs).arguments)
            result = original(self, *args, **kwargs)
            installation.refresh()
            return result

    return follow


def _keep_additional_certificates() -> None:
    """ModifyListener changes the default certificate only; moto forgets the others."""
    from moto.elbv2.models import ELBv2Backend

    def modify(original: Callable[..., Any], self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        additional = [one for found in self.describe_listeners(None, [arn]) for one in found.certificates[1:]]
        listener = original(self, arn, *args, **kwargs)
        listener.certificates += [one for one in additional if one not in listener.certificates]
        return listener

    Seam(ELBv2Backend, "modify_listener").wrap(modify)


def _replace_targets() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeTargetGroup

    Seam(FakeTargetGroup, "register", "self targets").replace(register)
    Seam(FakeTargetGroup, "deregister", "self targets").replace(deregister)
    Seam(ELBv2Backend, "notify_terminate_instances", "self instance_ids").replace(lambda _self, instance_ids: None)


def _replace_health(installation: Installation, balancer: Balancer) -> None:
    from moto.elbv2.exceptions import TargetGroupNotFoundError
    from moto.elbv2.models import ELBv2Backend

    def describe(self: Any, target_group_arn: str, targets: Sequence[dict[str, Any]]) -> list[Any]:
        with installation.lock:
            group = self.target_groups.get(target_group_arn)
            if group is None:
                raise TargetGroupNotFoundError
            return described(group, balancer.health().get(target_group_arn, ()), targets)

    Seam(ELBv2Backend, "describe_target_health", "self target_group_arn targets").replace(describe)


def _backends() -> Iterator[Any]:
    """The elbv2 of every account and region that was ever asked."""
    from moto.elbv2.models import elbv2_backends

    for account in tuple(elbv2_backends.values()):
        yield from tuple(account.values())


def _secure(backends: Sequence[Any]) -> set[str]:
    """The listeners that speak HTTPS."""
    balancers = (balancer for backend in backends for balancer in backend.load_balancers.values())
    return {arn for balancer in balancers for arn, listener in balancer.listeners.items() if is_secure(listener)}


def _settle_usage(backends: Sequence[Any]) -> None:
    """Say of each target group which load balancers use it: moto only ever adds, and not when a rule is modified."""
    for backend in backends:
        for group in backend.target_groups.values():
            group.load_balancer_arns = [
                balancer.arn for balancer in backend.load_balancers.values() if group.arn in used_groups(balancer)
            ]
