"""Dagster's history of events in SQLite, with one kept connection a file: opening one for each event costs seconds a refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS  # as Dagster's own class does
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool


class EventHistory(SqliteEventLogStorage):
    """Dagster's own storage, files and schema alike: the UI reads it with or without this class."""

    def __init__(self, *arguments: object, **options: object) -> None:
        self._engines: dict[str, Engine] = {}
        self._there: set[tuple[str, str]] = set()
        super().__init__(*arguments, **options)

    @classmethod
    def from_config_value(cls, inst_data: object, config_value: dict) -> EventHistory:
        """As Dagster builds it from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = _engine(self.conn_string_for_shard(shard))
                self._initdb(self._engines[shard])
            with self._engines[shard].connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """As Dagster's, asked once."""
        return self._stays("table", table_name, super().has_table)

    def has_secondary_index(self, name: str) -> bool:
        """As Dagster's, asked once."""
        return self._stays("index", name, super().has_secondary_index)

    def _stays(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        """Dagster asks for each event; a table that is there stays, and so does an index that is complete."""
        if (kind, name) not in self._there and ask(name):
            self._there.add((kind, name))
        return (kind, name) in self._there

    def dispose(self) -> None:
        """Close every file."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()


def _engine(address: str) -> Engine:
    options = {
        "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
        "check_same_thread": False,
    }  # `_db_lock` lets one thread in at a time
    engine = create_engine(address, poolclass=StaticPool, connect_args=options)
    event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal"))  # safe with a WAL
    return engine
