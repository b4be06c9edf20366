"""A hostile repository: nothing is run, nothing outside is read, and no content brings inference down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hivemind.errors import InferenceError
from hivemind.infer.discover import explore
from hivemind.infer.infer import infer
from hivemind.infer.report import report, to_json
from hivemind.infer.tree import MAX_FILE_BYTES, Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec
from tests.unit.infer.hostile import MANIFESTS

SPEC = Spec(name="x", services=(ServiceSpec(),), environments={"local": EnvironmentSpec()})
FORBIDDEN = (
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.",
    "os.remove",
    "os.rename",
    "os.mkdir",
)

watched: list[tuple[str, str]] = []
is_watching = False


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if is_watching and (event in ("open", "import", "exec") or event.startswith(FORBIDDEN)):
        watched.append((event, str(arguments[0])))


def test_nothing_is_run_written_or_read_outside(plant):
    global is_watching
    tree = plant({
        "app.py": "import os\nos.system('touch pwned')\nfrom flask import Flask\napp = Flask(__name__)\nimport evil",
        "evil.py": "raise SystemExit", "sitecustomize.py": "raise SystemExit", "setup.py": "raise SystemExit",
        "requirements.txt": "flask\n-r /etc/passwd\n-e .\n", "pyproject.toml": "[project]\nname = 'x'",
        "Procfile": "web: $(touch pwned)", ".git/config": "[core]\nfsmonitor = touch pwned", "conftest.py": "1/0",
    })  # fmt: skip
    infer(tree, SPEC)  # whatever is loaded lazily is loaded now
    fresh = Tree(tree.root)
    sys.addaudithook(watch)
    is_watching = True
    try:
        infer(fresh, SPEC)
    finally:
        is_watching = False
    assert {event for event, _ in watched} == {"open"}
    assert all(Path(name).is_relative_to(tree.root) for _, name in watched)
    assert not list(tree.root.glob("**/pwned"))


names = st.sampled_from(
    ["app.py", "wsgi.py", "requirements.txt", "pyproject.toml", "Procfile", ".python-version", "Dockerfile", "x/app.py"]
)
pieces = st.sampled_from([
    "from flask import Flask\n", "app = Flask(__name__)\n", "@app.get('/health')\ndef f(): ...\n", "import os\n",
    "os.environ['X']\n", "(", ")", "\x00", "\x1b[2J", "web: gunicorn app:app\n", "flask\n", "[project]\n", "-r a\n",
    "\\\n", "é", "${PORT}", "dependencies = [", '"psycopg"', "]", "\n", "3.12", "requires-python = '>=3'\n",
    "EXPOSE 5000\n", "from . import x\n",
])  # fmt: skip
contents = st.one_of(st.binary(max_size=60), st.lists(pieces, max_size=12).map(lambda parts: "".join(parts).encode()))


@pytest.mark.property
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(names, contents, max_size=5))
def test_any_content_is_answered_or_refused(tmp_path_factory, files):
    root = tmp_path_factory.mktemp("fuzz")
    for name, content in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    assert all(text.isprintable() for text in texts(root))


def texts(root: Path) -> list[str]:
    """What inference says of a repository, in words: findings or refusal."""
    try:
        found = infer(Tree(root), SPEC)
    except InferenceError as error:
        return [error.message, error.where, error.hint]
    return [found.services[0].start, *(e.why for e in found.evidence.values()), *(q.why for q in found.unsure)]


ALIASES = "a: &a [x, x]\n" + "".join(
    f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefghij", "bcdefghijk", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{c}: &{c} {{<<: [*{b}, *{b}]}}\n" for b, c in zip("abcdefghij", "bcdefghijk", strict=True)
)
TRAPS = {
    "alias bomb": f"{ALIASES}services: {{web: {{build: ., environment: *k, ports: *k}}}}\n",
    "merge bomb": f"{MERGES}services: {{web: *k}}\n",
    "alias of itself": "services: &s {web: *s}\n",
    "deep lists": "[" * 5000,
    "deep mappings": '{"a":' * 5000,
    "deep blocks": "".join(f"{' ' * depth}a:\n" for depth in range(300)),
    "tag": "!!python/object/apply:os.system ['touch pwned']\n",
    "nothing": "",
    "number": "9" * 5000,
    "list": "[1, [2], null, {}]",
    "wrong types": '{"services": 1, "env": [2], "scripts": [], "dependencies": "x", "deploy": [[]], "project": 3}',
    "wrong below": '{"services": {"web": {"build": [1], "ports": {"a": [1]}, "command": {"b": 2}, "healthcheck": 7}}}',
    "control": "web: a\x1b[2J\x07b\nFROM a\nCMD \x1b]0;x\x07\n",
    "not a number": '{"engines": {"node": NaN}, "a": 1e999}',
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_in_every_manifest_is_survived(plant, trap):
    tree = plant(dict.fromkeys(MANIFESTS, TRAPS[trap]))
    begun = time.process_time()
    made = to_json(report(explore(tree, "x")))
    assert time.process_time() - begun < 3
    assert made.replace("\n", "").isprintable()
    assert not list(tree.root.glob("**/pwned"))


PARTS = (pytest.param(60, 5, id="short"), pytest.param(12, 10, id="long", marks=pytest.mark.proof))
"""What part of the longest file that is read, and the seconds it may take; a square takes 25 times for the longer."""


@pytest.mark.parametrize(("part", "seconds"), PARTS)
@pytest.mark.parametrize("unit", ["a", " ", "'", '"', "{", "[", "(", "<", "${", "a=", "/*", "\\", "a: ", "web: x && "])
def test_a_long_line_in_every_manifest_takes_no_time(plant, unit, part, seconds):
    line = unit * (MAX_FILE_BYTES // part // len(unit))
    tree = plant(dict.fromkeys(MANIFESTS, line))
    begun = time.process_time()
    report(explore(tree, "x"))
    assert time.process_time() - begun < seconds


def test_a_file_over_the_cap_is_left_out(plant):
    assert report(explore(plant({"Procfile": "web: " + "x" * (5 << 20), "app.py": "print(1)"}), "x")).services


WATCHED = """
import sys
from pathlib import Path
from hivemind.infer.discover import explore
from hivemind.infer.report import report, to_json
from hivemind.infer.tree import Tree

root = Path(sys.argv[1])
empty = Path(sys.argv[2])
to_json(report(explore(Tree(empty), "x")))  # what is loaded lazily
bad = []
RUNS = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "socket.", "ctypes.")
WRITES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate")
PYTHON = tuple({sys.prefix, sys.base_prefix, *sys.path[1:]})

def watch(event, arguments):
    if event.startswith((*RUNS, *WRITES)):
        bad.append(event)
    elif event == "open":
        path, mode = str(arguments[0]), str(arguments[1])
        if set(mode) & set("wax+") or not path.startswith((str(root), *PYTHON)):
            bad.append(f"open {path} {mode}")

sys.addaudithook(watch)
print(len(to_json(report(explore(Tree(root), "x")))))
sys.stderr.write("\\n".join(bad))
"""


@pytest.mark.slow
def test_no_process_no_socket_and_no_file_outside(plant, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret")
    (outside / "package.json").write_text('{"name": "secret"}')
    tree = plant({
        **dict.fromkeys(MANIFESTS, "web: $(touch pwned)\n-r /etc/passwd\nimport os; os.system('touch pwned')\n"),
        ".env": "SECRET=secret\n",
        "docker-compose.yml": f"services: {{web: {{build: {outside}, env_file: /etc/passwd}}}}",
        "sitecustomize.py": "raise SystemExit", "conftest.py": "1/0", ".git/config": "[core]\nfsmonitor = touch pwned",
        "apps/api/package.json": '{"scripts": {"start": "node ../../../../../../etc/passwd"}, "main": "/etc/passwd"}',
    })  # fmt: skip
    root = tree.root
    (root / "composer.lock").unlink()
    (root / "composer.lock").symlink_to(outside / "secret.txt")
    (root / "linked").symlink_to(outside)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "yarn.pipe")
    (root / "Gemfile.lock").unlink()
    os.mkfifo(root / "Gemfile.lock")
    (root / "go.sum").write_text("x")
    (root / "go.sum").chmod(0)
    (root / "bad\x1b[2Jname.py").write_text("import os")
    made = subprocess.run(
        [sys.executable, "-c", WATCHED, str(root), str(tmp_path_factory.mktemp("empty"))],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    assert json.loads(made.stdout) > 0
    assert not list(root.glob("**/pwned"))
