"""Inference over a repository of 50,000 files: its answers, its time and its memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.inference import MANY, of_a_large_repository

CPU_SECONDS, MEGABYTES = 2.0, 200.0


@pytest.mark.proof
def test_a_repository_of_50_000_files(tmp_path: Path, record_property) -> None:
    _, (files, health, cpu, memory) = of_a_large_repository(tmp_path)
    record_property("seconds of CPU", cpu)
    record_property("megabytes", memory)
    assert int(files) >= MANY
    assert health == "/healthz"
    assert float(cpu) <= CPU_SECONDS
    assert float(memory) <= MEGABYTES
