"""What came of a merge: told with the way on and back, in no more than a comment holds."""

from __future__ import annotations

import pytest

from hivemind.model.review import Applied, Ending
from hivemind.plan.applied import goes_on, mark, report

COMMIT = "c0ffee" + "0" * 34
FAILED = Applied(
    deployment="shop:staging",
    ending="failed",
    message="no target became healthy",
    hint="Look at the log.",
    evidence=("Traceback <b>", "KeyError: 'PORT' @alice"),
)


def test_where_it_failed_stands_why_and_the_ways_on_and_back() -> None:
    text = report([FAILED, Applied(deployment="shop:production", ending="not tried")], COMMIT)
    assert text.startswith("### 🔴 shop\\:staging failed\n\nno target became healthy\n\nWhat to do: Look at the log\\.")
    assert "<summary>Evidence</summary>" in text
    assert "### ⚪ shop\\:production not tried" in text
    assert [way for way in ("apply", "plan", "revert") if f"`/hivemind {way}`" not in text] == []


def test_where_all_went_well_stands_the_address_and_no_way_back() -> None:
    text = report([Applied(deployment="shop:staging", ending="applied", url="http://shop.example.com")], COMMIT)
    assert "Reached at http://shop.example.com" in text
    assert "/hivemind" not in text


@pytest.mark.parametrize("count", [1, 20, 300])
def test_it_is_never_too_long_and_evidence_goes_first(count: int) -> None:
    long = FAILED.model_copy(update={"evidence": tuple(f"{n} {'x' * 300}" for n in range(2000))})
    text = report([long] * count, COMMIT)
    assert len(text) <= 60_000
    assert "no target became healthy" in text


@pytest.mark.parametrize(
    ("ending", "goes"),
    [("applied", True), ("unchanged", True), ("refused", False), ("failed", False), ("not tried", False)],
)
def test_only_after_a_good_end_the_next_environment_follows(ending: Ending, goes: bool) -> None:
    assert goes_on(Applied(deployment="d", ending=ending)) is goes


def test_jobs_that_apply_other_environments_have_comments_of_their_own() -> None:
    there = Applied(deployment="shop:production", ending="applied")
    assert mark([FAILED]) == mark([FAILED, FAILED]) != mark([there])
