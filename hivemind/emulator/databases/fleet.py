"""All database instances: makes the servers agree with the status that moto shows, one database at a time.

`creating`, `starting`, `rebooting`, `modifying`, `stopping` and `deleting` are work; the end of it is `available`,
`stopped`, `failed`, or the record gone. A database has one data folder, whatever its zones: AWS's standby has the same
storage, synchronously, so a failover is the loss of the server and its recovery behind the same endpoint.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hivemind.emulator.databases import record
from hivemind.emulator.databases.changes import interrupts
from hivemind.emulator.databases.events import Event, tell
from hivemind.emulator.databases.server import Master, Server, ServerError
from hivemind.emulator.databases.snapshots import SnapshotFiles
from hivemind.emulator.ledger import Ledger
from hivemind.emulator.ports import PortPool

OUTAGE_SECONDS = 1.0
"""How long a Single-AZ server is away while its instance class changes; minutes on AWS."""
UNDER_WAY = ("creating", "starting", "rebooting", "modifying", "stopping", "deleting")


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
        self.snapshots = SnapshotFiles(folder / "snapshots")

    def claim_port(self) -> int:
        """A port for a new database; it is part of its endpoint, so it never changes."""
        return self._ports.claim()

    def settle_soon(self, database: Any) -> None:
        """Bring the server in line with the database's status, in the background."""
        self._soon(database, self._settle)

    def back_up_soon(self, database: Any, snapshot: Any) -> None:
        """Copy the data into a snapshot in the background; the snapshot is then `available`."""
        self._soon(database, self._back_up_running, snapshot)

    def copy_soon(self, snapshot: Any) -> None:
        """Copy the files of the snapshot that this one is `copied_from`, in the background."""
        self._pool.submit(self._copy, snapshot)

    def change_password(self, database: Any, old: str, new: str) -> None:
        """Set the master password at once; raises ServerError."""
        quoted = new.replace("'", "''")
        statement = f"ALTER USER \"{database.master_username}\" PASSWORD '{quoted}';"
        self._server(database).sql(database.port, Master(database.master_username, old), statement)

    def data_folder(self, database: Any) -> Path:
        """Where its data lies."""
        return self._server(database).data

    def obey(self, database: Any) -> None:
        """Dynamic parameters changed: the running server takes them over."""
        self._server(database).obey(record.settings_in_effect(database))

    def resume(self, databases: list[Any]) -> None:
        """After a restart of the cloud: everything that was up, or on its way, starts again."""
        for database in databases:
            self._ports.claim(database.port)
            if database.status in UNDER_WAY:
                self.settle_soon(database)
            elif database.status in ("available", "backing-up"):
                database.status = "starting"
                self._soon(database, self._revive)

    def resume_snapshots(self, snapshots: list[Any]) -> None:
        """After a restart of the cloud: snapshots that were being made are made again, as their database is now."""
        for snapshot in (each for each in snapshots if each.status == "creating"):
            database = snapshot.backend.databases.get(snapshot.db_instance_identifier)
            if snapshot.__dict__.get("copied_from"):
                self.copy_soon(snapshot)
            elif database is None:
                snapshot.status = "failed"
            elif database.status != "deleting":  # which makes its final snapshot itself
                self.back_up_soon(database, snapshot)

    def close(self) -> None:
        """Stop every server, leaving the statuses as they are so that a restart brings them back."""
        self._closing = True
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Server.stop, list(self._servers.values())))

    def _soon(self, database: Any, work: Callable[..., None], *arguments: Any) -> None:
        if not self._closing:
            self._pool.submit(self._safely, database, work, database, *arguments)

    def _safely(self, database: Any, work: Callable[..., None], *arguments: Any) -> None:
        try:
            with self._locks[database.dbi_resource_id]:
                if not self._closing:
                    work(*arguments)
        except Exception as problem:
            traceback.print_exc()
            database.status = "failed"
            database.status_reason = str(problem)
        self._changed()

    def _settle(self, database: Any) -> None:
        """One piece of work; a status that was set meanwhile (`deleting`) stays, for it has its own piece of work."""
        server, began_as = self._server(database), database.status
        match began_as:
            case "creating":
                self._create(database, server)
            case "starting":
                self._boot(database, server)
                tell(database, Event.STARTED)
            case "rebooting":
                self._reboot(database, server)
            case "modifying":
                self._modify(database, server)
            case "stopping":
                server.stop()
                tell(database, Event.STOPPED)
            case "deleting":
                self._delete(database, server)
                return
            case _:
                return
        _move(database, began_as, "stopped" if began_as == "stopping" else "available")

    def _create(self, database: Any, server: Server) -> None:
        master = _master(database)
        source = database.__dict__.get("restored_from")
        if source and not server.exists:
            server.restore(self.snapshots.path(source))
        server.create(master)
        self._boot(database, server)
        if database.db_name and not source:
            try:
                server.sql(database.port, master, f'CREATE DATABASE "{database.db_name}";')
            except ServerError as problem:
                if "already exists" not in str(problem):
                    raise
        new = database.__dict__.get("password_to_set")
        if new:
            self.change_password(database, master.password, new)
            database.master_user_password, database.password_to_set = new, None
        tell(database, Event.RESTORED if source else Event.CREATED, source or "")

    def _boot(self, database: Any, server: Server) -> None:
        """Start the server with the parameters of the database's group as they are now."""
        if not server.is_up:
            record.take_parameters(database)
            server.start(database.port, record.settings_in_effect(database))

    def _reboot(self, database: Any, server: Server) -> None:
        if database.__dict__.pop("failing_over", False):
            self._fail_over(database, server)
            return
        server.stop()
        tell(database, Event.SHUTDOWN)
        self._boot(database, server)
        tell(database, Event.RESTARTED)

    def _fail_over(self, database: Any, server: Server) -> None:
        """The other zone takes over; parameters that wait for a reboot go on waiting, as on AWS."""
        tell(database, Event.FAILOVER_STARTED)
        server.crash()
        record.swap_zones(database)
        server.start(database.port, record.settings_in_effect(database))
        tell(database, Event.RESTARTED)
        tell(database, Event.FAILOVER_COMPLETED)

    def _modify(self, database: Any, server: Server) -> None:
        changes = dict(database.__dict__.get("applying") or {})
        record.tell_changes(database, changes, over=False)
        if interrupts(changes, record.current(database)):
            if database.multi_az:
                self._fail_over(database, server)
            else:
                server.stop()
                time.sleep(OUTAGE_SECONDS)
        self._boot(database, server)
        record.apply(database, changes)
        record.tell_changes(database, changes, over=True)

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
        tell(database, Event.DELETED)

    def _back_up(self, database: Any, snapshot: Any) -> None:
        target = self.snapshots.path(snapshot.db_snapshot_identifier)
        self._server(database).back_up(target, database.port, _master(database))
        record.complete(snapshot)

    def _back_up_running(self, database: Any, snapshot: Any) -> None:
        """A snapshot that fails is no trouble of its database."""
        try:
            self._back_up(database, snapshot)
        except (ServerError, OSError):
            traceback.print_exc()
            snapshot.status = "failed"
        _move(database, "backing-up", "available")

    def _copy(self, snapshot: Any) -> None:
        try:
            self.snapshots.copy(snapshot.copied_from, snapshot.db_snapshot_identifier)
            record.complete(snapshot)
        except OSError:
            traceback.print_exc()
            snapshot.status = "failed"
        self._changed()

    def _revive(self, database: Any) -> None:
        self._boot(database, self._server(database))
        _move(database, "starting", "available")

    def _died(self, database: Any) -> None:
        """A server ended without our doing: Multi-AZ fails over, Single-AZ recovers where it is."""
        if not self._closing and database.status in ("available", "backing-up"):
            database.status = "rebooting"
            self._soon(database, self._recover)

    def _recover(self, database: Any) -> None:
        server = self._server(database)
        if database.multi_az:
            self._fail_over(database, server)
        else:
            tell(database, Event.RECOVERY_STARTED)
            server.start(database.port, record.settings_in_effect(database))
            tell(database, Event.RESTARTED)
            tell(database, Event.RECOVERY_COMPLETED)
        _move(database, "rebooting", "available")

    def _server(self, database: Any) -> Server:
        key = database.dbi_resource_id
        if key not in self._servers:
            self._servers[key] = Server(self._folder / key, self._ledger, lambda: self._died(database))
        return self._servers[key]


def _move(database: Any, old: str, new: str) -> None:
    if database.status == old:
        database.status = new


def _master(database: Any) -> Master:
    return Master(database.master_username, database._master_user_password)
