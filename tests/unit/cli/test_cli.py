"""What a person meets at the command line: exit codes, one clear error, nothing lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hivemind import __version__
from hivemind.cli.main import run

GUESTBOOK = Path(__file__).parents[3] / "examples" / "guestbook"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GUESTBOOK, tmp_path / "guestbook", ignore=shutil.ignore_patterns("hivemind.lock")))


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version") == (0, f"hivemind {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan", "nowhere"], "nowhere: there is no such file or folder"),
        (["plan", "nothing"], "nothing: there is no spec here"),
        (["plan", "-C", "nowhere"], "nowhere: there is no such folder"),
        (["init", "nowhere"], "nowhere: there is no such folder"),
        (["plan", "--nope"], "No such option: --nope"),
        (["nope"], "No such command 'nope'"),
        (["emulator", "start", "--port", "0"], "--port"),
        (["plan", "guestbook", "--offline", "-e", "nope"], "guestbook has no environment `nope`"),
        (["plan", "guestbook", "--offline", "--out", "no/such/plan.json"], "the plan cannot be written"),
        (["plan", "guestbook/app.py", "--offline"], "guestbook/app.py"),
        (["plan", "bare", "--offline"], "no application found"),
        (["plan", "empty", "--offline"], "the file is empty"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_with_a_hint_and_no_traceback(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(app.parent)
    for name, text in (("bare", "name: bare\n"), ("empty", "")):
        Path(name).mkdir()
        Path(name, "hivemind.yaml").write_text(text)
    Path("nothing").mkdir()
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "hint:" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["rollback", "guestbook", "--all", "--to", "2"], 2, "--all takes everything down"),
        (["rollback", "guestbook", "--all", "--force"], 2, "--all takes everything down"),
        (["rollback", "guestbook", "--offline"], 2, "No such option: --offline"),
        (["rollback", "guestbook", "-e", "nope"], 2, "has no environment `nope`"),
        (["rollback", "guestbook", "-e", "staging", "--yes"], 2, "names no state bucket"),
        (["status", "guestbook", "-e", "nope"], 2, "has no environment `nope`"),
        (["doctor", "guestbook", "-e", "nope"], 2, "has no environment `nope`"),
        (["doctor", "nowhere"], 2, "there is no such file or folder"),
        (["cancel", "nowhere"], 2, "there is no such file or folder"),
        (["cancel", "guestbook", "-e", "staging", "--yes"], 2, "names no state bucket"),
        (["status", "nowhere"], 2, "there is no such file or folder"),
        (["bootstrap", "guestbook"], 2, "remembered on this machine"),
        (["bootstrap", "guestbook", "-e", "staging", "--yes"], 2, "names no state bucket"),
        (["bootstrap", "guestbook", "-e", "staging", "--print"], 2, "names no state bucket"),
    ],
)
def test_looking_back_and_going_back_are_asked_for_whole(
    app: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(app.parent)
    spec = app / "hivemind.yaml"
    spec.write_text(spec.read_text().replace("\nenvironments:\n", "\nenvironments:\n  staging: {region: us-east-1}\n"))
    found, out, err = said(capsys, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "hint:" in err


@pytest.mark.parametrize("altered", ["{}", "not json", '{"version": 2}', "", "\x00"])
def test_a_plan_file_that_is_none_is_refused(
    app: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, altered: str
) -> None:
    (tmp_path / "plan.json").write_text(altered)
    code, _, err = said(capsys, "apply", tmp_path / "plan.json", "-C", app)
    assert code == 4
    assert "hint:" in err


def test_init_writes_a_spec_that_plans_and_leaves_an_existing_one_alone(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = app / "hivemind.yaml"
    spec.unlink()
    assert said(capsys, "init", app)[0] == 0
    written = spec.read_text()
    assert "name: guestbook" in written
    assert said(capsys, "validate", app)[0] == 0
    assert said(capsys, "plan", app, "--offline")[0] == 0
    code, out, _ = said(capsys, "init", app)
    assert (code, spec.read_text()) == (0, written)
    assert "left as it is" in out


def test_an_offline_plan_as_json_is_data_alone_and_is_what_out_writes(
    app: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = said(capsys, "plan", app, "--offline", "--json", "--out", tmp_path / "plan.json")
    plan = json.loads(out)
    assert (code, err) == (0, "")
    assert plan["transition"] == "create"
    assert {"changes", "cost", "findings", "steps", "digest"} <= plan.keys()
    assert json.loads((tmp_path / "plan.json").read_text()) == plan


def test_detailed_exitcode_tells_changes_from_none(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "plan", app, "--offline", "--detailed-exitcode")[0] == 3
    assert said(capsys, "render", app)[0] == 0
    assert said(capsys, "plan", app, "--offline", "--detailed-exitcode")[0] == 0


def test_render_check_fails_exactly_when_a_committed_template_is_not_current(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, "render", "--check", app)
    assert code == 1
    assert "not current: local/foundation.yaml, local/web.yaml" in err
    assert said(capsys, "render", app)[0] == 0
    assert said(capsys, "render", "--check", app)[0] == 0
    web = app / "generated/guestbook/local/web.yaml"
    web.write_text(web.read_text() + "# by hand\n")
    assert said(capsys, "render", "--check", app)[0] == 1


def test_render_removes_the_template_of_a_service_that_is_gone(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "render", app)
    old = app / "generated/guestbook/local/old.yaml"
    old.write_text("Resources: {}\n")
    assert said(capsys, "render", "--check", app)[0] == 1
    said(capsys, "render", app)
    assert not old.exists()


def test_planning_runs_nothing_and_writes_nothing_in_the_repository(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in app.rglob("*")}

    (app / "app.py").write_text((app / "app.py").read_text() + "\nraise SystemExit('imported')\n")
    before = state()
    assert said(capsys, "plan", app, "--offline")[0] == 0
    assert state() == before


def test_infer_pins_its_answers_beside_the_spec(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "infer", app)
    assert (code, f"Wrote {app / 'hivemind.lock'}" in err) == (0, True)
    assert "[app.py:" in out
    assert said(capsys, "infer", app, "--locked")[0] == 0
    assert "is current" in said(capsys, "infer", app)[2]


def test_a_stale_lock_fails_where_it_is_asked_for_and_names_the_field(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "infer", app)
    (app / "app.py").write_text((app / "app.py").read_text().replace("/healthz", "/readyz"))
    for verb in (["infer"], ["plan", "--offline"], ["render"], ["apply", "--yes"]):
        code, out, err = said(capsys, *verb, app, "--locked")
        assert (code, out) == (4, "")
        assert "web.health_path" in err
        assert "app.py changed" in err


@pytest.mark.parametrize("option", ["--no-lock", "--locked", "--frozen"])
def test_infer_writes_nothing_where_it_is_told_not_to(
    app: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(app.rglob("*"))
    said(capsys, "infer", app, option)
    assert sorted(app.rglob("*")) == before


def test_infer_without_a_spec_reports_and_writes_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "hivemind.yaml").unlink()
    code, out, err = said(capsys, "infer", app, "--json")
    assert (code, err) == (0, "")
    assert [service["start"] for service in json.loads(out)["services"]] == ["gunicorn app:app"]
    assert not (app / "hivemind.lock").exists()


def test_infer_says_so_when_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "infer", tmp_path)
    assert (code, "no application was found" in out) == (0, True)


def test_ways_of_pinning_exclude_each_other(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "infer", app, "--locked", "--frozen")
    assert (code, "--locked and --frozen exclude each other" in err) == (2, True)
