import os

QUEUE = os.environ["QUEUE"]
