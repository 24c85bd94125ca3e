"""Every statement of a publication in PostgreSQL, built with `psycopg.sql`: no identifier is ever formatted into a text.

Talks to no database. `publishing.py` says when each statement runs, and in which transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composed, Identifier, Literal

from dagster_project.delivery.postgresql.loading import Planned, PublicationError, Relation
from dagster_project.release.conventions import SET_VERSION

# Names of communes and of their codes, in Python's and PostgreSQL's regular expressions alike; counts of communes are no names.
COMMUNAL = "commune|(?<!inter)communal|insee|depcom|codcom|libcom|nomcom|codgeo|libgeo|(^|_)(com|arm)(_|$)"
COUNTS = ["n_communes", "n_communes_source", "n_communes_partielles", "moins_de_10_communes"]
COMMUNAL_MESH = "^(communes?|com|arm)([ _-]|$)"
COMMUNAL_CODE = "^[0-9][0-9AB][0-9]{3}$"
EPCI_CODE = "^[0-9]{9}$"
# Commands that can give a table or a column its name or its schema; none that only removes.
GUARDED = (
    "CREATE TABLE", "CREATE TABLE AS", "SELECT INTO", "CREATE VIEW", "CREATE MATERIALIZED VIEW", "CREATE FOREIGN TABLE",
    "ALTER TABLE", "ALTER VIEW", "ALTER MATERIALIZED VIEW", "ALTER FOREIGN TABLE", "CREATE SCHEMA", "ALTER SCHEMA",
    "IMPORT FOREIGN SCHEMA",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One statement and what is said of it."""

    summary: str
    query: SQL | Composed


def version_name(schema: str, release: str) -> str:
    """The schema that holds one release, e.g. carbone_20261125t032116z_cog2026_mirror.

    Raises:
        PublicationError: a name that PostgreSQL would cut.
    """
    name = f"{schema}_{re.sub('[^a-z0-9]+', '_', release.lower())}"
    if len(name) > 63:
        raise PublicationError(f"{name} is longer than the 63 characters of PostgreSQL: choose a shorter schema name")
    return name


def reader_of(schema: str) -> str:
    """The group role that reads a public schema."""
    return f"{schema}_lecture"


def house_of(schema: str) -> str:
    """The schema of the house's own notes on a public schema."""
    return f"{schema}_interne"


def load_steps(schema: str, version: str, release: str, statut: str) -> list[Step]:
    """What stands before any table: schemas, notes of the house, rights."""
    house, notes = house_of(schema), Identifier(house_of(schema), "versions")
    columns = "version text primary key, release text not null, statut_donnees text not null, published_at timestamptz"
    return [
        *(
            _step(f"create schema {name} if missing", "create schema if not exists {}", name)
            for name in (schema, house)
        ),
        Step(
            f"create table {house}.versions if missing",
            SQL("create table if not exists {} ({}, current boolean not null default false)").format(
                notes, SQL(columns)
            ),
        ),
        Step(
            f"number the sets of {house}.versions",
            SQL("alter table {} add column if not exists jeu integer not null default 1").format(notes),
        ),
        _step(f"create schema {version}", "create schema {}", version),
        *(
            _step(f"revoke all on schema {name} from public", "revoke all on schema {} from public", name)
            for name in (schema, house, version)
        ),
        Step(
            f"grant usage on schema {schema} to {reader_of(schema)}",
            SQL("grant usage on schema {} to {}").format(Identifier(schema), Identifier(reader_of(schema))),
        ),
        Step(  # noted before it is shown, so that what a crash leaves between load and switch is known and dropped later
            f"note {version} in {house}.versions",
            SQL("insert into {} (version, release, statut_donnees, jeu) values ({}, {}, {}, {})").format(
                notes, *map(Literal, (version, release, statut, SET_VERSION))
            ),
        ),
    ]


def _step(text: str, query: str, name: str) -> Step:
    return Step(text, SQL(query).format(Identifier(name)))


def table_step(version: str, table: Planned) -> Step:
    """A table with its key and comments."""
    columns = [
        SQL("{} {}{}").format(Identifier(name), SQL(kind), SQL(" not null" if name in table.required else ""))
        for name, kind in table.columns.items()
    ]
    unique = SQL("unique nulls not distinct" if table.nullable_key else "primary key")
    key = SQL("{} ({})").format(unique, _names(table.key))
    create = SQL("create table {} ({})").format(Identifier(version, table.name), SQL(", ").join([*columns, key]))
    queries = [create, *_comments("table", version, table)]
    text = f"create table {version}.{table.name}, {len(columns)} columns, key {', '.join(table.key)}"
    return Step(text, SQL("; ").join(queries))


def copy_step(version: str, table: Planned) -> Step:
    """The load of one table."""
    # Frozen rows are visible to every snapshot: a REPEATABLE READ reader that began before the load and looks after the switch
    # would otherwise find every table empty.
    query = "copy {} ({}) from stdin (format csv, freeze)"
    return Step(
        f"copy {table.rows} rows into {version}.{table.name}",
        SQL(query).format(Identifier(version, table.name), _names(table.columns)),
    )


def after_load_steps(version: str, table: Planned) -> list[Step]:
    """What a loaded table needs: its spatial index, and statistics for the planner."""
    place = Identifier(version, table.name)
    index = Step(f"index {version}.{table.name}", SQL("create index on {} using gist (geom)").format(place))
    analyze = Step(f"analyze {version}.{table.name}", SQL("analyze {}").format(place))
    return [index, analyze] if "geom" in table.columns else [analyze]


def communal_rows(version: str, table: str) -> Composed:
    """Rows of a table that speak of a commune, by their mesh or by the shape of their code."""
    query = (
        "select maille, code_territoire from {} where lower(maille) ~ {} or code_territoire ~ {} "
        "or maille = 'epci' and code_territoire !~ {} limit 1"
    )
    return SQL(query).format(Identifier(version, table), *map(Literal, (COMMUNAL_MESH, COMMUNAL_CODE, EPCI_CODE)))


def switch_steps(schema: str, version: str, tables: Sequence[Relation], shown: Mapping[str, Relation]) -> list[Step]:
    """Every view of the public schema turned to one version, and the note of it: one transaction's worth.

    Args:
        schema, version: where readers look, and what they will see.
        tables: those of the version.
        shown: the views that are there.
    """
    steps = []
    for table in tables:
        before = shown[table.name].columns if table.name in shown else {}
        shrinks = any(table.columns.get(name) != kind for name, kind in before.items())
        # PostgreSQL replaces a view only if its columns stay first and in their order: those that are new come last.
        columns = list(table.columns) if shrinks else list(before | table.columns)
        steps.append(_view_step(schema, version, table.name, columns, drop=shrinks))
        steps.append(_reading_step(schema, table))
    gone = sorted(set(shown) - {table.name for table in tables})
    drops = [Step(f"drop view {schema}.{name}", SQL("drop view {}").format(Identifier(schema, name))) for name in gone]
    return [*drops, *steps, _record_step(schema, version)]


def _view_step(schema: str, version: str, table: str, columns: Sequence[str], *, drop: bool) -> Step:
    """The public view of a table of a version; `drop` for one whose columns shrink, which PostgreSQL does not replace."""
    view = Identifier(schema, table)
    create = SQL("create or replace view {} as select {} from {}").format(
        view, _names(columns), Identifier(version, table)
    )
    text = f"create or replace view {schema}.{table} on {version}.{table}"
    return (
        Step(f"drop view {schema}.{table}; {text}", SQL("drop view {}; {}").format(view, create))
        if drop
        else Step(text, create)
    )


def _reading_step(schema: str, view: Relation) -> Step:
    """What a reader needs of a view: its comments, the right to select, and no other right."""
    names = {"view": Identifier(schema, view.name), "reader": Identifier(reader_of(schema))}
    grant = SQL("revoke all on {view} from public, {reader}; grant select on {view} to {reader}").format(**names)
    text = f"grant select on {schema}.{view.name} to {reader_of(schema)}, comment on it"
    return Step(text, SQL("; ").join([grant, *_comments("view", schema, view)]))


def _record_step(schema: str, version: str) -> Step:
    """The note that a version is the current one; its date is kept when it was current before."""
    notes = Identifier(house_of(schema), "versions")
    query = SQL(
        "update {notes} set current = false where current; "
        "update {notes} set current = true, published_at = coalesce(published_at, clock_timestamp()) where version = {version}"
    ).format(notes=notes, version=Literal(version))
    return Step(f"record {version} as current in {house_of(schema)}.versions", query)


def drop_steps(schema: str, version: str, tables: Sequence[str], *, noted: bool) -> list[Step]:
    """A version, without cascade: what others built on its tables is theirs, and stops this."""
    drop = SQL("drop schema if exists {}").format(Identifier(version))
    if tables:
        places = SQL(", ").join(Identifier(version, name) for name in tables)
        drop = SQL("drop table {}; {}").format(places, drop)
    if noted:
        forget = SQL("delete from {} where version = {}").format(
            Identifier(house_of(schema), "versions"), Literal(version)
        )
        drop = SQL("{}; {}").format(drop, forget)
    return [Step(f"drop schema {version} and its {len(tables)} tables", drop)]


def guard_step(schema: str) -> Step:
    """An event trigger that refuses, to anyone, a communal name in the public schema or in a version of it."""
    # It looks at what is there when the command ends, not at the command: however a name came in, it is seen.
    body = SQL(
        "declare found text; begin "
        "select format('%s.%s.%s', n.nspname, c.relname, a.attname) into found from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname ~ {schemas} and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped "
        "and (lower(c.relname) ~ {names} or lower(a.attname) ~ {names} and lower(a.attname) <> all ({counts})) limit 1; "
        "if found is not null then raise insufficient_privilege "
        "using message = format('%s: nothing below the EPCI is published here', found); end if; end"
    ).format(schemas=Literal(f"^{schema}(_[0-9]{{8}}t.*)?$"), names=Literal(COMMUNAL), counts=Literal(COUNTS))
    query = SQL(
        "create or replace function {function}() returns event_trigger language plpgsql "
        "set search_path = pg_catalog, pg_temp as {body}; drop event trigger if exists {trigger}; "
        "create event trigger {trigger} on ddl_command_end when tag in ({tags}) execute function {function}()"
    ).format(
        function=Identifier(house_of(schema), "maille_minimale"),
        trigger=Identifier(f"{schema}_maille_minimale"),
        tags=SQL(", ").join(map(Literal, GUARDED)),
        body=Literal(body.as_string()),
    )
    return Step(f"create event trigger {schema}_maille_minimale", query)


def _comments(kind: str, schema: str, of: Relation) -> list[Composed]:
    return [
        SQL("comment on {} {} is {}").format(SQL(kind), Identifier(schema, of.name), Literal(of.comment)),
        *(
            SQL("comment on column {} is {}").format(Identifier(schema, of.name, name), Literal(text))
            for name, text in of.comments.items()
        ),
    ]


def _names(columns: Sequence[str] | Mapping[str, Any]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))
