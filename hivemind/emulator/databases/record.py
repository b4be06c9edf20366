"""What we keep on moto's records of databases and snapshots, beside what moto does: zones, parameters, changes.

`in_effect` is the parameter group with the values that the running server has; `pending_modified_values` what waits;
`applying` what is being applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hivemind.emulator.databases import parameters
from hivemind.emulator.databases.changes import WAITING
from hivemind.emulator.databases.events import Event, tell

_TOLD = {
    "db_instance_class": (Event.CLASS_APPLYING, Event.CLASS_APPLIED),
    "allocated_storage": (Event.STORAGE_APPLYING, Event.STORAGE_APPLIED),
}
_MULTI_AZ = (Event.MULTI_AZ_APPLYING, Event.MULTI_AZ_APPLIED)
_SINGLE_AZ = (Event.SINGLE_AZ_APPLYING, Event.SINGLE_AZ_APPLIED)


def current(database: Any) -> dict[str, Any]:
    """The values of everything in WAITING."""
    return {name: getattr(database, name) for name in WAITING}


def wait(database: Any, changes: Mapping[str, Any]) -> None:
    """Keep changes until they are applied; one back to what is there now is none any more."""
    waiting = {**database.__dict__.get("waiting", {}), **changes}
    now = current(database)
    database.waiting = {name: each for name, each in waiting.items() if each != now[name]}
    database.pending_modified_values = {WAITING[name]: each for name, each in database.waiting.items()}


def apply(database: Any, changes: Mapping[str, Any]) -> None:
    """The changes are made: show them, and nothing of them is pending any more."""
    for name, value in changes.items():
        setattr(database, name, value)
    place(database, [database.availability_zone, *zones(database)])
    database.applying = {}
    wait(database, {})


def tell_changes(database: Any, changes: Mapping[str, Any], over: bool) -> None:
    """The events of a modification's begin or end."""
    for name, value in changes.items():
        told = (_MULTI_AZ if value else _SINGLE_AZ) if name == "multi_az" else _TOLD.get(name)
        if told:
            tell(database, told[over])


def zones(database: Any) -> list[str]:
    """The zones that the database can be in: those of its subnet group."""
    group = database.__dict__.get("db_subnet_group")
    if group is None:
        return [f"{database.region}{letter}" for letter in "ab"]
    return sorted({subnet.availability_zone for subnet in group._subnets})


def place(database: Any, choice: Sequence[str]) -> None:
    """Put a database into the first zone of `choice`, and its standby, if it has one, into the next other one."""
    database.availability_zone = choice[0]
    others = [zone for zone in choice if zone != choice[0]]
    database.secondary_availability_zone = others[0] if database.multi_az and others else None


def swap_zones(database: Any) -> None:
    """The standby is the primary now."""
    first, second = database.availability_zone, database.__dict__.get("secondary_availability_zone")
    if second:
        database.availability_zone, database.secondary_availability_zone = second, first


def group_values(database: Any) -> dict[str, str]:
    """The values set in the database's parameter group."""
    group = database.db_parameter_groups()[0]
    return {name: str(row["ParameterValue"]) for name, row in group.parameters.items() if "ParameterValue" in row}


def take_parameters(database: Any) -> None:
    """A boot: the parameters of the group are in effect from now on."""
    database.in_effect = (database.db_parameter_groups()[0].name, group_values(database))


def take_dynamic(database: Any, names: Sequence[str]) -> None:
    """The named parameters of the group are in effect without a boot, unless the group itself waits for one."""
    group, values = database.__dict__.get("in_effect") or ("", {})
    if group == database.db_parameter_groups()[0].name:
        wanted = group_values(database)
        database.in_effect = (group, {**values, **{name: wanted[name] for name in names}})


def settings_in_effect(database: Any) -> dict[str, str]:
    """The parameters that the server runs with."""
    _, values = database.__dict__.get("in_effect") or ("", {})
    return parameters.obeyed(values)


def apply_status(database: Any) -> str:
    """`pending-reboot` while the server does not run with what its group says, else `in-sync`."""
    wanted = (database.db_parameter_groups()[0].name, group_values(database))
    booted = database.__dict__.get("in_effect")
    return "in-sync" if booted is None or tuple(booted) == wanted else "pending-reboot"


def complete(snapshot: Any) -> None:
    """A snapshot has its data."""
    snapshot.status, snapshot.percent_progress = "available", 100
    tell(snapshot, Event.SNAPSHOT_CREATED)
