"""What a database must allow, and a loaded version must be, before readers are turned to it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
from psycopg.sql import SQL, Identifier, Literal

from dagster_project.core.sql import first_row, queries, scalar
from dagster_project.delivery.postgresql import statements
from dagster_project.delivery.postgresql.loading import POLYGONS, Planned, PublicationError, Relation
from dagster_project.delivery.postgresql.statements import Step
from dagster_project.release.conventions import SET_VERSION
from dagster_project.release.switch import is_demonstration

QUERIES = queries(Path(__file__).with_name("verification.sql"))
MINIMUM = "nothing below the EPCI is published; look for it in the models of the marts"


def relations(connection: psycopg.Connection, schema: str, *, views: bool = False) -> dict[str, Relation]:
    """The views of a schema, or whatever else in it holds rows, with columns and comments."""
    results: dict[str, Relation] = {}
    kinds = ["v"] if views else ["r", "p", "v", "m", "f"]
    for name, comment, column, kind, text in connection.execute(QUERIES["relations"], [schema, kinds]):
        setdefault = results.setdefault(name, Relation(name, {}, comment, {}))
        setdefault.columns[column] = kind
        setdefault.comments[column] = text
    return results


def refuse_demonstration(schema: str, served: str | None, statut: str) -> None:
    """Demonstration figures never replace real ones."""
    if served and is_demonstration(statut) and not is_demonstration(served):
        raise PublicationError(
            f"{schema} shows real data; demonstration data must not replace it. Set FLUX_POSTGRES_SCHEMA=carbone_demonstration"
        )


def assert_able(connection: psycopg.Connection, schema: str, *, polygons: bool, guard: bool) -> list[Step]:
    """What is missing in the database and may be created; a refusal that says what an administrator must do otherwise."""
    reader = statements.reader_of(schema)
    superuser, creator, schemas, role, extension, available, place, usable, user = first_row(
        connection,
        QUERIES["abilities"],
        [reader],
    )
    if guard and not superuser:
        raise PublicationError("an event trigger needs a superuser: publish with one, or without the guard")
    if not schemas:
        raise PublicationError("this role may not create schemas here: grant create on database <name> to <role>")
    if not role and not creator:
        raise PublicationError(
            f"this role may not create roles: have an administrator run create role {reader} nologin"
        )
    if polygons and extension and not usable:
        raise PublicationError(
            f"PostGIS is in schema {place}, which this role may not use: have its owner run"
            f" grant usage on schema {place} to {user} (and to {reader}, whose queries call its functions)"
        )
    if polygons and not extension and not (superuser and available):
        install = "" if available else "install PostGIS on the server, then "
        raise PublicationError(
            f"PostGIS is not in this database: {install}have an administrator run create extension postgis"
        )
    steps = []
    if not role:
        steps.append(Step(f"create role {reader} nologin", SQL("create role {} nologin").format(Identifier(reader))))
    if polygons and not extension:
        steps.append(Step("create extension postgis", SQL("create extension if not exists postgis schema public")))
    return steps


def refuse_strangers(connection: psycopg.Connection, schema: str) -> None:
    """Who owns a schema may read and replace all that stands in it: those of a publication are of its publisher.

    Raises:
        PublicationError: one that somebody else made beforehand.
    """
    if result := connection.execute(QUERIES["strangers"], [[schema, statements.house_of(schema)]]).fetchone():
        raise PublicationError(
            f"schema {result[0]} belongs to {result[1]}, who could read and replace what is published there: have an"
            " administrator drop it or give it to the role that publishes"
        )


def refuse_another_data_set(
    schema: str, edition: int, shown: Mapping[str, Relation], tables: Sequence[Planned]
) -> None:
    """Readers lose nothing from one version to the next: the set is the same, tables and columns are only ever added."""
    wanted = {table.name: table.columns for table in tables}
    lost = [f"table {name} is gone" for name in shown if name not in wanted]
    for name in sorted(set(shown) & set(wanted)):
        for column, kind in shown[name].columns.items():
            if column not in wanted[name]:
                lost.append(f"column {name}.{column} is gone")
            elif wanted[name][column] != kind:
                lost.append(f"column {name}.{column} was {kind} and is {wanted[name][column]}")
    if edition != SET_VERSION:
        lost.insert(0, f"{schema} shows set {edition}, this release is of set {SET_VERSION}")
    if lost:
        raise PublicationError(
            f"{'; '.join(lost)}. A rename, a removal or a change of type makes a new data set: publish it in another schema, "
            f"e.g. FLUX_POSTGRES_SCHEMA={following(schema)}, and let the readers of {schema} move in their own time"
        )


def following(schema: str) -> str:
    """The name of the data set after this one: carbone, carbone_v2, carbone_v3."""
    stem, _, number = schema.rpartition("_v")
    return f"{stem}_v{int(number) + 1}" if stem and number.isdigit() else f"{schema}_v2"


def assert_files(connection: psycopg.Connection, tables: Sequence[Planned]) -> None:
    """What can be said of a release that was not loaded: names and numbers of rows."""
    _assert_names(connection, tables)
    for table in tables:
        _assert_rows(table, pq.read_metadata(table.file).num_rows)


def assert_loaded(connection: psycopg.Connection, version: str, tables: Sequence[Planned]) -> None:
    """A version holds the tables of its catalogue, all of their rows, and nothing below the EPCI.

    Raises:
        PublicationError: naming the table; raised in the transaction of the load, which it undoes.
    """
    result = relations(connection, version)  # of pg_class: information_schema hides what one has no right on
    if unknown := sorted(set(result) - {table.name for table in tables}):
        raise PublicationError(f"{version}.{unknown[0]} is not in the catalogue: find what created it in this database")
    _assert_names(connection, result.values())
    for table in tables:
        count = SQL("select count(*) from {}").format(Identifier(version, table.name))
        _assert_rows(table, scalar(connection, count))
        if {"maille", "code_territoire"} <= set(table.columns):
            row = connection.execute(statements.communal_rows(version, table.name)).fetchone()
            if row:
                raise PublicationError(
                    f"{table.name} holds {'/'.join(map(str, row))}, which looks like a commune: {MINIMUM}"
                )
        if table.name == POLYGONS:
            query = SQL("select code_territoire from {} where not st_isvalid(geom) limit 1")
            if row := connection.execute(query.format(Identifier(version, table.name))).fetchone():
                raise PublicationError(f"the polygon of {row[0]} is not valid: make the release again")


def _assert_names(connection: psycopg.Connection, tables: Iterable[Relation]) -> None:
    """The pattern is PostgreSQL's here as in the event trigger: one reading of it."""
    query = SQL(
        "select name from unnest(%s::text[]) as name where lower(name) ~ {} and lower(name) <> all ({}) limit 1"
    ).format(Literal(statements.COMMUNAL), Literal(statements.COUNTS))
    for table in tables:
        if row := connection.execute(query, [[table.name, *table.columns]]).fetchone():
            raise PublicationError(f"{table.name}: {row[0]} is the name of something communal: {MINIMUM}")


def _assert_rows(table: Planned, result: int) -> None:
    if result != table.rows:
        raise PublicationError(
            f"{table.name} has {result} rows where its catalogue says {table.rows}: make the release again"
        )
