"""Texts and names written into SQL where DuckDB takes no parameter (comments, paths, labels of a contract), and rows read."""

from __future__ import annotations

from typing import Any, Protocol


class Connection(Protocol):
    """A connection to DuckDB or PostgreSQL."""

    def execute(self, query: Any, parameters: Any = None, /) -> Any:
        """Run a statement; what is returned has `fetchone`, `fetchall` and `description`."""


def literal(text: object) -> str:
    """A text (or a path, or a number) as a quoted SQL literal; `null` for None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted name of a column or table."""
    return '"' + name.replace('"', '""') + '"'


def records(connection: Connection, query: Any, parameters: Any = None) -> list[dict[str, Any]]:
    """Rows of a query, by the names of its columns."""
    found = connection.execute(query, parameters)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def first_row(connection: Connection, query: Any, parameters: Any = None) -> tuple[Any, ...]:
    """The first row of a query that always gives one, such as an aggregate."""
    row: tuple[Any, ...] = connection.execute(query, parameters).fetchone()
    return row


def scalar(connection: Connection, query: Any, parameters: Any = None) -> Any:
    """The first cell of that row."""
    return first_row(connection, query, parameters)[0]
