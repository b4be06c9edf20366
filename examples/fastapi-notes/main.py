"""Notes over JSON, in PostgreSQL."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field

# A connection is checked before use, so that a restarted database costs a reconnect and not an error.
pool = AsyncConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=1,
    max_size=4,
    open=False,
    kwargs={"row_factory": dict_row},
    check=AsyncConnectionPool.check_connection,
)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """The table is made where it is not there yet; several instances may try at once."""
    async with pool:
        async with pool.connection() as connection:
            await connection.execute("select pg_advisory_xact_lock(4712)")
            await connection.execute("create table if not exists notes (id serial primary key, text text not null)")
        yield


app = FastAPI(title="Notes", lifespan=lifespan)


class Note(BaseModel):
    """What is sent to add one."""

    text: str = Field(min_length=1, max_length=500)


@app.get("/")
async def list_notes() -> dict[str, list[dict[str, object]]]:
    async with pool.connection() as connection:
        found = await connection.execute("select id, text from notes order by id desc limit 50")
        return {"notes": await found.fetchall()}


@app.post("/notes", status_code=201)
async def add_note(note: Note) -> dict[str, object]:
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
