import os
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "hello"

URL = os.getenv("DATABASE_URL", "sqlite:///dev.db")
