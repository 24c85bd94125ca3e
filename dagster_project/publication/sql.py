"""Values written into SQL where DuckDB takes no parameter: comments, attached paths, targets of a copy, compiled queries."""

from __future__ import annotations


def literal(text: object) -> str:
    """A text (or a path) as a quoted SQL literal; `null` for None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"
