"""What goes wrong on AWS goes wrong here, in AWS's words, and leaves nothing behind."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cloudformation_server import Local

pytestmark = pytest.mark.slow


@pytest.fixture
def local() -> Iterator[Local]:
    """A local cloud of the test's own."""
    made = Local()
    yield made
    made.stop()


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """The code and the message a call was refused with."""
    with pytest.raises(ClientError) as error:
        call()
    answer = error.value.response["Error"]
    return answer["Code"], answer["Message"]


def wait(done: Callable[[], bool]) -> None:
    """Until `done`, for at most ten seconds."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline, "it never came about"


def machine(count: int = 1, timeout: str = "PT1M") -> str:
    return f"""
Resources:
  Beside: {{Type: AWS::SNS::Topic}}
  Machine:
    Type: AWS::EC2::Instance
    CreationPolicy: {{ResourceSignal: {{Count: {count}, Timeout: {timeout}}}}}
    Properties: {{ImageId: ami-12c6146b, InstanceType: t3.micro}}
  After: {{Type: AWS::SNS::Topic, DependsOn: Machine}}
"""


def begun(local: Local, body: str, **options: Any) -> None:
    """CreateStack of `s`, up to where `Machine` waits for its signals."""
    local.api.create_stack(StackName="s", TemplateBody=body, **options)
    wait(lambda: any(each.get("ResourceStatusReason") == "Resource creation Initiated"
                     and each["LogicalResourceId"] == "Machine" for each in local.events("s")))  # fmt: skip


def signal(local: Local, who: str, status: str) -> None:
    local.api.signal_resource(StackName="s", LogicalResourceId="Machine", UniqueId=who, Status=status)


def running(local: Local) -> list[str]:
    pages = local.client("ec2").describe_instances()["Reservations"]
    states = [(each["InstanceId"], each["State"]["Name"]) for page in pages for each in page["Instances"]]
    return [identity for identity, state in states if state != "terminated"]


def test_a_stack_waits_for_all_its_signals_and_not_for_what_is_beside(local: Local) -> None:
    begun(local, machine(count=2))
    wait(lambda: any(each["ResourceStatus"] == "CREATE_COMPLETE" for each in local.resources("s")))
    signal(local, "i-1", "SUCCESS")
    assert refused(lambda: signal(local, "i-1", "SUCCESS"))[1].startswith("Signal with ID i-1 for resource Machine")
    statuses = {each["LogicalResourceId"]: each["ResourceStatus"] for each in local.resources("s")}
    assert statuses == {"Beside": "CREATE_COMPLETE", "Machine": "CREATE_IN_PROGRESS"}
    signal(local, "i-2", "SUCCESS")
    assert local.settled("s")["StackStatus"] == "CREATE_COMPLETE"
    reasons = [each.get("ResourceStatusReason") for each in local.events("s")]
    assert "Received SUCCESS signal with UniqueId i-2" in reasons
    assert "can not be signaled" in refused(lambda: signal(local, "i-3", "SUCCESS"))[1]


def test_a_failure_signal_rolls_back(local: Local) -> None:
    begun(local, machine())
    signal(local, "i-1", "FAILURE")
    assert local.settled("s")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.failures("s")[0]["ResourceStatusReason"] == "Received FAILURE signal with UniqueId i-1"
    assert running(local) == []
    assert local.client("sns").list_topics()["Topics"] == []


def test_signals_that_do_not_come_in_time_roll_back(local: Local) -> None:
    begun(local, machine(timeout="PT1S"))
    assert local.settled("s")["StackStatus"] == "ROLLBACK_COMPLETE"
    said = local.failures("s")[0]["ResourceStatusReason"]
    assert said == "Failed to receive 1 resource signal(s) within the specified duration"
    assert running(local) == []


def test_what_waits_is_cancelled_when_another_fails(local: Local) -> None:
    bad = "  Bad: {Type: AWS::EC2::Subnet, DependsOn: Beside, Properties: {VpcId: vpc-nope, CidrBlock: 10.0.0.0/24}}\n"
    begun(local, machine() + bad)
    assert local.settled("s")["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = {each["LogicalResourceId"]: each["ResourceStatusReason"] for each in local.failures("s")}
    assert reasons["Machine"] == "Resource creation cancelled"
    assert "vpc-nope" in reasons["Bad"]
    assert "failed to create: [Bad, Machine]" in next(
        each["ResourceStatusReason"] for each in local.events("s") if each["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"
    )


def test_the_evidence_of_a_failed_instance_survives_without_rollback(local: Local) -> None:
    begun(local, machine(), DisableRollback=True)
    signal(local, "i-1", "FAILURE")
    assert local.settled("s")["StackStatus"] == "CREATE_FAILED"
    assert len(running(local)) == 1
    local.api.rollback_stack(StackName="s")
    assert local.settled("s")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert running(local) == []


def test_deleting_a_stack_that_is_being_created(local: Local) -> None:
    begun(local, machine())
    assert local.delete("s")["StackStatus"] == "DELETE_COMPLETE"
    assert running(local) == []


def test_an_operation_that_was_stopped_is_ended_by_the_next_start(local: Local) -> None:
    begun(local, machine())
    local.engine.stop()
    restored = pickle.loads(pickle.dumps(local.engine.stacks))
    restored.resolve_interrupted()
    stack = restored.find("s", "us-east-1")
    assert (stack.status, stack.reason) == ("CREATE_FAILED", "the local cloud was stopped")
    assert stack.resources["Machine"].physical_id in running(local)


TAKEN = {
    "AWS::S3::Bucket": "{BucketName: taken}",
    "AWS::SNS::Topic": "{TopicName: taken}",
    "AWS::Logs::LogGroup": "{LogGroupName: taken}",
    "AWS::IAM::Role": "{RoleName: taken, AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, "
    "Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}]}}",
    "AWS::IAM::InstanceProfile": "{InstanceProfileName: taken, Roles: []}",
    "AWS::IAM::ManagedPolicy": "{ManagedPolicyName: taken, PolicyDocument: {Version: '2012-10-17', Statement: ["
    "{Effect: Allow, Action: 's3:*', Resource: '*'}]}}",
    "AWS::IAM::OIDCProvider": "{Url: 'https://taken.example.com', ClientIdList: [a]}",
    "AWS::SSM::Parameter": "{Name: taken, Type: String, Value: x}",
    "AWS::SecretsManager::Secret": "{Name: taken, SecretString: x}",
    "AWS::CloudWatch::Alarm": "{AlarmName: taken, Namespace: n, MetricName: m, Statistic: Sum, Period: 60, "
    "EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanThreshold}",
    "AWS::CloudWatch::Dashboard": "{DashboardName: taken, DashboardBody: '{}'}",
    "AWS::EC2::LaunchTemplate": "{LaunchTemplateName: taken, LaunchTemplateData: {ImageId: ami-12c6146b}}",
    "AWS::EC2::SecurityGroup": "{GroupName: taken, GroupDescription: d}",
    "AWS::RDS::DBParameterGroup": "{DBParameterGroupName: taken, Family: postgres16, Description: d}",
    "AWS::RDS::DBInstance": "{DBInstanceIdentifier: taken, Engine: postgres, DBInstanceClass: db.t3.micro, "
    "AllocatedStorage: '20', MasterUsername: app, MasterUserPassword: password1}",
    "AWS::XRay::Group": "{GroupName: taken}",
}


@pytest.mark.parametrize("kind", TAKEN)
def test_what_exists_is_never_adopted(local: Local, kind: str) -> None:
    body = f"Resources: {{Mine: {{Type: '{kind}', Properties: {TAKEN[kind]}}}}}"
    named = ["CAPABILITY_NAMED_IAM"]
    local.api.create_stack(StackName="owner", TemplateBody=body, Capabilities=named)
    assert local.settled("owner")["StackStatus"] == "CREATE_COMPLETE", local.failures("owner")
    local.api.create_stack(StackName="s", TemplateBody=body, Capabilities=named, DisableValidation=True)
    assert local.settled("s")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.failures("s")[0]["LogicalResourceId"] == "Mine"
    assert local.delete("s")["StackStatus"] == "DELETE_COMPLETE"
    assert local.delete("owner")["StackStatus"] == "DELETE_COMPLETE", local.failures("owner")


NET = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {ImageId: ami-12c6146b}}}
  Group: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: 0, MaxSize: 0,
    VPCZoneIdentifier: [!Ref Subnet], LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: '1'}}}
"""
ONLY_ONCE = {
    "AWS::EC2::SubnetRouteTableAssociation": "{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}",
    "AWS::EC2::VPCGatewayAttachment": "{VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}",
    "AWS::AutoScaling::LifecycleHook": "{AutoScalingGroupName: !Ref Group, LifecycleHookName: same, "
    "LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING'}",
}


@pytest.mark.proof
@pytest.mark.parametrize("kind", ONLY_ONCE)
def test_what_another_resource_holds_is_not_taken_over(local: Local, kind: str) -> None:
    body = f"{NET}  One: {{Type: {kind}, Properties: {ONLY_ONCE[kind]}}}\n"
    local.create("s", body)
    second = f"  Two: {{Type: {kind}, DependsOn: One, Properties: {ONLY_ONCE[kind]}}}\n"
    local.api.update_stack(StackName="s", TemplateBody=body + second)
    assert local.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [each["LogicalResourceId"] for each in local.failures("s")] == ["Two"]
    assert {each["LogicalResourceId"] for each in local.resources("s")} >= {"One"}
    assert local.delete("s")["StackStatus"] == "DELETE_COMPLETE", local.failures("s")


GROUP = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupIngress: [%s]}}
"""
OLD = "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}"
NEW = "{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}"
EGRESS = ", SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 1, DestinationSecurityGroupId: sg-nope}]"


def test_an_update_that_fails_halfway_undoes_its_half(local: Local) -> None:
    local.create("s", GROUP % OLD)
    local.api.update_stack(StackName="s", TemplateBody=GROUP.replace("[%s]", f"[{NEW}]{EGRESS}"), DisableRollback=True)
    assert local.settled("s")["StackStatus"] == "UPDATE_FAILED"
    groups = local.client("ec2").describe_security_groups(GroupIds=[local.physical("s", "Group")])["SecurityGroups"]
    assert [each["FromPort"] for each in groups[0]["IpPermissions"]] == [80]
    assert [each["IpProtocol"] for each in groups[0]["IpPermissionsEgress"]] == ["-1"]
    local.api.rollback_stack(StackName="s")
    assert local.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


LOGS = """
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: %s}}
  Topic: {Type: AWS::SNS::Topic, DependsOn: Logs, Properties: {DisplayName: '%s'}}
"""
BAD = "  Bad: {Type: AWS::EC2::Subnet, DependsOn: Topic, Properties: {VpcId: vpc-nope, CidrBlock: 10.0.0.0/24}}\n"


def test_a_rollback_that_fails_is_continued_by_skipping(local: Local) -> None:
    local.create("s", LOGS % (7, "old"))
    local.api.update_stack(StackName="s", TemplateBody=LOGS % (14, "new") + BAD, DisableRollback=True)
    assert local.settled("s")["StackStatus"] == "UPDATE_FAILED"
    local.client("logs").delete_log_group(logGroupName=local.physical("s", "Logs"))
    local.api.rollback_stack(StackName="s")
    assert local.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    local.api.continue_update_rollback(StackName="s")
    assert local.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    local.api.continue_update_rollback(StackName="s", ResourcesToSkip=["Logs"])
    assert local.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    topic = local.client("sns").get_topic_attributes(TopicArn=local.physical("s", "Topic"))["Attributes"]
    assert topic["DisplayName"] == "old"
    assert local.delete("s")["StackStatus"] == "DELETE_COMPLETE"


def test_what_is_in_use_cannot_be_deleted_until_it_is_retained(local: Local) -> None:
    local.create("s", "Resources: {Bucket: {Type: 'AWS::S3::Bucket'}, Topic: {Type: 'AWS::SNS::Topic'}}")
    bucket = local.physical("s", "Bucket")
    local.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    failed = local.delete("s")
    assert failed["StackStatus"] == "DELETE_FAILED"
    assert failed["StackStatusReason"] == "The following resource(s) failed to delete: [Bucket]. "
    assert [each["LogicalResourceId"] for each in local.resources("s")] == ["Bucket"]
    local.api.delete_stack(StackName="s", RetainResources=["Bucket"])
    assert local.settled(failed["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert [each["Name"] for each in local.client("s3").list_buckets()["Buckets"]] == [bucket]


DATABASE = """
Resources:
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {PasswordLength: 20,
    ExcludePunctuation: true, SecretStringTemplate: '{"username": "app"}', GenerateStringKey: password}}}
  Database: {Type: AWS::RDS::DBInstance, DeletionPolicy: Snapshot, Properties: {Engine: postgres,
    DBInstanceClass: db.t3.micro, AllocatedStorage: '20', MasterUsername: app, DeletionProtection: %s,
    MasterUserPassword: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'}}
"""


def test_a_secret_stays_a_reference_and_a_protected_database_stays(local: Local) -> None:
    local.create("s", DATABASE % "true")
    secret = local.client("secretsmanager").get_secret_value(SecretId=local.physical("s", "Secret"))["SecretString"]
    everything = json.dumps([local.events("s"), local.foresee("s", "c", DATABASE % "false")], default=str)
    assert json.loads(secret)["password"] not in everything
    assert json.loads(secret)["password"].encode() not in pickle.dumps(local.engine.stacks)
    assert "{{resolve:secretsmanager:" in everything
    assert local.delete("s")["StackStatus"] == "DELETE_FAILED"
    rds = local.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier=local.physical("s", "Database"), DeletionProtection=False)
    assert local.delete("s")["StackStatus"] == "DELETE_COMPLETE"
    [snapshot] = rds.describe_db_snapshots()["DBSnapshots"]
    assert snapshot["DBSnapshotIdentifier"].startswith("s-snapshot-database-")


@pytest.mark.parametrize(
    "body, said",
    [
        ("Resources: {A: {Type: 'AWS::SQS::Queue'}}", "Unrecognized resource types: [AWS::SQS::Queue]"),
        ("Parameters: {P: {Type: String}}\nResources: {A: {Type: 'AWS::SNS::Topic'}}", "[P] must have values"),
        ("{", "YAML not well-formed"),
    ],
)
def test_templates_that_cannot_be_are_refused_at_once(local: Local, body: str, said: str) -> None:
    code, message = refused(lambda: local.api.create_stack(StackName="s", TemplateBody=body))
    assert code == "ValidationError"
    assert said in message
    assert local.api.list_stacks()["StackSummaries"] == []


def test_errors_have_awss_codes(local: Local) -> None:
    role = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}}}}"
    topic = "Resources: {A: {Type: 'AWS::SNS::Topic'}}"
    local.create("s", topic)
    code = refused(lambda: local.api.create_stack(StackName="r", TemplateBody=role))[0]
    assert code == "InsufficientCapabilitiesException"
    assert refused(lambda: local.api.create_stack(StackName="s", TemplateBody=topic))[0] == "AlreadyExistsException"
    assert refused(lambda: local.api.describe_stacks(StackName="no"))[0] == "ValidationError"
    code = refused(lambda: local.api.describe_change_set(StackName="s", ChangeSetName="no"))[0]
    assert code in ("ChangeSetNotFound", "ChangeSetNotFoundException")
    assert refused(lambda: local.api.list_stack_sets())[1] == "the local cloud does not support ListStackSets"


def test_a_template_comes_from_a_bucket(local: Local) -> None:
    s3 = local.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a/b.yaml", Body=b"Resources: {A: {Type: 'AWS::SNS::Topic'}}")
    local.api.create_stack(StackName="s", TemplateURL=f"{local.endpoint}/templates/a/b.yaml")
    assert local.settled("s")["StackStatus"] == "CREATE_COMPLETE"
    local.api.get_waiter("stack_create_complete").wait(StackName="s")
    url = "https://templates.s3.us-east-1.amazonaws.com/a/none.yaml"
    assert "S3 error" in refused(lambda: local.api.create_stack(StackName="t", TemplateURL=url))[1]
