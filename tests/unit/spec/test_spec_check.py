"""Problems: all at once, in order, bounded; and what a document means as a whole."""

from __future__ import annotations

import pytest

from hivemind.errors import SpecError
from hivemind.spec.parse import parse
from hivemind.spec.problems import LIMIT
from hivemind.spec.report import report


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse(text, "hivemind.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_the_error_is_its_first_problem() -> None:
    with pytest.raises(SpecError) as caught:
        parse("nam: guestbook\nport: 1\n", "hivemind.yaml")
    assert (caught.value.where, caught.value.exit_code) == ("hivemind.yaml:1:1", 2)
    assert caught.value.hint == "Did you mean `name`?"


def test_a_report_has_two_lines_a_problem() -> None:
    with pytest.raises(SpecError) as caught:
        parse("name: guestbook\nport: 1\n", "hivemind.yaml")
    assert report(caught.value.problems) == (
        "hivemind.yaml:2:1: `port` is not a known key\n  hint: It belongs under `app`."
    )


def test_what_stands_before_a_syntax_error_is_told_too() -> None:
    assert problems("name: guestbook\nname: twice\napp: [a b]]\n") == [
        "hivemind.yaml:2:1: `name` is given twice, first in line 1",
        "hivemind.yaml:3:11: a key was expected here",
    ]


def test_many_problems_are_cut_off() -> None:
    services = "".join(f"  s{number}: {{prot: 8000}}\n" for number in range(LIMIT + 50))
    found = problems(f"name: guestbook\nservices:\n{services}")
    assert len(found) == LIMIT + 1
    assert found[-1].endswith(f"more than {LIMIT} problems")


def test_as_many_problems_as_are_shown_are_not_cut_off() -> None:
    services = "".join(f"  s{number}: {{prot: 8000}}\n" for number in range(LIMIT))
    assert len(problems(f"name: guestbook\nservices:\n{services}")) == LIMIT


def test_long_and_hostile_words_are_cut_and_escaped() -> None:
    (found,) = problems(f'name: guestbook\n"\\e[31m{"x" * 500}": 1\n')
    assert "\x1b" not in found
    assert len(found) < 120


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("start", "It belongs under `app`."),
        ("kind", "It belongs under `services.NAME`."),
        ("region", "It belongs under `environments.NAME`."),
        ("bake", "It belongs under `environments.NAME.transition`."),
        ("vpc", "It belongs under `network`."),
        ("db", "Did you mean `database`?"),
        ("Services", "Did you mean `services`?"),
        ("x-anything", "Known here: name, app, services, database, network, environments."),
    ],
)
def test_an_unknown_key_is_led_home(key: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(f"name: guestbook\n{key}: 1\n", "hivemind.yaml")
    assert [problem.hint for problem in caught.value.problems] == [hint]


def test_local_is_always_there() -> None:
    spec = parse("name: guestbook\nenvironments: {staging: {}}\n", "hivemind.yaml")
    assert list(spec.environments) == ["local", "staging"]
    assert spec.environments["local"].is_local


def test_local_rehearses_production() -> None:
    spec = parse("name: guestbook\nenvironments: {local: {stage: production, instance_type: t3.small}}\n", "x")
    assert spec.environments["local"].instance_count == 2


@pytest.mark.parametrize(
    "text", ["", "app:\n", "app: {}\n", "app: null\n", "services: {web: {}}\n", "services: {web: }\n"]
)
def test_one_web_service_in_every_spelling(text: str) -> None:
    (service,) = parse(f"name: guestbook\n{text}", "hivemind.yaml").services
    assert (service.name, service.kind, service.start) == ("web", "web", None)


@pytest.mark.parametrize("text", ["database: none\n", "database: {engine: none}\n"])
def test_no_database_is_said(text: str) -> None:
    database = parse(f"name: guestbook\n{text}", "hivemind.yaml").database
    assert database is not None
    assert database.engine == "none"


def test_null_is_no_way_to_say_it() -> None:
    assert problems("name: guestbook\ndatabase: null\n") == ["hivemind.yaml:2:11: `database` has no value"]


def test_nothing_said_about_the_database_is_nothing() -> None:
    assert parse("name: guestbook\n", "hivemind.yaml").database is None


def test_nothing_to_build_is_not_nothing_said() -> None:
    assert parse("name: guestbook\napp: {build: []}\n", "hivemind.yaml").services[0].build == ()
    assert parse("name: guestbook\napp: {}\n", "hivemind.yaml").services[0].build is None


@pytest.mark.parametrize("text", ["\ud800", "a: \ud800", "name: \x00", "\ufffe", "name: a\x85b"])
def test_text_that_is_no_text(text: str) -> None:
    assert "invisible character" in problems(text)[0]
