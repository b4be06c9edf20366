"""A probe that answers what the test says, and remembers what was asked."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.ports import Answer


class FakeProbe:
    """Answers `answers` one after the other, the last one for ever; echoing the headers as careless apps do."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers) or [200]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.slow = ""
        """A colour whose answers take a second."""

    def get(self, url: str, headers: Mapping[str, str], timeout: float) -> Answer:
        self.asked.append((url, dict(headers)))
        is_slow = bool(self.slow) and any(value.startswith(f"{self.slow}-") for value in headers.values())
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Answer(status=status, body=f"you sent {dict(headers)}", seconds=1.0 if is_slow else 0.01)
