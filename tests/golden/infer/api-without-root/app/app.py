from flask import Flask

app = Flask(__name__)


@app.route("/api/orders")
def index():
    return "hello"
