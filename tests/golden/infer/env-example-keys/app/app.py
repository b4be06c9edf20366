import os
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "hello"

KEY = os.environ["STRIPE_KEY"]
LEVEL = os.getenv("LOG_LEVEL", "info")
