"""Laws of planning, over random templates, parameters and environments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from golden.plan import scene
from hypothesis import assume, given
from hypothesis import strategies as st

from hivemind.errors import RefusedError
from hivemind.model.live import COLOURS, Live
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.model.step import DeleteStack, UpdateStack
from hivemind.plan.diff import diff
from hivemind.plan.planner import plan, plan_destroy
from hivemind.plan.seal import open_plan, seal, to_json
from hivemind.plan.summary import summary

pytestmark = pytest.mark.property

TYPES = (
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::SecurityGroup",
    "AWS::RDS::DBInstance",
    "AWS::CloudWatch::Alarm",
    "AWS::SNS::Topic",
    "AWS::S3::Bucket",
    "Custom::Unknown",
)
NAMES = tuple(f"R{number}" for number in range(6))
KEYS = ("CidrBlock", "VpcId", "DBName", "MultiAZ", "Tags", "Period", "TopicName", "Subnets")

references = st.sampled_from(NAMES).map(lambda name: {"Ref": name})
attributes = st.sampled_from(NAMES).map(lambda name: {"Fn::GetAtt": [name, "Arn"]})
texts = st.sampled_from(("a", "b", "10.0.0.0/16", "${R0}-x"))
scalars = st.one_of(st.booleans(), st.integers(0, 99), texts, st.just({"Ref": "Size"}))
leaves = st.one_of(scalars, references, attributes, texts.map(lambda text: {"Fn::Sub": text}))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=2)),
    max_leaves=5,
)
resources = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES), "Properties": st.dictionaries(st.sampled_from(KEYS), values, max_size=4)},
    optional={"Condition": st.just("Large"), "DeletionPolicy": st.sampled_from(("Delete", "Retain"))},
)
templates = st.dictionaries(st.sampled_from(NAMES), resources, min_size=1).map(
    lambda found: {
        "Parameters": {"Size": {"Type": "String"}},
        "Conditions": {"Large": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
        "Resources": found,
    }
)
parameters = st.one_of(st.none(), st.sampled_from(("large", "small")).map(lambda size: {"Size": size}))


def written(template: Mapping[str, Any]) -> str:
    return json.dumps(template)


def rewritten(node: Any) -> Any:
    """The same template said otherwise: mappings in another order, numbers and truths as text."""
    if isinstance(node, dict):
        return {key: rewritten(node[key]) for key in reversed(node)}
    if isinstance(node, list):
        return [rewritten(item) for item in node]
    if isinstance(node, bool):
        return "true" if node else "false"
    return str(node) if isinstance(node, int) else node


@given(templates, parameters)
def test_nothing_differs_from_itself(template: dict[str, Any], values: dict[str, str] | None) -> None:
    text = written(template)
    assert diff("s", text, text, values, values) == ()
    assert diff("s", text, text + "# said again\n", values, values) == ()


@given(templates, parameters)
def test_saying_the_same_otherwise_is_no_change(template: dict[str, Any], values: dict[str, str] | None) -> None:
    assert diff("s", written(template), written(rewritten(template)), values, values) == ()


@given(templates, templates, parameters)
def test_the_way_there_mirrors_the_way_back(
    one: dict[str, Any], other: dict[str, Any], values: dict[str, str] | None
) -> None:
    opposite = {"add": "remove", "remove": "add"}
    there = {c.logical_id: c.action for c in diff("s", written(one), written(other), values, values)}
    back = {c.logical_id: c.action for c in diff("s", written(other), written(one), values, values)}
    added = {name: action for name, action in there.items() if action in opposite}
    assert {name: opposite[action] for name, action in added.items()} == {
        name: action for name, action in back.items() if action in opposite
    }


@given(templates, templates, parameters)
def test_what_is_replaced_says_by_which_property(
    one: dict[str, Any], other: dict[str, Any], values: dict[str, str] | None
) -> None:
    for change in diff("s", written(one), written(other), values, values):
        assert (change.action == "replace") == any(p.replaces == "always" for p in change.properties)
        assert bool(change.properties) == (change.action in ("modify", "replace"))


environments = st.builds(
    EnvironmentSpec,
    name=st.sampled_from(("local", "staging", "production")),
    stage=st.sampled_from(("stage-1", "production")),
    region=st.sampled_from(("us-east-1", "eu-west-1")),
    instances=st.one_of(st.none(), st.integers(1, 9)),
)
digests = st.sampled_from((scene.FIRST, scene.SECOND))
SHELLS = ("CREATE_COMPLETE", "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED")


@st.composite
def worlds(draw: st.DrawFn, env: str) -> Live | None:
    """Offline, an empty account, or stacks of which some are missing, wrecked or half filled."""
    if draw(st.integers(0, 9)) == 0:
        return None
    web = scene.web_parameters(draw(st.sampled_from(("", scene.FIRST))), draw(st.sampled_from(("", scene.SECOND))))
    live = scene.live(env, protect=draw(st.sampled_from(("true", "false"))), web=web)
    assert live.foundation
    statuses = [draw(st.sampled_from(SHELLS)) for _ in range(2)]
    foundation = live.foundation.model_copy(update={"status": statuses[0]})
    stack = live.stacks["web"].model_copy(update={"status": statuses[1]})
    missing = draw(st.sets(st.sampled_from(("bootstrap", "foundation", "stacks"))))
    there = {"foundation": foundation, "stacks": {"web": stack}}
    return live.model_copy(update={**there, **{name: {} if name == "stacks" else None for name in missing}})


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan from any world to a wish."""
    environment = draw(environments)
    live = draw(worlds(environment.name))
    wanted = scene.desired(
        environment,
        scene.release(draw(digests)),
        foundation=scene.body("foundation").replace("Period: 300", f"Period: {draw(st.sampled_from((60, 300)))}"),
    )
    if live is not None and draw(st.booleans()):
        return plan_destroy(wanted.spec, environment, live, draw(st.booleans()))
    return plan(wanted, live, {}, ())


@given(plans())
def test_every_change_is_named_in_the_whole_summary(made: Plan) -> None:
    told = "\n".join(map(str, summary(made, full=True)))
    for change in made.changes:
        assert change.logical_id in told
        assert all(p.path in told for p in change.properties)
    assert made.deployment in told


@given(plans())
def test_a_plan_survives_json_and_its_steps_too(made: Plan) -> None:
    opened = open_plan(to_json(made))
    assert opened == made
    assert [type(step) for step in opened.steps] == [type(step) for step in made.steps]


@given(plans(), st.data())
def test_a_sealed_plan_with_any_field_altered_is_refused(made: Plan, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(Plan.model_fields)))
    other = data.draw(plans())
    assume(getattr(made, name) != getattr(other, name))
    with pytest.raises(RefusedError):
        open_plan(to_json(made.model_copy(update={name: getattr(other, name)})))


@given(plans(), st.integers(0), st.characters(codec="utf-8"))
def test_a_saved_plan_with_any_character_altered_is_refused(made: Plan, where: int, character: str) -> None:
    text = to_json(made)
    index = where % len(text)
    assume(text[index] != character)
    with pytest.raises(RefusedError):
        open_plan(text[:index] + character + text[index + 1 :])


@given(environments, st.data())
def test_destroy_takes_services_before_the_foundation_and_leaves_none(
    environment: EnvironmentSpec, data: st.DataObject
) -> None:
    live = data.draw(worlds(environment.name).filter(lambda found: found is not None))
    last = data.draw(st.booleans())
    made = plan_destroy(scene.desired(environment).spec, environment, live, last)
    parts = [step.part for step in made.steps if isinstance(step, DeleteStack)]
    expected = {*live.stacks, *(["foundation"] if live.foundation else [])}
    assert set(parts) - {"bootstrap"} == expected
    ranked = [{"foundation": 1, "bootstrap": 2}.get(part, 0) for part in parts]
    assert ranked == sorted(ranked)
    assert bool(made.steps) == (made.transition == "destroy")
    if made.steps:
        assert made.steps[-1].kind == "prove-empty"


@given(environments, st.data())
def test_create_protects_last_and_never_deletes_what_holds_data(
    environment: EnvironmentSpec, data: st.DataObject
) -> None:
    live = data.draw(worlds(environment.name).filter(lambda found: found is not None))
    made = plan(scene.desired(environment, scene.release()), live, {}, ())
    assume(made.transition == "create")
    kinds = [step.kind for step in made.steps]
    assert kinds[-2:] == ["update-stack", "record-release"]
    protecting = made.steps[-2]
    assert isinstance(protecting, UpdateStack)
    assert (protecting.purpose, protecting.parameters) == ("protect", {"Protect": "true"})
    assert "foundation" not in {step.part for step in made.steps if isinstance(step, DeleteStack)}
    assert [step.kind for step in made.recovery] == ["save-evidence", "empty-colour"]


@given(plans())
def test_whatever_starts_a_colour_has_a_way_back_and_weights_always_add_up(made: Plan) -> None:
    assert bool(made.recovery) == any(step.kind == "add-colour" for step in made.steps)
    for step in (*made.steps, *made.recovery):
        weights = getattr(step, "weights", None)
        assert weights is None or (set(weights) <= set(COLOURS) and sum(weights.values()) == 100)
    assert seal(made) == made
