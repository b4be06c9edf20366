from flask import Blueprint

pages = Blueprint("pages", __name__)
internal = Blueprint("internal", __name__, url_prefix="/never")


@pages.route("/")
def index():
    return "shop"


@internal.route("/health")
def health():
    return "ok"
