"""The one way to make a value: frozen, and closed to fields nobody declared."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A value: frozen, refuses unknown fields, survives JSON. Collections in it are tuples and mappings."""

    model_config = ConfigDict(frozen=True, extra="forbid")
