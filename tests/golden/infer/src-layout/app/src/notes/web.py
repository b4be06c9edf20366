import flask

from notes.api import api

app: flask.Flask = flask.Flask(__name__)
app.register_blueprint(api)
