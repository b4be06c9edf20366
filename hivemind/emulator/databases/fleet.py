"""All database instances: makes the servers agree with the status that moto shows, one database at a time.

`creating`, `starting`, `rebooting`, `stopping` and `deleting` are work; the end of it is `available`, `stopped`,
`failed`, or the record gone.
"""

from __future__ import annotations

import shutil
import threading
import traceback
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hivemind.emulator.databases.server import Master, Server, ServerError
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.ports import PortPool


class Databases:
    """The servers behind RDS; `changed` is called after every transition made here."""

    def __init__(self, folder: Path, ports: PortPool, changed: Callable[[], None]) -> None:
        self._folder = folder
        self._ports = ports
        self._changed = changed
        self._ledger = Ledger(folder.parent / "processes")
        self._servers: dict[str, Server] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="database")
        self._closing = False

    def claim_port(self) -> int:
        """A port for a new database; it is part of its endpoint, so it never changes."""
        return self._ports.claim()

    def settle_soon(self, database: Any) -> None:
        """Bring the server in line with the database's status, in the background."""
        if not self._closing:
            self._pool.submit(self._safely, database, self._settle, database)

    def back_up_soon(self, database: Any, snapshot: Any) -> None:
        """Copy the data into a snapshot in the background; the snapshot is then `available`."""
        self._pool.submit(self._safely, database, self._back_up, database, snapshot)

    def copy_snapshot(self, source: str, target: str) -> None:
        """Copy a snapshot's files."""
        shutil.copytree(self._snapshot(source), self._snapshot(target))

    def discard_snapshot(self, name: str) -> None:
        """Throw a snapshot's files away."""
        shutil.rmtree(self._snapshot(name), ignore_errors=True)

    def change_password(self, database: Any, old: str, new: str) -> None:
        """Set the master password at once; raises ServerError."""
        quoted = new.replace("'", "''")
        statement = f"ALTER USER \"{database.master_username}\" PASSWORD '{quoted}';"
        self._server(database).sql(database.port, Master(database.master_username, old), statement)

    def data_folder(self, database: Any) -> Path:
        """Where its data lies."""
        return self._server(database).data

    def resume(self, databases: list[Any]) -> None:
        """After a restart of the cloud: everything that was up, or on its way, starts again."""
        for database in databases:
            self._ports.claim(database.port)
            if database.status in ("available", "backing-up"):
                database.status = "starting"
            self.settle_soon(database)

    def close(self) -> None:
        """Stop every server, leaving the statuses as they are so that a restart brings them back."""
        self._closing = True
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Server.stop, list(self._servers.values())))

    def _safely(self, database: Any, work: Callable[..., None], *arguments: Any) -> None:
        try:
            with self._locks[database.dbi_resource_id]:
                work(*arguments)
        except Exception as problem:
            traceback.print_exc()
            database.status = "failed"
            database.status_reason = str(problem)
        self._changed()

    def _settle(self, database: Any) -> None:
        server = self._server(database)
        match database.status:
            case "creating":
                self._create(database, server)
                database.status = "available"
            case "starting":
                if not server.is_up:
                    server.start(database.port)
                database.status = "available"
            case "rebooting":
                server.stop()
                server.start(database.port)
                database.status = "available"
            case "stopping":
                server.stop()
                database.status = "stopped"
            case "deleting":
                self._delete(database, server)

    def _create(self, database: Any, server: Server) -> None:
        master = Master(database.master_username, database._master_user_password)
        source = database.__dict__.get("restored_from")
        fresh = not (server.data / "PG_VERSION").exists()
        if source and fresh:
            server.restore(self._snapshot(source))
        server.create(master)
        if not server.is_up:
            server.start(database.port)
        if database.db_name and not source:
            try:
                server.sql(database.port, master, f'CREATE DATABASE "{database.db_name}";')
            except ServerError as problem:
                if "already exists" not in str(problem):
                    raise

    def _delete(self, database: Any, server: Server) -> None:
        server.stop()
        snapshot = database.backend.database_snapshots.get(database.__dict__.get("final_snapshot") or "")
        if snapshot is not None and snapshot.status == "creating":
            self._back_up(database, snapshot)
        server.discard()
        self._servers.pop(database.dbi_resource_id, None)
        self._ports.release(database.port)
        if database.manage_master_user_password:
            database.master_user_secret.delete_secret()
        database.backend.databases.pop(database.db_instance_identifier, None)

    def _back_up(self, database: Any, snapshot: Any) -> None:
        target = self._snapshot(snapshot.db_snapshot_identifier)
        shutil.rmtree(target, ignore_errors=True)
        master = Master(database.master_username, database._master_user_password)
        self._server(database).back_up(target, database.port, master)
        snapshot.status = "available"
        if database.status == "backing-up":
            database.status = "available"

    def _server(self, database: Any) -> Server:
        key = database.dbi_resource_id
        if key not in self._servers:
            self._servers[key] = Server(self._folder / key, self._ledger)
        return self._servers[key]

    def _snapshot(self, name: str) -> Path:
        return self._folder / "snapshots" / name.lower()
