"""PostgreSQL and its secret. Trouble here never blocks a release, and no release can take it away.

The password is generated and read through the secret itself: through the attachment it would be a cycle. It does not
rotate, because applications read it once at start; RDS's own managed password changes every week under them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from troposphere import Output, Ref, Sub, Template, rds
from troposphere import secretsmanager as sm

from hivemind.model import names
from hivemind.model.spec import DatabaseSize, DatabaseSpec, Stage
from hivemind.render.network import Network
from hivemind.render.scope import Scope

CLASSES: Mapping[Stage, Mapping[DatabaseSize, str]] = {
    "stage-1": {"small": "db.t4g.micro", "medium": "db.t4g.small", "large": "db.t4g.medium"},
    "production": {"small": "db.t4g.small", "medium": "db.t4g.medium", "large": "db.m7g.large"},
}
"""Stage-1 starts at the cheapest there is (1 GiB). Production is one step up, since a failover meets a cold cache, and
its largest has a whole CPU instead of credits: a busy database on credits slows down, or costs more, without a sign."""

USER = "app"
BACKUP_DAYS = 7


def add_database(template: Template, scope: Scope, network: Network, database: DatabaseSpec) -> None:
    """The database, its secret and the outputs that service stacks take as parameters."""
    secret = template.add_resource(
        sm.Secret(
            "DatabaseSecret",
            Description=f"The database of {scope.deployment}",
            GenerateSecretString=sm.GenerateSecretString(
                SecretStringTemplate=json.dumps({"username": USER}),
                GenerateStringKey="password",
                PasswordLength=40,
                ExcludePunctuation=True,
            ),
        )
    )
    template.add_resource(_subnets(scope, network))
    template.add_resource(_parameters(database))
    instance = template.add_resource(_instance(scope, database))
    template.add_resource(
        sm.SecretTargetAttachment(
            "DatabaseSecretAttachment",
            SecretId=Ref(secret),
            TargetId=Ref(instance),
            TargetType="AWS::RDS::DBInstance",
        )
    )
    template.add_output(Output("DatabaseSecret", Value=Ref(secret)))
    template.add_output(Output("DatabaseIdentifier", Value=Ref(instance)))


def _subnets(scope: Scope, network: Network) -> rds.DBSubnetGroup:
    return rds.DBSubnetGroup(
        "DatabaseSubnets",
        DBSubnetGroupDescription=f"The database of {scope.deployment}",
        SubnetIds=list(network.databases),
    )


def _parameters(database: DatabaseSpec) -> rds.DBParameterGroup:
    return rds.DBParameterGroup(
        "DatabaseParameters",
        Family=f"postgres{database.version.partition('.')[0]}",
        Description="Connections only over TLS",
        Parameters={"rds.force_ssl": "1"},
    )


def _instance(scope: Scope, database: DatabaseSpec) -> rds.DBInstance:
    return rds.DBInstance(
        "Database",
        DeletionPolicy="Snapshot",
        UpdateReplacePolicy="Snapshot",
        Engine="postgres",
        EngineVersion=database.version,
        AutoMinorVersionUpgrade=True,
        EngineLifecycleSupport="open-source-rds-extended-support-disabled",
        DBInstanceClass=CLASSES[scope.environment.stage][database.size],
        MultiAZ=scope.production,
        DBName=USER,
        MasterUsername=USER,
        MasterUserPassword=Sub("{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"),
        AllocatedStorage=str(database.storage_gb),
        MaxAllocatedStorage=max(100, 2 * database.storage_gb),
        StorageType="gp3",
        StorageEncrypted=True,
        DBSubnetGroupName=Ref("DatabaseSubnets"),
        VPCSecurityGroups=[Ref("DatabaseSecurityGroup")],
        PubliclyAccessible=False,
        DBParameterGroupName=Ref("DatabaseParameters"),
        BackupRetentionPeriod=BACKUP_DAYS,
        CopyTagsToSnapshot=True,
        DeletionProtection=Ref(names.PROTECT),
        EnableCloudwatchLogsExports=["postgresql"],
    )
