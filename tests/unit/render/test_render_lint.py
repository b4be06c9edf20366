"""The second opinion, and independence from the process: both start programs of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from render_cases import all_templates

pytestmark = pytest.mark.slow
COMMITTED = Path(__file__).parents[3] / "generated"

DIGEST = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from render_cases import all_templates
print(hashlib.sha256("".join(template.body for _, template in all_templates()).encode()).hexdigest())
"""


@pytest.mark.proof
def test_cfn_lint_finds_no_error_in_any_template(tmp_path: Path) -> None:
    for name, template in all_templates():
        (tmp_path / f"{name.replace('/', '-')}.yaml").write_text(template.body)
    assert _errors(*tmp_path.iterdir()) == []


def test_cfn_lint_finds_no_error_in_the_committed_production() -> None:
    assert _errors(*COMMITTED.rglob("production/*.yaml")) == []


def test_cfn_lint_would_say_so(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {Nonsense: 1}}}\n")
    assert _errors(wrong)


def _errors(*files: Path) -> list[str]:
    start = "from cfnlint.runner import main; main()"
    command = [sys.executable, "-c", start, "--format", "json", "--non-zero-exit-code", "none"]
    lint = subprocess.run([*command, *map(str, sorted(files))], capture_output=True, text=True, timeout=300, check=True)
    return [found["Message"] for found in json.loads(lint.stdout) if found["Level"] == "Error"]


def test_text_does_not_depend_on_the_hash_seed() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(digests) == 1
