from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "hello"


import os
KEY = os.environ["SESSION_SECRET"]
URL = os.environ["DATABASE_URL"]
