from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "hello"


if __name__ == "__main__":
    import os

    app.run(port=int(os.environ.get("PORT", "5050")))
