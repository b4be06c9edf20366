"""What of an environment costs money, and how much of it: quantities from the resources, no prices.

What the templates cannot say (traffic, log volume) is assumed, and the assumption is part of the line's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hivemind.plan.references import references
from hivemind.plan.resolve import Resource, Resources

Parts = Mapping[str, Resources]


@dataclass(frozen=True)
class Charge:
    """So much of one priced thing; a quantity of None cannot be told from the templates."""

    what: str
    price: str
    quantity: Decimal | None
    note: str = ""


Charges = Iterator[Charge]

FREE_ALLOWANCE: Mapping[str, int] = {"alarm": 10, "dashboard": 3}
"""What every account has for nothing, counted over all its deployments."""

_ROOT_VOLUME_GB = Decimal(8)
_LOGS_GB = Decimal(1)
_EGRESS_GB = Decimal(10)
_UNITS = Decimal("0.1")
_MILLION_TRACES = Decimal("0.1")
_BUILD_HOURS = Decimal("2")


def charges(parts: Parts) -> Charges:
    """Every charge of an environment, in the order of its parts and resources."""
    for part, resources in parts.items():
        for resource in resources.values():
            yield from _of(resource, part, parts)
    yield from _traffic(parts)


def unpriced(parts: Parts) -> Iterator[Resource]:
    """Resources of a type that nobody here can price."""
    for resources in parts.values():
        for resource in resources.values():
            if resource.type not in _PRICED and not resource.type.startswith(_FREE):
                yield resource


def _of(resource: Resource, part: str, parts: Parts) -> Charges:
    if work := _PRICED.get(resource.type):
        yield from work(resource, part, parts)


def _group(group: Resource, part: str, parts: Parts) -> Charges:
    template = _template_of(group, parts[part])
    count = _number(group, "DesiredCapacity") or _number(group, "MinSize")
    data = template.properties.get("LaunchTemplateData", {}) if template else {}
    machine = data.get("InstanceType")
    if not isinstance(machine, str):
        yield Charge(f"instances of {part}", "ec2", None, "their type is a parameter whose value is not known")
        return
    hours = f"{count} x 730 hours" if count is not None else "how many is not known"
    yield Charge(f"{machine} instances of {part}", f"ec2/{machine}", count, hours)
    yield Charge(f"disks of {part}", "ebs/gp3", _times(count, _volume_gb(data)), f"{_volume_gb(data)} GB gp3 each")
    if _is_public(data, parts):
        yield Charge("public IPv4 addresses", "ipv4", count, "one per instance in a public subnet")
    if (data.get("Monitoring") or {}).get("Enabled") == "true":
        yield Charge(f"detailed monitoring of {part}", "metric", _times(count, Decimal(7)), "7 metrics per instance")


def _builder(template: Resource, part: str, parts: Parts) -> Charges:
    """A launch template that no group uses belongs to the one-shot builder."""
    users = (ref.target for r in parts[part].values() for ref in references(r.properties) if r.type.endswith("Group"))
    machine = template.properties.get("LaunchTemplateData", {}).get("InstanceType")
    if template.logical_id not in set(users) and isinstance(machine, str):
        yield Charge("builder, assumed 2 hours a month", f"ec2/{machine}", _BUILD_HOURS / 730, "runs once per release")


def _balancer(balancer: Resource, part: str, parts: Parts) -> Charges:
    subnets = balancer.properties.get("Subnets")
    yield Charge("load balancer", "alb", Decimal(1), "also when no request comes")
    yield Charge("load balancer traffic, assumed 0.1 LCU", "alb/lcu", _UNITS, "one LCU all month would be $5.84")
    if balancer.properties.get("Scheme", "internet-facing") == "internet-facing":
        count = Decimal(len(subnets)) if isinstance(subnets, list) else None
        yield Charge("public IPv4 addresses", "ipv4", count, "one per subnet of the load balancer")


def _database(database: Resource, part: str, parts: Parts) -> Charges:
    copies = Decimal(2) if database.properties.get("MultiAZ") == "true" else Decimal(1)
    kind = str(database.properties.get("DBInstanceClass", ""))
    suffix = ", Multi-AZ" if copies == 2 else ""
    yield Charge(f"database {kind}{suffix}", f"rds/{kind}", copies, "a standby in a second zone" if suffix else "")
    storage = str(database.properties.get("StorageType", "gp3"))
    size = _number(database, "AllocatedStorage")
    yield Charge(f"database storage{suffix}", f"rds/{storage}", _times(size, copies), f"{size} GB {storage}")
    if str(database.properties.get("BackupRetentionPeriod", "1")) != "0":
        note = "free up to the size of the database, then $0.095 per GB"
        yield Charge("database backups, assumed within the free size", "rds/backup", Decimal(0), note)


def _alarm(alarm: Resource, part: str, parts: Parts) -> Charges:
    metrics = alarm.properties.get("Metrics")
    count = sum("MetricStat" in m for m in metrics if isinstance(m, dict)) if isinstance(metrics, list) else 1
    yield Charge("alarms", "alarm", Decimal(max(count, 1)))


def _endpoint(endpoint: Resource, part: str, parts: Parts) -> Charges:
    if endpoint.properties.get("VpcEndpointType") == "Interface":
        subnets = endpoint.properties.get("SubnetIds")
        count = Decimal(len(subnets)) if isinstance(subnets, list) else None
        yield Charge("interface endpoints", "endpoint", count, "per subnet, before $0.01 per GB")


def _firewall(firewall: Resource, part: str, parts: Parts) -> Charges:
    rules = firewall.properties.get("Rules")
    yield Charge("firewall", "waf", Decimal(1))
    yield Charge("firewall rules", "waf/rule", Decimal(len(rules)) if isinstance(rules, list) else None)


def _fixed(what: str, price: str, quantity: Decimal = Decimal(1), note: str = "") -> Callable[..., Charges]:
    def work(resource: Resource, part: str, parts: Parts) -> Charges:
        yield Charge(what, price, quantity, note)

    return work


def _traffic(parts: Parts) -> Charges:
    types = {r.type for resources in parts.values() for r in resources.values()}
    if "AWS::ElasticLoadBalancingV2::LoadBalancer" in types:
        note = "an account's first 100 GB a month are free"
        yield Charge("data out, assumed 10 GB", "egress", _EGRESS_GB, note)
    if "AWS::Logs::LogGroup" in types:
        yield Charge("logs, assumed 1 GB", "logs/in", _LOGS_GB, "written; reading with Insights is $0.005 per GB")
        yield Charge("logs kept, assumed 1 GB", "logs/stored", _LOGS_GB)
    if "AWS::EC2::NatGateway" in types:
        yield Charge("data through NAT, assumed 10 GB", "nat/data", _EGRESS_GB)


_PRICED: Mapping[str, Callable[[Resource, str, Parts], Charges]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::EC2::LaunchTemplate": _builder,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::RDS::DBInstance": _database,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::WAFv2::WebACL": _firewall,
    "AWS::EC2::NatGateway": _fixed("NAT gateways", "nat", note="before $0.045 per GB through each"),
    "AWS::EC2::EIP": _fixed("public IPv4 addresses", "ipv4"),
    "AWS::SecretsManager::Secret": _fixed("secrets", "secret"),
    "AWS::CloudWatch::Dashboard": _fixed("dashboards", "dashboard"),
    "AWS::KMS::Key": _fixed("encryption keys", "key"),
    "AWS::XRay::Group": _fixed("traces, assumed 100,000", "traces", _MILLION_TRACES),
    "AWS::S3::Bucket": _fixed("artifacts, assumed 1 GB", "s3/standard"),
}

_FREE = (
    "AWS::AutoScaling::",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::DHCPOptions",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::",
    "AWS::Logs::",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::",
    "AWS::SecretsManager::",
    "AWS::XRay::",
)
"""Types that cost nothing themselves; what flows through them is in the assumed lines."""


def _template_of(group: Resource, resources: Resources) -> Resource | None:
    named = (resources.get(ref.target) for ref in references(group.properties.get("LaunchTemplate")))
    return next((r for r in named if r and r.type == "AWS::EC2::LaunchTemplate"), None)


def _volume_gb(data: Mapping[str, object]) -> Decimal:
    mappings = data.get("BlockDeviceMappings")
    disks = [m.get("Ebs") or {} for m in mappings if isinstance(m, dict)] if isinstance(mappings, list) else []
    sizes = [str(disk.get("VolumeSize", "")) for disk in disks]
    return sum((Decimal(size) for size in sizes if size.isdigit()), Decimal(0)) or _ROOT_VOLUME_GB


def _is_public(data: Mapping[str, object], parts: Parts) -> bool:
    """By the launch template's own word, else by the subnets it may land in."""
    interfaces = data.get("NetworkInterfaces")
    if isinstance(interfaces, list) and interfaces and isinstance(interfaces[0], dict):
        said = interfaces[0].get("AssociatePublicIpAddress")
        if said is not None:
            return bool(said == "true")
    subnets = [r for part in parts.values() for r in part.values() if r.type == "AWS::EC2::Subnet"]
    gateways = any(r.type == "AWS::EC2::NatGateway" for part in parts.values() for r in part.values())
    return not gateways and any(r.properties.get("MapPublicIpOnLaunch") == "true" for r in subnets)


def _number(resource: Resource, name: str) -> Decimal | None:
    text = resource.properties.get(name)
    return Decimal(text) if isinstance(text, str) and text.isdigit() else None


def _times(count: Decimal | None, each: Decimal) -> Decimal | None:
    return None if count is None else count * each
