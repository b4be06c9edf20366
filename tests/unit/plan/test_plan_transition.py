"""The table of transitions, row by row."""

from __future__ import annotations

import pytest

from hivemind.model.change import ResourceChange
from hivemind.model.plan import Transition
from hivemind.plan.headline import counts, headline
from hivemind.plan.resolve import Body, resources
from hivemind.plan.transition import Facts, Verdict, classify, raised

CHANGE = ResourceChange(stack="s", logical_id="X", type="AWS::SNS::Topic", action="modify")


@pytest.mark.parametrize(
    ("facts", "transition"),
    [
        (Facts("nothing", ()), "create"),
        (Facts("nothing", (CHANGE,), switches=("s",), raised=("r",)), "create"),
        (Facts("unfinished", ()), "create"),
        (Facts("complete", ()), "none"),
        (Facts("complete", (CHANGE,)), "in_place"),
        (Facts("complete", (CHANGE,), switches=("s",)), "blue_green"),
        (Facts("complete", (), switches=("s",)), "blue_green"),
        (Facts("complete", (CHANGE,), switches=("s",), raised=("r",)), "upgrade"),
        (Facts("complete", (CHANGE,), intent="rollback"), "rollback"),
        (Facts("complete", (CHANGE,), intent="destroy"), "destroy"),
        (Facts("unfinished", (CHANGE,), intent="destroy"), "destroy"),
        (Facts("nothing", (), intent="destroy"), "none"),
    ],
)
def test_table(facts: Facts, transition: Transition) -> None:
    found = classify(facts)
    assert found.transition == transition
    assert found.reasons


def parts(database: str, size: str) -> dict[str, object]:
    text = (
        f"Resources:\n  D: {{Type: AWS::RDS::DBInstance, Properties: {{MultiAZ: {database}}}}}\n"
        f"  G: {{Type: AWS::AutoScaling::AutoScalingGroup, Properties: {{MinSize: {size}}}}}"
    )
    return {"foundation": resources(Body(text))}


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        (("false", "1"), ("true", "2"), 2),
        (("false", "1"), ("true", "1"), 1),
        (("false", "1"), ("false", "2"), 1),
        (("true", "2"), ("true", "3"), 0),
        (("true", "2"), ("false", "1"), 0),
    ],
)
def test_what_raises_the_stage(before: tuple[str, str], after: tuple[str, str], count: int) -> None:
    assert len(raised(parts(*before), parts(*after))) == count  # type: ignore[arg-type]


def test_without_groups_nothing_is_raised() -> None:
    empty = {"foundation": resources(Body("Resources: {T: {Type: AWS::SNS::Topic}}"))}
    assert raised(empty, empty) == ()


def test_headlines() -> None:
    assert headline(Verdict("none", ("no changes",)), ()) == "no changes"
    assert headline(Verdict("none", ("nothing stands",)), ()) == "no changes: nothing stands"
    assert headline(Verdict("in_place", ("a", "b")), (CHANGE,)) == "change in place: 1 to change (a; b)"
    assert counts(()) == "no resource changes"
