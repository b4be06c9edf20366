"""What people read: every step has words, long lists fold, the next command stands last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from golden.plan import scene
from jsonschema import Draft202012Validator

from hivemind.model import step as steps
from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.model.plan import Finding, Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan import schema
from hivemind.plan.forecast import Pace, expected_seconds
from hivemind.plan.planner import plan
from hivemind.plan.seal import to_json
from hivemind.plan.show_changes import show_changes
from hivemind.plan.summary import describe, summary
from hivemind.plan.words import duration, noun, plural

STAGING = EnvironmentSpec(name="staging")
DIGEST = "1f" * 32
AT = {"service": "web", "stack": "guestbook-staging-web", "colour": "blue"}
STEPS: tuple[tuple[steps.Step, str], ...] = (
    (
        steps.UpdateStack(part="bootstrap", stack="hivemind-bootstrap", purpose="bootstrap"),
        "make the artifact bucket (hivemind-bootstrap)",
    ),
    (steps.UpdateStack(part="foundation", stack="f"), "put up the foundation (f)"),
    (steps.UpdateStack(part="web", stack="w"), "put up web with no instances yet (w)"),
    (steps.UpdateStack(part="foundation", stack="f", purpose="protect"), "protect the foundation against deletion"),
    (steps.UpdateStack(part="foundation", stack="f", purpose="unprotect"), "lift the foundation's protection"),
    (steps.UploadBundle(digest=DIGEST), "upload the sources of release 1f1f1f1f1f1f"),
    (steps.BuildRelease(digest=DIGEST, image=""), "build release 1f1f1f1f1f1f once, on a builder of its own"),
    (steps.RunMigration(digest=DIGEST, image=""), "run the migration of release 1f1f1f1f1f1f, exactly once"),
    (
        steps.AddColour.model_validate(
            {**AT, "digest": DIGEST, "image": "", "instance_type": "t3.micro", "capacity": 2}
        ),
        "start web blue: 2 x t3.micro with release 1f1f1f1f1f1f",
    ),
    (
        steps.RollInstances.model_validate(
            {**AT, "digest": DIGEST, "image": "", "instance_type": "t3.micro", "capacity": 1}
        ),
        "replace the instances of web blue one after another with release 1f1f1f1f1f1f",
    ),
    (steps.AwaitHealthy.model_validate(AT), "wait until every target of web blue is healthy"),
    (steps.VerifyRelease.model_validate({**AT, "path": "/up"}), "probe /up of web blue before any user does"),
    (
        steps.ShiftTraffic(service="web", stack="w", weights={"blue": 100, "green": 0}),
        "send the traffic of web to blue 100 %",
    ),
    (
        steps.ShiftTraffic(service="web", stack="w", weights={"blue": 1, "green": 3}),
        "send the traffic of web to blue 25 %, green 75 %",
    ),
    (steps.TryRelease.model_validate({**AT, "path": "/up"}), "try web blue with requests of our own for 5 s"),
    (steps.WatchRelease.model_validate({**AT, "path": "/up", "seconds": 20}), "watch web blue with users for 20 s"),
    (steps.SaveEvidence.model_validate(AT), "save the evidence of web blue: console, logs, stop reasons"),
    (steps.EmptyColour.model_validate({**AT, "weights": {}}), "empty web blue"),
    (steps.RecordRelease(digest=DIGEST, colours={}), "record release 1f1f1f1f1f1f"),
    (steps.CollectReleases(), "delete the bundles and built trees older than the newest 10 releases"),
    (steps.DeleteStack(part="web", stack="w"), "delete the stack w"),
    (steps.DeleteArtifacts(prefix="a/b/"), "delete the bundles and builds under a/b/"),
    (steps.ProveEmpty(stacks=("w",)), "prove that nothing of 1 stack is left"),
)


@pytest.mark.parametrize(("step", "words"), STEPS, ids=lambda value: getattr(value, "kind", ""))
def test_words_for_a_step(step: steps.Step, words: str) -> None:
    assert describe(step) == words


def test_every_kind_of_step_has_words_and_a_time() -> None:
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(steps.Step)[0])}
    assert kinds == {step.kind for step, _ in STEPS}
    for step, _ in STEPS:
        assert 0 <= expected_seconds(step, Pace(local=True, database=True)) <= 20
        assert 0 < expected_seconds(step, Pace(local=False, database=True)) <= 900


def created() -> Plan:
    return plan(scene.desired(STAGING, scene.release()), scene.nothing(), {}, ())


def text(made: Plan, *, full: bool = False) -> str:
    return "\n".join(map(str, summary(made, full=full)))


def test_a_create_fits_a_screen_and_full_names_everything() -> None:
    made = created()
    assert len(summary(made)) < 55
    assert all(change.logical_id in text(made, full=True) for change in made.changes)
    assert all(line.what in text(made, full=True) for line in made.cost.lines)


@pytest.mark.parametrize(
    ("update", "last"),
    [
        ({}, "Next: `hivemind apply -e staging`"),
        ({"deployment": "guestbook:local"}, "Next: `hivemind apply`"),
        ({"offline": True}, "Next: `hivemind plan -e staging` compares with what really runs"),
        ({"transition": "destroy"}, "Next: `hivemind destroy -e staging`"),
        ({"transition": "none"}, "Next: nothing to do"),
        ({"transition": "blue_green"}, "Next: `hivemind apply -e staging`"),
        (
            {"findings": (Finding(rule="r", severity="block", title="t", where="w", why="y", fix="f", source="s"),)},
            "Next: fix what blocks, then `hivemind plan -e staging`; apply refuses this plan",
        ),
    ],
)
def test_the_last_line_is_the_next_command(update: dict[str, object], last: str) -> None:
    assert str(summary(created().model_copy(update=update))[-1]) == last


def test_findings_are_sorted_by_gravity_and_never_fold() -> None:
    def finding(number: int, severity: str) -> Finding:
        return Finding.model_validate(
            {
                "rule": f"r{number}",
                "severity": severity,
                "title": f"title {number}",
                "where": "w",
                "why": "y",
                "fix": "f",
                "source": "s",
            }
        )

    found = tuple(finding(n, s) for n, s in enumerate(["info", "warn", "block"] * 10))
    told = text(created().model_copy(update={"findings": found}))
    assert "Sheriff: 30 found, 10 of them block" in told
    assert all(f.title in told for f in found)
    assert told.index("✗ blocks") < told.index("! warns") < told.index("· notes")


def change(number: int, action: str = "modify", properties: int = 1) -> ResourceChange:
    changed = tuple(PropertyChange(path=f"P{n}", before="a", after="b") for n in range(properties))
    return ResourceChange.model_validate(
        {"stack": "s", "logical_id": f"X{number}", "type": "AWS::SNS::Topic", "action": action, "properties": changed}
    )


def lines(*changes: ResourceChange, full: bool = False) -> list[str]:
    return [str(line) for line in show_changes(changes, full=full)]


def test_long_lists_fold_and_say_so() -> None:
    many = [change(n) for n in range(20)]
    assert "~ and 8 more, named with --full" in lines(*many)[-1]
    assert "… and 14 more properties" in lines(change(1, properties=20))[-1]
    assert len(lines(*many, full=True)) == 41


def test_what_replaces_stands_first_and_says_so() -> None:
    properties = (
        PropertyChange(path="A", before="1", after="2"),
        PropertyChange(path="B", before="1", after=None, replaces="always"),
        PropertyChange(path="C", before=None, after="2", replaces="conditional"),
    )
    replaced = change(1, "replace").model_copy(update={"properties": properties})
    assert lines(replaced)[1:] == [
        "    ± X1 (topic, replaced)",
        "        B: 1 → (absent)  replaces",
        "        A: 1 → 2",
        "        C: (absent) → 2  may replace",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a\nb", "c", "a⏎b → c"),
        ("a" * 60, "b", f"{'a' * 47}… → b"),
        ("a" * 2000, "b" * 1000, "another text (2,000 → 1,000 characters)"),
    ],
)
def test_long_values_are_told_not_shown(before: str, after: str, shown: str) -> None:
    found = change(1).model_copy(update={"properties": (PropertyChange(path="P", before=before, after=after),)})
    assert lines(found)[-1].strip() == f"P: {shown}"


def test_small_words() -> None:
    assert [duration(s) for s in (0, 89, 90, 3700)] == ["0 s", "89 s", "2 min", "1 h 2 min"]
    assert (noun("AWS::RDS::DBInstance"), noun("AWS::New::Thing")) == ("database", "Thing")
    assert [plural(w, 2) for w in ("policy", "alarm", "address", "gateway", "database settings")] == [
        "policies",
        "alarms",
        "addresses",
        "gateways",
        "database settings",
    ]


def test_the_published_schema_is_current_and_a_plan_satisfies_it() -> None:
    committed = Path("schemas/plan.schema.json").read_text(encoding="utf-8")
    assert committed == schema.text(), "run `make write`"
    Draft202012Validator.check_schema(json.loads(committed))
    validator = Draft202012Validator(json.loads(committed))
    document = json.loads(to_json(created()))
    assert not list(validator.iter_errors(document))
    assert {"transition", "changes", "cost", "findings", "steps", "digest"} <= document.keys()
    assert list(validator.iter_errors({**document, "extra": 1}))
    assert list(validator.iter_errors({**document, "transition": "sideways"}))
