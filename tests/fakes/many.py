"""A repository of many small applications, each with a spec of its own."""

from __future__ import annotations

from pathlib import Path

APP = """\
from flask import Flask

app = Flask(__name__)


@app.get("/healthz")
def healthz():
    return "ok {number}"
"""
SPEC = "name: {name}\nenvironments:\n  staging: {{stage: stage-1, region: us-east-1}}\n"


def write(top: Path, count: int) -> Path:
    """So many applications under `top/apps`, every second one with a database; returns `top`."""
    for number in range(count):
        name = f"app{number:04}"
        folder = top / "apps" / name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(APP.format(number=number))
        database = "psycopg[binary]==3.1.19\n" if number % 2 else ""
        (folder / "requirements.txt").write_text(f"flask==3.0.3\ngunicorn==22.0.0\n{database}")
        (folder / "Procfile").write_text("web: gunicorn app:app\n")
        (folder / "hivemind.yaml").write_text(SPEC.format(name=name))
    return top
