"""Dagster's history of events in SQLite, with one kept connection a file: one for each event took 6 of 38 seconds of a refresh.

The one place that leans on the insides of a library. Where Dagster has moved them, `configuration` gives its stock storage.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from dagster_project.settings import Settings

STOCK = "dagster._core.storage.event_log.sqlite"
LEANS_ON = ("_connect", "_db_lock", "_initdb", "conn_string_for_shard", "has_table", "has_secondary_index", "dispose")
BUSY_SECONDS = 60  # as Dagster's own


def configuration(home: Path) -> dict[str, Any]:
    """What dagster.yaml says of the storage of events; nothing where Dagster's own is to be used."""
    if _stock() is None:
        return {}
    config = {"base_dir": str(home / "history" / "runs")}
    return {"event_log_storage": {"module": __name__, "class": "EventHistory", "config": config}}


def set_damaged_aside(settings: Settings) -> Path | None:
    """Move Dagster's history away if SQLite cannot read it: it tells of runs, and no figure hangs on it.

    Returns:
        where it went, None for a history that is whole or not there yet.
    """
    history = settings.dagster_home / "history"
    for path in sorted(history.rglob("*.db")):
        try:
            with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
                whole = connection.execute("pragma quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            whole = False
        if not whole:
            aside = history.with_name(f"history.damaged-{uuid4().hex[:8]}")
            history.rename(aside)
            return aside
    return None


def _stock() -> type | None:
    """Dagster's own class, if it still has all that is leant on."""
    try:
        stock = import_module(STOCK).SqliteEventLogStorage
    except (ImportError, AttributeError):
        return None
    made_of = set(dir(stock)) | set(stock.__init__.__code__.co_names)
    return stock if made_of.issuperset(LEANS_ON) else None


def _history() -> type:
    stock: Any = _stock() or object

    class EventHistory(stock):  # type: ignore[misc]
        """Dagster's own storage, files and schema alike: the UI reads it with or without this class."""

        def __init__(self, *arguments: object, **options: object) -> None:
            self._engines: dict[str, Engine] = {}
            self._there: set[str] = set()
            super().__init__(*arguments, **options)

        @classmethod
        def from_config_value(cls, inst_data: object, config_value: dict[str, Any]) -> Self:
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
            """As Dagster's, asked once: a table that is there stays."""
            if table_name not in self._there and super().has_table(table_name):
                self._there.add(table_name)
            return table_name in self._there

        def has_secondary_index(self, name: str) -> bool:
            """As Dagster's, asked once: an index that is complete stays so."""
            if (key := f"index {name}") not in self._there and super().has_secondary_index(name):
                self._there.add(key)
            return key in self._there

        def dispose(self) -> None:
            """Close every file."""
            for engine in self._engines.values():
                engine.dispose()
            super().dispose()

    return EventHistory


EventHistory = _history()


def _engine(address: str) -> Engine:
    options = {"timeout": BUSY_SECONDS, "check_same_thread": False}  # `_db_lock` lets one thread in at a time
    engine = create_engine(address, poolclass=StaticPool, connect_args=options)
    event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal"))  # safe with a WAL
    return engine
