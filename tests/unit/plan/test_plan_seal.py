"""A saved plan is opened only as it was written."""

from __future__ import annotations

import json

import pytest
from golden.plan import scene

from hivemind.errors import RefusedError
from hivemind.model.plan import Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.planner import plan, plan_destroy
from hivemind.plan.seal import MAX_CHARACTERS, open_plan, seal, to_json


@pytest.fixture(scope="module")
def made() -> Plan:
    return plan(scene.desired(EnvironmentSpec(), scene.release()), scene.nothing(), {}, ())


def test_it_opens_as_it_was(made: Plan) -> None:
    assert open_plan(to_json(made)) == made
    assert len(made.digest) == 64


def test_the_same_inputs_give_the_same_plan(made: Plan) -> None:
    again = plan(scene.desired(EnvironmentSpec(), scene.release()), scene.nothing(), {}, ())
    assert to_json(again) == to_json(made)


def test_no_byte_of_it_can_be_changed() -> None:
    small = to_json(plan_destroy(scene.desired(EnvironmentSpec()).spec, EnvironmentSpec(), scene.nothing()))
    for index, character in enumerate(small):
        for other in (" ", "0", chr(ord(character) ^ 1)):
            if other != character:
                with pytest.raises(RefusedError):
                    open_plan(small[:index] + other + small[index + 1 :])


@pytest.mark.parametrize("where", range(0, 40_000, 997))
def test_bytes_of_a_large_plan(made: Plan, where: int) -> None:
    text = to_json(made)
    index = where % len(text)
    with pytest.raises(RefusedError):
        open_plan(text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :])


def test_an_altered_field_with_a_recomputed_form_is_refused(made: Plan) -> None:
    altered = made.model_copy(update={"steps": made.steps[:-1]})
    with pytest.raises(RefusedError, match="altered"):
        open_plan(to_json(altered))
    assert open_plan(to_json(seal(altered))).steps == made.steps[:-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.rstrip("\n"), "altered"),
        (lambda text: text + "\n", "altered"),
        (lambda text: text.replace("\n", "\r\n"), "altered"),
        (lambda text: json.dumps(json.loads(text)), "altered"),
        (lambda text: text.replace('"version": 1', '"version": 1, "version": 1'), "altered"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "version 2"),
        (lambda text: text.replace('"version": 1', '"version": "1"'), "version '1'"),
        (
            lambda text: text.replace('"offline": false', '"offline": false, "extra": 1'),
            "not a plan, or it was altered",
        ),
        (lambda text: "", "not a plan"),
        (lambda text: "[]", "not a plan"),
        (lambda text: "{}", "version None"),
        (lambda text: "[" * 100_000, "not a plan"),
        (lambda text: text[: len(text) // 2], "not a plan"),
        (lambda text: " " * (MAX_CHARACTERS + 1), "too large"),
        (lambda text: text.replace("guestbook", "\\ud800"), "plan"),
    ],
)
def test_what_is_not_the_plan_is_refused_in_words(made: Plan, change: object, message: str) -> None:
    with pytest.raises(RefusedError, match=message) as caught:
        open_plan(change(to_json(made)))  # type: ignore[operator]
    assert caught.value.exit_code == 4
    assert "hivemind plan" in caught.value.hint
