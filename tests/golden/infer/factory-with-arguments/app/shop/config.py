import os


class Production:
    SECRET_KEY = os.environ["SECRET_KEY"]
