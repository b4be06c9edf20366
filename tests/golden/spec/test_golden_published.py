"""What is published about hivemind.yaml is what the loader does: the JSON Schema and the tables of docs/spec.md."""

from __future__ import annotations

from pathlib import Path

from hivemind.spec.reference import reference
from hivemind.spec.schema import FILE, schema_text

TOP = Path(__file__).parents[3]
BEGIN, END = "<!-- reference: begin -->\n", "<!-- reference: end -->\n"


def test_the_published_schema_is_current(golden) -> None:
    golden(TOP / "schemas" / FILE, schema_text())


def test_the_reference_is_current(golden) -> None:
    path = TOP / "docs" / "spec.md"
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    golden(path, f"{before}{BEGIN}\n{reference()}\n{END}{after}")
