"""What the team asks for: `hivemind.yaml` after loading, with nothing inferred yet.

The constraints and words here are the only ones: the loader, the JSON Schema and the reference in `docs/spec.md` are
made from them (`hivemind.spec.document`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len
from pydantic import Field, StringConstraints

from hivemind.model.image import ImageName
from hivemind.model.record import Record


@dataclass(frozen=True)
class Form:
    """What a value looks like: in words, completing "Write …", and by an example."""

    words: str
    example: str


Stage = Literal["stage-1", "production"]
DatabaseSize = Literal["small", "medium", "large"]
ServiceKind = Literal["web", "worker"]
EnvironmentName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20),
    Form("up to 20 lower-case letters, digits and single dashes, a letter first", "staging"),
]
DeploymentName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=30),
    Form("up to 30 lower-case letters, digits and single dashes, a letter first", "guestbook"),
]
ServiceName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20),
    Form("up to 20 lower-case letters, digits and single dashes, a letter first", "worker"),
]
EnvKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"),
    Form("letters, digits and underscores, no digit first", "LOG_LEVEL"),
]
SecretName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@:-]{1,512}$"),
    Form("the name or ARN of a secret in Secrets Manager", "guestbook/stripe"),
]
OutputName = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*/([a-z][a-z0-9-]*\.)?[A-Za-z][A-Za-z0-9]{0,254}$", max_length=300
    ),
    Form("a deployment and one of its outputs", "api/Url"),
]
Runtime = Annotated[
    str, StringConstraints(pattern=r"^[a-z]+@[0-9][0-9a-z.]*$"), Form("a language and its version", "python@3.12")
]
Port = Annotated[
    int, Interval(ge=1024, le=65535), Form("a port from 1024 to 65535 (the service does not run as root)", "8000")
]
UrlPath = Annotated[str, StringConstraints(pattern=r"^/[!-~]{0,1023}$"), Form("a path that begins with /", "/healthz")]
DatabaseVersion = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)?$"), Form("a version number", "16")]
VpcId = Annotated[str, StringConstraints(pattern=r"^vpc-[0-9a-f]{8,17}$"), Form("the VPC's id", "vpc-0a1b2c3d")]
SubnetIds = Annotated[
    tuple[
        Annotated[
            str, StringConstraints(pattern=r"^subnet-[0-9a-f]{8,17}$"), Form("the subnet's id", "subnet-0a1b2c3d")
        ],
        ...,
    ],
    Len(2),
]
Percent = Annotated[int, Interval(ge=1, le=99), Form("a percentage from 1 to 99", "10")]
Region = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$"), Form("the name of an AWS region", "us-east-1")
]
InstanceType = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$"), Form("an EC2 instance type", "t3.small")
]
Certificate = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:acm:[!-~]+$"),
    Form("the ARN of a certificate in ACM", "arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d"),
]
Domain = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$", max_length=253),
    Form("a domain name in lower case, without https://", "guestbook.example.com"),
]
Email = Annotated[
    str, StringConstraints(pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}$"), Form("one address", "ops@example.com")
]
Date = Annotated[
    str,
    StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
    Form("a date: year, month, day", "2026-12-31"),
]
Bucket = Annotated[
    str,
    StringConstraints(pattern=r"^s3://[a-z0-9.-]{3,63}(/[!-~]*)?$"),
    Form("a bucket, with a prefix if need be", "s3://acme-hivemind/guestbook"),
]

PRODUCTION_LEAST = 2
"""Instances of each service that a production environment has at least, one in each zone."""
LOCAL = "local"
"""The environment that is always there: the embedded local cloud."""


class SecretRef(Record):
    """A secret by name (Secrets Manager name or ARN); never its value."""

    secret: SecretName = Field(description="Name or ARN of a secret in Secrets Manager.")


class ServiceSpec(Record):
    """One service as the team wrote it; every field left out is inferred."""

    name: ServiceName = "web"
    kind: ServiceKind = Field(
        "web", description="`web` answers HTTP behind the load balancer; `worker` is reached by nobody."
    )
    path: str = Field(".", description="Folder of the service, from this file's folder.", examples=["apps/api"])
    runtime: Runtime | None = Field(None, description="Language and version it runs on.")
    image: ImageName = Field(
        "al2023",
        description="Linux of its machines: Amazon Linux 2023, Debian 13 or Ubuntu 24.04; all services share it.",
    )
    install: tuple[str, ...] | None = Field(
        None,
        description="How dependencies are installed, once per release; `[]` for nothing to install.",
        examples=["pip install -r requirements.txt"],
    )
    build: tuple[str, ...] | None = Field(
        None,
        description="What is built after the install, once per release; `[]` for nothing to build.",
        examples=["npm run build"],
    )
    start: str | None = Field(
        None, description="The command that starts the service and stays.", examples=["gunicorn app:app"]
    )
    migrate: str | None = Field(
        None,
        description="Prepares the database; runs once per release, before the release takes traffic.",
        examples=["flask db upgrade"],
    )
    one_way_migration: bool = Field(
        False,
        description="The migration of this release leaves a schema on which earlier releases do not work; "
        "`hivemind rollback` then refuses to go back across it.",
    )
    port: Port | None = Field(None, description="Port it listens on; it is told by the variable PORT, too.")
    health: UrlPath | None = Field(
        None, description="Answers 200-399 when the service can serve; it takes no traffic before."
    )
    live: UrlPath | None = Field(
        None, description="Answers whenever the process lives, without asking the database; else it is replaced."
    )
    env: Mapping[EnvKey, str | SecretRef] = Field(
        {},
        description="Environment variables: a value as written, or `{secret: NAME}`.",
        examples=[{"LOG_LEVEL": "info"}],
    )
    uses: Mapping[EnvKey, OutputName] = Field(
        {},
        description="Environment variables from outputs of other deployments, in the environment of the same name.",
        examples=[{"API_URL": "api/Url"}],
    )


class DatabaseSpec(Record):
    """The database the team asks for; `engine: none` says that there is none whatever the code suggests."""

    engine: Literal["postgres", "none"] = Field(
        "postgres", description="`postgres`, or `none` for no database whatever the code suggests."
    )
    version: DatabaseVersion = Field("16", description="Version of the engine.")
    size: DatabaseSize = Field("small", description="How big a machine it gets.")
    storage_gb: Annotated[int, Interval(ge=20, le=65536)] = Field(20, description="Storage in GiB.")


class Subnets(Record):
    """Existing subnets by id, at least two of each kind, in two zones."""

    public: SubnetIds = Field(
        description="Subnets for the load balancer, at least two, in two zones.",
        examples=[["subnet-0a1b2c3d", "subnet-1b2c3d4e"]],
    )
    private: SubnetIds = Field(
        description="Subnets for instances and database, at least two, in two zones.",
        examples=[["subnet-2c3d4e5f", "subnet-3d4e5f6a"]],
    )


class NetworkSpec(Record):
    """An existing VPC to deploy into."""

    vpc: VpcId = Field(description="Id of the VPC.")
    subnets: Subnets = Field(description="Its subnets to use.")


class TransitionSpec(Record):
    """How a new release takes the traffic; `steps` are percentages, `bake_seconds` the watch after each."""

    strategy: Literal["blue_green", "canary"] = Field(
        "blue_green", description="`blue_green` shifts all traffic at once, `canary` in steps."
    )
    steps: tuple[Percent, ...] = Field((), description="Percentages of the traffic, rising.", examples=[[10, 50]])
    bake_seconds: Annotated[int, Interval(ge=0, le=86400)] | None = Field(
        None,
        description="How long the release is watched after each shift; a minute, on `local` 5 seconds.",
        examples=["2m"],
    )


class MonitoringSpec(Record):
    """What is watched beyond the dashboard and alarms every environment has."""

    xray: bool = Field(False, description="Trace requests with AWS X-Ray.")
    alarm_email: Email | None = Field(None, description="Where alarms are mailed.")


class EmulatorSpec(Record):
    """How strict the local cloud is; `nearest` lets another minor version of a runtime stand in."""

    runtimes: Literal["exact", "nearest"] = Field(
        "exact",
        description="`nearest` lets another minor version of a runtime on this machine stand in for the one asked for.",
    )


class FreezeSpec(Record):
    """A time in which nothing is to change."""

    until: Date = Field(description="The last day of it, by UTC.")
    reason: str = Field(description="Why; whoever is stopped by it is told.", examples=["Christmas trade"])


class EnvironmentSpec(Record):
    """One place to deploy to; everything left out follows from the stage."""

    name: EnvironmentName = LOCAL
    stage: Stage = Field(
        "stage-1", description="`stage-1` is the least that serves; `production` survives the loss of a zone."
    )
    region: Region = Field("us-east-1", description="AWS region.")
    instances: Annotated[int, Interval(ge=1, le=100)] | None = Field(
        None, description="Instances of each service, at least; 1 in stage-1, 2 in production.", examples=[2]
    )
    instance_type: InstanceType | None = Field(
        None,
        description="EC2 type of the instances; t3.micro in stage-1, t3.small in production and for a JVM or the like.",
    )
    certificate: Certificate | None = Field(
        None, description="ARN of a certificate in ACM; with it the balancer speaks HTTPS."
    )
    domain: Domain | None = Field(None, description="Name the application is reached by.")
    nat: Literal["per-zone", "single", "none"] = Field(
        "per-zone", description="NAT gateways of a production network; each is paid by the hour."
    )
    transition: TransitionSpec = Field(TransitionSpec(), description="How a new release takes the traffic.")
    monitoring: MonitoringSpec = Field(
        MonitoringSpec(), description="What is watched beyond the dashboard and the alarms that are always there."
    )
    state: Bucket | None = Field(
        None, description="Bucket where the team shares journal, releases and lease; needed to act on AWS."
    )
    budget: Annotated[int, Interval(ge=1, le=1_000_000)] | None = Field(
        None,
        description="USD that a month may cost; what goes beyond it needs `--allow over-budget`, or a label.",
        examples=[200],
    )
    freeze: FreezeSpec | None = Field(
        None, description="Until then nothing is changed but back; else it needs `--allow freeze`, or a label."
    )
    boundary: bool = Field(
        False,
        description="Bound the roles of its machines by the policy that `hivemind bootstrap --github` makes.",
    )
    emulator: EmulatorSpec = Field(EmulatorSpec(), description="How strict the local cloud is.")

    @property
    def is_local(self) -> bool:
        """Whether this environment lives on the embedded local cloud."""
        return self.name == LOCAL

    @property
    def instance_count(self) -> int:
        """How many instances a service has at least; production never has fewer than two."""
        return self.instances or (PRODUCTION_LEAST if self.stage == "production" else 1)

    @property
    def bake_seconds(self) -> int:
        """How long a release is watched after each shift; a rehearsal need not be patient."""
        said = self.transition.bake_seconds
        return said if said is not None else (5 if self.is_local else 60)

    @property
    def machine(self) -> str:
        """The EC2 instance type of the service's instances."""
        return self.instance_type or ("t3.small" if self.stage == "production" else "t3.micro")


class Spec(Record):
    """`hivemind.yaml` as a value; `local` is always among the environments. Paths are relative to the spec's folder."""

    name: DeploymentName = Field(description="What the deployment is called.")
    services: tuple[ServiceSpec, ...]
    database: DatabaseSpec | None = Field(
        None, description="The database beside the services; left out, it follows from the code."
    )
    network: NetworkSpec | None = Field(None, description="An existing VPC to deploy into; left out, one is made.")
    environments: Mapping[EnvironmentName, EnvironmentSpec]

    @property
    def image(self) -> ImageName:
        """What the machines run, the builder too: one builder makes the release of all services."""
        return self.services[0].image

    @property
    def one_way_migration(self) -> bool:
        """Whether a migration of this release keeps earlier ones from working."""
        return any(service.one_way_migration for service in self.services)
