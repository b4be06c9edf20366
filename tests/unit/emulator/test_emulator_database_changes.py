"""ModifyDBInstance decided, parameters judged, passwords made: all without a server."""

from __future__ import annotations

import string
from typing import Any

import pytest

from hivemind.emulator.databases import catalogue, parameters
from hivemind.emulator.databases.changes import divide, interrupts
from hivemind.emulator.patches.secrets import random_password

CURRENT: dict[str, Any] = {
    "db_instance_class": "db.t4g.micro",
    "allocated_storage": 20,
    "storage_type": "gp3",
    "iops": None,
    "storage_throughput": None,
    "multi_az": False,
    "backup_retention_period": 7,
    "enable_iam_database_authentication": False,
}


@pytest.mark.parametrize(
    ("asked", "at_once", "waiting"),
    [
        ({"deletion_protection": True}, {"deletion_protection": True}, {}),
        ({"multi_az": True}, {}, {"multi_az": True}),
        ({"multi_az": False}, {}, {}),
        ({"backup_retention_period": 1}, {"backup_retention_period": 1}, {}),
        ({"backup_retention_period": 0}, {}, {"backup_retention_period": 0}),
        ({"allocated_storage": 21}, {}, {"allocated_storage": 22}),
        ({"allocated_storage": 50}, {}, {"allocated_storage": 50}),
        ({"allocated_storage": 20}, {}, {}),
        ({"db_parameter_group_name": "g"}, {"db_parameter_group_name": "g"}, {}),
        ({"engine_version": "16.4", "multi_az": True}, {}, {"multi_az": True}),
    ],
)
def test_each_setting_takes_effect_or_waits(asked: Any, at_once: Any, waiting: Any) -> None:
    change = divide({"db_instance_identifier": "d", "apply_immediately": True, **asked}, CURRENT)
    assert (change.at_once, change.waiting) == (at_once, waiting)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "words"),
    [({}, "No modifications were requested"), ({"allocated_storage": 19}, "cannot be smaller than the current")],
)
def test_what_changes_nothing_or_shrinks_is_refused(asked: Any, words: str) -> None:
    with pytest.raises(Exception, match=words):
        divide({"db_instance_identifier": "d", **asked}, CURRENT)


@pytest.mark.parametrize("name", ["db_port_number", "new_db_instance_identifier", "rotate_master_user_password"])
def test_what_is_not_here_is_refused_as_such(name: str) -> None:
    with pytest.raises(NotImplementedError, match="the local cloud"):
        divide({name: "x"}, CURRENT)


@pytest.mark.parametrize(
    ("changes", "interrupted"),
    [
        ({"db_instance_class": "db.t4g.small"}, True),
        ({"backup_retention_period": 0}, True),
        ({"storage_type": "standard"}, True),
        ({"storage_type": "gp2"}, False),
        ({"multi_az": True, "allocated_storage": 40}, False),
    ],
)
def test_only_some_changes_take_the_server_away(changes: Any, interrupted: bool) -> None:
    assert interrupts(changes, CURRENT) is interrupted


def test_a_major_version_stands_for_its_newest() -> None:
    assert catalogue.newest("16") == f"16.{catalogue.MINORS['16'][-1]}"
    assert catalogue.newest("16.4") == "16.4"
    assert catalogue.newest("9.3.3") is None
    assert catalogue.newest("99") is None


def test_only_some_parameters_reach_the_server_and_no_formula_does() -> None:
    wanted = {"max_connections": "33", "shared_buffers": "9", "work_mem": "{DBInstanceClassMemory/9}"}
    assert parameters.obeyed(wanted) == {"max_connections": "33"}


@pytest.mark.parametrize("excluded", [string.punctuation, string.ascii_lowercase, '"@/\\ ', ""])
def test_a_password_has_every_kind_that_is_left_and_nothing_excluded(excluded: str) -> None:
    password = random_password(32, excluded, False, False, False, False, False, True)
    assert len(password) == 32
    assert not set(password) & set(excluded)
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
    for kind in kinds:
        assert bool(set(password) & set(kind)) is bool(set(kind) - set(excluded))
