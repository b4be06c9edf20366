"""Bring the database up to date; running it again does nothing."""

import logging
import os

import psycopg

MIGRATIONS = (
    """
    create table entries (
        id bigint generated always as identity primary key,
        name text not null,
        message text not null,
        written_at timestamptz not null default now()
    )
    """,
)
"""Statements by version, the first being 1. Add new ones at the end; the release before must work on the result too."""

ONE_AT_A_TIME = 4711
"""Advisory lock: two migrations started at once run one after the other."""


def migrate(connection: psycopg.Connection) -> int:
    """Apply what is missing, all or nothing; returns the schema's version."""
    connection.execute("select pg_advisory_xact_lock(%s)", (ONE_AT_A_TIME,))
    connection.execute("create table if not exists schema_version (version integer primary key)")
    (done,) = connection.execute("select coalesce(max(version), 0) from schema_version").fetchone()
    for version, statement in enumerate(MIGRATIONS[done:], start=done + 1):
        connection.execute(statement)
        connection.execute("insert into schema_version (version) values (%s)", (version,))
        logging.info("applied migration %s", version)
    return max(done, len(MIGRATIONS))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as connection:
        logging.info("the schema is at version %s", migrate(connection))
