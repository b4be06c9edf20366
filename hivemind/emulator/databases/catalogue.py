"""What can be ordered: versions, instance classes and storage of RDS for PostgreSQL, as data.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html (versions),
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html (classes),
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html (storage) and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html (quotas). One server runs for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

MINORS = {
    "13": range(15, 23),
    "14": range(12, 20),
    "15": range(7, 15),
    "16": range(3, 11),
    "17": range(1, 7),
    "18": range(1, 2),
}
"""The minor versions of each major one; what is gone from RDS is left out."""
VERSIONS = tuple(f"{major}.{minor}" for major, minors in MINORS.items() for minor in minors)
DEFAULT_VERSION = "17.6"

_BURSTABLE = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
_LARGE = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
_FAMILIES = {
    **dict.fromkeys(("t3", "t4g"), _BURSTABLE),
    **dict.fromkeys(("m5", "m5d", "m6i", "m6id", "m6g", "m6gd", "m7g", "m7i", "m8g", "r5", "r5b", "r5d"), _LARGE),
    **dict.fromkeys(("r6i", "r6id", "r6g", "r6gd", "r7g", "r7i", "r8g", "x2g"), _LARGE),
}
CLASSES = tuple(f"db.{family}.{size}" for family, sizes in _FAMILIES.items() for size in sizes)


@dataclass(frozen=True)
class Storage:
    """What a storage type takes, in GiB; `iops` are the provisioned operations per second, (0, 0) for none."""

    smallest: int
    largest: int
    iops: tuple[int, int] = (0, 0)


STORAGE = {
    "gp2": Storage(20, 65536),
    "gp3": Storage(20, 65536, (12000, 64000)),
    "io1": Storage(100, 65536, (1000, 256000)),
    "io2": Storage(100, 65536, (1000, 256000)),
    "standard": Storage(5, 3072),
}
GP3_STRIPED = 400
"""The size from which gp3 storage of PostgreSQL takes IOPS and throughput of one's own choice."""
LARGEST_IOPS_RATIO = {"io1": 50, "io2": 1000}

INSTANCE_QUOTA = 40
STORAGE_QUOTA = 100_000

_RESERVED = """
    admin all analyse analyze and any array as asc asymmetric authorization between binary both case cast check
    collate column constraint create cross current_date current_role current_time current_timestamp current_user
    default deferrable desc distinct do else end except false for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join leading left like limit localtime localtimestamp natural new not
    notnull null off offset old on only or order outer overlaps placing primary rdsadmin rdsrepladmin references right
    select session_user similar some symmetric table then to trailing true union unique user using verbose when
    where
"""
RESERVED_NAMES = frozenset(_RESERVED.split())


def newest(version: str) -> str | None:
    """The full version that a version given as `16` or `16.4` stands for; None when there is none."""
    if version in MINORS:
        return f"{version}.{MINORS[version][-1]}"
    return version if version in VERSIONS else None


def family(version: str) -> str:
    """The parameter group family of a version."""
    return f"postgres{version.partition('.')[0]}"
