"""What `hivemind bootstrap` would set up, as `--print` shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.cli.main import run

SPEC = (
    "name: shop\nenvironments: {staging: {state: s3://acme-hivemind/team}, production: {state: s3://acme-hivemind}}\n"
)
INVALID = 2


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "hivemind.yaml").write_text(SPEC)
    return str(tmp_path)


def descriptions(text: str) -> list[str]:
    return [line.removeprefix("Description: ").strip("'") for line in text.splitlines() if line.startswith("Desc")]


def test_by_itself_it_is_the_buckets(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bootstrap", shop, "-e", "staging", "--print"]) == 0
    assert descriptions(capsys.readouterr().out) == [
        "HiveMind: the bucket of release artifacts",
        "HiveMind: the bucket of a team''s shared state",
    ]


def test_for_a_repository_it_is_the_roles_of_every_environment_too(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["bootstrap", shop, "-e", "staging", "--github", "acme@1/shop@2", "--print"]
    assert run(asked) == 0
    out = capsys.readouterr().out
    assert len(descriptions(out)) == 4
    assert [role for role in ("PlanRole", "ApplyStagingRole", "ApplyProductionRole") if f"  {role}:" not in out] == []
    assert run([*asked, "--existing-provider"]) == 0
    assert len(descriptions(capsys.readouterr().out)) == 3


@pytest.mark.parametrize("told", ["acme", "acme/shop/x", "acme@1/shop", "acme/*", "https://github.com/acme/shop"])
def test_what_is_no_repository_is_said_to_be_none(shop: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bootstrap", shop, "-e", "staging", "--github", told, "--print"]) == INVALID
    assert "is no repository" in capsys.readouterr().err


def test_the_local_environment_needs_none(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bootstrap", shop, "--print"]) == INVALID
    assert "on this machine" in capsys.readouterr().err
