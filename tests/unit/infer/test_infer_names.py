"""Services get names that a spec may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivemind.infer.names import service_name, unique
from hivemind.model.spec import ServiceSpec


@pytest.mark.parametrize(
    "given_name, name",
    [
        ("apps/Web_API", "web-api"),
        ("a.b--c", "a-b-c"),
        ("1st", "web"),
        ("", "web"),
        ("foundation", "web"),
        ("a-very-long-name-of-a-service", "a-very-long-name-of"),
        ("ünïcode", "n-code"),
    ],
)
def test_service_name(given_name, name):
    assert service_name(given_name) == name


@pytest.mark.property
@given(names=st.lists(st.text(max_size=30), max_size=30))
def test_names_are_valid_and_unique(names):
    taken: set[str] = set()
    for name in names:
        found = unique(service_name(name), taken)
        assert ServiceSpec.model_validate({"name": found}).name not in taken
        taken.add(found)
