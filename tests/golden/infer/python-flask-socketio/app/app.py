import os

from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
socketio = SocketIO(app)


@app.route("/")
def index():
    return "chat"


if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5000)
