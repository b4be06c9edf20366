"""What CreateDBInstance, ModifyDBInstance and the restore refuse before anything is made, with RDS's codes and words.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html has the constraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hivemind.emulator.databases.catalogue import (
    CLASSES,
    GP3_STRIPED,
    INSTANCE_QUOTA,
    LARGEST_IOPS_RATIO,
    RESERVED_NAMES,
    STORAGE,
    STORAGE_QUOTA,
    newest,
)
from hivemind.emulator.databases.refusal import combination, refuse, value

Asked = Mapping[str, Any]


def check_engine(asked: Asked) -> None:
    """PostgreSQL only; what another engine needs instead is said."""
    if asked.get("engine") != "postgres":
        raise value(
            f"Invalid DB engine: {asked.get('engine')}. The local cloud runs engine postgres only: give an application "
            "the URL of any other database as a secret."
        )


def check_version(asked: Asked) -> str:
    """The full version that was asked for."""
    found = newest(str(asked["engine_version"]))
    if found is None:
        raise combination(f"Cannot find version {asked['engine_version']} for postgres")
    return found


def check_class(name: str) -> None:
    """The instance class must be one that PostgreSQL can be ordered on."""
    if not re.fullmatch(r"db\.[a-z0-9-]+\.[a-z0-9]+", name):
        raise value(f"Invalid DB Instance class: {name}")
    if name not in CLASSES:
        raise combination(
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={name}, Engine=postgres, LicenseModel=postgresql-license. For supported combinations of "
            "instance class and database engine version, see the documentation."
        )


def check_master(asked: Asked) -> None:
    """The master user's name and password."""
    name = asked.get("master_username")
    if not name:
        raise value("The parameter MasterUsername must be provided and must not be blank.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name) or name.lower().startswith("pg_"):
        raise value("The parameter MasterUsername is not a valid identifier: it must begin with a letter and contain "
                    "only letters, digits and underscores.")  # fmt: skip
    if name.lower() in RESERVED_NAMES:
        raise value(f"MasterUsername {name} cannot be used as it is a reserved word used by the engine")
    check_password(asked)


def check_password(asked: Asked) -> None:
    """A password is given, or RDS is asked to make one, never both."""
    given = asked.get("master_user_password")
    if not asked.get("manage_master_user_password"):
        return check_password_text(given or "")
    if given:
        raise combination("You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.")
    return None


def check_password_text(password: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, MasterUserPassword."""
    prefix = "The parameter MasterUserPassword is not a valid password"
    if len(password) < 8:
        raise value(f"{prefix} because it is shorter than 8 characters.")
    if len(password) > 128:
        raise value(f"{prefix} because it is longer than 128 characters.")
    if not re.fullmatch(r"[!-~]+", password) or any(character in "/@\"'" for character in password):
        raise value(f"{prefix}. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.")


def check_database_name(name: str | None) -> None:
    """The database that is made at create."""
    if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name):
        raise value("DBName must begin with a letter and contain only alphanumeric characters.")


def check_storage(asked: Asked) -> None:
    """Type, size and operations per second fit each other, and autoscaling has somewhere to go."""
    kind, size, iops = str(asked["storage_type"]), asked.get("allocated_storage"), asked.get("iops")
    if kind not in STORAGE:
        raise value(f"Invalid storage type: {kind}")
    if size is None:
        raise value("The parameter AllocatedStorage must be provided and must not be blank.")
    limits = STORAGE[kind]
    if not limits.smallest <= size <= limits.largest:
        raise combination(f"Invalid storage size for engine name postgres and storage type {kind}: {size}")
    _check_iops(kind, size, int(iops or 0), asked.get("storage_throughput"))
    most = asked.get("max_allocated_storage")
    if most is not None and most < size * 1.1:
        words = "Max storage size must be greater than storage size"
        raise combination(
            words if most <= size else "The maximum allocated storage must be increased by at least 10 percent."
        )


def _check_iops(kind: str, size: int, iops: int, throughput: int | None) -> None:
    if kind == "gp3" and size < GP3_STRIPED and (iops or throughput):
        raise combination(
            "You can't specify IOPS or storage throughput for engine postgres and a storage size less than "
            f"{GP3_STRIPED}."
        )
    if kind in LARGEST_IOPS_RATIO and not iops:
        raise combination(f"You must specify Iops when the storage type is {kind}.")
    low, high = STORAGE[kind].iops
    if iops and not low <= iops <= high:
        raise combination(f"Invalid iops for engine name postgres and storage type {kind}: {iops}")
    if kind in LARGEST_IOPS_RATIO and not 0.5 <= iops / size <= LARGEST_IOPS_RATIO[kind]:
        ratio = f"{iops / size:.4f}"
        raise combination(
            f"Invalid iops to storage (GB) ratio for engine name postgres and storage type {kind}: {ratio}"
        )


def check_quota(sizes: Iterable[int], more: int) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html: 40 instances, 100,000 GiB in all."""
    existing = list(sizes)
    if len(existing) >= INSTANCE_QUOTA:
        raise refuse("InstanceQuotaExceeded", f"Cannot create more than {INSTANCE_QUOTA} DB instances")
    check_storage_quota([*existing, more])


def check_storage_quota(sizes: Iterable[int]) -> None:
    """The total storage of all instances of a region."""
    if sum(sizes) > STORAGE_QUOTA:
        raise refuse(
            "StorageQuotaExceeded",
            "The request cannot be processed because it would exceed the amount of storage available across all DB "
            "instances.",
        )


def check_zone(asked: Asked, zones: Iterable[str]) -> None:
    """A zone may be chosen for a Single-AZ instance, from those of its subnet group."""
    zone = asked.get("availability_zone")
    if zone and asked.get("multi_az"):
        raise combination("Requesting a specific availability zone is not valid for Multi-AZ instances.")
    if zone and zone not in zones:
        raise refuse(
            "InvalidVPCNetworkStateFault", f"Availability zone '{zone}' is not covered by the DB subnet group."
        )
