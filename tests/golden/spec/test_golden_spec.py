"""Every spec here is either good, with its value in NAME.json, or broken, with its exact error text in NAME.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivemind.errors import SpecError
from hivemind.spec.load import load
from hivemind.spec.report import report

HERE = Path(__file__).parent
SPECS = sorted(path.stem for path in HERE.glob("*.yaml"))


@pytest.mark.parametrize("name", SPECS)
def test_spec(name: str, golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)  # so that the text holds the place as a person in this folder reads it
    try:
        spec = load(Path(f"{name}.yaml"))
    except SpecError as error:
        assert not Path(f"{name}.json").exists(), "a good spec is broken now"
        golden(HERE / f"{name}.txt", report(error.problems) + "\n")
    else:
        assert not Path(f"{name}.txt").exists(), "a broken spec is accepted now"
        golden(HERE / f"{name}.json", spec.model_dump_json(indent=2) + "\n")


def test_no_expectation_is_left_over() -> None:
    expected = {path.stem for suffix in ("txt", "json") for path in HERE.glob(f"*.{suffix}")}
    assert expected <= set(SPECS)
