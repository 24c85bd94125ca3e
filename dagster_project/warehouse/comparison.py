"""Two tables that were made by two ways, row for row: what the benchmark, and another engine's tables, are judged by."""

from collections.abc import Mapping, Sequence

import duckdb

from dagster_project.core.sql import first_row, identifier


def differing_rows(
    connection: duckdb.DuckDBPyConnection, ours: str, theirs: str, key: Sequence[str], columns: Mapping[str, str]
) -> tuple[int, int]:
    """Rows of `ours`, and rows of either that the other has not, has twice, or has otherwise.

    Texts, whole numbers, truth values and nulls are to be the same; floating-point figures to 1e-9 of themselves, 1e-6 near zero:
    each way rounds a binary figure to decimals in its manner.

    Args:
        connection: where both can be read.
        ours: a table, as SQL.
        theirs: the other one.
        key: columns that tell rows apart; they may be null.
        columns: what is compared, with DuckDB's type of each.
    """
    on = " and ".join(f"a.{identifier(item)} is not distinct from b.{identifier(item)}" for item in key)
    same = " and ".join(_same(*column) for column in columns.items())
    keys = ", ".join(identifier(item) for item in key)
    query = f"""
        select
            (select count(*) from {ours}),
            count(*) + (select coalesce(sum(n - 1), 0) from (select count(*) as n from {theirs} group by {keys}))
        from (select *, true as ici from {ours}) as a
        full join (select *, true as ailleurs from {theirs}) as b on {on}
        where a.ici is null or b.ailleurs is null or not ({same})
    """  # noqa: S608 - names are those of tables and contracts
    rows, differing = first_row(connection, query)
    return rows, differing


def _same(name: str, kind: str) -> str:
    a, b = f"a.{identifier(name)}", f"b.{identifier(name)}"
    exact = f"{a} is not distinct from {b}"
    if kind.lower() != "double":
        return exact
    return f"({exact} or coalesce(abs({a} - {b}) <= greatest(1e-6, 1e-9 * abs({a})), false))"
