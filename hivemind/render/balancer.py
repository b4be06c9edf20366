"""The load balancer and its listeners. Services add their own rules; what none of them takes is a 404."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Output, Ref, Sub, Template
from troposphere import elasticloadbalancingv2 as elb

from hivemind.model import names
from hivemind.model.balancing import IDLE_SECONDS
from hivemind.render.network import Network
from hivemind.render.scope import Scope

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""Applications keep their connections open for longer than this, or the balancer's next request meets a closed one."""


def add_balancer(template: Template, scope: Scope, network: Network) -> None:
    """The load balancer, its listeners and the outputs that service stacks take as parameters."""
    _add_load_balancer(template, network)
    listener = _add_listeners(template, scope.environment.certificate)
    template.add_output(Output("Listener", Value=Ref(listener)))
    template.add_output(Output("LoadBalancerFullName", Value=GetAtt("LoadBalancer", "LoadBalancerFullName")))
    template.add_output(Output(names.URL, Value=_url(scope)))


def _add_load_balancer(template: Template, network: Network) -> None:
    attributes = {
        "idle_timeout.timeout_seconds": str(IDLE_SECONDS),
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "deletion_protection.enabled": Ref(names.PROTECT),
    }
    balancer = elb.LoadBalancer(
        "LoadBalancer",
        Type="application",
        Scheme="internet-facing",
        Subnets=list(network.public),
        SecurityGroups=[Ref("BalancerSecurityGroup")],
        LoadBalancerAttributes=[elb.LoadBalancerAttributes(Key=key, Value=value) for key, value in attributes.items()],
    )
    if network.public_route:
        balancer.DependsOn = network.public_route
    template.add_resource(balancer)


def _add_listeners(template: Template, certificate: str | None) -> str:
    """Port 80 alone, or 443 with 80 redirecting to it; returns the one that services add their rules to."""
    nothing = elb.Action(
        Type="fixed-response",
        FixedResponseConfig=elb.FixedResponseConfig(
            StatusCode="404", ContentType="text/plain", MessageBody="Nothing is deployed here."
        ),
    )
    if certificate is None:
        return _listener(template, "HttpListener", 80, nothing)
    to_https = elb.Action(
        Type="redirect", RedirectConfig=elb.RedirectConfig(Protocol="HTTPS", Port="443", StatusCode="HTTP_301")
    )
    _listener(template, "HttpListener", 80, to_https)
    return _listener(
        template,
        "HttpsListener",
        443,
        nothing,
        SslPolicy=TLS_POLICY,
        Certificates=[elb.Certificate(CertificateArn=certificate)],
    )


def _listener(template: Template, title: str, port: int, action: Any, **tls: Any) -> str:
    protocol = "HTTPS" if tls else "HTTP"
    listener = elb.Listener(
        title, LoadBalancerArn=Ref("LoadBalancer"), Port=port, Protocol=protocol, DefaultActions=[action], **tls
    )
    return str(template.add_resource(listener).title)


def _url(scope: Scope) -> Any:
    scheme = "https" if scope.environment.certificate else "http"
    if scope.environment.domain:
        return f"{scheme}://{scope.environment.domain}"
    return Sub(f"{scheme}://${{LoadBalancer.DNSName}}")
