"""RDS: families of parameters that exist.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
"""

from __future__ import annotations

from typing import Any

from hivemind.emulator.seam import Seam
from hivemind.emulator.strict.rule import Arguments, Rule

_FAMILIES = tuple(f"postgres{major}" for major in range(12, 19))


def rules() -> tuple[Rule, ...]:
    """The rules of databases."""
    from moto.rds.models import RDSBackend

    return (Rule(Seam(RDSBackend, "create_db_parameter_group", "self db_parameter_group_kwargs"), _family_exists),)


def _family_exists(_: Any, asked: Arguments) -> None:
    from moto.rds.exceptions import RDSClientError

    family = asked["db_parameter_group_kwargs"].get("db_parameter_group_family")
    if family not in _FAMILIES:
        message = f"ParameterGroupFamily {family} is not a valid parameter group family"
        raise RDSClientError("InvalidParameterValue", message)
