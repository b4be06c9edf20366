import os

from flask import Flask


def create_app(config=None):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    from app.main import bp

    app.register_blueprint(bp)
    return app
