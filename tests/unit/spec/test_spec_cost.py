"""Reading a spec loads nothing heavy: every command reads one."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_reading_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom hivemind.spec.parse import parse\nparse('name: guestbook', 'x')\n"
        "print(*{'jsonschema', 'ruamel', 'difflib', 'boto3', 'rich', 'typer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == ""
