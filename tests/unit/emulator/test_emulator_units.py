"""Unit files are read as systemd reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.emulator.shims.units import Command, environment, expand, parse, seconds

UNIT = r"""
# a comment
[Unit]
Description=The app

[Service]
ExecStartPre=+-/opt/secrets "with space"
ExecStartPre=/opt/check
ExecStart=/opt/app/run --port ${PORT} \
  --name $NAMES
Environment=PORT=8080 "GREETING=hello there"
Environment=EXTRA=1
EnvironmentFile=-/run/none
WorkingDirectory=/opt/app
Restart=always
RestartSec=250ms
StandardOutput=append:/var/log/app.log
User=hivemind
FutureSetting=ignored

[Install]
WantedBy=multi-user.target
"""


def test_a_service_is_read_whole() -> None:
    unit = parse("app.service", UNIT)
    assert unit.description == "The app"
    assert unit.before == (Command(("/opt/secrets", "with space"), tolerant=True), Command(("/opt/check",)))
    assert unit.start == (Command(("/opt/app/run", "--port", "${PORT}", "--name", "$NAMES")),)
    assert unit.environment == ("PORT=8080", "GREETING=hello there", "EXTRA=1")
    assert (unit.restart, unit.restart_after) == ("always", 0.25)
    assert unit.output == unit.errors == "append:/var/log/app.log"
    assert unit.wanted_by == ("multi-user.target",)


def test_an_empty_assignment_forgets_what_came_before() -> None:
    unit = parse("a.service", "[Service]\nExecStart=/one\nExecStart=\nExecStart=/two\n")
    assert unit.start == (Command(("/two",)),)


@pytest.mark.parametrize("text", ["", "[Service]\n", "[Service]\nExecStart=\n", "[Unit]\nExecStart=/bin/true\n"])
def test_a_service_without_a_command_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has no ExecStart="):
        parse("a.service", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5), ("5s", 5), ("100ms", 0.1), ("1min 30s", 90), ("2h", 7200), ("infinity", float("inf")), ("0", 0)],
)
def test_time_spans(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "soon", "5 parsecs"])
def test_what_is_no_time_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Failed to parse time span"):
        seconds(text)


def test_variables_expand_inside_words_and_as_words_of_their_own() -> None:
    seen = {"PORT": "80", "NAMES": "a b", "EMPTY": ""}
    assert expand(["run", "${PORT}", "p=${PORT}", "$NAMES", "$EMPTY", "$$x", "${NONE}"], seen) == [
        "run", "80", "p=80", "a", "b", "$x", "",
    ]  # fmt: skip


def test_environment_files_win_over_assignments(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text('# comment\nPORT=9000\nQUOTED="a \\"b\\""\nSINGLE=\'x y\'\n\n')
    unit = parse("a.service", f"[Service]\nExecStart=/x\nEnvironment=PORT=1 OTHER=2\nEnvironmentFile={file}\n")
    assert environment(unit, {"PATH": "/bin"}) == {
        "PATH": "/bin", "PORT": "9000", "OTHER": "2", "QUOTED": 'a "b"', "SINGLE": "x y",
    }  # fmt: skip


def test_only_a_file_marked_so_may_be_missing() -> None:
    tolerant = parse("a.service", "[Service]\nExecStart=/x\nEnvironmentFile=-/no/such\n")
    assert environment(tolerant, {}) == {}
    strict = parse("a.service", "[Service]\nExecStart=/x\nEnvironmentFile=/no/such\n")
    with pytest.raises(FileNotFoundError):
        environment(strict, {})
