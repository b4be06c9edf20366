"""What the roles of a repository's workflows allow is what planning and applying ask of AWS: call by call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from scenario import tiny_app
from scenario.terminal import Terminal, ask

from hivemind import wiring
from hivemind.agents import conductor
from hivemind.agents.drift import drift
from hivemind.agents.hive import Hive
from hivemind.agents.project import Project, read_project
from hivemind.aws.cloud import cloud, observatory
from hivemind.aws.session import Session
from hivemind.aws.state_bucket import AwsStateBucket
from hivemind.host.clock import SystemClock
from hivemind.host.probe import HttpProbe
from hivemind.model.plan import Plan
from hivemind.render.github_roles import Repository, roles
from hivemind.render.yaml_text import load
from hivemind.state.shared import SharedStore

pytestmark = [pytest.mark.slow, pytest.mark.proof]
BUCKET = "acme-hivemind"
PREFIXES = {"monitoring": "cloudwatch"}
"""How IAM calls a service where it is not as requests are signed for it."""
OBJECTS = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject", "DeleteObjects": "DeleteObject"}
OBJECTS |= {"ListObjectVersions": "ListBucketVersions"}
ANYBODY = {"sts:GetCallerIdentity"}


@dataclass(frozen=True)
class Recorded(Session):
    """A session that notes what it calls, as IAM names it."""

    asked: set[str] = field(default_factory=set)

    def _make(self, service: str) -> Any:
        made = super()._make(service)
        made.meta.events.register("before-call", self._note)
        return made

    def _note(self, model: Any, **_: object) -> None:
        signed = model.service_model.signing_name
        name = OBJECTS.get(model.name, model.name) if signed == "s3" else model.name
        self.asked.add(f"{PREFIXES.get(signed, signed)}:{name}")


@pytest.fixture
def endpoint(hivemind: Terminal) -> str:
    hivemind("emulator", "start", "--runtimes", "nearest")
    return str(hivemind.emulator()["endpoint"])


def test_no_call_goes_beyond_the_roles(endpoint: str, tmp_path: Path, record_property: Any) -> None:
    Session("us-east-1", endpoint).client("s3").create_bucket(Bucket=BUCKET)
    looked, acted = Recorded("us-east-1", endpoint), Recorded("us-east-1", endpoint)
    for body in ("A", "B"):
        project = written(tmp_path / "tiny", body)
        plan = planned(project, hive(project, looked))
        url = applied(plan, project, hive(project, acted))
        assert ask(url) == (200, body)
    rolled = written(tmp_path / "tiny", "C")
    applied(planned(rolled, hive(rolled, looked), rolling=True), rolled, hive(rolled, acted))
    assert drift(rolled, rolled.environment("staging"), hive(rolled, looked)).resources == ()
    here = hive(rolled, acted)
    destroy = conductor.plan_destroy(rolled, rolled.environment("staging"), here)
    list(conductor.apply(destroy, rolled, here, wiring.bundles(rolled, {}, ())))
    may = permitted(rolled)
    assert {call for call in looked.asked if not allowed(call, may["PlanRole"])} == set()
    assert {call for call in acted.asked if not allowed(call, may["ApplyStagingRole"])} == set()
    assert "cloudformation:ExecuteChangeSet" not in looked.asked
    record_property(
        "proved", f"{len(looked.asked)} kinds of call to plan, {len(acted.asked)} to apply, 0 beyond the roles"
    )


def written(folder: Path, body: str) -> Project:
    return read_project(tiny_app.write_for_aws(folder, body))


def hive(project: Project, session: Session) -> Hive:
    store = SharedStore(AwsStateBucket(session, f"s3://{BUCKET}/team"), "tiny/staging")
    return Hive("tiny:staging", observatory(session), cloud(session), store, HttpProbe(), SystemClock(), "ci")


def planned(project: Project, here: Hive, *, rolling: bool = False) -> Plan:
    findings = project.findings()
    bundles = wiring.bundles(project, conductor.release_files(project, findings), ())
    desired = conductor.desire(project, project.environment("staging"), findings, bundles.make())
    return conductor.plan_live(desired.model_copy(update={"rolling": rolling}), here, {})


def applied(plan: Plan, project: Project, here: Hive) -> str:
    bundles = wiring.bundles(project, conductor.release_files(project, project.findings()), ())
    assert all(True for _ in conductor.apply(plan, project, here, bundles))
    return conductor.outputs(project, "staging", here)["Url"]


def permitted(project: Project) -> Mapping[str, list[str]]:
    """The actions that each role allows, leaving aside what it may only do through a stack."""
    body = load(roles(project.spec, [project.environment("staging")], Repository("acme", "tiny"), "main").body)
    return {
        name: list(_actions(resource["Properties"]["Policies"]))
        for name, resource in body["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def _actions(policies: list[Any]) -> Iterator[str]:
    for statement in (statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]):
        if "aws:CalledVia" not in str(statement.get("Condition")):
            yield from statement["Action"]


def allowed(call: str, actions: list[str]) -> bool:
    return call in ANYBODY or any(fnmatchcase(call, pattern) for pattern in actions)
