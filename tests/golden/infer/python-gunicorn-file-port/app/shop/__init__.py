from flask import Flask


def create_app(profile):
    app = Flask(__name__)

    @app.route("/")
    def index():
        return profile

    return app
