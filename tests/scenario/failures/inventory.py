"""Everything that exists in an account, and how it is set: two of these are equal, or something was left behind.

What changes by itself is left out (times, states on their way), as is what AWS itself keeps after the end (ended
instances, deleted gateways). Values are those that a template can set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Client = Callable[[str], Any]
Inventory = Mapping[str, Any]

LISTS = (
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),
    ("autoscaling", "describe_policies", "ScalingPolicies", "PolicyARN"),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("rds", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"),
    ("secretsmanager", "list_secrets", "SecretList", "ARN"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("iam", "list_policies", "Policies", "Arn"),
    ("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", "Arn"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("cloudformation", "list_exports", "Exports", "Name"),
)  # fmt: skip
"""Service, operation, where the answer lists them, and what identifies one."""

MORE = {
    "LaunchTemplates": ("ec2", "describe_launch_template_versions", "LaunchTemplateId", "LaunchTemplateVersions"),
    "LoadBalancers": ("elbv2", "describe_load_balancer_attributes", "LoadBalancerArn", "Attributes"),
    "TargetGroups": ("elbv2", "describe_target_group_attributes", "TargetGroupArn", "Attributes"),
    "DBParameterGroups": ("rds", "describe_db_parameters", "DBParameterGroupName", "Parameters"),
    "Roles": ("iam", "list_attached_role_policies", "RoleName", "AttachedPolicies"),
    "Topics": ("sns", "get_topic_attributes", "TopicArn", "Attributes"),
    "Parameters": ("ssm", "get_parameter", "Name", "Parameter"),
    "DashboardEntries": ("cloudwatch", "get_dashboard", "DashboardName", "DashboardBody"),
}
"""What a description leaves out: service, operation, the argument that takes the identity, and what of the answer."""

BY_ITSELF = (
    "LatestRestorableTime", "LastModifiedDate", "LastChangedDate", "LastModified", "LastAccessedDate", "Version",
    "LatestVersionNumber", "DefaultVersionNumber", "VersionNumber", "ResponseMetadata", "SecretVersionsToStages",
    "StateUpdatedTimestamp", "StateTransitionedTimestamp", "StateReason", "StateValue", "StateReasonData",
    "AlarmConfigurationUpdatedTimestamp", "AvailableIpAddressCount", "Instances", "CreateTime", "VersionDescription",
    "AttachmentCount", "PermissionsBoundaryUsageCount", "UpdateDate", "DefaultVersionId", "storedBytes", "Size",
    "creationTime", "Association", "RoleLastUsed", "LoadBalancerArns", "EffectiveDeliveryPolicy", "PolicyRevisionId",
)  # fmt: skip
"""Keys whose values say nothing about how a thing is set."""

GONE = ("deleted", "terminated", "shutting-down", "deleting")


def inventory(client: Client) -> Inventory:
    """What exists now, by kind and identity."""
    found: dict[str, Any] = {}
    for service, operation, name, key in LISTS:
        rows = [row for row in _all(client(service), operation, name) if _alive(row) and not _aws_own(row)]
        for row in rows:
            found[f"{name} {row[key]}"] = _told(row)
            if more := MORE.get(name):
                found[f"{name} {row[key]} more"] = _told(_more(client, more, row[key]))
    found |= {f"Instances {row['InstanceId']}": _told(_instance(row)) for row in _instances(client("ec2"))}
    found |= dict(_listeners(client("elbv2")))
    found |= {f"Inline policies of {role}": names for role, names in _inline(client("iam"))}
    return found


def changed(before: Inventory, after: Inventory) -> dict[str, Any]:
    """What is not as it was, each with its value before and after."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: (before.get(key), after.get(key)) for key in keys}


def _all(client: Any, operation: str, name: str) -> Iterator[dict[str, Any]]:
    options = {"Scope": "Local"} if operation == "list_policies" else {}
    if operation == "list_secrets":
        options["IncludePlannedDeletion"] = True
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**options):
            yield from page.get(name) or ()
    else:
        yield from getattr(client, operation)(**options).get(name) or ()


def _more(client: Client, more: tuple[str, str, str, str], identity: str) -> Any:
    service, operation, argument, name = more
    answer = getattr(client(service), operation)(**{argument: identity})[name]
    if name == "LaunchTemplateVersions":  # an update back is a new version of the old content
        return max(answer, key=lambda each: each["VersionNumber"])["LaunchTemplateData"]
    return answer


def _alive(row: Mapping[str, Any]) -> bool:
    state = row.get("State", row.get("Status", ""))
    return not (isinstance(state, str) and state.lower() in GONE)


def _aws_own(row: Mapping[str, Any]) -> bool:
    """What AWS gives to everybody: default parameter groups, `/aws/` parameters."""
    return any(str(row.get(key, "")).startswith(("/aws/", "default.")) for key in ("Name", "DBParameterGroupName"))


def _told(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _told(each) for key, each in value.items() if key not in BY_ITSELF and each != ""}
    if isinstance(value, list):
        return sorted((_told(each) for each in value), key=str)
    return value


def _instances(ec2: Any) -> Iterator[dict[str, Any]]:
    for page in ec2.get_paginator("describe_instances").paginate():
        for reservation in page["Reservations"]:
            yield from (row for row in reservation["Instances"] if row["State"]["Name"] not in GONE)


def _instance(row: Mapping[str, Any]) -> dict[str, Any]:
    settings = ("InstanceType", "ImageId", "SubnetId", "Tags", "SecurityGroups", "IamInstanceProfile")
    return {name: row.get(name) for name in settings}


def _listeners(elb: Any) -> Iterator[tuple[str, Any]]:
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            yield f"Listeners {listener['ListenerArn']}", _told(listener)
            for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
                yield f"Rules {rule['RuleArn']}", _told(rule)


def _inline(iam: Any) -> Iterator[tuple[str, Any]]:
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        names = iam.list_role_policies(RoleName=name)["PolicyNames"]
        yield name, [(each, iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]) for each in names]
