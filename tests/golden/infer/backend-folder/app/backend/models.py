import os

import psycopg2


class Note:
    url = os.getenv("DATABASE_URL")
