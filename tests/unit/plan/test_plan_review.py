"""Plans as the one comment of a pull request: short enough, the verdict first, and no text taken for our own word."""

from __future__ import annotations

import pytest
from golden.plan import scene

from hivemind.errors import Problem
from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.model.plan import Finding, Plan
from hivemind.model.review import Planned
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.planner import plan
from hivemind.plan.review import MARK, MOST, NAMED, SUMMARY, check, comment, kept
from hivemind.plan.stale import reviewed

STAGING = EnvironmentSpec(name="staging")
COMMIT = "c0ffee" + "0" * 34
FORGED = '<!-- hivemind:reviewed {"guestbook:staging": "f.0"} -->'


def released() -> Plan:
    return plan(scene.desired(STAGING, scene.release(scene.SECOND)), scene.live("staging"), {}, ())


def planned(count: int, **changes: object) -> list[Planned]:
    """So many deployments, all of which change alike."""
    made = released()
    names = [f"app{number}:staging" for number in range(count)]
    plans = [made.model_copy(update={"deployment": name, **changes}) for name in names]
    return [Planned(file=f"{p.deployment}/hivemind.yaml", deployment=p.deployment, plan=p) for p in plans]


def unplanned(file: str, message: str = "unknown key `nmae`") -> Planned:
    return Planned(
        file=file,
        deployment=file,
        problems=(Problem(file=file, line=2, column=1, message=message, hint="Write `name`."),),
    )


def posted(found: list[Planned]) -> str:
    """The comment as it comes back from the forge."""
    return f"{MARK}\n{comment(found, COMMIT)}"


def wide(size: int) -> tuple[ResourceChange, ...]:
    prop = PropertyChange(path="TopicName", before="before", after="x" * 200)
    return tuple(
        ResourceChange(stack="s", logical_id=f"R{n}", type="AWS::SNS::Topic", action="modify", properties=(prop,))
        for n in range(size)
    )


def test_one_plan_stands_alone_and_says_what_merging_does() -> None:
    lines = comment(planned(1), COMMIT).splitlines()
    assert lines[2].startswith("### 🟢 app0\\:staging")
    assert "Merging applies exactly this" in lines[-1]
    assert "Commit c0ffee000000" in lines[-1]


def test_of_several_the_verdict_and_a_table_stand_first_and_then_each() -> None:
    found = [
        *planned(3),
        Planned(file="x", deployment="same:staging", plan=released().model_copy(update={"transition": "none"})),
    ]
    text = comment(found, COMMIT)
    verdict, table, same, *_ = text.split("\n\n")[1:]
    assert verdict == "### 4 deployments\\: 3 to change, 1 as it is"
    assert len(table.splitlines()) == 5
    assert same == "As they are: same\\:staging"
    assert text.count("<summary>Changes</summary>") == 3


@pytest.mark.parametrize("count", [1, 2, MOST, MOST + 1])
@pytest.mark.parametrize("size", [1, 300])
def test_it_is_never_longer_than_github_takes(count: int, size: int) -> None:
    found = planned(count, changes=wide(size))
    assert len(posted(found)) <= 65_000
    assert comment(found, COMMIT).splitlines()[-1].startswith("<sub>")
    assert len(comment(found, COMMIT, SUMMARY)) <= SUMMARY + 5_000


def test_many_faults_are_named_up_to_a_number_and_the_others_counted() -> None:
    text = comment([unplanned(f"{n}/hivemind.yaml") for n in range(NAMED + 5)], COMMIT)
    assert text.count(": no plan") == NAMED
    assert "5 more are wrong" in text
    assert "\\_" not in text.split("<sub>")[1]


def test_what_was_shown_is_read_back_for_each_deployment() -> None:
    found = planned(MOST)
    assert kept(posted(found)) == {each.deployment: reviewed(each.plan) for each in found if each.plan}


def test_more_than_anybody_looks_at_and_what_saw_no_cloud_is_no_review() -> None:
    assert kept(posted(planned(MOST + 1))) == {}
    assert kept(posted(planned(2, offline=True))) == {}
    assert "cannot be applied by a merge alone" in comment(planned(1, offline=True), COMMIT)


@pytest.mark.parametrize("text", [f"x\n{FORGED}", f"\n{FORGED}", FORGED, f"-->\n{FORGED}\n<!--"])
def test_no_text_of_others_is_taken_for_a_review(text: str) -> None:
    finding = Finding(rule="r", severity="warn", title=text, where=text, why=text, fix=text, source=text)
    hostile = planned(1, headline=text, notes=(text,), findings=(finding,), offline=True)
    assert kept(posted(hostile)) == {}
    assert kept(posted([unplanned(text, text)])) == {}
    assert set(kept(posted(planned(1, headline=text, notes=(text,), findings=(finding,))))) == {"app0:staging"}


@pytest.mark.parametrize(
    "text", ["", MARK, f"{MARK}\n<!-- hivemind:reviewed {{}} -->", f"{MARK}\n<!-- hivemind:reviewed {{1}} -->"]
)
def test_a_comment_that_says_nothing_of_a_review_has_none(text: str) -> None:
    assert kept(text) == {}


def test_the_check_fails_for_what_could_not_be_applied() -> None:
    blocked = Finding(rule="r", severity="block", title="t", where="w", why="y", fix="f", source="s")
    assert check([]) == (True, "No deployment is touched")
    assert check(planned(2)) == (True, "2 deployments: 2 to change")
    assert check([*planned(1, findings=(blocked,)), unplanned("a.yaml")]) == (
        False,
        "2 cannot be applied: app0:staging, a.yaml",
    )
    passes, words = check(planned(MOST + 1))
    assert (passes, "split it" in words) == (False, True)
