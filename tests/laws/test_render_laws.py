"""Laws of rendering, for any deployment."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import deployments

from hivemind.model.findings import Findings
from hivemind.model.spec import EnvironmentSpec, SecretRef, Spec
from hivemind.model.template import FOUNDATION, Template
from hivemind.render.bootstrap import bootstrap
from hivemind.render.environment import render
from hivemind.render.outputs import outputs
from hivemind.render.release import release_files
from hivemind.render.yaml_text import dump, load

pytestmark = pytest.mark.property

Deployment = tuple[Spec, EnvironmentSpec, Findings]
thirty = settings(max_examples=30)

OF_THE_BALANCER = "AWS::ElasticLoadBalancingV2::"
SHARED_OUTPUTS = {"VpcId", "AppSubnets", "AppSecurityGroup", "AlertsTopic", "BuilderTemplate", "BuilderLogs"}
WEB_OUTPUTS = {"Listener", "LoadBalancerFullName", "Url"}
DATABASE_OUTPUTS = {"DatabaseSecret", "DatabaseIdentifier"}


def parsed(deployment: Deployment) -> dict[str, dict[str, Any]]:
    return {template.part: load(template.body) for template in render(*deployment)}


def types(template: dict[str, Any]) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


@given(deployments())
def test_there_is_a_balancer_exactly_for_web_services(deployment: Deployment) -> None:
    _, _, findings = deployment
    parts = parsed(deployment)
    balancers = [r for r in parts[FOUNDATION]["Resources"].values() if r["Type"] == OF_THE_BALANCER + "LoadBalancer"]
    assert len(balancers) == (1 if findings.has_web else 0)
    assert ("BalancerSecurityGroup" in parts[FOUNDATION]["Resources"]) is findings.has_web
    for service in findings.services:
        template = parts[service.name]
        of_balancer = {kind.removeprefix(OF_THE_BALANCER) for kind in types(template) if OF_THE_BALANCER in kind}
        assert of_balancer == ({"TargetGroup", "ListenerRule"} if service.kind == "web" else set())
        uses = "Listener" in template["Parameters"], "Rules" in template, "TestToken" in template["Parameters"]
        assert set(uses) == {service.kind == "web"}
        assert ("TargetGroupARNs" in str(template)) is (service.kind == "web")


@given(deployments())
def test_every_output_is_extracted_and_is_one_that_the_contract_names(deployment: Deployment) -> None:
    _, _, findings = deployment
    templates = {template.part: template for template in render(*deployment)}
    found = {part: outputs(template) for part, template in templates.items()}
    for part, template in templates.items():
        section = template.body.partition("\nOutputs:\n")[2]
        assert list(found[part]) == re.findall(r"^  (\w+):$", section, re.MULTILINE)
    base = set(found[FOUNDATION])
    assert base - DATABASE_OUTPUTS == SHARED_OUTPUTS | (WEB_OUTPUTS if findings.has_web else set())
    assert base & DATABASE_OUTPUTS in (set(), DATABASE_OUTPUTS)
    for service in findings.services:
        assert set(found[service.name]) == service_outputs(web=service.kind == "web")


def service_outputs(*, web: bool) -> set[str]:
    per_colour = {"Group", *({"Targets", "TestRule"} if web else ())}
    shared = {"LogGroup", "DashboardUrl", *({"ForwardRule"} if web else ())}
    return shared | {f"{colour}{what}" for colour in ("Blue", "Green") for what in per_colour}


@given(deployments())
def test_every_name_a_template_mentions_exists(deployment: Deployment) -> None:
    for template in (*render(*deployment), bootstrap()):
        body = load(template.body)
        known = {*body["Resources"], *body.get("Parameters", {})}
        conditions = set(body.get("Conditions", {}))
        for name in mentioned(body):
            assert name.startswith("AWS::") or name in known, (template.part, name)
        for section in ("Resources", "Outputs"):
            for entry in body[section].values():
                assert entry.get("Condition") in {None, *conditions}


@thirty
@given(deployments())
def test_what_is_conditional_is_mentioned_only_under_its_condition(deployment: Deployment) -> None:
    for template in render(*deployment):
        body = load(template.body)
        conditional = {title: entry["Condition"] for title, entry in body["Resources"].items() if "Condition" in entry}
        for section in ("Resources", "Outputs"):
            for title, entry in body[section].items():
                for name in set(mentioned(without_choices(entry))) & set(conditional):
                    assert entry.get("Condition") == conditional[name], (title, name)


@thirty
@given(deployments())
def test_a_service_can_be_given_everything_it_asks_for(deployment: Deployment) -> None:
    parts = parsed(deployment)
    given_by_stacks = {*parts.pop(FOUNDATION)["Outputs"], "ArtifactBucket"}
    for template in parts.values():
        for title, parameter in template["Parameters"].items():
            assert "Default" not in parameter
            assert title in given_by_stacks or title.startswith(("Blue", "Green")) or title == "TestToken"


@thirty
@given(deployments())
def test_rendering_is_a_function_and_its_text_is_read_back(deployment: Deployment) -> None:
    first, second = render(*deployment), render(*deployment)
    assert first == second
    for template in first:
        assert dump(load(template.body)) == template.body
        assert len(template.body.encode()) < 51_200


@thirty
@given(deployments())
def test_no_value_of_the_environment_is_in_a_template_and_no_command_either(deployment: Deployment) -> None:
    _, environment, findings = deployment
    marked = Findings(
        services=tuple(
            service.model_copy(update={"env": {"KEY": "canary-7f3a"}, "start": "run-canary-7f3a"})
            for service in findings.services
        )
    )
    assert not any("canary-7f3a" in template.body for template in render(deployment[0], environment, marked))


@given(deployments())
def test_what_the_scripts_are_told_is_what_was_found(deployment: Deployment) -> None:
    spec, _, findings = deployment
    files = release_files(spec, findings)
    for service in findings.services:
        told = [line.partition("=") for line in files[f"services/{service.name}.sh"].splitlines()]
        words = {name: shlex.split(value.strip("()") if value.startswith("(") else value) for name, _, value in told}
        assert words["HM_START"] == [service.start]
        plain = dict(word.split("=", 1) for word in shlex.split(files[f"services/{service.name}.env"]))
        assert plain == {key: value for key, value in service.env.items() if not isinstance(value, SecretRef)}


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"]))),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, min_size=2, max_size=3),
        max_leaves=8,
    )
)
def test_any_value_is_read_back_as_it_was_written(value: Any) -> None:
    template = {"Resources": {"R": {"Type": "T", "Properties": {"p": value, "q": [value]}}}}
    assert load(dump(template)) == template


def mentioned(value: Any) -> list[str]:
    """Logical ids that a value refers to by Ref, GetAtt or a `${..}` of Sub that is not its own variable."""
    match value:
        case {"Ref": str(name)}:
            return [name]
        case {"Fn::GetAtt": [str(name), *_]}:
            return [name]
        case {"Fn::Sub": [str(text), dict(own)]}:
            return [*(name for name in placeholders(text) if name not in own), *mentioned(own)]
        case {"Fn::Sub": str(text)}:
            return placeholders(text)
        case dict():
            return [name for item in value.values() for name in mentioned(item)]
        case list():
            return [name for item in value for name in mentioned(item)]
        case _:
            return []


def placeholders(text: str) -> list[str]:
    names = [part.partition("}")[0] for part in text.split("${")[1:]]
    return [name.partition(".")[0] for name in names if not name.startswith("!")]


def without_choices(value: Any) -> Any:
    """The value with the branches of every `Fn::If` left out."""
    match value:
        case {"Fn::If": _}:
            return None
        case dict():
            return {key: without_choices(item) for key, item in value.items()}
        case list():
            return [without_choices(item) for item in value]
        case _:
            return value


def test_the_reader_of_outputs_knows_what_is_conditional() -> None:
    body = dump({"Resources": {}, "Outputs": {"A": {"Value": "1"}, "B": {"Condition": "HasB", "Value": "2"}}})
    assert outputs(Template(part="p", stack="s", body=body)) == {"A": None, "B": "HasB"}
