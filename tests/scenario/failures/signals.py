"""Applications that do not come up: what their instances say, or do not say, ends the stack."""

from __future__ import annotations

import textwrap

from tests.scenario.failures.acts import (
    CREATE_UNDONE,
    NO_ROLLBACK,
    RESTORED,
    UPDATE_FAILED,
    Account,
    ByHand,
    Case,
    Create,
    Failed,
    RollBack,
    Update,
    created,
    creation_undone,
)
from tests.scenario.failures.templates import IMAGE, NETWORK, stack, topic

SIGNAL = "cfn-signal -e $? --stack ${AWS::StackName} --resource %s --region ${AWS::Region}"
NEVER_HEALTHY = (
    """
cat > $INSTANCE_ROOT/etc/systemd/system/app.service <<X
[Service]
ExecStart=python3 -m http.server --bind 127.0.0.1 $INSTANCE_PORT
[Install]
WantedBy=multi-user.target
X
systemctl enable --now app
for try in 1 2 3; do sleep 0.3; curl -fs http://127.0.0.1:$INSTANCE_PORT/healthz && break; done
"""
    + SIGNAL % "Group"
)


def _user_data(script: str) -> str:
    # The variables of the shell are escaped, those of CloudFormation are not.
    return "Fn::Base64: !Sub |\n" + textwrap.indent(f"#!/bin/bash\n{script}\n", "  ")


def machine(script: str, timeout: str = "PT60S") -> str:
    """An instance that must signal."""
    head = f"""
        Machine:
          Type: AWS::EC2::Instance
          CreationPolicy: {{ResourceSignal: {{Timeout: {timeout}}}}}
          Properties:
            ImageId: '{IMAGE}'
            InstanceType: t3.micro
            UserData:
    """
    return textwrap.dedent(head).rstrip() + "\n" + textwrap.indent(_user_data(script), "      ")


def group(script: str, signals: int = 1, timeout: str = "PT60S") -> str:
    """A group of one instance, and how many signals it waits for."""
    head = f"""
        Template:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              ImageId: '{IMAGE}'
              InstanceType: t3.micro
              UserData:
    """
    tail = f"""
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: {{ResourceSignal: {{Count: {signals}, Timeout: {timeout}}}}}
          Properties:
            MinSize: 1
            MaxSize: 1
            VPCZoneIdentifier: [!Ref SubnetA]
            LaunchTemplate: {{LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}}
    """
    script_lines = textwrap.indent(_user_data(script), "        ")
    return textwrap.dedent(head).rstrip() + "\n" + script_lines + textwrap.dedent(tail)


def _the_evidence_is_there(account: Account) -> None:
    autoscaling, name = account.client("autoscaling"), account.physical("Group")
    [found] = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    assert len(found["Instances"]) == 1, "the instance that failed was taken away"


CASES = (
    Case(
        "no-signal-in-time",
        creation_undone(
            stack(machine("true", "PT1S")),
            "Machine",
            "Failed to receive 1 resource signal(s) within the specified duration",
        ),
    ),
    Case(
        "failure-signal",
        creation_undone(
            stack(machine("false\n" + SIGNAL % "Machine")), "Machine", "Received FAILURE signal with UniqueId"
        ),
    ),
    Case(
        "failure-signal-of-a-group",
        Create(
            stack(*NETWORK, group("false\n" + SIGNAL % "Group")),
            CREATE_UNDONE,
            (Failed("Group", "CREATE_FAILED", "Received 1 FAILURE signal(s) out of 1.  Unable to satisfy 100% "
                    "MinSuccessfulInstancesPercent requirement"),),
        ),
    ),
    Case(
        "too-few-signals",
        creation_undone(
            stack(*NETWORK, group("true\n" + SIGNAL % "Group", signals=2, timeout="PT4S")),
            "Group",
            "SUCCESS signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement",
        ),
    ),
    Case(
        "app-never-healthy",
        creation_undone(stack(*NETWORK, group(NEVER_HEALTHY)), "Group", "Received 1 FAILURE signal(s) out of 1."),
    ),
    Case(
        "app-never-healthy-keeps-its-evidence",
        created(stack(*NETWORK, topic(display="old"))),
        Update(
            stack(*NETWORK, topic(display="new"), group(NEVER_HEALTHY)),
            UPDATE_FAILED,
            (Failed("Group", "CREATE_FAILED", "Received 1 FAILURE signal(s) out of 1."),),
            NO_ROLLBACK,
        ),
        ByHand(_the_evidence_is_there),
        RollBack(RESTORED),
    ),
)  # fmt: skip
