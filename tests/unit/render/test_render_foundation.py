"""The foundation per stage and wish: network, doors, balancer, database, builder."""

from __future__ import annotations

from typing import Any

import pytest
from render_cases import CASES, CERTIFICATE, NETWORK, case, foundation, of_type, production, service, worker

from hivemind.errors import RenderError
from hivemind.model.findings import Findings, StoreNeed
from hivemind.model.spec import DatabaseSpec, MonitoringSpec
from hivemind.render.environment import render


def test_stage_1_puts_instances_into_public_subnets_without_nat() -> None:
    template = foundation(CASES["local"])
    assert not of_type(template, "EC2::NatGateway", "EC2::EIP")
    assert template["Outputs"]["AppSubnets"]["Value"] == {
        "Fn::Join": [",", [{"Ref": "PublicSubnet1"}, {"Ref": "PublicSubnet2"}]]
    }
    assert of_type(template, "EC2::Subnet")["PublicSubnet1"]["MapPublicIpOnLaunch"] is True


def test_production_puts_instances_into_private_subnets_with_a_nat_gateway_per_zone() -> None:
    template = foundation(CASES["production"])
    routes = of_type(template, "EC2::Route")
    assert template["Outputs"]["AppSubnets"]["Value"] == {
        "Fn::Join": [",", [{"Ref": "AppSubnet1"}, {"Ref": "AppSubnet2"}]]
    }
    assert routes["AppDefaultRoute1"]["NatGatewayId"] == {"Ref": "NatGateway1"}
    assert routes["AppDefaultRoute2"]["NatGatewayId"] == {"Ref": "NatGateway2"}
    assert "MapPublicIpOnLaunch" not in of_type(template, "EC2::Subnet")["AppSubnet1"]


def test_a_single_nat_gateway_serves_both_zones() -> None:
    template = foundation(CASES["nat-single"])
    assert list(of_type(template, "EC2::NatGateway")) == ["NatGateway1"]
    routes = of_type(template, "EC2::Route")
    assert routes["AppDefaultRoute1"]["NatGatewayId"] == routes["AppDefaultRoute2"]["NatGatewayId"]


def test_without_nat_every_service_an_instance_asks_has_an_endpoint() -> None:
    template = foundation(CASES["nat-none"])
    endpoints = of_type(template, "EC2::VPCEndpoint")
    names = {endpoint["ServiceName"]["Fn::Sub"].rpartition(".")[2] for endpoint in endpoints.values()}
    assert names == {
        "s3", "secretsmanager", "logs", "monitoring", "cloudformation", "ssm", "ssmmessages", "ec2messages", "xray"
    }  # fmt: skip
    assert not of_type(template, "EC2::NatGateway")
    assert "AppDefaultRoute1" not in template["Resources"]
    private = [endpoint for endpoint in endpoints.values() if endpoint["VpcEndpointType"] == "Interface"]
    assert all(endpoint["PrivateDnsEnabled"] for endpoint in private)


@pytest.mark.parametrize("name", ["local", "production", "nat-none"])
def test_s3_is_reached_through_a_gateway_from_every_subnet_of_instances(name: str) -> None:
    template = foundation(CASES[name])
    tables = {reference["Ref"] for reference in of_type(template, "EC2::VPCEndpoint")["S3Endpoint"]["RouteTableIds"]}
    assert tables == set(of_type(template, "EC2::RouteTable"))


def test_database_subnets_have_no_way_out() -> None:
    template = foundation(CASES["production"])
    associated = [
        association["SubnetId"] for association in of_type(template, "EC2::SubnetRouteTableAssociation").values()
    ]
    assert {"Ref": "DatabaseSubnet1"} not in associated
    subnets = of_type(template, "EC2::Subnet")
    zones = [subnets[f"DatabaseSubnet{number}"]["AvailabilityZone"]["Fn::Select"][0] for number in (1, 2)]
    assert zones == [0, 1]


def test_an_imported_network_is_used_and_nothing_of_it_made() -> None:
    template = foundation(CASES["imported"])
    assert not of_type(template, "EC2::VPC", "EC2::Subnet", "EC2::Route", "EC2::VPCEndpoint", "EC2::InternetGateway")
    assert of_type(template, "ElasticLoadBalancingV2::LoadBalancer")["LoadBalancer"]["Subnets"] == [
        "subnet-0000000a",
        "subnet-0000000b",
    ]
    assert template["Outputs"]["VpcId"]["Value"] == NETWORK.vpc
    assert template["Outputs"]["AppSubnets"]["Value"] == {"Fn::Join": [",", ["subnet-0000000c", "subnet-0000000d"]]}
    assert "DependsOn" not in template["Resources"]["LoadBalancer"]


def test_an_imported_network_gives_the_builder_no_public_address() -> None:
    assert interface(foundation(CASES["imported"]))["AssociatePublicIpAddress"] is False
    assert interface(foundation(CASES["production"]))["AssociatePublicIpAddress"] is True


def interface(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = of_type(template, "EC2::LaunchTemplate")["BuilderTemplate"]["LaunchTemplateData"]
    return dict(found["NetworkInterfaces"][0])


def test_only_the_balancer_is_open_to_the_world() -> None:
    groups = of_type(foundation(CASES["production-https"]), "EC2::SecurityGroup")
    open_to_all = {
        title: sorted(rule["FromPort"] for rule in group.get("SecurityGroupIngress", []) if "CidrIp" in rule)
        for title, group in groups.items()
    }
    assert open_to_all == {
        "AppSecurityGroup": [],
        "BuilderSecurityGroup": [],
        "BalancerSecurityGroup": [80, 443],
        "DatabaseSecurityGroup": [],
    }


def test_the_balancer_reaches_every_port_that_a_service_may_have_and_no_other() -> None:
    """Those of the release before and of the one that takes over are both in use for a while."""
    template = foundation(case(service(port=8000), service("admin", port=9000), worker(port=7000)))
    (ingress,) = of_type(template, "EC2::SecurityGroupIngress").values()
    (egress,) = of_type(template, "EC2::SecurityGroup")["BalancerSecurityGroup"]["SecurityGroupEgress"]
    assert {(rule["FromPort"], rule["ToPort"]) for rule in (ingress, egress)} == {(1024, 65535)}
    assert ingress["SourceSecurityGroupId"] == {"Ref": "BalancerSecurityGroup"}
    assert egress["DestinationSecurityGroupId"] == {"Ref": "AppSecurityGroup"}


def test_the_database_admits_applications_and_migrations_and_calls_nobody() -> None:
    group = of_type(foundation(CASES["local"]), "EC2::SecurityGroup")["DatabaseSecurityGroup"]
    sources = [rule["SourceSecurityGroupId"]["Ref"] for rule in group["SecurityGroupIngress"]]
    assert sources == ["AppSecurityGroup", "BuilderSecurityGroup"]
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["127.0.0.1/32"]


def test_every_security_group_rule_says_what_it_is_for() -> None:
    for one in CASES.values():
        template = foundation(one)
        for group in of_type(template, "EC2::SecurityGroup").values():
            rules = [*group.get("SecurityGroupIngress", []), *group.get("SecurityGroupEgress", [])]
            assert all(rule["Description"] for rule in rules)


def test_without_a_certificate_port_80_serves_and_refuses_what_no_service_takes() -> None:
    listeners = of_type(foundation(CASES["local"]), "ElasticLoadBalancingV2::Listener")
    assert list(listeners) == ["HttpListener"]
    (action,) = listeners["HttpListener"]["DefaultActions"]
    assert (action["Type"], action["FixedResponseConfig"]["StatusCode"]) == ("fixed-response", "404")


def test_with_a_certificate_443_serves_and_80_redirects() -> None:
    template = foundation(CASES["production-https"])
    listeners = of_type(template, "ElasticLoadBalancingV2::Listener")
    (redirect,) = listeners["HttpListener"]["DefaultActions"]
    assert redirect["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    https = listeners["HttpsListener"]
    assert https["Certificates"] == [{"CertificateArn": CERTIFICATE}]
    assert "TLS13" in https["SslPolicy"]
    assert https["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    assert template["Outputs"]["Listener"]["Value"] == {"Ref": "HttpsListener"}
    assert template["Outputs"]["Url"]["Value"] == "https://guestbook.example.org"


def test_protection_is_a_parameter_of_balancer_and_database() -> None:
    template = foundation(CASES["production"])
    attributes = of_type(template, "ElasticLoadBalancingV2::LoadBalancer")["LoadBalancer"]["LoadBalancerAttributes"]
    assert {"Key": "deletion_protection.enabled", "Value": {"Ref": "Protect"}} in attributes
    assert of_type(template, "RDS::DBInstance")["Database"]["DeletionProtection"] == {"Ref": "Protect"}


def test_the_database_is_safe_by_every_setting() -> None:
    template = foundation(CASES["local"])
    resource = template["Resources"]["Database"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")
    database = resource["Properties"]
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert database["BackupRetentionPeriod"] == 7
    assert database["CopyTagsToSnapshot"] is True
    assert database["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"
    assert of_type(template, "RDS::DBParameterGroup")["DatabaseParameters"]["Parameters"] == {"rds.force_ssl": "1"}


def test_the_database_password_is_generated_and_read_through_the_secret() -> None:
    template = foundation(CASES["local"])
    password = of_type(template, "RDS::DBInstance")["Database"]["MasterUserPassword"]
    assert password == {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"}
    generated = of_type(template, "SecretsManager::Secret")["DatabaseSecret"]["GenerateSecretString"]
    assert generated["ExcludePunctuation"] is True
    assert of_type(template, "SecretsManager::SecretTargetAttachment")


@pytest.mark.parametrize(
    ("stage", "size", "shape", "zones"),
    [
        ("stage-1", "small", "db.t4g.micro", False),
        ("stage-1", "large", "db.t4g.medium", False),
        ("production", "small", "db.t4g.small", True),
        ("production", "large", "db.m7g.large", True),
    ],
)
def test_stage_and_size_decide_the_database(stage: str, size: Any, shape: str, zones: bool) -> None:
    template = foundation(case(stage=stage, database=DatabaseSpec(size=size)))
    database = of_type(template, "RDS::DBInstance")["Database"]
    assert (database["DBInstanceClass"], database["MultiAZ"]) == (shape, zones)


def test_the_engine_version_decides_the_parameter_family() -> None:
    template = foundation(case(database=DatabaseSpec(version="17.2", storage_gb=200)))
    assert of_type(template, "RDS::DBParameterGroup")["DatabaseParameters"]["Family"] == "postgres17"
    database = of_type(template, "RDS::DBInstance")["Database"]
    assert (database["EngineVersion"], database["AllocatedStorage"], database["MaxAllocatedStorage"]) == (
        "17.2",
        "200",
        400,
    )


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (CASES["local"], True),
        (CASES["no-database"], False),
        (CASES["database-asked"], True),
        (case(database=DatabaseSpec(engine="none")), False),
        (case(service(database=StoreNeed(engine="postgres", need="optional"))), False),
        (case(service(database=StoreNeed(engine="mysql", need="required"))), False),
    ],
)
def test_a_database_is_there_when_the_spec_asks_or_else_the_code_requires(chosen: Any, wanted: bool) -> None:
    template = foundation(chosen)
    assert bool(of_type(template, "RDS::DBInstance", "SecretsManager::Secret")) is wanted
    assert ("DatabaseSecret" in template["Outputs"]) is wanted
    assert ("DatabaseSecurityGroup" in template["Resources"]) is wanted


def test_alerts_reach_a_mailbox_only_when_one_is_given() -> None:
    assert not of_type(foundation(CASES["local"]), "SNS::Subscription")
    template = foundation(case(monitoring=MonitoringSpec(alarm_email="ops@example.org")))
    assert of_type(template, "SNS::Subscription")["AlertsEmail"]["Endpoint"] == "ops@example.org"
    assert "KmsMasterKeyId" not in of_type(template, "SNS::Topic")["AlertsTopic"]


def test_the_builder_ends_itself_and_brings_its_image_at_launch() -> None:
    data = of_type(foundation(CASES["local"]), "EC2::LaunchTemplate")["BuilderTemplate"]["LaunchTemplateData"]
    assert data["InstanceInitiatedShutdownBehavior"] == "terminate"
    assert "ImageId" not in data
    assert data["MetadataOptions"]["InstanceMetadataTags"] == "enabled"
    script = data["UserData"]["Fn::Base64"]["Fn::Sub"]
    assert "shutdown -h +60" in script
    assert script.rstrip().endswith("shutdown -h now")


def test_the_builder_may_publish_but_never_overwrite() -> None:
    role = of_type(foundation(CASES["local"]), "IAM::Role")["BuilderRole"]
    (policy,) = role["Policies"]
    puts = [s for s in policy["PolicyDocument"]["Statement"] if "s3:PutObject" in s["Action"]]
    unconditional = [r["Fn::Sub"] for s in puts if "Condition" not in s for r in s["Resource"]]
    assert unconditional == ["arn:${AWS::Partition}:s3:::${ArtifactBucket}/guestbook/local/failures/*"]


def test_the_builder_reads_the_secrets_of_migrations_alone() -> None:
    quiet = worker(env={"TOKEN": {"secret": "guestbook/token"}})
    role = of_type(foundation(case(service(), quiet)), "IAM::Role")["BuilderRole"]
    text = str(role)
    assert "secret:guestbook/stripe-??????" in text
    assert "guestbook/token" not in text


def test_logs_are_kept_longer_in_production() -> None:
    assert of_type(foundation(CASES["local"]), "Logs::LogGroup")["BuilderLogs"]["RetentionInDays"] == 14
    assert of_type(foundation(CASES["production"]), "Logs::LogGroup")["BuilderLogs"]["RetentionInDays"] == 90


@pytest.mark.parametrize("name", ["foundation", "bootstrap", "Web", "a b", "", "x;reboot", "web\n"])
def test_a_service_name_that_could_do_harm_is_refused(name: str) -> None:
    with pytest.raises(RenderError) as refused:
        render(*production(service(name)))
    assert refused.value.hint


def test_two_services_of_one_name_are_refused() -> None:
    with pytest.raises(RenderError, match="`web`"):
        render(*case(service(), service()))


def test_no_service_at_all_is_refused() -> None:
    with pytest.raises(RenderError, match="no service"):
        render(*case()._replace(findings=Findings(services=())))
