"""moto's threaded server with the engine installed, in this process, driven by boto3."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from hivemind.emulator.cloudformation import Stacks, install
from hivemind.emulator.patches import instance_attributes

BAD_STATUSES = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")


class Local:
    """A local cloud with nothing in it."""

    def __init__(self) -> None:
        from moto.moto_server.werkzeug_app import (
            DomainDispatcherApplication,
            MotoRequestHandler,
            create_backend_app,
        )
        from werkzeug.serving import make_server

        _patch_instances()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        app = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.engine = install(self.endpoint, Stacks())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def client(self, service: str) -> Any:
        """The very client that the engine uses."""
        return self.engine.region("us-east-1").cloud.client(service)

    def stop(self) -> None:
        """Ends the engine and the server, and forgets what moto holds."""
        from moto.moto_api._internal import moto_api_backend

        self.engine.stop()
        self.server.shutdown()
        self.server.server_close()
        moto_api_backend.reset()

    @property
    def api(self) -> Any:
        """CloudFormation."""
        return self.client("cloudformation")

    def create(self, name: str, body: str, parameters: Mapping[str, str] = {}, **options: Any) -> dict[str, Any]:
        """CreateStack, to its end."""
        self.api.create_stack(StackName=name, TemplateBody=body, **_asked(parameters), **options)
        return self.settled(name)

    def update(self, name: str, body: str, parameters: Mapping[str, str] = {}, **options: Any) -> dict[str, Any]:
        """UpdateStack, to its end."""
        self.api.update_stack(StackName=name, TemplateBody=body, **_asked(parameters), **options)
        return self.settled(name)

    def delete(self, name: str) -> dict[str, Any]:
        """DeleteStack, to its end."""
        identity = self.stack(name)["StackId"]
        self.api.delete_stack(StackName=name)
        return self.settled(identity)

    def foresee(
        self, name: str, change_set: str, body: str, parameters: Mapping[str, str] = {}, **options: Any
    ) -> dict[str, Any]:
        """CreateChangeSet, described."""
        asked = {"StackName": name, "ChangeSetName": change_set}
        self.api.create_change_set(TemplateBody=body, **asked, **_asked(parameters), **options)
        described: dict[str, Any] = self.api.describe_change_set(IncludePropertyValues=True, **asked)
        return described

    def stack(self, name: str) -> dict[str, Any]:
        """DescribeStacks of one."""
        found: dict[str, Any] = self.api.describe_stacks(StackName=name)["Stacks"][0]
        return found

    def settled(self, name: str) -> dict[str, Any]:
        """The stack once nothing is done to it any more."""
        deadline = time.monotonic() + 60
        while (found := self.stack(name))["StackStatus"].endswith("_IN_PROGRESS"):
            assert time.monotonic() < deadline, found["StackStatus"]
        return found

    def resources(self, name: str) -> list[dict[str, Any]]:
        """ListStackResources."""
        found: list[dict[str, Any]] = self.api.list_stack_resources(StackName=name)["StackResourceSummaries"]
        return found

    def physical(self, name: str, logical_id: str) -> str:
        """One resource's physical id."""
        detail = self.api.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])

    def events(self, name: str) -> list[dict[str, Any]]:
        """DescribeStackEvents, oldest first."""
        found: list[dict[str, Any]] = self.api.describe_stack_events(StackName=name)["StackEvents"]
        return found[::-1]

    def failures(self, name: str) -> list[dict[str, Any]]:
        """The events of what failed, with their reasons."""
        wanted = ("LogicalResourceId", "ResourceStatus", "ResourceStatusReason")
        failed = [each for each in self.events(name) if each["ResourceStatus"] in BAD_STATUSES]
        return [{key: each.get(key) for key in wanted} for each in failed]


@cache
def _patch_instances() -> None:
    """Instances take their user data as AWS does; once for the process, since moto is patched in place."""
    instance_attributes.install()


def _asked(parameters: Mapping[str, str]) -> dict[str, Any]:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"Parameters": given, "Capabilities": ["CAPABILITY_IAM"]}
