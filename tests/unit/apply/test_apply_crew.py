"""Rolling a group: the next move, and that it always comes to its end without ever serving with fewer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivemind.apply.crew import Complete, Crew, Grow, Move, NoRoom, Rest, Retire, move

AT_REST = Crew(told=2, desired=2, most=5, old=("a", "b"), new=(), healthy=frozenset("ab"))


@pytest.mark.parametrize(
    ("crew", "wanted"),
    [
        (AT_REST, Grow()),
        (replace(AT_REST, desired=3), Rest()),  # the one that is more has yet to come
        (replace(AT_REST, desired=3, new=("c",)), Rest()),  # and to serve
        (replace(AT_REST, desired=3, new=("c",), healthy=frozenset("abc")), Retire("a")),
        (replace(AT_REST, desired=3, new=("c",), healthy=frozenset("bc")), Retire("a")),
        (replace(AT_REST, desired=3, new=("c",), healthy=frozenset("ac")), Retire("b")),  # who serves nobody goes first
        (replace(AT_REST, old=("b",), new=("c",), healthy=frozenset("bc")), Grow()),
        (replace(AT_REST, old=(), new=("c", "d"), healthy=frozenset("cd")), Complete()),
        (replace(AT_REST, old=(), new=("c", "d"), healthy=frozenset("c")), Rest()),
        (replace(AT_REST, most=2), NoRoom()),
        # Scaling has added two, and nothing of it is taken away before its like is there.
        (Crew(told=4, desired=4, most=5, old=tuple("abcd"), new=(), healthy=frozenset("abcd")), Grow()),
        # Nothing of the release before serves: it goes as soon as one serves that does.
        (replace(AT_REST, desired=3, new=("c",), healthy=frozenset("c")), Retire("a")),
        # On the way back, the bad one is what goes, at once.
        (replace(AT_REST, desired=3, old=("c",), new=("a", "b"), healthy=frozenset("ab")), Retire("c")),
    ],
)
def test_the_next_move(crew: Crew, wanted: Move) -> None:
    assert move(crew) == wanted


@pytest.mark.property
@given(told=st.integers(1, 5), room=st.integers(1, 3), ill=st.integers(0, 5), data=st.data())
def test_it_comes_to_its_end_and_never_serves_with_fewer(told: int, room: int, ill: int, data: st.DataObject) -> None:
    """Whenever the new ones become healthy, and however many of the old ones are not."""
    old = tuple(f"old{number}" for number in range(told))
    crew = Crew(told, told, told + room, old, (), frozenset(old[ill:]))
    least, made = len(crew.healthy), 0
    for _ in range(20 * told):
        match move(crew):
            case Complete():
                assert (len(crew.new), crew.desired) == (told, told)
                return
            case Grow():
                crew = replace(crew, desired=crew.desired + 1)
            case Retire(member=member):
                crew = replace(crew, desired=crew.desired - 1, old=tuple(m for m in crew.old if m != member))
                crew = replace(crew, healthy=crew.healthy - {member})
            case Rest() if len(crew.old) + len(crew.new) < crew.desired:
                crew, made = replace(crew, new=(*crew.new, f"new{made}")), made + 1
            case Rest():
                ready = data.draw(st.booleans()) or crew.starting[:1]
                crew = replace(crew, healthy=crew.healthy | set(crew.starting if ready else ()))
            case NoRoom():
                raise AssertionError(crew)
        assert crew.desired <= told + 1
        assert len(crew.healthy) >= least
    raise AssertionError(f"it does not end: {crew}")
