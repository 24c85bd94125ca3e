"""Texts and names written into SQL where DuckDB takes no parameter (comments, paths, labels of a contract), and rows read."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, StrictUndefined, Template


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


@cache
def queries(file: Path) -> Mapping[str, str]:
    """Queries of a `.sql` file beside its module, each below a line `-- name: <its name>`."""
    parts = re.split(r"^-- name: (\w+)$", file.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {name: body.strip().removesuffix(";") for name, body in zip(parts[::2], parts[1::2], strict=True)}


@cache
def templates(file: Path) -> Mapping[str, Template]:
    """The same of a `.sql.j2` file: queries whose tables, columns or parts vary, with Jinja as in the models of dbt."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML
    environment.filters |= {"literal": literal, "identifier": identifier}
    return {name: environment.from_string(query) for name, query in queries(file).items()}


def records(connection: Connection, query: Any, parameters: Any = None) -> list[dict[str, Any]]:
    """Rows of a query, by the names of its columns."""
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def first_row(connection: Connection, query: Any, parameters: Any = None) -> tuple[Any, ...]:
    """The first row of a query that always gives one, such as an aggregate."""
    row: tuple[Any, ...] = connection.execute(query, parameters).fetchone()
    return row


def scalar(connection: Connection, query: Any, parameters: Any = None) -> Any:
    """The first cell of that row."""
    return first_row(connection, query, parameters)[0]
