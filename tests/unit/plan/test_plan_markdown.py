"""A plan as a comment: the verdict first, nothing grave folded, never too long, and no text that is more than text."""

from __future__ import annotations

import re
from html import unescape

import pytest
from golden.plan import scene
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hivemind.model.change import PropertyChange, ResourceChange
from hivemind.model.plan import Finding, Plan
from hivemind.model.spec import EnvironmentSpec
from hivemind.plan.markdown import LIMIT, markdown
from hivemind.plan.planner import plan
from hivemind.plan.texts import MOST

STAGING = EnvironmentSpec(name="staging")
LOST = ResourceChange(stack="s", logical_id="Database", type="AWS::RDS::DBInstance", action="replace")


def released() -> Plan:
    return plan(scene.desired(STAGING, scene.release(scene.SECOND)), scene.live("staging"), {}, ())


def with_changes(count: int, value: str = "after") -> Plan:
    prop = PropertyChange(path="TopicName", before="before", after=value)
    changes = tuple(
        ResourceChange(
            stack=f"s{number}",
            logical_id=f"R{number}",
            type="AWS::SNS::Topic",
            action="modify",
            properties=(prop,),
        )
        for number in range(count)
    )
    return released().model_copy(update={"changes": changes})


def blocked(title: str) -> Plan:
    finding = Finding(rule="r", severity="block", title=title, where="w", why="y", fix="f", source="s")
    return released().model_copy(update={"findings": (finding,)})


def opened(made: Plan) -> str:
    """What is seen before anything is unfolded."""
    return markdown(made).split("<details>")[0]


def test_the_verdict_stands_first_and_the_rest_is_folded() -> None:
    made = released()
    first, _, facts, *_ = markdown(made).splitlines()
    assert first.startswith("### 🟢 guestbook\\:staging: release beside what runs")
    assert [fact for fact in ("no downtime", "a month", "Sheriff: nothing found") if fact not in facts] == []
    assert re.findall("<summary>(.*?)</summary>", markdown(made)) == ["Changes", "Cost", "Sheriff", "Steps", "Notes"]
    assert f"plan `{made.digest[:12]}`" in markdown(made).splitlines()[-1]


def test_what_blocks_and_what_is_lost_is_never_folded() -> None:
    text = opened(blocked("the database is public").model_copy(update={"changes": (LOST,)}))
    assert text.startswith("### ⛔")
    assert "**Sheriff blocks it** (1)" in text
    assert "the database is public" in text
    assert "replaces Database" in text


def test_of_very_many_grave_things_the_rest_is_counted() -> None:
    text = opened(released().model_copy(update={"changes": (LOST,) * 25}))
    assert text.count("replaces Database") == 10
    assert "and 15 more" in text


def test_nothing_to_do_is_said_shortly() -> None:
    made = plan(scene.desired(STAGING, scene.release()), scene.live("staging"), {}, ())
    assert markdown(made).splitlines()[2] == "Nothing is to be done."


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<img src=x>",
            "</details>",
            "[here](https://evil.test)",
            "![](https://evil.test/beacon)",
            "a\n\n## A heading",
            "<https://evil.test>",
            "\u202etxt.exe",
            "&lt;b&gt;",
            "\\\\[x](y)",
        ]
    ),
    st.text(alphabet="\\`*_[]()<>#!&;@|~-+.:/\n ab", max_size=60),
)


@pytest.mark.property
@given(text=HOSTILE)
def test_text_of_others_is_text(text: str) -> None:
    """Rendered, it reads as it was written (white space apart), and draws nothing."""
    drawn = MarkdownIt("commonmark").enable("strikethrough").render(opened(blocked(f"x{text}x")))
    (item,) = re.findall(r"<li>(⛔.*?)</li>", drawn, re.S)
    assert "<" not in item
    assert not re.search("[@#][a-z0-9]", item)
    shown = re.sub(r"\s+", " ", unescape(item).replace("\u200b", ""))
    wanted = re.sub(r"\s+", " ", f"⛔ x{text}x (w): f").replace("\u202e", "<U+202E>")
    assert shown == wanted


@pytest.mark.property
@given(value=st.text(alphabet="`~<>@#\n ab", max_size=60))
def test_no_text_ends_its_fence(value: str) -> None:
    for fold in re.findall(r"<details>.*?\n</details>", markdown(with_changes(1, value)), re.S):
        fence = re.search(r"^(`{3,})diff$", fold, re.M)
        assert fence is not None
        assert fold.count(fence[1]) == 2


@pytest.mark.parametrize("count", [1, 100, 3000])
def test_it_fits_a_comment_whatever_the_size_and_says_what_is_left_out(count: int) -> None:
    text = markdown(with_changes(count))
    assert len(text) <= LIMIT
    assert ("lines are left out here" in text) == (count == 3000)
    assert text.count("<details>") == text.count("</details>")


def test_how_the_template_reads_now_is_folded_too() -> None:
    before = scene.body("foundation")
    after = before.replace("Period: 300", "Period: 60")
    made = plan(scene.desired(STAGING, scene.release(scene.FIRST), foundation=after), scene.live("staging"), {}, ())
    assert set(made.texts) == {"foundation"}
    fold = markdown(made).split("<summary>Template</summary>")[1].split("</details>")[0]
    changed = [line.split() for line in fold.splitlines() if line.startswith(("+", "-"))]
    assert ["-", "Period:", "300"] in changed
    assert ["+", "Period:", "60"] in changed
    assert len([line for line in changed if line[0] == "-"]) == before.count("Period: 300")


def test_a_template_that_is_written_anew_is_told_in_part() -> None:
    after = scene.body("foundation") + "".join(f"# {number}\n" for number in range(3000))
    made = plan(scene.desired(STAGING, scene.release(scene.FIRST), foundation=after), scene.live("staging"), {}, ())
    assert len(made.texts["foundation"]) == MOST + 1
    assert made.texts["foundation"][-1].endswith("lines more @@")
