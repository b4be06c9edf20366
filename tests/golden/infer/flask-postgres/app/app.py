import os

import psycopg
from flask import Flask, request

server = Flask(__name__)
DATABASE_URL = os.environ["DATABASE_URL"]
SECRET = os.environ["SESSION_SECRET"]
GREETING = os.environ.get("GREETING", "hello")


@server.get("/")
def index():
    return GREETING


@server.post("/health")
def not_this_one():
    return "", 204


@server.get("/ping")
def ping():
    return "pong"
