from flask import Flask

from billing.config import by_name


def create_app(name="production"):
    app = Flask(__name__)
    app.config.from_object(by_name[name])
    return app
