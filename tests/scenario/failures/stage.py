"""Carries out the acts of a case on a running local cloud, and looks after each whether AWS would have done so."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from typing import Any, assert_never

import pytest
from botocore.exceptions import ClientError

from tests.scenario.emulator_cloud import Cloud
from tests.scenario.failures.acts import (
    Act,
    ByHand,
    Case,
    ContinueRollback,
    Create,
    Delete,
    Failed,
    PutRight,
    Refused,
    RollBack,
    Undo,
    Update,
)
from tests.scenario.failures.inventory import Inventory, changed, inventory

NUMBERS = itertools.count(1)
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
PATIENCE = 90.0


class Stage:
    """One case on one cloud; the stack's name is its own, so that cases cannot meet."""

    def __init__(self, cloud: Cloud, clients: dict[str, Any]) -> None:
        self._cloud = cloud
        self._clients = clients
        self._name = f"case-{next(NUMBERS)}"
        self._undo: list[Undo] = []
        self._stacks: list[str] = []
        self._seen = 0
        self._stable: Inventory = {}

    def client(self, service: str) -> Any:
        """A client of the cloud, made once."""
        if service not in self._clients:
            self._clients[service] = self._cloud.client(service)
        return self._clients[service]

    def physical(self, logical_id: str, stack: str = "") -> str:
        """A resource's physical id."""
        asked = {"StackName": self._named(stack), "LogicalResourceId": logical_id}
        return str(self._api.describe_stack_resource(**asked)["StackResourceDetail"]["PhysicalResourceId"])

    def stack_id(self) -> str:
        """The stack's id."""
        return self._identity(self._name)

    def play(self, case: Case) -> None:
        """Every act in order; then what is left of the stacks goes, and nothing may be left of anything."""
        before, running = self._inventory(), self._cloud.holds()
        for act in case.acts:
            self._do(act)
        self._put_right()
        for name in [name for name in reversed(self._stacks) if self._alive(name)]:
            self._api.delete_stack(StackName=name)
            assert self._settled(name)["StackStatus"] == "DELETE_COMPLETE", self._failures(name)
        self._expect(before, "left behind")
        assert self._cloud.holds() == running, "something still runs"

    def _do(self, act: Act) -> None:
        match act:
            case ByHand(deed):
                if (undo := deed(self)) is not None:
                    self._undo.append(undo)
            case PutRight():
                self._put_right()
            case Refused():
                self._refused(act)
            case Create() | Update():
                self._stable = self._inventory()
                self._run(act, restores=act.restores)
            case RollBack() | ContinueRollback():
                self._run(act, restores=act.restores)
            case Delete():
                self._run(act, restores=False)
            case _:
                assert_never(act)

    def _run(self, act: Create | Update | Delete | RollBack | ContinueRollback, *, restores: bool) -> None:
        name = self._named(act.stack if isinstance(act, Create | Update | Delete) else "")
        identity = self._identity(name)
        seen = len(self._events(identity)) if identity else 0
        self._call(act, name)
        identity = identity or self._identity(name)
        if identity not in self._stacks:
            self._stacks.append(identity)
        self._settled(identity)
        events = self._events(identity)[seen:]
        statuses = [each["ResourceStatus"] for each in events if each["PhysicalResourceId"] == identity]
        assert " ".join(statuses) == act.through, self._failures(identity)
        for failed in act.fails:
            _require(failed, events, identity)
        if restores and act.through.endswith("ROLLBACK_COMPLETE"):
            self._expect(self._stable, "not as it was")

    def _call(self, act: Create | Update | Delete | RollBack | ContinueRollback, name: str) -> None:
        match act:
            case Create(template, options=options):
                self._api.create_stack(StackName=name, **_given(template, options))
            case Update(template, options=options):
                self._api.update_stack(StackName=name, **_given(template, options))
            case Delete(retain=retain):
                asked = {"RetainResources": list(retain)} if retain else {}
                self._api.delete_stack(StackName=name, **asked)
            case RollBack():
                self._api.rollback_stack(StackName=name)
            case ContinueRollback(skip=skip):
                asked = {"ResourcesToSkip": list(skip)} if skip else {}
                self._api.continue_update_rollback(StackName=name, **asked)
            case _:
                assert_never(act)

    def _refused(self, refused: Refused) -> None:
        before = self._inventory()
        act = refused.act
        with pytest.raises(ClientError) as error:
            self._call(act, self._named(act.stack if isinstance(act, Create | Update | Delete) else ""))
        answer = error.value.response["Error"]
        assert (answer["Code"], refused.words in answer["Message"]) == (refused.code, True), answer
        self._expect(before, "not as it was")

    def _put_right(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _expect(self, before: Inventory, what: str) -> None:
        """The account is as it was, at the latest after the seconds in which AWS is eventually consistent."""
        deadline = time.monotonic() + 15
        while other := changed(before, self._inventory()):
            assert time.monotonic() < deadline, f"{what}: {other}"
            time.sleep(0.1)

    def _inventory(self) -> Inventory:
        return inventory(self.client)

    @property
    def _api(self) -> Any:
        return self.client("cloudformation")

    def _named(self, stack: str) -> str:
        return f"{self._name}-{stack}" if stack else self._name

    def _identity(self, name: str) -> str:
        try:
            return str(self._api.describe_stacks(StackName=name)["Stacks"][0]["StackId"])
        except ClientError:
            return ""

    def _alive(self, identity: str) -> bool:
        status = self._api.describe_stacks(StackName=identity)["Stacks"][0]["StackStatus"]
        return str(status) != "DELETE_COMPLETE"

    def _settled(self, identity: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            found: dict[str, Any] = self._api.describe_stacks(StackName=identity)["Stacks"][0]
            if not found["StackStatus"].endswith("_IN_PROGRESS"):
                return found
            assert time.monotonic() < deadline, found["StackStatus"]
            time.sleep(0.05)

    def _events(self, identity: str) -> list[dict[str, Any]]:
        pages = self._api.get_paginator("describe_stack_events").paginate(StackName=identity)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def _failures(self, identity: str) -> list[str]:
        return [
            f"{each['LogicalResourceId']} {each['ResourceStatus']}: {each.get('ResourceStatusReason', '')}"
            for each in self._events(identity)
            if each["ResourceStatus"].endswith("_FAILED") or each["PhysicalResourceId"] == identity
        ]


def _given(template: str, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"TemplateBody": template, "Capabilities": CAPABILITIES, **options}


def _require(failed: Failed, events: list[dict[str, Any]], stack: str) -> None:
    key, name = ("LogicalResourceId", failed.logical_id) if failed.logical_id else ("PhysicalResourceId", stack)
    mine = [each for each in events if each[key] == name]
    reasons = [each.get("ResourceStatusReason", "") for each in mine if each["ResourceStatus"] == failed.status]
    assert any(failed.because in reason for reason in reasons), (
        f"{failed} is not among {[(each['ResourceStatus'], each.get('ResourceStatusReason')) for each in mine]}"
    )
