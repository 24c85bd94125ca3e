"""Dagster's history of events in SQLite, with one kept connection a file: opening one for each event costs seconds a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS  # as Dagster's own class does
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool


class EventHistory(SqliteEventLogStorage):
    """Dagster's own storage, files and schema alike: the UI reads it with or without this class."""

    def __init__(self, *arguments: object, **options: object) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        self._indexes: set[str] = set()
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
        """Dagster asks for each event; a table that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Dagster asks for each event; an index that is complete stays so."""
        if name not in self._indexes and super().has_secondary_index(name):
            self._indexes.add(name)
        return name in self._indexes

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
