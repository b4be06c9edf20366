<<<<<<< HEAD
"""Notes over JSON, in PostgreSQL."""
=======
"""Notes in PostgreSQL: add one, list them."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from psycopg.rows import dict_row
<<<<<<< HEAD
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field

# A connection is checked before use, so that a restarted database costs a reconnect and not an error.
=======
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import BaseModel, Field

>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
pool = AsyncConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=1,
    max_size=4,
<<<<<<< HEAD
    open=False,
    kwargs={"row_factory": dict_row},
    check=AsyncConnectionPool.check_connection,
=======
    timeout=5,
    kwargs={"row_factory": dict_row, "autocommit": True},
    check=AsyncConnectionPool.check_connection,
    open=False,
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
)


@asynccontextmanager
<<<<<<< HEAD
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """The table is made where it is not there yet; several instances may try at once."""
    async with pool:
        async with pool.connection() as connection:
            await connection.execute("select pg_advisory_xact_lock(4712)")
            await connection.execute("create table if not exists notes (id serial primary key, text text not null)")
        yield
=======
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The pool is open as long as the application runs."""
    await pool.open()
    yield
    await pool.close()
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)


app = FastAPI(title="Notes", lifespan=lifespan)


class Note(BaseModel):
<<<<<<< HEAD
    """What is sent to add one."""
=======
    """What somebody wants to keep."""
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)

    text: str = Field(min_length=1, max_length=500)


@app.get("/")
<<<<<<< HEAD
async def list_notes() -> dict[str, list[dict[str, object]]]:
    async with pool.connection() as connection:
        found = await connection.execute("select id, text from notes order by id desc limit 50")
        return {"notes": await found.fetchall()}
=======
async def index() -> dict[str, str]:
    """Where to go from here."""
    return {"notes": "/notes", "documentation": "/docs"}


@app.get("/healthz")
async def healthz() -> dict[str, bool]:
    """200 when the database answers, else 503."""
    try:
        async with pool.connection() as connection:
            await connection.execute("SELECT 1")
    except PoolTimeout as error:
        raise HTTPException(503, "the database does not answer") from error
    return {"ok": True}


@app.get("/notes")
async def list_notes() -> list[dict[str, object]]:
    """The newest notes."""
    async with pool.connection() as connection:
        found = await connection.execute("SELECT id, text FROM notes ORDER BY id DESC LIMIT 50")
        return list(await found.fetchall())
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)


@app.post("/notes", status_code=201)
async def add_note(note: Note) -> dict[str, object]:
<<<<<<< HEAD
    async with pool.connection() as connection:
        found = await connection.execute("insert into notes (text) values (%s) returning id, text", (note.text,))
        return await found.fetchone() or {}


@app.get("/notes/{number}")
async def read_note(number: int) -> dict[str, object]:
    async with pool.connection() as connection:
        found = await connection.execute("select id, text from notes where id = %s", (number,))
        if note := await found.fetchone():
            return note
    raise HTTPException(404, "no such note")


@app.get("/healthz")
async def health() -> dict[str, str]:
    return {"status": "ok"}
=======
    """Keeps one."""
    async with pool.connection() as connection:
        made = await connection.execute("INSERT INTO notes (text) VALUES (%s) RETURNING id, text", (note.text,))
        return dict(await made.fetchone() or {})
>>>>>>> 0c000f5 (Examples: FastAPI and Django with PostgreSQL, and a Streamlit page)
