import os

TOKEN = os.environ["TEST_TOKEN"]
