"""Rows of several tables of a release, handed to the territories that they are of."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

from dagster_project.core.sql import records
from dagster_project.release.candidate import DATABASE

Place = tuple[str, str]  # maille and code of a territory
Rows = TypeVar("Rows")


def fill(folder: Path, results: Mapping[Place, Rows], queries: Mapping[str, str]) -> Mapping[Place, Rows]:
    """Append the rows of each query to the list of its name, of the territory that the row is of.

    Args:
        folder: that holds carbone.duckdb.
        results: what is filled, by territory; each has a list by the name of each query.
        queries: SQL by name; the territories wanted are its relation `places` (maille, code_territoire).
    """
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        names = ("maille", "code_territoire")
        connection.register(
            "places", pa.table({name: [place[rank] for place in results] for rank, name in enumerate(names)})
        )
        for name, query in queries.items():
            for row in records(connection, query):
                getattr(results[row["maille"], row["code_territoire"]], name).append(row)
    return results
