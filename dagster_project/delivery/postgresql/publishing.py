"""Publishes a release in PostgreSQL/PostGIS: a schema a version, and a public schema of views that switch together.

carbone                   what readers query: views, with comments, for the role carbone_lecture
carbone_<release>         tables of one release; readers have no right on them
carbone_interne           which versions are there, and which one is current

Nobody sees half a publication: loading is one transaction, checked before it commits, and the switch of all views another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from dagster_project.core.sql import scalar
from dagster_project.delivery.postgresql import reader, statements, verification
from dagster_project.delivery.postgresql.loading import (
    POLYGONS,
    Planned,
    PublicationError,
    Relation,
    planned_tables,
    rows_of,
)
from dagster_project.delivery.postgresql.session import pin_search_path, run, session, when_readers_allow
from dagster_project.delivery.postgresql.statements import Step
from dagster_project.release.catalogue import CatalogueError, read_catalogue
from dagster_project.release.conventions import SET_VERSION
from dagster_project.settings import DEFAULT_SCHEMA

__all__ = ["PublicationError", "Published", "publish", "rollback"]


@dataclass(frozen=True)
class Published:
    """What a publication did, or would do.

    Attributes:
        version: schema that holds the release.
        tables: rows by table, polygons included.
        polygons: whether the release has polygons.
        dropped: older versions that are gone.
        statements: what was done, or would be, in order.
    """

    version: str
    tables: dict[str, int]
    polygons: bool
    dropped: tuple[str, ...]
    statements: list[str]


@dataclass(frozen=True)
class Version:
    """A version as the house noted it; `published_at` is None for one that readers never saw, `edition` the number of its set."""

    name: str
    statut: str
    published_at: datetime | None
    current: bool
    edition: int


def publish(
    dsn: str, release: Path, schema: str = DEFAULT_SCHEMA, *, dry_run: bool = False, guard: bool = False, keep: int = 2
) -> Published:
    """Load a release beside what is there, check it, and turn every view to it at once.

    Args:
        dsn: libpq connection string or URL; never repeated in a message.
        release: folder of a release.
        schema: public schema.
        dry_run: look at everything, change nothing.
        guard: also install the event trigger that refuses communal names to anyone (needs a superuser).
        keep: versions kept, the current one included; 2 allow a rollback.

    Raises:
        PublicationError: refused; readers see what they saw and nothing is left behind but the schema of the house's notes.
    """
    try:
        catalogue = read_catalogue(release)
    except CatalogueError as error:
        raise PublicationError(str(error)) from error
    if keep < 1:
        raise PublicationError(f"keep={keep}: the current version at least is kept")
    version, statut = statements.version_name(schema, catalogue["id"]), catalogue["statut_donnees"]
    tables = planned_tables(release, catalogue)
    counts = {table.name: table.rows for table in tables}
    polygons = POLYGONS in counts
    with session(dsn, schema, read_only=dry_run) as connection:
        known, shown = _versions(connection, schema), verification.relations(connection, schema, views=True)
        served = next((item for item in known if item.current), None)
        verification.refuse_demonstration(schema, served.statut if served else None, statut)
        reader.refuse_more_rights(connection, schema)
        missing = verification.assert_able(connection, schema, polygons=polygons, guard=guard)
        switch = statements.switch_steps(schema, version, tables, shown)
        guards = [statements.guard_step(schema)] if guard else []
        old: list[str] = []
        if served and served.name == version:
            whole = set(shown) == set(counts)
            lines = [f"{schema} already shows {version}: {'nothing to do' if whole else 'its missing views come back'}"]
            if not (dry_run or whole):
                when_readers_allow(connection, [(schema, name) for name in shown], switch)
        else:
            verification.refuse_another_data_set(schema, served.edition if served else SET_VERSION, shown, tables)
            start = statements.load_steps(schema, version, catalogue["id"], statut)
            load = [*missing, *_drop(connection, schema, version), *start]
            old = _outdated(known, version, served, keep)
            drops = {name: _drop(connection, schema, name) for name in old}
            if dry_run:
                verification.assert_files(connection, tables)
            else:
                _load(connection, schema, version, load, tables)
                _switch(connection, schema, version, shown, switch)
                old = [name for name in old if _dropped(connection, drops[name])]
            steps = [*load, *_table_steps(version, tables), *switch, *(step for name in old for step in drops[name])]
            lines = [step.summary for step in steps]
        if not dry_run:
            run(connection, guards)
        lines += [*(step.summary for step in guards), *reader.advice(connection, schema)]
        return Published(version, counts, polygons, tuple(old), lines)


def rollback(dsn: str, schema: str) -> str:
    """Turn every view back to the version that readers saw before the current one.

    Returns:
        the version that is current now.

    Raises:
        PublicationError: no earlier version is there, or something that others built stands on a view that must go.
    """
    with session(dsn, schema) as connection:
        known = _versions(connection, schema)
        served = next((item for item in known if item.current), None)
        before = _before(known, served)
        if not before:
            raise PublicationError(
                f"{schema} has no earlier version here: publish the folder of an older release instead"
            )
        version = before[0].name
        tables = list(verification.relations(connection, version).values())
        if not tables:
            raise PublicationError(f"{version} is no longer there: publish the folder of that release instead")
        shown = verification.relations(connection, schema, views=True)
        switch = statements.switch_steps(schema, version, tables, shown)
        when_readers_allow(connection, [(schema, name) for name in shown], switch)
        return version


def _versions(connection: psycopg.Connection, schema: str) -> list[Version]:
    """Every version that the house noted, the last published first."""
    house = statements.house_of(schema)
    if not scalar(connection, "select to_regclass(%s)", [f"{house}.versions"]):
        return []
    # The first version of the set noted no number: to_jsonb reads a column that may not be there.
    query = (
        "select version, statut_donnees, published_at, current, coalesce((to_jsonb(one) ->> 'jeu')::integer, 1)"
        " from {} as one order by published_at desc nulls last"
    )
    return [Version(*row) for row in connection.execute(SQL(query).format(Identifier(house, "versions")))]


def _before(known: Sequence[Version], served: Version | None) -> list[Version]:
    """The versions that readers saw before the current one; one that was rolled back came after it."""
    until = served.published_at if served else None
    return [item for item in known if until and item.published_at and item.published_at < until]


def _outdated(known: Sequence[Version], version: str, served: Version | None, keep: int) -> list[str]:
    """The versions that go once another one is current."""
    seen = [served, *_before(known, served)] if served else []
    kept = {version, *[item.name for item in seen if item.name != version][: keep - 1]}
    return [item.name for item in known if item.name not in kept]


def _drop(connection: psycopg.Connection, schema: str, version: str) -> list[Step]:
    """How to drop a version and the note of it, if there is either."""
    there = scalar(connection, "select to_regnamespace(%s) is not null", [version])
    noted = version in [item.name for item in _versions(connection, schema)]
    if not (there or noted):
        return []
    return statements.drop_steps(schema, version, list(verification.relations(connection, version)), noted=noted)


def _switch(
    connection: psycopg.Connection, schema: str, version: str, shown: Mapping[str, Relation], steps: Sequence[Step]
) -> None:
    """Turn every view to a loaded version, or leave nothing of it."""
    try:
        when_readers_allow(connection, [(schema, name) for name in shown], steps)
    except BaseException:
        _dropped(connection, _drop(connection, schema, version))
        raise


def _dropped(connection: psycopg.Connection, steps: Sequence[Step]) -> bool:
    """Drop a version that is no longer needed; one that somebody still uses stays until the next publication."""
    try:
        when_readers_allow(connection, [], steps, patience=2)
    except (psycopg.Error, PublicationError):
        return False
    return True


def _table_steps(version: str, tables: Sequence[Planned]) -> list[Step]:
    return [
        step
        for table in tables
        for step in (statements.table_step(version, table), statements.copy_step(version, table))
    ]


def _load(
    connection: psycopg.Connection, schema: str, version: str, steps: Sequence[Step], tables: Sequence[Planned]
) -> None:
    """Load every table in one transaction, which commits only what was checked."""
    with connection.transaction():
        run(connection, steps)
        verification.refuse_strangers(connection, schema)  # again: one may have been made since
        pin_search_path(connection)
        for table in tables:
            run(connection, [statements.table_step(version, table)])
            with connection.cursor() as cursor, cursor.copy(statements.copy_step(version, table).query) as copy:
                copy.write(rows_of(table))
            run(connection, statements.after_load_steps(version, table))
        verification.assert_loaded(connection, version, tables)
