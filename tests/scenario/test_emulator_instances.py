"""Instances on the local cloud are real processes that behave like machines of EC2."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hivemind.emulator import daemon
from hivemind.emulator.instances import init
from hivemind.emulator.instances.machine import BUILD_NICENESS
from hivemind.emulator.serve import NICENESS
from tests.scenario.emulator_cloud import HTTP_UNIT, Cloud, encoded, eventually, get, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("emulator-instances")]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


def port_of(cloud: Cloud, instance: str) -> str:
    return cloud.said(instance, "ready").split("port=")[1].split()[0]


def test_an_instance_serves_http_from_a_unit_and_leaves_nothing_behind(cloud: Cloud) -> None:
    stray = "env -i setsid /bin/sleep 4242 &\nsetsid /bin/sleep 4243 &\n"
    instance = cloud.launch(f"{HTTP_UNIT}{stray}echo port=$INSTANCE_PORT\necho ready")
    url = f"http://127.0.0.1:{port_of(cloud, instance)}/"
    eventually(lambda: get(url) == 200)
    assert cloud.state(instance) == "running"
    cloud.client("ec2").terminate_instances(InstanceIds=[instance])
    eventually(lambda: cloud.state(instance) == "terminated")
    assert not [line for line in cloud.processes() if instance in line or "424" in line]
    assert "ready" in cloud.console(instance)


def test_a_unit_that_crashes_is_restarted_and_counted(cloud: Cloud) -> None:
    instance = cloud.launch(
        "printf '[Service]\\nExecStart=/bin/false\\nRestart=always\\nRestartSec=10ms\\n'"
        " > $INSTANCE_ROOT/etc/systemd/system/bad.service\n"
        "systemctl start bad; sleep 1; echo restarts=$(systemctl show -p NRestarts --value bad)\n"
        "echo state=$(systemctl is-active bad)\necho ready"
    )
    said = cloud.said(instance, "ready")
    assert "restarts=4" in said
    assert "state=failed" in said


def test_what_takes_more_memory_than_the_type_has_is_ended(cloud: Cloud) -> None:
    hog = "hog = [b'x' * (1 << 24) for _ in range(1 << 10)]"
    instance = cloud.launch(f'python3 -c "{hog}" || echo ended with $?\necho ready', InstanceType="t3.nano")
    said = cloud.said(instance, "ready")
    assert "Out of memory: killed process" in said
    assert "ended with 137" in said
    assert cloud.state(instance) == "running"


def test_after_stop_and_start_only_enabled_units_run_again(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    instance = cloud.launch(f"{HTTP_UNIT}echo user data ran\necho port=$INSTANCE_PORT\necho ready")
    url = f"http://127.0.0.1:{port_of(cloud, instance)}/"
    ec2.stop_instances(InstanceIds=[instance])
    eventually(lambda: cloud.state(instance) == "stopped")
    assert get(url) == 0
    ec2.start_instances(InstanceIds=[instance])
    eventually(lambda: get(url) == 200)
    assert cloud.console(instance).count("user data ran") == 1
    ec2.terminate_instances(InstanceIds=[instance])


def test_a_launch_template_is_applied_whole(cloud: Cloud) -> None:
    ec2, iam = cloud.client("ec2"), cloud.client("iam")
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps({"Statement": [trusted]}))
    iam.create_instance_profile(InstanceProfileName="app")
    iam.add_role_to_instance_profile(InstanceProfileName="app", RoleName="app")
    data = {
        "ImageId": cloud.image(),
        "InstanceType": "t4g.nano",
        "UserData": encoded("echo ready"),
        "IamInstanceProfile": {"Name": "app"},
        "MetadataOptions": {"HttpTokens": "required", "InstanceMetadataTags": "enabled"},
        "InstanceInitiatedShutdownBehavior": "terminate",
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "builder"}]}],
    }
    ec2.create_launch_template(LaunchTemplateName="whole", LaunchTemplateData=data)
    asked = {"LaunchTemplate": {"LaunchTemplateName": "whole"}, "MinCount": 1, "MaxCount": 1, "ClientToken": "once"}
    first = ec2.run_instances(**asked)["Instances"][0]["InstanceId"]
    assert ec2.run_instances(**asked)["Instances"][0]["InstanceId"] == first
    seen = ec2.describe_instances(InstanceIds=[first])["Reservations"][0]["Instances"][0]
    assert seen["InstanceType"] == "t4g.nano"
    assert seen["MetadataOptions"]["HttpTokens"] == "required"
    assert seen["IamInstanceProfile"]["Arn"].endswith("/app")
    assert {"Key": "role", "Value": "builder"} in seen["Tags"]
    cloud.said(first, "ready")  # told to end only now: an ended instance has no role any more
    off = {"commands": ["shutdown -h now"]}
    cloud.client("ssm").send_command(InstanceIds=[first], DocumentName="AWS-RunShellScript", Parameters=off)
    eventually(lambda: cloud.state(first) == "terminated")


def test_the_metadata_service_wants_a_token_and_shows_tags_only_when_allowed(cloud: Cloud) -> None:
    script = (
        "at=$AWS_EC2_METADATA_SERVICE_ENDPOINT\n"
        "ask() { curl -s -o /dev/stdout -w ' %{http_code}\\n' \"$@\"; }\n"
        "token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' ${at}latest/api/token)\n"
        "ask ${at}latest/meta-data/instance-id\n"
        'ask -H "X-aws-ec2-metadata-token: $token" ${at}latest/meta-data/instance-id\n'
        'echo tag $(ask -H "X-aws-ec2-metadata-token: $token" ${at}latest/meta-data/tags/instance/team)\n'
        "echo ready"
    )
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "blue"}]}]
    closed = cloud.launch(script, TagSpecifications=tags)
    opened = cloud.launch(script, TagSpecifications=tags, MetadataOptions={"InstanceMetadataTags": "enabled"})
    said = cloud.said(closed, "ready")
    assert "Unauthorized 401" in said
    assert f"{closed} 200" in said
    assert "tag Not Found 404" in said
    assert "tag blue 200" in cloud.said(opened, "ready")


def test_an_unknown_image_and_hibernation_are_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        cloud.launch("true", ImageId="ami-12345678")
    with pytest.raises(ClientError, match="UnsupportedHibernationConfiguration"):
        cloud.launch("true", HibernationOptions={"Configured": True})


def test_user_data_that_is_no_script_is_not_run_and_the_console_says_so(cloud: Cloud) -> None:
    one = cloud.launch("", UserData="#cloud-config\nruncmd: [echo ran]\n")
    cloud.said(one, "local cloud: the user data is no script that begins with #!, the one kind that is run here")
    cloud.client("ec2").terminate_instances(InstanceIds=[one])


def test_commands_run_inside_the_instance(cloud: Cloud) -> None:
    ssm = cloud.client("ssm")
    bystander, instance = cloud.launch("echo ready"), cloud.launch("echo ready")
    cloud.said(instance, "ready")
    cloud.said(bystander, "ready")
    asked = {"commands": ["echo $INSTANCE_ID", "echo bad >&2", "exit 7"]}
    sent = ssm.send_command(InstanceIds=[instance], DocumentName="AWS-RunShellScript", Parameters=asked)
    command = {"CommandId": sent["Command"]["CommandId"]}
    listed = eventually(lambda: [row for row in _invocations(ssm, command) if row["Status"] != "InProgress"])
    seen = ssm.get_command_invocation(**command, InstanceId=instance)
    assert (seen["Status"], seen["ResponseCode"]) == ("Failed", 7)
    assert [row["InstanceId"] for row in listed] == [instance]
    assert seen["StandardOutputContent"] == f"{instance}\n"
    assert seen["StandardErrorContent"] == "bad\n"
    with pytest.raises(ClientError, match="InvalidInstanceId"):
        ssm.send_command(InstanceIds=["i-00000000000000000"], DocumentName="AWS-RunShellScript", Parameters=asked)


def _invocations(ssm: Any, command: dict[str, str]) -> Any:
    return ssm.list_command_invocations(**command)["CommandInvocations"]


def test_the_log_agent_ships_new_lines(cloud: Cloud) -> None:
    listed = '{"file_path":"\'$INSTANCE_ROOT\'/var/log/a.log","log_group_name":"/a","log_stream_name":"{instance_id}"}'
    config = f'{{"logs":{{"logs_collected":{{"files":{{"collect_list":[{listed}]}}}}}}}}'
    instance = cloud.launch(
        f"echo '{config}' > $INSTANCE_ROOT/agent.json\n"
        "amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:$INSTANCE_ROOT/agent.json\n"
        "echo one >> $INSTANCE_ROOT/var/log/a.log; printf 'half' >> $INSTANCE_ROOT/var/log/a.log\necho ready"
    )
    cloud.said(instance, "ready")
    logs = cloud.client("logs")
    events = eventually(lambda: logs.filter_log_events(logGroupName="/a")["events"])
    assert [(event["logStreamName"], event["message"]) for event in events] == [(instance, "one")]


def test_the_aws_shim_does_what_a_machine_needs_at_start(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket="shims")
    cloud.client("secretsmanager").create_secret(Name="s/one", SecretString='{"a": 1}')
    instance = cloud.launch(
        "echo content > f; put() { aws s3api put-object --bucket shims --key k --body f --if-none-match '*'; }\n"
        "put > /dev/null; echo first=$?; put; echo second=$?\n"
        "aws s3 cp s3://shims/k back --only-show-errors --region us-east-1 && echo got=$(cat back)\n"
        "aws s3 cp s3://shims/none back; echo missing=$?\n"
        "echo secret=$(aws secretsmanager get-secret-value --secret-id s/one --query SecretString --output text)\n"
        "aws ec2 describe-instances; echo unknown=$?\necho ready"
    )
    said = cloud.said(instance, "ready")
    assert "first=0" in said
    assert "An error occurred (PreconditionFailed) when calling the PutObject operation" in said
    assert "second=254" in said
    assert "got=content" in said
    assert "missing=1" in said
    assert 'secret={"a": 1}' in said
    assert "unknown=252" in said


def test_dnf_gives_real_runtimes_and_refuses_the_rest(cloud: Cloud) -> None:
    instance = cloud.launch(
        "dnf -y install python3.11 tar && python3.11 --version && python3.11 -m venv --without-pip v && echo made\n"
        "dnf install -y no-such-package; echo code=$?\necho ready"
    )
    said = cloud.said(instance, "ready")
    assert "Python 3.11." in said
    assert "made" in said
    assert "No match for argument: no-such-package" in said
    assert "code=1" in said


def test_the_nearest_runtime_stands_in_only_when_the_settings_say_so(cloud: Cloud) -> None:
    script = "dnf -y install python3.99; echo code=$?; python3.99 --version\necho ready"
    strict = cloud.said(cloud.launch(script), "ready")
    assert "No match for argument: python3.99" in strict
    assert "environments.local.emulator.runtimes: nearest" in strict
    assert "code=1" in strict
    daemon.configure(cloud.home, runtimes="nearest")
    near = cloud.said(cloud.launch(script), "ready")
    assert "stands in for python3.99" in near
    assert "code=0\nPython 3." in near


def live(cloud: Cloud, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"][0]
    seen: dict[str, Any] = found["Instances"][0]
    return seen


def run(cloud: Cloud, instance: str, *lines: str) -> str:
    """What commands print inside an instance."""
    ssm = cloud.client("ssm")
    asked = {"commands": list(lines)}
    sent = ssm.send_command(InstanceIds=[instance], DocumentName="AWS-RunShellScript", Parameters=asked)
    command = {"CommandId": sent["Command"]["CommandId"]}
    eventually(lambda: [row for row in _invocations(ssm, command) if row["Status"] != "InProgress"])
    return str(ssm.get_command_invocation(**command, InstanceId=instance)["StandardOutputContent"])


def test_a_stop_lets_type_and_user_data_change_and_keeps_disk_and_private_address(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    public = [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]
    one = cloud.launch("echo kept > $INSTANCE_ROOT/opt/file; echo ready", NetworkInterfaces=public)
    cloud.said(one, "ready")
    before = live(cloud, one)
    changes: list[dict[str, Any]] = [
        {"InstanceType": {"Value": "t3.small"}},
        {"UserData": {"Value": b"#!/bin/bash\necho ran again"}},
    ]
    for change in changes:
        with pytest.raises(ClientError, match="is not in the 'stopped' state"):
            ec2.modify_instance_attribute(InstanceId=one, **change)
    ec2.stop_instances(InstanceIds=[one])
    eventually(lambda: cloud.state(one) == "stopped")
    assert "PublicIpAddress" not in live(cloud, one)
    assert not ec2.describe_instance_status(InstanceIds=[one])["InstanceStatuses"]
    for change in changes:
        ec2.modify_instance_attribute(InstanceId=one, **change)
    with pytest.raises(ClientError, match="InvalidInstanceAttributeValue"):
        ec2.modify_instance_attribute(InstanceId=one, InstanceType={"Value": "t3.enormous"})
    ec2.start_instances(InstanceIds=[one])
    eventually(lambda: cloud.state(one) == "running")
    after = live(cloud, one)
    assert after["PrivateIpAddress"] == before["PrivateIpAddress"]
    assert after["PublicIpAddress"] != before["PublicIpAddress"]
    assert after["InstanceType"] == "t3.small"
    seen = run(
        cloud, one, "cat $INSTANCE_ROOT/opt/file", "at=$AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' ${at}latest/api/token)",
        'curl -s -H "X-aws-ec2-metadata-token: $token" ${at}latest/user-data',
    )  # fmt: skip
    assert seen == "kept\n#!/bin/bash\necho ran again"
    assert "ran again" not in cloud.console(one)
    (status,) = ec2.describe_instance_status(InstanceIds=[one])["InstanceStatuses"]
    assert (status["InstanceState"]["Name"], status["InstanceStatus"]["Status"]) == ("running", "ok")


def test_protection_against_termination_holds_until_it_is_lifted(cloud: Cloud) -> None:
    ec2, one = cloud.client("ec2"), cloud.launch("echo ready", DisableApiTermination=True)
    cloud.said(one, "ready")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.terminate_instances(InstanceIds=[one])
    assert cloud.state(one) == "running"
    ec2.modify_instance_attribute(InstanceId=one, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[one])
    eventually(lambda: cloud.state(one) == "terminated")


@pytest.mark.proof
def test_the_metadata_service_can_be_switched_off_and_tokens_made_optional(cloud: Cloud) -> None:
    ec2, one = cloud.client("ec2"), cloud.launch("echo ready")
    cloud.said(one, "ready")
    ask = "curl -s -o /dev/null -w %{http_code} ${AWS_EC2_METADATA_SERVICE_ENDPOINT}latest/meta-data/instance-id"
    assert live(cloud, one)["MetadataOptions"]["HttpTokens"] == "required"
    assert run(cloud, one, ask) == "401"
    ec2.modify_instance_metadata_options(InstanceId=one, HttpTokens="optional")
    assert live(cloud, one)["MetadataOptions"]["HttpEndpoint"] == "enabled", "what is not asked stays"
    assert run(cloud, one, ask) == "200"
    ec2.modify_instance_metadata_options(InstanceId=one, HttpEndpoint="disabled")
    assert run(cloud, one, ask) == "403"


@pytest.mark.skipif(sys.platform != "linux", reason="these limits are Linux's")
def test_everything_in_an_instance_yields_to_the_rest_of_the_machine(cloud: Cloud) -> None:
    unit = "printf '[Service]\\nExecStart=/bin/sleep 600\\n' > $INSTANCE_ROOT/etc/systemd/system/app.service\n"
    weight = "echo user data: $(cat /proc/self/autogroup)\n"
    one = cloud.launch(f"{weight}{unit}systemctl start app; echo ready")
    said = cloud.said(one, "ready")
    (pid,) = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _text(folder / "cmdline") == "/bin/sleep\x00600\x00" and str(cloud.home) in _text(folder / "environ")
    ]
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + init.NICENESS
    assert int(_text(Path(f"/proc/{pid}/oom_score_adj"))) == init.FIRST_TO_GO
    assert f"{init.LARGEST_FILE}" in next(
        line for line in _text(Path(f"/proc/{pid}/limits")).splitlines() if line.startswith("Max file size")
    )
    if _text(Path("/proc/sys/kernel/sched_autogroup_enabled")).strip() == "1":
        assert _text(Path(f"/proc/{pid}/autogroup")).endswith(f"nice {init.NICENESS}\n")
        assert f"nice {BUILD_NICENESS}\n" in said.split("user data:")[1]
        assert _text(Path(f"/proc/{cloud.status.pid}/autogroup")).endswith(f"nice {NICENESS}\n")


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


IMAGES = {
    "debian": "/aws/service/debian/release/13/latest/amd64",
    "ubuntu": "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
}
LACKS = """
for name in aws dnf cfn-signal; do $name --version 2>/dev/null || echo $name=$?; done
apt-get -qq install jq; echo before=$?
apt-get -qq update
apt-get install jq; echo unasked=$?
apt-get -qq -y -o DPkg::Lock::Timeout=300 install jq python3.99; echo unknown=$?
apt-get -qq install jq; echo known=$?
snap install no-such-snap; echo snap=$?
"""
COMMAND_LINE = {"debian": "apt-get -qq install awscli", "ubuntu": "snap install aws-cli --classic"}


@pytest.mark.parametrize("image", ["debian", "ubuntu"])
def test_another_image_has_its_own_package_manager_and_nothing_of_amazons(cloud: Cloud, image: str) -> None:
    ami = cloud.client("ssm").get_parameter(Name=IMAGES[image])["Parameter"]["Value"]
    (described,) = cloud.client("ec2").describe_images(ImageIds=[ami])["Images"]
    assert described["RootDeviceName"] == {"debian": "/dev/xvda", "ubuntu": "/dev/sda1"}[image]
    get = "aws ssm get-parameter --output text --query Parameter.Value --name"
    instance = cloud.launch(f"{LACKS}{COMMAND_LINE[image]}\nhash -r\n{get} {IMAGES[image]}\necho ready", ImageId=ami)
    said = cloud.said(instance, "ready").splitlines()
    assert {"aws=127", "dnf=127", "cfn-signal=127", "before=100", "unasked=1", "unknown=100", "known=0"} <= set(said)
    assert ("snap=127" if image == "debian" else "snap=1") in said
    assert ami in said
    assert "E: Unable to locate package python3.99" in said
    cloud.client("ec2").terminate_instances(InstanceIds=[instance])
