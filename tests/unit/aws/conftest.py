"""Sessions whose clients answer from a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from hivemind.aws.session import Credentials, Session

Stub = Callable[[str], Stubber]


@pytest.fixture(scope="session")
def session() -> Session:
    """One for all tests: making a client is slow, and a stubbed one keeps nothing."""
    return Session("us-east-1", credentials=Credentials("test", "test"))


@pytest.fixture
def stub(session: Session) -> Iterator[Stub]:
    """A stubber of one service's client; every answer prepared must have been asked for."""
    stubbers: list[Any] = []

    def make(service: str) -> Stubber:
        stubber = Stubber(session.client(service))
        stubber.activate()
        stubbers.append(stubber)
        return stubber

    yield make
    for stubber in stubbers:
        stubber.deactivate()
        stubber.assert_no_pending_responses()
