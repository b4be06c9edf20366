"""Databases of stacks: what a policy leaves behind, what comes back from it, and the secrets that go with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from scenario.test_emulator_databases import describe, snapshot, sql

from tests.scenario.emulator_cloud import Cloud, eventually, running

pytestmark = [pytest.mark.slow, pytest.mark.proof, pytest.mark.xdist_group("emulator-database-stacks")]
BODY = """
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString:
        {SecretStringTemplate: '{"username": "boss"}', GenerateStringKey: password, PasswordLength: 40,
         ExcludeCharacters: '"''@/\\ abcdefghijklmnopqrstuvwxyz'}
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties:
      {Engine: postgres, DBInstanceClass: db.t4g.micro, AllocatedStorage: '20', DBName: app, MasterUsername: boss,
       MasterUserPassword: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'%s}
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {SecretId: !Ref Secret, TargetId: !Ref Database, TargetType: AWS::RDS::DBInstance}
Outputs:
  Database: {Value: !Ref Database}
  Secret: {Value: !Ref Secret}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud") / "home") as cloud:
        yield cloud


def settled(cloud: Cloud, stack: str) -> Any:
    """The stack once nothing works on it."""
    look = cloud.client("cloudformation").describe_stacks

    def at_rest() -> Any:
        found = look(StackName=stack)["Stacks"][0]
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found

    return eventually(at_rest, 60)


def deployed(cloud: Cloud, name: str, more: str = "") -> dict[str, str]:
    """The outputs of a new stack."""
    made = cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=BODY % more)
    stack = settled(cloud, made["StackId"])
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def content(cloud: Cloud, secret: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cloud.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])
    return found


def test_the_data_outlives_the_stack_and_comes_back_with_another(cloud: Cloud) -> None:
    cloudformation = cloud.client("cloudformation")
    outputs = deployed(cloud, "first")
    secret, at = content(cloud, outputs["Secret"]), describe(cloud, outputs["Database"])["Endpoint"]
    assert len(secret["password"]) == 40
    assert not set(secret["password"]) & set('"@/\\ abcdefghijklmnopqrstuvwxyz')
    assert (secret["host"], secret["port"], secret["dbname"]) == (at["Address"], at["Port"], "app")
    assert (secret["engine"], secret["username"]) == ("postgres", "boss")
    sql(cloud, outputs["Database"], "create table t as select 7 as x", secret["password"])
    stack = cloudformation.describe_stacks(StackName="first")["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName="first")
    assert settled(cloud, stack)["StackStatus"] == "DELETE_COMPLETE"
    [left] = cloud.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert left["DBSnapshotIdentifier"].startswith("first-snapshot-database-")
    assert left["Status"] == "available"
    source = left["DBSnapshotIdentifier"]
    outputs = deployed(cloud, "second", f", DBSnapshotIdentifier: {source}, BackupRetentionPeriod: 3")
    secret = content(cloud, outputs["Secret"])
    assert sql(cloud, outputs["Database"], "select x from t", secret["password"]) == "7"
    assert describe(cloud, outputs["Database"])["BackupRetentionPeriod"] == 3


def test_a_replaced_database_leaves_its_snapshot(cloud: Cloud) -> None:
    cloudformation = cloud.client("cloudformation")
    outputs = deployed(cloud, "replaced")
    password = content(cloud, outputs["Secret"])["password"]
    sql(cloud, outputs["Database"], "create table t as select 8 as x", password)
    cloudformation.update_stack(StackName="replaced", TemplateBody=BODY % ", StorageEncrypted: true")
    stack = settled(cloud, "replaced")
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    fresh = next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == "Database")
    assert fresh != outputs["Database"]
    assert "does not exist" in sql(cloud, fresh, "select x from t", password)
    names = [each["DBSnapshotIdentifier"] for each in cloud.client("rds").describe_db_snapshots()["DBSnapshots"]]
    [left] = [name for name in names if name.startswith("replaced-snapshot-database-")]
    assert snapshot(cloud, left)["Status"] == "available"
