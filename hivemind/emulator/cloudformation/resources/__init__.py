"""One small file per family of resource types, and this: the list of every type that the local cloud makes."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.emulator.cloudformation.resources.balancers import LoadBalancer, TargetGroup
from hivemind.emulator.cloudformation.resources.buckets import Bucket, BucketPolicy
from hivemind.emulator.cloudformation.resources.databases import DatabaseInstance, ParameterGroup, SubnetGroup
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted
from hivemind.emulator.cloudformation.resources.instances import Instance, LaunchTemplate
from hivemind.emulator.cloudformation.resources.listeners import Listener, ListenerRule
from hivemind.emulator.cloudformation.resources.logs import LogGroup, MetricFilter
from hivemind.emulator.cloudformation.resources.monitoring import Alarm, Dashboard
from hivemind.emulator.cloudformation.resources.policies import IdentityProvider, ManagedPolicy, Policy
from hivemind.emulator.cloudformation.resources.roles import InstanceProfile, Role
from hivemind.emulator.cloudformation.resources.routing import (
    ElasticAddress,
    NatGateway,
    Route,
    RouteTable,
    RouteTableAssociation,
    VpcEndpoint,
)
from hivemind.emulator.cloudformation.resources.scaling import LifecycleHook, ScalingGroup, ScalingPolicy
from hivemind.emulator.cloudformation.resources.secret_values import Secret, SecretTargetAttachment
from hivemind.emulator.cloudformation.resources.security_groups import (
    SecurityGroup,
    SecurityGroupEgress,
    SecurityGroupIngress,
)
from hivemind.emulator.cloudformation.resources.stored_parameters import Parameter
from hivemind.emulator.cloudformation.resources.topics import Subscription, Topic, TopicPolicy
from hivemind.emulator.cloudformation.resources.tracing import SamplingRule, TracingGroup
from hivemind.emulator.cloudformation.resources.vpc import GatewayAttachment, InternetGateway, Subnet, Vpc

__all__ = ["HANDLERS", "Handler", "Wanted"]

_ALL: tuple[Handler, ...] = (
    Vpc(),
    InternetGateway(),
    GatewayAttachment(),
    Subnet(),
    RouteTable(),
    Route(),
    RouteTableAssociation(),
    ElasticAddress(),
    NatGateway(),
    VpcEndpoint(),
    SecurityGroup(),
    SecurityGroupIngress(),
    SecurityGroupEgress(),
    Instance(),
    LaunchTemplate(),
    LoadBalancer(),
    TargetGroup(),
    Listener(),
    ListenerRule(),
    SubnetGroup(),
    ParameterGroup(),
    DatabaseInstance(),
    Secret(),
    SecretTargetAttachment(),
    Role(),
    InstanceProfile(),
    Policy(),
    ManagedPolicy(),
    IdentityProvider(),
    LogGroup(),
    MetricFilter(),
    Topic(),
    Subscription(),
    TopicPolicy(),
    Alarm(),
    Dashboard(),
    Parameter(),
    Bucket(),
    BucketPolicy(),
    ScalingGroup(),
    ScalingPolicy(),
    LifecycleHook(),
    TracingGroup(),
    SamplingRule(),
)

HANDLERS: Mapping[str, Handler] = {handler.type: handler for handler in _ALL}
"""Every supported resource type; a template with any other is refused."""
