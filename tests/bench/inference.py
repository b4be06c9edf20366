"""`make bench-infer`: what inference answers over the golden cases, field by field, and what it costs.

Every golden case holds the answers that a person reviewed. Beside each field stands how sure the rules were of it: an
answer that is only likely, a stated guess, or none at all with a question in its place.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.report import say

CASES = Path(__file__).parents[1] / "golden" / "infer"
FIELDS = ("language", "framework", "runtime", "package_manager", "install", "build", "start", "migrate", "port",
          "health_path", "database", "cache", "env_required", "env_optional", "processes")  # fmt: skip
MANY = 50_000
MEASURE = """
import resource, sys, time
from pathlib import Path
from hivemind.infer.discover import explore
from hivemind.infer.report import report
from hivemind.infer.tree import Tree
tree = Tree(Path(sys.argv[1]))
made = report(explore(tree, "case"))
used = resource.getrusage(resource.RUSAGE_SELF)
# Linux counts what the process that started this one had into ru_maxrss; VmHWM is this program's own.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(len(tree.files), made.services[0].health_path, used.ru_utime + used.ru_stime,
      int(own[0] if own else used.ru_maxrss) / 1024)
"""


def bench() -> None:
    """The table over the golden cases, then a large repository."""
    took, counts = [], {field: Counter[str]() for field in FIELDS}
    for folder in sorted(path.parent for path in CASES.glob("*/expected.json")):
        began = time.perf_counter()
        made = _inferred(folder / "app")
        took.append(time.perf_counter() - began)
        for field, verdict in _compared(made, json.loads((folder / "expected.json").read_text())):
            counts[field][verdict] += 1
    print(f"inference over {len(took)} golden cases:")
    print(f"  {'field':<16} {'right':>6} {'of':>5} {'':>7}  {'certain':>8} {'likely':>8} {'guess':>8} {'asked':>8}")
    for field, found in counts.items():
        total = found["right"] + found["wrong"]
        print(f"  {field:<16} {found['right']:>6} {total:>5} {found['right'] / total:>7.1%}  {found['certain']:>8}"
              f" {found['likely']:>8} {found['fallback']:>8} {found['asked']:>8}")  # fmt: skip
    say("a golden case, median (ms)", statistics.median(took) * 1000)
    say("memory, all of them (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    with tempfile.TemporaryDirectory() as root:
        wall, (files, _, cpu, memory) = of_a_large_repository(Path(root))
    say(f"a repository of {files} files (s)", wall, 2.0)
    say("its processor time (s)", float(cpu))
    say("its memory (MB)", float(memory), 200)


def of_a_large_repository(root: Path) -> tuple[float, list[str]]:
    """Seconds, and what the measuring process printed: files, the health path found, seconds of CPU, megabytes."""
    plant_many(root)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURE, str(root)], capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout.split()


def plant_many(root: Path) -> None:
    """An app in Python among files of every kind, some of them ignored by git."""
    for number in range(MANY // 100):
        folder = root / f"packages/group{number % 50}/module{number}"
        folder.mkdir(parents=True)
        for file in range(100):
            suffix = ("py", "js", "ts", "go", "md", "json", "html")[file % 7]
            (folder / f"file{file}.{suffix}").write_text("{}\n" if suffix == "json" else "x = 1\n" * 20)
    (root / "requirements.txt").write_text("flask\ngunicorn\n")
    (root / ".gitignore").write_text("*.pyc\n__pycache__/\n/dist\n*.log\n.env*\n!.env.example\nbuild/\n**/cache/\n")
    (root / "app.py").write_text(
        'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/healthz")\ndef healthz():\n    return "ok"\n'
    )


def _inferred(app: Path) -> dict[str, Any]:
    from hivemind.infer.discover import explore
    from hivemind.infer.report import report, to_json
    from hivemind.infer.survey import survey
    from hivemind.infer.tree import Tree
    from hivemind.spec.load import load

    tree, spec = Tree(app), app / "hivemind.yaml"
    made: dict[str, Any] = json.loads(
        to_json(report(survey(tree, load(spec)) if spec.exists() else explore(tree, "case")))
    )
    return made


def _compared(made: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, right or wrong) and (field, how sure) for every service of a case."""
    found = {service["name"]: service for service in made["services"]}
    asked = {question["field"] for question in made["unsure"]}
    for service in expected["services"]:
        for field in FIELDS:
            key = f"{service['name']}.{field}"
            same = found.get(service["name"], {}).get(field) == service[field]
            yield field, "right" if same else "wrong"
            if key in asked:
                yield field, "asked"
            elif key in made["evidence"]:
                yield field, made["evidence"][key]["confidence"]


if __name__ == "__main__":
    bench()
