import sqlite3

from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "hello"


@app.get("/notes")
def notes():
    return str(sqlite3.connect("notes.db").execute("select 1").fetchall())
