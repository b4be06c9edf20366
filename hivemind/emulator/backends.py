"""moto's backends, imported light: only the services the local cloud has, without data it never needs.

moto reads botocore's whole table of endpoints and the instance types of every region when it is imported, half a
second and 60 MB; and it keeps every object that it ever made. Each of these is a seam (see `seam.py`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from hivemind.emulator.seam import Seam

ACCOUNT = "123456789012"
REGION = "us-east-1"
SERVICES = (
    "ec2",
    "elbv2",
    "autoscaling",
    "rds",
    "ssm",
    "secretsmanager",
    "s3",
    "iam",
    "sts",
    "logs",
    "cloudwatch",
    "sns",
)
"""Imported at start; another service of moto is imported when it is first asked."""
REGIONS = (
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ca-central-1", "ca-west-1",
    "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
    "il-central-1", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
GLOBAL = {"iam", "s3", "sts", "budgets"}

CERTIFICATE_SECONDS = 2
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    # A web page must not be able to read what the local cloud answers.
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "",
}


class FewRegions:
    """Stands in for `boto3.Session` while moto is imported: the commercial regions, from our own list."""

    def get_available_regions(self, _service: str, partition_name: str = "aws") -> list[str]:
        """The regions of a partition."""
        return list(REGIONS) if partition_name == "aws" else []

    def get_available_partitions(self) -> list[str]:
        """Only the commercial one."""
        return ["aws"]


class Offerings(dict[str, Any]):
    """Which instance types a region offers, read when first asked for."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location

    def __missing__(self, region: str) -> Any:
        from moto.utilities.utils import load_resource

        try:
            rows = load_resource(f"ec2/resources/instance_type_offerings/{self.location}/{region}.json")
        except FileNotFoundError:
            rows = []
        self[region] = [{**row, "LocationType": self.location} for row in rows]
        return self[region]

    def get(self, region: str, default: Any = None) -> Any:
        """As indexing: what is not read yet is read."""
        return self[region] or default


def load() -> None:
    """Import the services; once per process, before anything else of moto is."""
    os.environ.update(SETTINGS)
    _issue_certificates_soon()
    with _few_regions(), _no_offerings():
        for service in SERVICES:
            import_module(f"moto.{service}.models")
    _read_offerings_when_asked()
    _keep_no_list_of_objects()


def backend(service: str, region: str = REGION) -> Any:
    """A service's backend of our account in a region."""
    from moto.backends import get_backend

    return get_backend(service)[ACCOUNT]["aws" if service in GLOBAL else region]


def backends(service: str) -> tuple[tuple[str, Any], ...]:
    """The regions in which a service holds anything, with their backends."""
    from moto.backends import get_backend

    return tuple(get_backend(service)[ACCOUNT].items())


def _issue_certificates_soon() -> None:
    """A requested certificate is issued so many seconds later: nobody here can prove that a domain is theirs."""
    from moto import settings

    settings.ACM_VALIDATION_WAIT = CERTIFICATE_SECONDS


@contextmanager
def _few_regions() -> Iterator[None]:
    import boto3

    session = boto3.Session
    setattr(boto3, "Session", FewRegions)  # noqa: B010, types are not assigned to
    try:
        from moto.core.base_backend import AccountSpecificBackend

        Seam(AccountSpecificBackend, "_generate_regions").check()
        AccountSpecificBackend._generate_regions = lambda _self, _service: list(REGIONS)
        yield
    finally:
        setattr(boto3, "Session", session)  # noqa: B010


@contextmanager
def _no_offerings() -> Iterator[None]:
    """While imported, answer the offerings of every region with nothing; they are most of the import's data."""
    from moto.utilities import utils

    original = utils.load_resource

    def without_offerings(resource: str) -> Any:
        return [] if "instance_type_offerings" in Path(resource).parts else original(resource)

    utils.load_resource = without_offerings
    try:
        import_module("moto.ec2.models.instance_types")
        yield
    finally:
        utils.load_resource = original


def _read_offerings_when_asked() -> None:
    from moto.ec2.models import instance_types

    for location in tuple(instance_types.INSTANCE_TYPE_OFFERINGS):
        instance_types.INSTANCE_TYPE_OFFERINGS[location] = Offerings(location)


def _keep_no_list_of_objects() -> None:
    from moto.core.common_models import BaseModel

    Seam(BaseModel, "__new__").check()
    BaseModel.__new__ = staticmethod(lambda cls, *_args, **_kwargs: object.__new__(cls))


lock = threading.RLock()
"""Held where two changes to moto's dictionaries must not mix, as in saving."""
