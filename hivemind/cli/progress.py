"""A run as it happens: one line per step with its time, the stack's events beneath it, a spinner while it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from hivemind.cli.show import console
from hivemind.model.run import Began, Cancelled, Done, Failed, Progress, RunFinished, RunStarted, StackProgress
from hivemind.plan.summary import describe

if TYPE_CHECKING:
    from datetime import datetime

    from rich.status import Status

    from hivemind.model.plan import Plan
    from hivemind.model.run import RunEvent, StackEvent


class RunView:
    """Draws the events of one run, one after the other."""

    def __init__(self, plan: Plan) -> None:
        self._total = len(plan.steps)
        self._out = console()
        self._began: tuple[Began, datetime] | None = None
        self._status: Status | None = None

    def see(self, event: RunEvent) -> None:
        """Draw one event."""
        match event:
            case RunStarted() | RunFinished():
                pass
            case Began():
                self._begin(event)
            case Progress():
                self._note(event.note)
            case StackProgress():
                self._stack(event.event)
            case Done():
                self._end("✓", "green", event.at)
            case Failed():
                self._end("✗", "red", event.at)
                self._out.print(f"    {event.message}", style="red")
            case Cancelled():
                self._out.print(f"  ✗ cancelled by {event.by} before step {event.index + 1}", style="red")
            case _:
                assert_never(event)

    def close(self) -> None:
        """Leave the terminal as it was, whatever happened."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _begin(self, event: Began) -> None:
        from datetime import datetime

        if event.phase == "recovery" and event.index == 0:
            self._out.print("Putting things back:", style="bold")
        self._began = (event, datetime.fromisoformat(event.at))
        if self._out.is_terminal:
            self._status = self._out.status(f"{self._title()} …", spinner="dots")
            self._status.start()
        else:
            self._out.print(f"  … {self._title()}", style="dim")

    def _title(self) -> str:
        if self._began is None:
            return ""
        event = self._began[0]
        words = describe(event.step)
        return words if event.phase == "recovery" else f"{event.index + 1}/{self._total} {words}"

    def _note(self, note: str) -> None:
        if self._status is not None:
            self._status.update(f"{self._title()} … {note}")
        else:
            self._out.print(f"      {note}", style="dim")

    def _stack(self, event: StackEvent) -> None:
        """What has come to an end is a line; what has begun is where the spinner stands."""
        if event.status.endswith("_IN_PROGRESS"):
            if self._status is not None:
                self._status.update(f"{self._title()} … {event.logical_id}")
            return
        reason = f"  {event.reason}" if event.reason and "FAILED" in event.status else ""
        style = "red" if "FAILED" in event.status else "dim"
        what = event.type.removeprefix("AWS::")
        self._out.print(f"      {event.status:<20} {event.logical_id} ({what}){reason}", style=style)

    def _end(self, mark: str, style: str, at: str) -> None:
        from datetime import datetime

        self.close()
        if self._began is not None:
            seconds = (datetime.fromisoformat(at) - self._began[1]).total_seconds()
            self._out.print(f"  {mark} {self._title()}  {seconds:.1f} s", style=style)
