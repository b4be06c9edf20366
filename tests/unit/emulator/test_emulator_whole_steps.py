"""Nothing is saved while something is half done, and whatever hangs holds nobody up for ever."""

from __future__ import annotations

import threading

from hivemind.emulator import whole_steps


def test_saving_waits_for_steps_and_steps_for_saving() -> None:
    told: list[str] = []
    stepping, saving = threading.Event(), threading.Event()

    def save() -> None:
        saving.set()
        with whole_steps.between():
            told.append("saved")

    def later() -> None:
        with whole_steps.step():
            told.append("later step")

    with whole_steps.step():
        saver = threading.Thread(target=save)
        saver.start()
        assert saving.wait(5)
        while not whole_steps._saving:
            stepping.wait(0.001)
        second = threading.Thread(target=later)
        second.start()
        told.append("first step")
    saver.join(5)
    second.join(5)
    assert told == ["first step", "saved", "later step"]


def test_steps_go_on_side_by_side() -> None:
    with whole_steps.step(), whole_steps.step():
        assert len(whole_steps._under_way) == 2
    with whole_steps.between():
        assert not whole_steps._under_way
