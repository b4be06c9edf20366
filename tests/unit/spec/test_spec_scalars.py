"""A written scalar means what its field asks for, not what YAML 1.1 would make of it."""

from __future__ import annotations

import pytest

from hivemind.errors import Problem, SpecError
from hivemind.model.spec import SecretRef, ServiceSpec
from hivemind.spec.parse import parse


def app(line: str) -> ServiceSpec:
    return parse(f"name: guestbook\napp:\n  {line}\n", "hivemind.yaml").services[0]


def problem(text: str) -> Problem:
    with pytest.raises(SpecError) as caught:
        parse(text, "hivemind.yaml")
    (only,) = caught.value.problems
    return only


SURPRISES = [
    "no", "yes", "on", "off", "true", "False", "y", "n", "~", "null", "NULL", "3.10", "1e3", "1_000", "0o17", "017",
    "0x1F", "0b1", "22:22", "1:30:00", "2024-01-01", "2001-12-14t21:59:43.10-05:00", ".inf", ".nan", "+1", "-1", "=",
]  # fmt: skip


@pytest.mark.parametrize("text", SURPRISES)
def test_a_variable_is_the_text_as_written(text: str) -> None:
    assert app(f"env: {{X: {text}}}").env == {"X": text}


@pytest.mark.parametrize("text", [text for text in SURPRISES if text not in ("~", "null", "NULL")])
def test_a_command_is_the_text_as_written(text: str) -> None:
    assert app(f"start: {text}").start == text
    assert app(f"build: {text}").build == (text,)
    assert app(f"build: [{text}]").build == (text,)


@pytest.mark.parametrize("nothing", ["", "~", "null", '""', "''", "' '", "|"])
def test_a_command_that_is_nothing_is_refused(nothing: str) -> None:
    assert problem(f"name: guestbook\napp:\n  start: {nothing}\n").message == "`app.start` has no value"


def test_an_empty_variable_is_written_with_quotes() -> None:
    assert app('env: {X: ""}').env == {"X": ""}
    assert 'Write ""' in problem("name: guestbook\napp: {env: {X: }}\n").hint


def test_a_secret_is_a_reference() -> None:
    assert app("env: {KEY: {secret: guestbook/stripe}}").env == {"KEY": SecretRef(secret="guestbook/stripe")}


@pytest.mark.parametrize("text", ["3.10", "16", "1.0"])
def test_a_version_keeps_its_zeros(text: str) -> None:
    database = parse(f"name: guestbook\ndatabase: {{version: {text}}}\n", "hivemind.yaml").database
    assert database is not None
    assert database.version == text


@pytest.mark.parametrize(
    "text", ["8_000", "8e3", "0x1F40", "0o17500", "08000", "+8000", "-8000", "8000.0", "２０００", "9" * 5000, "eight"]
)
def test_a_number_is_plain_digits(text: str) -> None:
    assert "in plain digits" in problem(f"name: guestbook\napp:\n  port: {text}\n").hint


@pytest.mark.parametrize("port", ["1024", "65535"])
def test_the_bounds_of_a_number_are_within(port: str) -> None:
    assert app(f"port: {port}").port == int(port)


@pytest.mark.parametrize(("text", "seconds"), [("0s", 0), ("90s", 90), ("2m", 120), ("1h", 3600), ('"24h"', 86400)])
def test_a_duration(text: str, seconds: int) -> None:
    spec = parse(f"name: guestbook\nenvironments: {{a: {{transition: {{bake: {text}}}}}}}\n", "hivemind.yaml")
    assert spec.environments["a"].transition.bake_seconds == seconds


@pytest.mark.parametrize("text", ["60", "1d", "1.5h", "-1s", "01m", "1 m", "86401s", "m", "1_0s", "999999999999h"])
def test_what_is_not_a_duration(text: str) -> None:
    text = f"name: guestbook\nenvironments: {{a: {{transition: {{bake: {text}}}}}}}\n"
    assert problem(text).hint == "Write a time such as 90s, 2m or 1h, at most 24h."


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "True", "TRUE", "y", "1", "0", '"true"'])
def test_a_flag_is_true_or_false(text: str) -> None:
    text = f"name: guestbook\nenvironments: {{a: {{monitoring: {{xray: {text}}}}}}}\n"
    assert problem(text).hint == "Write true or false, without quotes."


@pytest.mark.parametrize("engine", ["mysql", "mongodb", "redis", "mariadb", "sqlite", "oracle"])
def test_another_engine_is_a_secret_url(engine: str) -> None:
    for text in (f"database: {engine}", f"database: {{engine: {engine}}}"):
        assert "{DATABASE_URL: {secret: NAME}}" in problem(f"name: guestbook\n{text}\n").hint


@pytest.mark.parametrize("engine", ["postgresql", "Postgres", "postgress", "pg"])
def test_a_misspelt_engine(engine: str) -> None:
    assert problem(f"name: guestbook\ndatabase: {engine}\n").hint == "Did you mean `postgres`?"


@pytest.mark.parametrize(
    ("path", "read"), [(".", "."), ("./web/", "web"), ("a//b", "a/b"), ("..", ".."), ("2024", "2024")]
)
def test_a_folder_is_read_in_its_shortest_form(path: str, read: str) -> None:
    assert app(f"path: {path}").path == read


@pytest.mark.parametrize("path", ["/", "/srv", "~/app", "a\\b", "C:\\app"])
def test_a_folder_of_this_machine_alone_is_refused(path: str) -> None:
    assert "a path from this file's folder" in problem(f"name: guestbook\napp: {{path: '{path}'}}\n").hint


@pytest.mark.parametrize("escape", ["\\0", "\\e[31m", "\\r", "\\u202e", "\\x85", "\\L", "\\x7f"])
def test_what_a_terminal_would_obey_is_refused(escape: str) -> None:
    for line in (f'start: "a{escape}b"', f'env: {{X: "a{escape}b"}}'):
        assert "invisible character" in problem(f"name: guestbook\napp:\n  {line}\n").message


def test_line_breaks_and_tabs_are_text() -> None:
    assert app('env: {X: "a\\n\\tb"}').env == {"X": "a\n\tb"}
