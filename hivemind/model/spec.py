"""What the team asks for: `hivemind.yaml` after loading, with nothing inferred yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hivemind.model.record import Record

Stage = Literal["stage-1", "production"]
DatabaseSize = Literal["small", "medium", "large"]
ServiceKind = Literal["web", "worker"]
EnvironmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
DeploymentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
EnvKey = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]

LOCAL = "local"
"""The environment that is always there: the embedded local cloud."""


class SecretRef(Record):
    """A secret by name (Secrets Manager name or ARN); never its value."""

    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_+=.@:-]{1,512}$")]


class ServiceSpec(Record):
    """One service as the team wrote it; every field left out is inferred."""

    name: str = "web"
    kind: ServiceKind = "web"
    path: str = "."
    runtime: Annotated[str, Field(pattern=r"^[a-z]+@[0-9][0-9a-z.]*$")] | None = None
    install: tuple[str, ...] | None = None
    build: tuple[str, ...] | None = None
    start: str | None = None
    migrate: str | None = None
    port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    health: Annotated[str, Field(pattern=r"^/[^\s]*$")] | None = None
    live: Annotated[str, Field(pattern=r"^/[^\s]*$")] | None = None
    env: Mapping[EnvKey, str | SecretRef] = {}


class DatabaseSpec(Record):
    """The database the team asks for; `engine: none` says that there is none whatever the code suggests."""

    engine: Literal["postgres", "none"] = "postgres"
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$")] = "16"
    size: DatabaseSize = "small"
    storage_gb: Annotated[int, Field(ge=20, le=65536)] = 20


class Subnets(Record):
    """Existing subnets by id, at least two of each kind, in two zones."""

    public: tuple[str, ...]
    private: tuple[str, ...]


class NetworkSpec(Record):
    """An existing VPC to deploy into."""

    vpc: Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$")]
    subnets: Subnets


class TransitionSpec(Record):
    """How a new release takes the traffic; `steps` are percentages, `bake_seconds` the watch after each."""

    strategy: Literal["blue_green", "canary"] = "blue_green"
    steps: tuple[Annotated[int, Field(ge=1, le=99)], ...] = ()
    bake_seconds: Annotated[int, Field(ge=0, le=86400)] = 60


class MonitoringSpec(Record):
    """What is watched beyond the dashboard and alarms every environment has."""

    xray: bool = False
    alarm_email: str | None = None


class EmulatorSpec(Record):
    """How strict the local cloud is; `nearest` lets another minor version of a runtime stand in."""

    runtimes: Literal["exact", "nearest"] = "exact"


class EnvironmentSpec(Record):
    """One place to deploy to; everything left out follows from the stage."""

    name: EnvironmentName = LOCAL
    stage: Stage = "stage-1"
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")] = "us-east-1"
    instances: Annotated[int, Field(ge=1, le=100)] | None = None
    instance_type: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")] | None = None
    certificate: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:acm:")] | None = None
    domain: str | None = None
    nat: Literal["per-zone", "single", "none"] = "per-zone"
    transition: TransitionSpec = TransitionSpec()
    monitoring: MonitoringSpec = MonitoringSpec()
    state: Annotated[str, Field(pattern=r"^s3://[a-z0-9.-]{3,63}(/.*)?$")] | None = None
    emulator: EmulatorSpec = EmulatorSpec()

    @property
    def is_local(self) -> bool:
        """Whether this environment lives on the embedded local cloud."""
        return self.name == LOCAL

    @property
    def instance_count(self) -> int:
        """How many instances a service has at least; production never has fewer than two."""
        return self.instances or (2 if self.stage == "production" else 1)

    @property
    def machine(self) -> str:
        """The EC2 instance type of the service's instances."""
        return self.instance_type or ("t3.small" if self.stage == "production" else "t3.micro")


class Spec(Record):
    """`hivemind.yaml` as a value; `local` is always among the environments. Paths are relative to the spec's folder."""

    name: DeploymentName
    services: tuple[ServiceSpec, ...]
    database: DatabaseSpec | None = None
    network: NetworkSpec | None = None
    environments: Mapping[str, EnvironmentSpec]
