"""Two web services and a worker of one repository: released together, taken back together, under the users of both."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario.crew_app import CrewApp
from scenario.terminal import Said, Terminal, ask
from scenario.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.proof]


def apply(hivemind: Terminal, crew: CrewApp, code: int = 0) -> Said:
    said = hivemind("apply", crew.folder, "--yes")
    assert said.code == code, said.out + said.err
    return said


def test_services_are_released_and_taken_back_together(hivemind: Terminal, tmp_path: Path) -> None:
    crew = CrewApp(tmp_path / "crew", tmp_path / "diary")
    crew.write("one")
    url = apply(hivemind, crew).last_line.removeprefix("URL: ")

    def answers() -> tuple[str, str, str]:
        return ask(url)[1].strip(), ask(f"{url}/api")[1].strip(), crew.at_work()

    assert answers() == ("web one", "api one", "one")
    with Users(url) as users, Users(f"{url}/api") as clients:
        crew.write("two")
        apply(hivemind, crew)
        assert answers() == ("web two", "api two", "two")

        crew.write("three", trouble={"worker.py": "raise RuntimeError('no work')"})
        said = apply(hivemind, crew, code=1)
        assert "worker" in said.err
        assert "RuntimeError: no work" in said.err
        assert answers() == ("web two", "api two", "two")

        crew.write("four", trouble={"server.py": "import sys\nif 'api' in sys.argv: raise RuntimeError('no api')"})
        said = apply(hivemind, crew, code=1)
        assert "RuntimeError: no api" in said.err
        assert answers() == ("web two", "api two", "two")

        crew.write("five")
        apply(hivemind, crew)
        assert answers() == ("web five", "api five", "five")
    for asked in (users, clients):
        assert asked.result.requests > 0
        assert asked.result.failed == 0, asked.result.outcomes
    assert hivemind("doctor", crew.folder).last_line == "crew:local is well."

    crew.write("six", services=("web", "worker"))
    with Users(url) as users:
        apply(hivemind, crew)
    assert users.result.failed == 0, users.result.outcomes
    assert answers() == ("web six", "web six", "six")


def test_what_has_no_web_service_has_no_address_and_works(hivemind: Terminal, tmp_path: Path) -> None:
    crew = CrewApp(tmp_path / "crew", tmp_path / "diary")
    crew.write("one", services=("worker",))
    said = apply(hivemind, crew)
    assert "URL:" not in said.out
    assert "LoadBalancer" not in said.out
    assert crew.at_work() == "one"
    crew.write("two", services=("worker",))
    apply(hivemind, crew)
    assert crew.at_work() == "two"
