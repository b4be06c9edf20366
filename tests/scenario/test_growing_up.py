"""A guestbook with PostgreSQL grows up: releases, a bad one put right by hand, production; what it holds stays."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from scenario.terminal import Said, Terminal, ask

pytestmark = pytest.mark.proof
EXAMPLE = Path(__file__).parents[2] / "examples" / "guestbook"
COUNTED = """\
        connection.execute("insert into entries (name, message) values ('migration', 'release 1')")
"""
"""What no migration should do: it leaves an entry each time it runs."""


class Guestbook:
    """The example with a migration that is counted."""

    def __init__(self, folder: Path, hivemind: Terminal) -> None:
        self.folder, self._hivemind = Path(shutil.copytree(EXAMPLE, folder)), hivemind
        code = self.folder / "migrate.py"
        code.write_text(code.read_text() + COUNTED)
        self.number, self.url = 1, ""

    def next_release(self, trouble: str = "") -> None:
        """The sources of another release; `trouble` is code that it runs as it starts."""
        before, self.number = self.number, self.number + 1
        self._change("app.py", f'RELEASE = "{before}"', f'RELEASE = "{self.number}"\n{trouble}')
        self._change("migrate.py", f"'release {before}'", f"'release {self.number}'")

    def repair(self, trouble: str) -> None:
        self._change("app.py", trouble, "")

    def production(self) -> None:
        self._change("hivemind.yaml", "local: {", "local: {stage: production, ")

    def apply(self, code: int = 0) -> Said:
        said = self._hivemind("apply", self.folder, "--yes", "--allow-interruption")
        assert said.code == code, said.out + said.err
        if code == 0:
            self.url = said.last_line.removeprefix("URL: ")
        return said

    def serves(self) -> tuple[str, Counter[tuple[str, str]]]:
        """The release that answers, and its entries."""
        told = json.loads(ask(f"{self.url}/api/entries")[1])
        return told["release"], Counter((entry["name"], entry["message"]) for entry in told["entries"])

    def _change(self, name: str, before: str, after: str) -> None:
        file = self.folder / name
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after, 1))


def test_a_guestbook_grows_up_and_forgets_nothing(hivemind: Terminal, tmp_path: Path) -> None:
    app = Guestbook(tmp_path / "guestbook", hivemind)
    app.apply()
    ask(f"{app.url}/api/entries", {"name": "Ada", "message": "hello"})
    held = Counter([("migration", "release 1"), ("Ada", "hello")])
    assert app.serves() == ("1", held)

    app.next_release()
    app.apply()
    held["migration", "release 2"] = 1
    assert app.serves() == ("2", held)

    trouble = "raise RuntimeError('no teapot')\n"
    app.next_release(trouble)
    said = app.apply(code=1)
    assert "RuntimeError: no teapot" in said.err
    assert "hint:" in said.err
    held["migration", "release 3"] = 1
    assert app.serves() == ("2", held)

    app.repair(trouble)
    app.apply()
    held["migration", "release 3"] = 2  # the repaired sources are a release of their own
    assert app.serves() == ("3", held)

    app.production()
    assert json.loads(hivemind("plan", app.folder, "--json").out)["transition"] == "upgrade"
    app.apply()
    assert app.serves() == ("3", held)
    assert "no changes" in hivemind("plan", app.folder).out
    assert hivemind("destroy", app.folder, "--yes").code == 0
    assert hivemind.processes() == []
