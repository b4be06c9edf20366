"""The first spec of a repository is valid as written, valid uncommented, and nothing found can break out of it."""

from __future__ import annotations

import re

import pytest

from hivemind.model.findings import Findings, ServiceFindings
from hivemind.spec.parse import parse
from hivemind.spec.starter import SCHEMA_URL, deployment_name, starter

WEB = ServiceFindings(
    name="web",
    kind="web",
    path="apps/api",
    language="python",
    runtime="3.12",
    install=("pip install -r requirements.txt",),
    build=("python -m compileall .", 'echo "a: b"  # c'),
    start="gunicorn app:app --bind 0.0.0.0:$PORT",
    migrate="flask db upgrade",
    port=8000,
    health_path="/healthz",
)
WORKER = ServiceFindings(name="mailer", kind="worker", path=".", language="python", runtime="3.12", start="python m.py")
HOSTILE = "x\nname: stolen\r\u2028app: {}\x85\x00\u202e# ' \" \\ : {"


def uncommented(text: str) -> str:
    """The text as it is when somebody uncomments the application that was found."""
    return re.sub(r"^# ((?:app|services):|  )", r"\1", text, flags=re.MULTILINE)


def test_it_is_valid_without_findings() -> None:
    spec = parse(starter("guestbook", None), "hivemind.yaml")
    assert (spec.name, list(spec.environments), spec.database) == ("guestbook", ["local"], None)


@pytest.mark.parametrize("services", [(WEB,), (WORKER,), (WEB, WORKER), ()])
def test_findings_change_nothing_until_uncommented(services: tuple[ServiceFindings, ...]) -> None:
    text = starter("guestbook", Findings(services=services))
    assert parse(text, "x") == parse("name: guestbook\n", "x")


def test_its_first_line_is_for_editors() -> None:
    assert starter("guestbook", None).splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA_URL}"


def test_it_is_short() -> None:
    lines = starter("guestbook", Findings(services=(WEB,))).splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) <= 130


def test_uncommented_it_says_what_was_found() -> None:
    (service,) = parse(uncommented(starter("guestbook", Findings(services=(WEB,)))), "x").services
    assert service.model_dump(exclude={"kind", "name", "live", "env", "uses", "one_way_migration"}) == {
        "path": WEB.path,
        "runtime": "python@3.12",
        "image": "al2023",
        "install": WEB.install,
        "build": WEB.build,
        "start": WEB.start,
        "migrate": WEB.migrate,
        "port": 8000,
        "health": "/healthz",
    }


def test_several_services_uncommented() -> None:
    spec = parse(uncommented(starter("guestbook", Findings(services=(WEB, WORKER)))), "x")
    assert [(service.name, service.kind) for service in spec.services] == [("web", "web"), ("mailer", "worker")]


@pytest.mark.parametrize("field", ["name", "path", "runtime", "start", "migrate", "health_path"])
def test_hostile_findings_stay_in_their_comment(field: str) -> None:
    hostile = WEB.model_copy(update={field: HOSTILE})
    for services in ((hostile,), (hostile, WORKER)):
        assert parse(starter("guestbook", Findings(services=services)), "x") == parse("name: guestbook\n", "x")


def test_hostile_commands_stay_in_their_list() -> None:
    hostile = WEB.model_copy(update={"install": (HOSTILE, "]: x")})
    assert parse(starter("guestbook", Findings(services=(hostile,))), "x") == parse("name: guestbook\n", "x")


def test_a_credential_in_a_command_is_not_copied() -> None:
    leaky = WEB.model_copy(update={"start": "KEY=AKIAIOSFODNN7EXAMPLE run", "install": ("curl https://u:pw@x/",)})
    text = starter("guestbook", Findings(services=(leaky,)))
    assert "AKIA" not in text
    assert "u:pw" not in text


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("guestbook", "guestbook"),
        ("My App!", "my-app"),
        ("_private_", "private"),
        ("2048", "app-2048"),
        ("Größe", "groe"),
        ("日本", "app"),
        ("", "app"),
        ("..", "app"),
        ("a" * 29 + "--b", "a" * 29),
        ("x" * 300, "x" * 30),
    ],
)
def test_a_name_from_a_folder(folder: str, name: str) -> None:
    assert deployment_name(folder) == name
    assert parse(starter(name, None), "x").name == name
