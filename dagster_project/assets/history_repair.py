"""Dagster's history is disposable: one that a crash damaged is set aside, so that the next refresh runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from dagster_project.settings import Settings


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
