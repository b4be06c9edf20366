"""Many specs at the command line: each in a line, the bad ones beside the good, and nothing stale from the cache."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from fakes.many import write

from hivemind.agents.fleet import SCHEMA_ID, schema_text, shard, spec_files
from hivemind.cli.main import run
from hivemind.errors import UsageError

PUBLISHED = Path(__file__).parents[3] / "schemas" / SCHEMA_ID
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Runs a command in the folder that holds `many/`."""
    monkeypatch.setenv("HIVEMIND_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        told = capfd.readouterr()
        return code, told.out, told.err

    return command


PLAN = ("plan", "many", "--offline", "-e", "staging")


def test_every_spec_is_planned_and_told_in_a_line(said: Said, tmp_path: Path) -> None:
    write(tmp_path / "many", 6)
    code, out, err = said(*PLAN)
    assert (code, err) == (0, "")
    first, *rest = out.splitlines()
    assert first == "6 deployments in staging: 6 to change, 0 as they are"
    assert [line.split()[0] for line in rest if line.startswith("  app")] == [f"app{n:04}:staging" for n in range(6)]
    assert "together $0.00 → $" in out
    assert out.rstrip().endswith("`hivemind plan many/apps/app0000/hivemind.yaml -e staging`")
    assert said(*PLAN, "--detailed-exitcode")[0] == 3
    assert said(*PLAN)[1] == out


def test_what_is_wrong_with_one_is_told_beside_the_others(said: Said, tmp_path: Path) -> None:
    write(tmp_path / "many", 6)
    (tmp_path / "many/apps/app0001/hivemind.yaml").write_text("name: app0001\nnmae: x\n")
    (tmp_path / "many/apps/app0002/hivemind.yaml").write_text("name: app0002\n")
    code, out, err = said(*PLAN)
    assert (code, err) == (2, "")
    assert "5 deployments in staging: 4 to change, 0 as they are, 1 without a plan, 1 specs without" in out
    assert "✗ many/apps/app0001/hivemind.yaml" in out
    assert "hivemind.yaml:2:1" in out
    assert "hint:" in out


def test_what_was_planned_before_is_recalled_and_whatever_a_plan_follows_from_has_it_made_anew(
    said: Said, tmp_path: Path
) -> None:
    write(tmp_path / "many", 2)
    _outlooks(said)
    app = tmp_path / "many/apps/app0000"
    spec = app / "hivemind.yaml"
    changes: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: spec.write_text(spec.read_text() + "database: {engine: none}\n"),
        lambda: (app / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n"),
        lambda: (app / "app.py").chmod(0o755),
        lambda: (app / "more.txt").write_text("more"),
        lambda: said("infer", str(app)),
        lambda: said("render", str(app)),
    )
    for number, change in enumerate(changes):
        _mark_as_recalled(tmp_path / "home/outlooks")
        change()
        is_recalled = [each["headline"] == "recalled" for each in _outlooks(said)]
        assert is_recalled == [number == 0, True], number


def test_a_cache_that_was_spoilt_is_as_good_as_none(said: Said, tmp_path: Path) -> None:
    write(tmp_path / "many", 2)
    told = _outlooks(said)
    for file in (tmp_path / "home/outlooks").iterdir():
        key, _, _ = file.read_text().partition("\n")
        file.write_text(f'{key}\n{{"file": 1}}')
    assert _outlooks(said) == told
    for file in (tmp_path / "home/outlooks").iterdir():
        file.write_bytes(b"\xff\xfe")
    assert _outlooks(said) == told


def test_shards_are_equal_parts_and_together_the_whole(said: Said, tmp_path: Path) -> None:
    files = spec_files(write(tmp_path / "many", 7))
    parts = [shard(files, number, 3) for number in (1, 2, 3)]
    assert sorted(file for part in parts for file in part) == list(files)
    assert {len(part) for part in parts} == {2, 3}
    assert said(*PLAN, "--shard", "2/3")[1].startswith("2 deployments")
    for wrong in ("0/3", "4/3", "x", "1", "1/0"):
        code, _, err = said(*PLAN, "--shard", wrong)
        assert (code, "--shard" in err) == (2, True), wrong


def test_the_folder_of_an_application_is_no_fleet_and_one_without_specs_says_so(said: Said, tmp_path: Path) -> None:
    write(tmp_path / "many", 1)
    assert said("plan", "many/apps/app0000", "--offline", "-e", "staging")[1].startswith("app0000:staging  create")
    (tmp_path / "bare/node_modules/x").mkdir(parents=True)
    (tmp_path / "bare/node_modules/x/hivemind.yaml").write_text("name: x\n")
    with pytest.raises(UsageError, match="no spec here"):
        spec_files(tmp_path / "bare")
    for option in (["--out", "plan.json"], ["--markdown"]):
        code, _, err = said(*PLAN, *option)
        assert (code, "more than one plan" in err) == (2, True)


def test_specs_beside_their_application_are_found_by_their_folder(said: Said, tmp_path: Path) -> None:
    many = write(tmp_path / "many", 1)
    subprocess.run(["git", "init", "-q", str(many)], check=True)
    (many / "specs").mkdir()
    for name in ("a", "b"):
        (many / f"specs/{name}.yaml").write_text(
            f"name: {name}\napp: {{path: ../apps/app0000}}\nenvironments: {{staging: {{region: us-east-1}}}}\n"
        )
    code, out, _ = said("plan", "many/specs", "--offline", "-e", "staging")
    assert (code, "a:staging" in out, "b:staging" in out) == (0, True, True), out


def test_the_published_schema_is_current_and_an_answer_satisfies_it(said: Said, tmp_path: Path) -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run `make write`"
    write(tmp_path / "many", 2)
    code, out, err = said(*PLAN, "--json")
    assert (code, err) == (0, "")
    jsonschema.validate(json.loads(out), json.loads(PUBLISHED.read_text()))


def test_in_a_repository_too(said: Said, tmp_path: Path) -> None:
    many = write(tmp_path / "many", 5)
    without = _outlooks(said)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(many)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *command], check=True)
    assert _outlooks(said) == without


def _outlooks(said: Said) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(said(*PLAN, "--json")[1])["deployments"]
    return found


def _mark_as_recalled(folder: Path) -> None:
    for file in folder.iterdir():
        key, _, said = file.read_text().partition("\n")
        file.write_text(f"{key}\n{json.dumps({**json.loads(said), 'headline': 'recalled'})}")
