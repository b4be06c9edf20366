from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "hello"


import os

import redis

cache = redis.from_url(os.environ["REDIS_URL"])
db = os.environ["MYSQL_URL"]
