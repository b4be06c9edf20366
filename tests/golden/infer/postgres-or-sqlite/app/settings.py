import os

here = os.path.dirname(__file__)


class Settings:
    SQLALCHEMY_DATABASE_URI = (
        os.environ.get("DATABASE_URL")
        or "sqlite:///" + os.path.join(here, "app.db")
    )
