"""Laws of a whole life on the fake cloud: whatever is done to a deployment, in whatever order, cut off anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from fakes.lifecycle import Fault, Lifecycle
from hypothesis import example, given
from hypothesis import strategies as st

from hivemind.apply.journal import fold
from hivemind.errors import RefusedError

pytestmark = pytest.mark.property
FAULTS: tuple[Fault, ...] = ("build", "migration", "crash", "probe", "users")


@dataclass(frozen=True)
class Act:
    """One thing that is done to a deployment. `kill`: moments at the journal until it is killed; None for never."""

    verb: Literal["release", "bad", "rollback", "scale", "destroy", "again"]
    kill: int | None = None
    resumes: bool = False
    """After a kill: go on by its own plan. Else whatever comes next finds what was left."""
    canary: bool = False
    rolling: bool = False
    """Instance by instance, where that can be."""
    fault: Fault = ""
    instances: int = 1


kills = st.one_of(st.none(), st.integers(0, 60))
acts = st.builds(
    Act,
    verb=st.sampled_from(["release", "release", "bad", "rollback", "scale", "destroy", "again"]),
    kill=kills,
    resumes=st.booleans(),
    canary=st.booleans(),
    rolling=st.booleans(),
    fault=st.sampled_from(FAULTS),
    instances=st.integers(1, 3),
)
lives = st.lists(acts, max_size=5)


class Life(Lifecycle):
    """A deployment to which acts are done; `numbers` gives every release a name of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.numbers = count(1)
        self.next_release()

    def next_release(self) -> None:
        self.release = f"{next(self.numbers):064x}"

    def act(self, what: Act) -> bool:
        """Do it; whether a command, be it `resume`, came to a good end."""
        self.canary, ended = what.canary, False
        if what.kill is None:
            return self._do(what)
        with self.killed(what.kill):
            ended = self._do(what)
        return ended or (what.resumes and self.resume())

    def _do(self, what: Act) -> bool:
        match what.verb:
            case "release":
                self.instances = self.instances if what.rolling else what.instances
                self.next_release()
                return self.roll() if what.rolling else self.apply()
            case "bad":
                return self.bad(what.fault, rolling=what.rolling)
            case "scale":
                self.instances = what.instances
                return self.apply()
            case "rollback":
                with suppress(RefusedError):
                    return self.rollback()
                return False
            case "destroy":
                return self.destroy()
            case "again":
                return self.apply()

    def roll(self) -> bool:
        """Release instance by instance; beside what runs where that cannot be."""
        self.rolling = True
        try:
            return self.apply()
        except RefusedError:
            self.rolling = False
            return self.apply()
        finally:
            self.rolling = False

    def bad(self, fault: Fault, *, rolling: bool = False) -> bool:
        """A release that is found out; the sources are put right at once."""
        good = self.release
        self.next_release()
        self.rolling = rolling and self._rolls()
        try:
            with self.wrong(fault):
                return self.apply()
        finally:
            self.release, self.rolling = good, False

    def _rolls(self) -> bool:
        self.rolling = True
        try:
            return self.planned().transition == "rolling"
        except RefusedError:
            return False

    def assert_at_rest(self) -> None:
        """One colour holds a release, all of the traffic and every machine."""
        (colour,) = self.service.releases
        assert self.service.weights[colour] == 100
        assert self.stage.machines(colour) >= 1
        assert self.left_over() == []


def lived(folder: Path, acts: list[Act]) -> Iterator[tuple[Life, Act, bool]]:
    """A deployment after each of these acts, and how that ended; its first release went well."""
    life = Life(folder)
    first = Act("release")
    yield life, first, life.act(first)
    for what in acts:
        yield life, what, life.act(what)


def left(folder: Path, acts: list[Act]) -> Life:
    """A deployment as these acts left it."""
    return [life for life, _, _ in lived(folder, acts)][-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where bundles are; they are what their names say, so one place does for all."""
    return tmp_path_factory.mktemp("bundles")


@given(acts=lives)
def test_users_are_never_without_a_healthy_colour_and_weights_add_up(acts: list[Act], folder: Path) -> None:
    assert left(folder, acts).broken == []


@given(acts=lives)
def test_a_release_migrates_a_database_at_most_once(acts: list[Act], folder: Path) -> None:
    life = left(folder, [*acts, Act("again")])
    assert life.twice_migrated() == []
    assert life.stage.world.migrated


DIES_AT_ONCE = [Act("release", kill=1), Act("scale", kill=0, resumes=True, instances=2)]
"""Killed before it had a run of its own: what `resume` goes on with is the run that was cut off before, at its end."""


@given(acts=lives)
@example(acts=DIES_AT_ONCE)
@example(acts=[Act("release", kill=44), Act("scale"), Act("release", kill=0, resumes=True)])
@example(acts=[Act("release", kill=1), Act("destroy", kill=0, resumes=True)])
def test_after_a_good_end_one_colour_holds_a_release_and_nothing_is_left_to_do(acts: list[Act], folder: Path) -> None:
    for life, what, ended in lived(folder, acts):
        if not ended:
            continue
        if life.led == "destroy" or (what.verb == "destroy" and life.is_own):
            assert life.stage.cloud.stacks.stacks == {}
            continue
        life.assert_at_rest()
        serves = life.service.releases[life.service.serving]  # type: ignore[index]
        if not life.is_own:
            assert serves == life.led_release
        elif what.verb in ("release", "scale", "again"):
            assert serves == life.release
            assert life.planned().transition == "none"


@given(acts=lives)
def test_the_journal_always_tells_a_story_and_a_good_end_is_its_end(acts: list[Act], folder: Path) -> None:
    before = 0
    for life, _, ended in lived(folder, acts):
        entries = life.stage.store.entries()
        state = fold(entries)
        if ended and state and len(entries) > before:
            assert not state.unfinished
        before = len(entries)
        assert all(fold(journal) for journal in life.stage.store.archived)


@given(acts=lives)
def test_whatever_was_left_the_next_release_goes_through(acts: list[Act], folder: Path) -> None:
    life = left(folder, acts)
    assert life.act(Act("release"))
    life.assert_at_rest()
    assert life.planned().transition == "none"


@given(acts=lives)
def test_whatever_was_left_destroy_leaves_nothing(acts: list[Act], folder: Path) -> None:
    life = left(folder, acts)
    assert life.destroy()
    assert life.stage.cloud.stacks.stacks == {}
    assert life.stage.cloud.inventory.owned("shop:local") == ()
    assert life.stage.world.buckets == {}


@given(acts=lives, fault=st.sampled_from(FAULTS), canary=st.booleans(), rolling=st.booleans())
def test_a_bad_release_leaves_things_as_they_were(
    acts: list[Act], fault: Fault, canary: bool, rolling: bool, folder: Path
) -> None:
    life = left(folder, [*acts, Act("release")])
    before = life.service
    life.canary = canary
    assert not life.bad(fault, rolling=rolling)
    assert life.service == before
    life.assert_at_rest()
    assert life.stage.store.records[-1].verdict == "failed"
    assert life.broken == []


@given(acts=lives)
def test_rollback_brings_back_the_release_before_and_makes_nothing_anew(acts: list[Act], folder: Path) -> None:
    life = left(folder, [*acts, Act("release")])
    served = life.release
    assert life.act(Act("release"))
    made = (len(life.stage.world.launched), life.stage.world.migrations)
    assert life.rollback()
    life.assert_at_rest()
    assert list(life.service.releases.values()) == [served]
    assert (len(life.stage.world.launched), life.stage.world.migrations) == made
