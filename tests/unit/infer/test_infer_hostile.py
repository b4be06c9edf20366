"""A hostile repository: nothing is run, nothing outside is read, and no content brings inference down."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hivemind.errors import InferenceError
from hivemind.infer.infer import infer
from hivemind.infer.tree import Tree
from hivemind.model.spec import EnvironmentSpec, ServiceSpec, Spec

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
