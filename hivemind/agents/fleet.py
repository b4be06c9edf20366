"""Many deployments in one repository: where their specs are, and what each plan was made of."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from hivemind.agents.project import SPEC_FILE, Project
from hivemind.errors import UsageError
from hivemind.model.outlook import Fleet, Outlook
from hivemind.ports import Outlooks

SCHEMA_ID = "fleet.schema.json"
SUFFIXES = (".yaml", ".yml")
NEVER = frozenset({"node_modules", "generated", "__pycache__"})
"""Folders below which nobody's own spec is looked for; nor below those whose names begin with a dot."""


def spec_files(folder: Path) -> tuple[Path, ...]:
    """The specs of a folder that is no application itself, sorted: its own YAML files, and every hivemind.yaml below.

    Raises UsageError where there is none.
    """
    found = {file for file in folder.iterdir() if file.suffix in SUFFIXES and file.is_file()} | set(below(folder))
    if not found:
        raise UsageError(
            "there is no spec here",
            where=str(folder),
            hint=f"Run `hivemind init {folder}` to write one, or name a folder that holds specs.",
        )
    return tuple(sorted(found))


def below(folder: Path) -> Iterator[Path]:
    """Every hivemind.yaml at or below a folder."""
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NEVER and not name.startswith(".")]
        if SPEC_FILE in names:
            yield Path(at, SPEC_FILE)


def shard(files: tuple[Path, ...], number: int, of: int) -> tuple[Path, ...]:
    """Every `of`-th spec, beginning with the `number`-th: all shards together are all specs, each once."""
    return files[number - 1 :: of]


def key(project: Project, environment: str, committed: Mapping[str, str], made_of: str) -> str:
    """What an offline plan follows from, and nothing else."""
    lock = project.lock_file.read_text(errors="replace") if project.lock_file.exists() else None
    told = [project.file.read_text(errors="replace"), lock, environment, dict(committed), made_of]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def recalled(name: str, key: str, outlooks: Outlooks) -> Outlook | None:
    """What the same plan came to before; None where it was another one."""
    text = outlooks.read(name)
    kept, _, said = (text or "").partition("\n")
    if kept != key:
        return None
    try:
        return Outlook.model_validate_json(said)
    except ValidationError:
        return None


def remember(name: str, key: str, outlook: Outlook, outlooks: Outlooks) -> None:
    """Keep what a plan came to."""
    outlooks.write(name, f"{key}\n{outlook.model_dump_json()}")


def schema_text() -> str:
    """The schema as it is committed in `schemas/fleet.schema.json`."""
    made = Fleet.model_json_schema(mode="serialization")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
