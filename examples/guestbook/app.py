"""A guestbook: read what visitors wrote, add a line of your own."""

import os

import psycopg
from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

RELEASE = "1"
BUILD = os.environ.get("HM_RELEASE", "")[:7]
SHOWN = 50
LONGEST_NAME = 60
LONGEST_MESSAGE = 500

app = Flask(__name__)

# At most four connections a process, however many visitors; each is checked before use, so that a restarted database
# costs a reconnect and not an error. libpq reads PGSSLMODE and PGSSLROOTCERT by itself.
pool = ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=1,
    max_size=4,
    timeout=5,
    kwargs={"row_factory": dict_row, "connect_timeout": 3},
    check=ConnectionPool.check_connection,
    open=True,
)


@app.get("/")
def index() -> str:
    """The page: a form, and the newest entries."""
    return page()


@app.post("/")
def sign() -> Response | tuple[str, int]:
    """The form: add an entry, then show the page again."""
    name, message = field("name"), field("message")
    if problem := refuse(name, message):
        return page(problem, name, message), 400
    add_entry(name, message)
    return redirect(url_for("index"), code=303)


@app.get("/api/entries")
def list_entries() -> Response:
    """The newest entries as JSON."""
    return jsonify(release=RELEASE, entries=[as_json(entry) for entry in newest_entries()])


@app.post("/api/entries")
def create_entry() -> tuple[Response, int]:
    """Add an entry given as JSON `{"name": .., "message": ..}`."""
    body = request.get_json(silent=True)
    given = body if isinstance(body, dict) else {}
    name, message = str(given.get("name", "")).strip(), str(given.get("message", "")).strip()
    if problem := refuse(name, message):
        return jsonify(error=problem), 400
    return jsonify(as_json(add_entry(name, message))), 201


@app.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Whether this instance can serve: it can when its database answers."""
    try:
        with pool.connection(timeout=2) as connection:
            connection.execute("select 1")
    except (psycopg.Error, PoolTimeout):
        return jsonify(status="database unreachable", release=RELEASE), 503
    return jsonify(status="ok", release=RELEASE, build=BUILD), 200


@app.errorhandler(psycopg.OperationalError)
@app.errorhandler(PoolTimeout)
def database_away(_error: Exception) -> tuple[str, int]:
    """A page instead of a stack trace while the database restarts."""
    away = "The database is away. Try again in a moment."
    return render_template("index.html", entries=[], problem=away, **frame()), 503


def page(problem: str = "", name: str = "", message: str = "") -> str:
    """The page with the newest entries, and what was typed when it could not be taken."""
    typed = {"name": name, "message": message}
    return render_template("index.html", entries=newest_entries(), problem=problem, **typed, **frame())


def frame() -> dict[str, object]:
    """What the page shows whatever happens."""
    return {"release": RELEASE, "build": BUILD, "longest_name": LONGEST_NAME, "longest_message": LONGEST_MESSAGE}


def field(name: str) -> str:
    """A form field without the blanks around it."""
    return request.form.get(name, "").strip()


def refuse(name: str, message: str) -> str:
    """Why an entry cannot be taken; empty when it can."""
    if not name or not message:
        return "Please give a name and a message."
    if len(name) > LONGEST_NAME or len(message) > LONGEST_MESSAGE:
        return f"At most {LONGEST_NAME} letters for the name and {LONGEST_MESSAGE} for the message, please."
    if "\x00" in name + message:
        return "That text cannot be stored."
    return ""


def newest_entries() -> list[dict]:
    """The newest entries, newest first."""
    with pool.connection() as connection:
        query = "select id, name, message, written_at from entries order by id desc limit %s"
        return connection.execute(query, (SHOWN,)).fetchall()


def add_entry(name: str, message: str) -> dict:
    """Store an entry and return it."""
    with pool.connection() as connection:
        query = "insert into entries (name, message) values (%s, %s) returning id, name, message, written_at"
        return connection.execute(query, (name, message)).fetchone()


def as_json(entry: dict) -> dict:
    """An entry with its time as ISO 8601."""
    return {**entry, "written_at": entry["written_at"].isoformat()}
