"""Deploy, update and upgrade at the command line, from the repository of an application on the local cloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dulwich import porcelain
from scenario import tiny_app
from scenario.terminal import Terminal, ask
from scenario.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.proof]
REFUSED = 4


def commit(app: Path, tag: str) -> None:
    porcelain.add(str(app), [str(app / name) for name in ("server.py", "hivemind.yaml")])
    porcelain.commit(str(app), message=tag.encode(), author=b"A <a@example.com>", committer=b"A <a@example.com>")
    porcelain.tag_create(str(app), tag.encode())


def test_from_a_folder_to_a_production_environment(hivemind: Terminal, tmp_path: Path) -> None:
    app = tiny_app.write(tmp_path / "tiny", body="A")
    porcelain.init(str(app)).close()
    commit(app, "v1")
    said = hivemind("update", app, "--yes")
    assert (said.code, "hint: `hivemind apply`" in said.err) == (REFUSED, True), said.err
    said = hivemind("deploy", app, "--what-if", "--xray")
    assert said.code == 0, said.out + said.err
    assert "Nothing was changed" in said.out
    assert "xray" not in (app / "hivemind.yaml").read_text()
    said = hivemind("deploy", app, "--yes")
    assert said.code == 0, said.out + said.err
    url = said.last_line.removeprefix("URL: ")
    assert ask(url) == (200, "A")

    with Users(url) as users:
        tiny_app.write(app, body="B")
        commit(app, "v2")
        said = hivemind("update", app, "--yes")
        assert (said.code, ask(url)) == (0, (200, "B")), said.out + said.err

        tiny_app.write(app, body="C")
        said = hivemind("update", app, "--version", "nope", "--yes")
        assert (said.code, "has no version `nope`" in said.err) == (2, True), said.err
        said = hivemind("update", app, "--version", "v1", "--yes")
        assert (said.code, ask(url)) == (0, (200, "A")), said.out + said.err
        assert '"C"' in (app / "server.py").read_text()
        first, second, _ = json.loads(hivemind("status", app, "--json").out)["releases"]
        said = hivemind("update", app, "--version", second["digest"][:9], "--yes")
        assert (said.code, ask(url)) == (0, (200, "B")), said.out + said.err
        assert first["commit"] != second["commit"]

        before = (app / "hivemind.yaml").read_text()
        said = hivemind("upgrade", app)
        assert (said.code, "nobody is there to confirm" in said.err) == (2, True), said.err
        assert (app / "hivemind.yaml").read_text() == before
        said = hivemind("upgrade", app, "--yes")
        assert (said.code, ask(url)) == (0, (200, "C")), said.out + said.err
        assert "stage: production" in (app / "hivemind.yaml").read_text()
    assert users.result.failed == 0, users.result.outcomes
    said = hivemind("upgrade", app, "--yes")
    assert (said.code, "production one in the spec already" in said.err) == (REFUSED, True), said.err
    assert "no changes" in hivemind("plan", app).out
