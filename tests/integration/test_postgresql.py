"""Publication in PostgreSQL/PostGIS, on a real server: what readers get, when they get it, what they may not do, what is refused."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from dagster_project.delivery.postgresql import publishing, session
from dagster_project.delivery.postgresql.loading import PublicationError
from dagster_project.delivery.postgresql.publishing import Published, rollback
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import STATUTS, Settings
from tests.conftest import THOROUGH
from tests.postgres_server import PUBLISHER, Server, postgres_server

Edit = Callable[[pa.Table], pa.Table]
ODD = "Pays d'Étang, « l'Île » \"à part\"\nsuite ; \\N"
TYPES = {"string": "string", "large_string": "string", "double": "number", "int64": "integer", "int32": "integer"}
MARKED = ("bilan_global", "flux_carbone", "territoires")  # first, middle and last in the order of the locks
numbers = itertools.count(1)


def publish(dsn: str, release: Path, schema: str = "carbone", **options: object) -> Published:
    """Into a schema whose name says no version: nothing here hangs on the default."""
    return publishing.publish(dsn, release, schema, **options)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as running:
        yield running


@pytest.fixture
def database(server: Server) -> str:
    return server.database(f"essai_{next(numbers)}")


@pytest.fixture
def dsn(server: Server, database: str) -> str:
    return server.dsn(database)


@pytest.fixture(scope="module")
def base(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration release with a name that is hard to carry, an empty text and a territory without polygon."""
    source = current(released.publication)

    def odd(table: pa.Table) -> pa.Table:
        table = changed(table, "nom_territoire", lambda row, text: ODD if row == 0 else text)
        return changed(table, "nature_epci", lambda row, text: "" if row == 1 else text)

    folder = altered(source, tmp_path_factory.mktemp("base"), 1, {"territoires": odd})
    path = folder / "contours" / "territoires_telechargement.parquet"
    frame = gpd.read_parquet(path)
    frame.loc[frame.index[0], "geometry"] = None
    frame.to_parquet(path, index=False, schema_version="1.1.0", write_covering_bbox=True)
    return folder


@pytest.fixture(scope="module")
def published(server: Server, base: Path) -> tuple[str, Published]:
    """A database that shows the base release, and what its publication said; tests only read it."""
    name = server.database("lue")
    return name, publish(server.dsn(name), base)


def changed(table: pa.Table, column: str, value: Callable[[int, object], object]) -> pa.Table:
    """A table with other values in one column."""
    place = table.schema.get_field_index(column)
    values = [value(row, one) for row, one in enumerate(table[column].to_pylist())]
    return table.set_column(place, table.schema.field(column), pa.array(values, table.schema.field(column).type))


def marked(text: str) -> Edit:
    return lambda table: changed(table, "statut_donnees", lambda row, before: text)


def altered(
    source: Path, folder: Path, number: int, edits: Mapping[str, Edit] | None = None, statut: str | None = None
) -> Path:
    """A release of one's own: the tables named are edited and their catalogue follows."""
    target = folder / f"release-{number}"
    for part in ("tables", "contours"):
        shutil.copytree(source / part, target / part, ignore=shutil.ignore_patterns("*.csv", "*carte*"))
    catalogue = read_catalogue(source)
    catalogue["id"] = f"20260101T{number:06d}Z-cog2026-sample"
    catalogue["statut_donnees"] = statut or catalogue["statut_donnees"]
    for resource in catalogue["resources"]:
        name = Path(resource["path"]).stem
        if resource["format"] == "parquet" and name in (edits or {}):
            table = edits[name](pq.read_table(target / resource["path"]))
            pq.write_table(table, target / resource["path"])
            known = {field["name"]: field for field in resource["schema"]["fields"]}
            resource["rows"] = table.num_rows
            resource["schema"]["fields"] = [
                known.get(one.name) or {"name": one.name, "type": TYPES[str(one.type)], "description": "Essai."}
                for one in table.schema
            ]
    (target / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    return target


def marked_release(base: Path, folder: Path, number: int) -> Path:
    """A release whose rows say its number in three tables."""
    return altered(base, folder, number, dict.fromkeys(MARKED, marked(f"essai {number}")))


def shown(server: Server, database: str, table: str = "bilan_global") -> str:
    """What the rows of a public view say of themselves."""
    rows = server.execute(database, SQL("select distinct statut_donnees from carbone.{}").format(Identifier(table)))
    return ", ".join(row[0] for row in rows)


def schemas(server: Server, database: str) -> list[str]:
    """The versions that are there."""
    query = "select nspname from pg_namespace where nspname like 'carbone\\_2%' order by 1"
    return [row[0] for row in server.execute(database, query)]


def state(server: Server, database: str) -> list[list[tuple]]:
    """Everything that a publication might create or change."""
    queries = (
        "select oid, nspname, nspacl::text from pg_namespace order by 1",
        "select oid, xmin::text, relname, relacl::text from pg_class order by 1",
        "select oid, rolname from pg_roles order by 1",
        "select oid, evtname from pg_event_trigger order by 1",
        "select oid, extname from pg_extension order by 1",
    )
    return [server.execute(database, query) for query in queries]


def version(number: int) -> str:
    return f"carbone_20260101t{number:06d}z_cog2026_sample"


# What readers get


def test_every_table_is_published_row_for_row(server: Server, base: Path, published: tuple[str, Published]) -> None:
    name, said = published
    catalogue = {one["name"]: one for one in read_catalogue(base)["resources"] if one["format"] == "parquet"}
    total = 0
    for resource in catalogue.values():
        stem = Path(resource["path"]).stem
        expected = pq.read_table(base / resource["path"])
        columns = [field["name"] for field in resource["schema"]["fields"]]
        query = SQL("select {} from carbone.{}").format(SQL(", ").join(map(Identifier, columns)), Identifier(stem))
        found = server.execute(name, query)
        wanted = list(zip(*(expected[column].to_pylist() for column in columns), strict=True))
        assert Counter(found) == Counter(wanted), stem
        assert said.tables[stem] == len(wanted) == resource["rows"]
        total += len(found)
        types = {
            row[0]: row[1]
            for row in server.execute(
                name,
                f"select attname, atttypid::regtype::text from pg_attribute where attrelid = 'carbone.{stem}'::regclass and attnum > 0",
            )
        }
        for field in resource["schema"]["fields"]:
            assert (
                types[field["name"]]
                == {"string": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean"}[
                    field["type"]
                ]
            )
    assert len(catalogue) == len(said.tables) - 1 and total > 3000
    [(odd, empty, null)] = server.execute(
        name,
        "select count(*) filter (where nom_territoire like 'Pays d''Étang%'), count(*) filter (where nature_epci = ''), "
        "count(*) filter (where nature_epci is null) from carbone.territoires",
    )
    assert (odd, empty) == (1, 1) and null > 0
    print(f"\n{len(catalogue)} tables, {total} rows, equal")


def test_keys_and_required_columns_are_constraints(
    server: Server, base: Path, published: tuple[str, Published]
) -> None:
    name, said = published
    for resource in read_catalogue(base)["resources"]:
        if resource["format"] != "parquet":
            continue
        place = f"{said.version}.{Path(resource['path']).stem}"
        required = {one["name"] for one in resource["schema"]["fields"] if one.get("constraints")}
        found = server.execute(
            name, f"select attname from pg_attribute where attrelid = '{place}'::regclass and attnotnull and attnum > 0"
        )
        assert {row[0] for row in found} == required
        keys = server.execute(
            name, f"select pg_get_constraintdef(oid) from pg_constraint where conrelid = '{place}'::regclass"
        )
        primary = resource["schema"].get("primaryKey")
        kind = "PRIMARY KEY" if primary else "UNIQUE NULLS NOT DISTINCT"
        assert keys == [(f"{kind} ({', '.join(primary or resource['cle'])})",)]


def test_polygons(server: Server, base: Path, published: tuple[str, Published]) -> None:
    name, said = published
    assert said.polygons
    frame = gpd.read_parquet(base / "contours" / "territoires_telechargement.parquet")
    found = server.execute(
        name,
        "select maille, code_territoire, nom_territoire, st_asbinary(geom), st_srid(geom), geometrytype(geom), st_isvalid(geom) from carbone.contours_territoires",
    )
    assert len(found) == len(frame) == said.tables["contours_territoires"]
    by_key = {(row[0], row[1]): row for row in found}
    for one in frame.itertuples():
        row = by_key[one.maille, one.code_territoire]
        assert row[2] == one.nom_territoire
        if one.geometry is None:
            assert row[3:] == (None, None, None, None)
        else:
            assert row[4:] == (4326, "MULTIPOLYGON", True)
            assert gpd.GeoSeries.from_wkb([bytes(row[3])])[0].equals(one.geometry)
    assert frame.geometry.isna().sum() == 1
    listed = server.execute(
        name,
        "select f_table_schema, type, srid from geometry_columns where f_table_name = 'contours_territoires' order by 1",
    )
    assert listed == [("carbone", "MULTIPOLYGON", 4326), (said.version, "MULTIPOLYGON", 4326)]
    indexes = server.execute(
        name,
        f"select indexdef from pg_indexes where schemaname = '{said.version}' and indexdef like '%USING gist (geom)'",
    )
    assert len(indexes) == 3  # polygons, plumes, sites
    points = server.execute(
        name,
        "select st_x(geom) = longitude_deg and st_y(geom) = latitude_deg and st_srid(geom) = 4326, count(*)"
        " from carbone.sources_co2 group by 1",
    )
    assert points == [(True, said.tables["sources_co2"])]


def test_comments_reach_readers(server: Server, base: Path, published: tuple[str, Published]) -> None:
    name, said = published
    for schema in ("carbone", said.version):
        for resource in read_catalogue(base)["resources"]:
            if resource["format"] != "parquet":
                continue
            place = f"'{schema}.{Path(resource['path']).stem}'::regclass"
            [(comment,)] = server.execute(name, f"select obj_description({place}, 'pg_class')")
            assert (
                comment
                == f"{resource['description']} [données de démonstration, version 20260101T000001Z-cog2026-sample]"
            )
            columns = dict(
                server.execute(
                    name,
                    f"select attname, col_description(attrelid, attnum) from pg_attribute where attrelid = {place} and attnum > 0",
                )
            )
            for field in resource["schema"]["fields"]:
                unit = f" Unité : {field['unit']}." if "unit" in field else ""
                assert columns[field["name"]] == field["description"] + unit


# Readers under load


def read_until(
    server: Server, database: str, done: threading.Event, kind: int, seen: list[tuple], errors: list[str]
) -> None:
    """Transactions that read three tables one after the other, in either order, at either level of isolation."""
    tables = MARKED if kind % 2 else MARKED[::-1]
    level = psycopg.IsolationLevel.REPEATABLE_READ if kind >= 2 else psycopg.IsolationLevel.READ_COMMITTED
    with psycopg.connect(server.dsn(database, "lecteur")) as connection:
        connection.isolation_level = level
        while not done.is_set():
            time.sleep(0.005)
            try:
                with connection.transaction():
                    connection.execute("select 1")
                    time.sleep(0.001)
                    seen.append(
                        tuple(
                            row
                            for table in tables
                            for row in connection.execute(
                                f"select min(statut_donnees), max(statut_donnees), count(*) > 0 from carbone.{table}"
                            )
                            if time.sleep(0.002) is None
                        )
                    )
            except psycopg.Error as error:
                errors.append(str(error))


def reader(server: Server) -> None:
    """A login whose only right is to be a reader."""
    if not server.execute("postgres", "select 1 from pg_roles where rolname = 'lecteur'"):
        server.execute("postgres", "create role lecteur login in role carbone_lecture")


def test_readers_never_see_a_mixture(server: Server, dsn: str, database: str, base: Path, tmp_path: Path) -> None:
    releases = [marked_release(base, tmp_path, number) for number in range(10, 21 if THOROUGH else 14)]
    publish(dsn, releases[0])
    reader(server)
    done, seen, errors = threading.Event(), [[] for _ in range(4)], []
    threads = [
        threading.Thread(target=read_until, args=(server, database, done, kind, seen[kind], errors))
        for kind in range(4)
    ]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    try:
        for release in releases[1:]:
            publish(dsn, release)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    took = time.monotonic() - started
    reads = [one for kind in seen for one in kind]
    mixed = [one for one in reads if len(set(one)) != 1 or one[0][0] != one[0][1] or not one[0][2]]
    versions = {one[0][0] for one in reads}
    print(
        f"\n{len(releases) - 1} publications in {took:.1f} s; {len(reads)} transactions by 4 readers, {len(versions)} versions seen, {len(mixed)} mixed, {len(errors)} errors"
    )
    assert mixed == [] and errors == []
    part = len(releases) / 11  # of the thorough run, which asks for 50 reads a reader, 200 in all and 8 versions
    assert min(map(len, seen)) >= 50 * part and len(reads) >= 200 * part
    assert len(versions) >= 8 * part


def test_a_snapshot_older_than_the_load_sees_whole_tables(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    publish(dsn, marked_release(base, tmp_path, 10))
    with psycopg.connect(server.dsn(database, "postgres")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select 1")
        publish(dsn, marked_release(base, tmp_path, 11))
        rows = connection.execute("select count(*), min(statut_donnees) from carbone.bilan_global").fetchall()
    assert rows == [(pq.read_metadata(base / "tables" / "bilan_global.parquet").num_rows, "essai 11")]


def test_the_publisher_gives_way_to_an_open_transaction(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PATIENCE_S", 1.5)
    publish(dsn, marked_release(base, tmp_path, 10))
    with psycopg.connect(server.dsn(database, "postgres")) as connection:
        connection.execute("select * from carbone.territoires limit 1")
        with pytest.raises(
            PublicationError, match=r"readers held the tables .* nothing was switched.*pg_stat_activity"
        ):
            publish(dsn, marked_release(base, tmp_path, 11))
        [(first,)] = connection.execute("select distinct statut_donnees from carbone.bilan_global").fetchall()
    assert first == "essai 10"
    assert schemas(server, database) == [version(10)]
    publish(dsn, tmp_path / "release-11")
    assert shown(server, database) == "essai 11"


# What readers may not do


@pytest.mark.parametrize(
    "query",
    [
        "insert into carbone.bilan_global select * from carbone.bilan_global",
        "update carbone.territoires set nom_territoire = 'x'",
        "delete from carbone.territoires",
        "truncate {version}.territoires",
        "create table carbone.x (a int)",
        "create view carbone.x as select 1 as a",
        "create or replace view carbone.territoires as select 1 as a",
        "create table public.x (a int)",
        "create temporary table x (a int)",
        "create schema x",
        "drop view carbone.territoires",
        "drop schema {version} cascade",
        "alter view carbone.territoires rename to x",
        "comment on view carbone.territoires is 'x'",
        "select * from {version}.territoires",
        "insert into {version}.territoires select * from carbone.territoires",
        "select * from carbone_interne.versions",
        "update carbone_interne.versions set current = true",
        "create role x",
        "set role publieur",
        "begin; lock table carbone.territoires in access exclusive mode",
        "begin; lock table carbone_interne.verrou in access share mode",
        "create function carbone.st_isvalid(geometry) returns boolean language sql as 'select true'",
        "alter view carbone.territoires owner to lecteur",
        "alter role carbone_lecture superuser",
        "grant publieur to lecteur",
        "copy carbone.territoires to program 'cat'",
        "copy carbone.territoires to '/tmp/x'",
        "select pg_read_file('/etc/passwd')",
        "select lo_from_bytea(0, 'x')",
        "select lo_create(0)",
        "create trigger x instead of insert on carbone.territoires for each row execute function suppress_redundant_updates_trigger()",
        "create rule x as on insert to carbone.territoires do instead nothing",
        "alter database {database} set search_path = public",
        "alter role publieur set client_encoding = latin1",
        "create event trigger x on ddl_command_end execute function x()",
        "create publication x for all tables",
        "select setting from pg_file_settings",
    ],
)
def test_readers_only_read(server: Server, published: tuple[str, Published], query: str) -> None:
    name, said = published
    reader(server)
    advised = [one.removeprefix("advice: ") for one in said.statements if one.startswith("advice: ")]
    assert [one.split(" here", 1)[0] for one in advised] == [
        "anyone may create temporary tables",
        "anyone may create large objects",
        "anyone may notify and listen",
    ]
    for one in advised[:2]:  # what is advised is what stops it
        server.execute(name, "revoke " + one.split("revoke ", 1)[1])
    with pytest.raises(InsufficientPrivilege):
        server.execute(name, query.format(version=said.version, database=name), "lecteur")


def test_a_reader_holds_no_publication_back(server: Server, dsn: str, database: str, base: Path) -> None:
    """Anyone may take an advisory lock, a name in his own temporary schema, and open a transaction."""
    publish(dsn, base)
    reader(server)
    with psycopg.connect(server.dsn(database, "lecteur"), autocommit=True) as hostile:
        hostile.execute("select pg_advisory_lock(hashtext('flux-carbone'), hashtext('carbone'))")
        hostile.execute("select pg_advisory_lock(n) from generate_series(1, 100) as n")
        hostile.execute("create temporary table territoires (a int)")
        hostile.execute("notify carbone, 'x'")
        saving = psycopg.connect(server.dsn(database, "postgres"))  # pg_dump holds this lock for its whole run
        saving.execute("lock table carbone_interne.verrou in access share mode")
        assert "nothing to do" in publish(dsn, base).statements[0]
        saving.close()
    assert server.execute(database, "select count(*) > 10 from carbone.territoires") == [(True,)]


def test_settings_of_the_role_and_the_database_are_reset(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    """Or accents would be read as Latin-1, and a wait or a right would be somebody else's choice."""
    made = {
        "role publieur": "client_encoding = latin1; statement_timeout = 1; default_transaction_read_only = on; row_security = off",
        f"database {database}": "search_path = ailleurs; lock_timeout = 1; default_transaction_isolation = serializable",
    }
    server.execute(
        "postgres", "alter role publieur set log_statement = 'all'"
    )  # audit, which only a superuser may change
    for whose, settings in made.items():
        for one in settings.split("; "):
            server.execute(database, f"alter {whose} set {one}")
    try:
        publish(dsn, altered(base, tmp_path, 77))
    finally:
        server.execute("postgres", "alter role publieur reset all")
        server.execute("postgres", f"alter database {database} reset all")
    names = pq.read_table(base / "tables" / "territoires.parquet")["nom_territoire"].to_pylist()
    assert sorted(
        one for (one,) in server.execute(database, "select nom_territoire from carbone.territoires")
    ) == sorted(names)


MORE = {  # what somebody gave the role of readers, and what a publication says of it
    "superuser": ("alter role {role} superuser", "has the attribute superuser"),
    "createrole": ("alter role {role} createrole", "has the attribute createrole"),
    "bypassrls": ("alter role {role} bypassrls", "has the attribute bypassrls"),
    "replication": ("alter role {role} replication", "has the attribute replication"),
    "login": ("alter role {role} login", "has the attribute login"),
    "all data": ("grant pg_read_all_data to {role}", "is a member of pg_read_all_data"),
    "the publisher": ("grant publieur to {role}", "is a member of publieur"),
    "a table of others": (
        "create table public.salaires (a int); grant select on public.salaires to {role}",
        "salaires",
    ),
    "a column of others": ("create table public.notes (a int); grant select (a) on public.notes to {role}", "notes"),
    "a function": (
        "create function public.f() returns int language sql as 'select 1'; grant execute on function public.f() to {role}",
        "function .*f",
    ),
    "a schema": ("create schema prive; grant usage on schema prive to {role}", "schema prive"),
    "a schema of its own": ("create schema sien authorization {role}", "schema sien"),
    "creating in the database": ("grant create on database {database} to {role}", "database"),
    "a parameter": ("grant set on parameter session_replication_role to {role}", "parameter"),
    "writing through a view": (
        "create schema {schema}; create table public.t (a int); create view {schema}.v as select a from public.t;"
        " grant select, insert on {schema}.v to {role}",
        "view .*v",
    ),
    "handing a view on": (
        "create schema {schema}; create view {schema}.v as select 1 as a; grant select on {schema}.v to {role} with grant option",
        "view .*v",
    ),
    "large objects": ("grant select on large object {object} to {role}", "large object"),
}


@pytest.mark.parametrize("name", MORE)
def test_a_role_of_readers_that_may_do_more_is_refused(server: Server, base: Path, name: str) -> None:
    where = server.database(f"trop_{next(numbers)}")
    schema = f"trop_{next(numbers)}"
    role = f"{schema}_lecture"
    server.execute(where, f"create role {role} nologin")
    given, said = MORE[name]
    [(thing,)] = server.execute(where, "select lo_create(0)") if "{object}" in given else [("",)]
    server.execute(where, given.format(role=role, object=thing, database=where, schema=schema))
    with pytest.raises(PublicationError, match=f"{role} .*{said}"):
        publish(server.dsn(where), base, schema)
    assert server.execute(where, f"select to_regclass('{schema}.territoires')") == [(None,)]
    server.execute(where, f"drop owned by {role}")
    server.execute(where, f"drop role {role}")
    server.execute(where, f"drop schema if exists {schema} cascade")
    assert publish(server.dsn(where), base, schema).polygons


def test_a_schema_that_a_stranger_made_is_refused(server: Server, base: Path) -> None:
    """He would own what is published in it."""
    where = server.database(f"pris_{next(numbers)}")
    server.execute("postgres", "drop role if exists pirate")
    server.execute("postgres", "create role pirate login")
    server.execute(where, f"grant create on database {where} to pirate")
    for schema in ("carbone", "carbone_interne"):
        server.execute(where, f"create schema {schema}", "pirate")
        for user in (PUBLISHER, "postgres"):
            with pytest.raises(PublicationError, match=f"schema {schema} belongs to pirate"):
                publish(server.dsn(where, user), base)
        server.execute(where, f"drop schema {schema} cascade")


def test_readers_read_every_view(server: Server, published: tuple[str, Published]) -> None:
    name, said = published
    reader(server)
    for table, rows in said.tables.items():
        assert server.execute(name, f"select count(*) from carbone.{table}", "lecteur") == [(rows,)]
    [(login,)] = server.execute(name, "select rolcanlogin from pg_roles where rolname = 'carbone_lecture'")
    assert not login
    server.execute("postgres", "drop role if exists passant")
    server.execute("postgres", "create role passant login")
    with pytest.raises(InsufficientPrivilege):  # no right comes from PUBLIC
        server.execute(name, "select * from carbone.territoires", "passant")


# The minimum mesh


def with_column(name: str) -> Edit:
    return lambda table: table.append_column(name, pa.array(["x"] * table.num_rows))


COMMUNAL = [
    "code_commune",
    "codes_communes",
    "insee",
    "code_insee",
    "nom_commune",
    "depcom",
    "com",
    "code_arm",
    "libcom",
    "CODGEO",
]


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("name", COMMUNAL)
def test_a_communal_column_is_refused(
    server: Server, published: tuple[str, Published], base: Path, tmp_path: Path, name: str, dry_run: bool
) -> None:
    place, said = published
    release = altered(base, tmp_path, 2, {"stocks_carbone": with_column(name)})
    with pytest.raises(PublicationError, match=f"stocks_carbone: {name} is the name of something communal"):
        publish(server.dsn(place), release, dry_run=dry_run)
    assert schemas(server, place) == [said.version]


def test_counts_of_communes_and_neighbouring_words_are_accepted(dsn: str, base: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("moins_de_10_communes", "intercommunalite", "completude_alarme"), 2):
        release = altered(base, tmp_path, number, {"stocks_carbone": with_column(name)})
        assert publish(dsn, release, f"v{number}").version.startswith(f"v{number}_2026")


@pytest.mark.parametrize(
    ("mesh", "column", "value", "said"),
    [
        ("epci", "maille", "commune", "commune/"),
        ("departement", "code_territoire", "85001", "departement/85001"),
        ("departement", "code_territoire", "2A004", "departement/2A004"),
        ("epci", "code_territoire", "8500", "epci/8500"),
    ],
)
def test_a_communal_row_is_refused(
    server: Server,
    published: tuple[str, Published],
    base: Path,
    tmp_path: Path,
    mesh: str,
    column: str,
    value: str,
    said: str,
) -> None:
    place, before = published

    def communal(table: pa.Table) -> pa.Table:
        first = table["maille"].to_pylist().index(mesh)
        return changed(table, column, lambda row, one: value if row == first else one)

    with pytest.raises(PublicationError, match=rf"bilan_global holds .*{said}.*looks like a commune"):
        publish(server.dsn(place), altered(base, tmp_path, 2, {"bilan_global": communal}))
    assert schemas(server, place) == [before.version]


def test_a_table_that_is_not_in_the_catalogue_is_refused(server: Server, dsn: str, database: str, base: Path) -> None:
    body = f"begin if to_regnamespace('{version(1)}') is not null and to_regclass('{version(1)}.de_plus') is null "
    body += f"then execute 'create table {version(1)}.de_plus (a int)'; end if; end"
    server.execute(database, f"create function de_plus() returns event_trigger language plpgsql as $$ {body} $$")
    server.execute(
        database,
        "create event trigger de_plus on ddl_command_end when tag in ('CREATE SCHEMA') execute function de_plus()",
    )
    with pytest.raises(PublicationError, match=r"de_plus is not in the catalogue"):
        publish(dsn, base)
    assert schemas(server, database) == []


GUARDED = {
    "create table carbone.x (code_commune text)": True,
    "create table {version}.x (insee text)": True,
    "create table {version}.communes (a int)": True,
    "create view carbone.x as select 'a' as depcom": True,
    "alter table {version}.territoires add column com text": True,
    "alter table {version}.territoires rename column nom_territoire to nom_commune": True,
    "create schema carbone_20990101t000000z create table x (libcom text)": True,
    "create table carbone.x as select 'a' as code_insee": True,
    "create table carbone.x (n_communes int)": False,
    "create table public.x (code_commune text)": False,
    "alter table {version}.territoires drop column nom_territoire cascade": False,
}


@pytest.fixture(scope="module")
def guarded(server: Server, base: Path) -> tuple[str, str]:
    name = server.database("gardee")
    said = publish(server.dsn(name, "postgres"), base, guard=True)
    assert "create event trigger carbone_maille_minimale" in said.statements
    return name, said.version


@pytest.mark.parametrize(("query", "refused"), GUARDED.items())
def test_the_event_trigger_refuses_communal_names_to_anyone(
    server: Server, guarded: tuple[str, str], query: str, refused: bool
) -> None:
    name, there = guarded
    with psycopg.connect(server.dsn(name, "postgres")) as connection:
        if refused:
            with pytest.raises(InsufficientPrivilege, match="nothing below the EPCI is published here"):
                connection.execute(query.format(version=there))
        else:
            connection.execute(query.format(version=there))
        connection.rollback()


def test_the_event_trigger_lets_releases_through_and_needs_a_superuser(
    server: Server, guarded: tuple[str, str], base: Path, tmp_path: Path, dsn: str
) -> None:
    name, _ = guarded
    again = publish(server.dsn(name, "postgres"), base, guard=True)
    assert again.statements[:2] == [
        f"carbone already shows {version(1)}: nothing to do",
        "create event trigger carbone_maille_minimale",
    ]
    publish(server.dsn(name, "postgres"), marked_release(base, tmp_path, 9), guard=True)
    assert shown(server, name) == "essai 9"
    rollback(server.dsn(name, "postgres"), "carbone")
    [(path,)] = server.execute(name, "select proconfig from pg_proc where proname = 'maille_minimale'")
    assert path == ["search_path=pg_catalog, pg_temp"]
    with pytest.raises(PublicationError, match="event trigger needs a superuser"):
        publish(dsn, base, guard=True)


# What is refused


def test_a_wrong_number_of_rows_is_refused_and_leaves_nothing(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    publish(dsn, marked_release(base, tmp_path, 10))
    before = state(server, database)
    release = marked_release(base, tmp_path, 11)
    catalogue = read_catalogue(release)
    for resource in catalogue["resources"]:
        if resource["path"] == "tables/territoires.parquet":
            resource["rows"] += 1
    (release / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    for dry_run in (False, True):
        with pytest.raises(PublicationError, match=r"territoires has \d+ rows where its catalogue says \d+"):
            publish(dsn, release, dry_run=dry_run)
    assert schemas(server, database) == [version(10)]
    assert [one[:2] for one in state(server, database)[0]] == [one[:2] for one in before[0]]
    assert {shown(server, database, table) for table in MARKED} == {"essai 10"}


def test_a_double_key_is_refused(server: Server, dsn: str, database: str, base: Path, tmp_path: Path) -> None:
    double = altered(base, tmp_path, 2, {"territoires": lambda table: pa.concat_tables([table, table.slice(0, 1)])})
    with pytest.raises(PublicationError, match="duplicate key value"):
        publish(dsn, double)
    assert schemas(server, database) == []


def retyped(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("version_aldo")
    return table.set_column(place, "version_aldo", pa.array(range(table.num_rows), pa.int64()))


SHRINKING: dict[str, tuple[Edit, str]] = {
    "removed": (lambda table: table.drop_columns(["version_aldo"]), "column bilan_global.version_aldo is gone"),
    "renamed": (
        lambda table: table.rename_columns({"version_aldo": "edition"}),
        "column bilan_global.version_aldo is gone",
    ),
    "retyped": (retyped, "column bilan_global.version_aldo was text and is bigint"),
}


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("case", SHRINKING)
def test_what_readers_would_lose_makes_a_new_data_set(
    server: Server, published: tuple[str, Published], base: Path, tmp_path: Path, case: str, dry_run: bool
) -> None:
    name, said = published
    edit, message = SHRINKING[case]
    release = altered(base, tmp_path, 2, {"bilan_global": edit})
    catalogue = read_catalogue(release)
    for resource in catalogue["resources"]:  # a retyped column is another field
        if case == "retyped" and resource["path"] == "tables/bilan_global.parquet":
            next(one for one in resource["schema"]["fields"] if one["name"] == "version_aldo")["type"] = "integer"
    (release / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    with pytest.raises(PublicationError, match=rf"{message}.*makes a new data set.*FLUX_POSTGRES_SCHEMA=carbone_v2"):
        publish(server.dsn(name), release, dry_run=dry_run)
    assert schemas(server, name) == [said.version]
    if not dry_run:  # the advice works
        assert publish(
            server.dsn(server.database(f"conseil_{next(numbers)}")), release, "carbone_v2"
        ).version.startswith("carbone_v2_")


def test_a_removed_table_makes_a_new_data_set(
    server: Server, published: tuple[str, Published], base: Path, tmp_path: Path
) -> None:
    release = altered(base, tmp_path, 2)
    catalogue = read_catalogue(release)
    catalogue["resources"] = [one for one in catalogue["resources"] if Path(one["path"]).stem != "stocks_carbone"]
    (release / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    with pytest.raises(PublicationError, match=r"table stocks_carbone is gone.*FLUX_POSTGRES_SCHEMA=carbone_v2"):
        publish(server.dsn(published[0]), release)


def test_demonstration_never_replaces_real_figures(dsn: str, base: Path, tmp_path: Path) -> None:
    publish(dsn, altered(base, tmp_path, 10, statut=STATUTS["mirror"]))
    with pytest.raises(PublicationError, match=r"shows real data.*FLUX_POSTGRES_SCHEMA=carbone_demonstration"):
        publish(dsn, marked_release(base, tmp_path, 11))


def test_two_publishers_at_once(server: Server, dsn: str, base: Path) -> None:
    with session.session(dsn, "carbone"):
        with pytest.raises(PublicationError, match="another publication of carbone is under way"):
            publish(dsn, base)
        assert publish(dsn, base, "a_cote").polygons
    publish(dsn, base)


def test_missing_rights_are_named(server: Server, base: Path) -> None:
    bare = server.database("nue", postgis=False)
    with pytest.raises(PublicationError, match="have an administrator run create extension postgis"):
        publish(server.dsn(bare), base)
    assert publish(server.dsn(bare, "postgres"), base).statements.count("create extension postgis") == 1
    server.execute("postgres", "create role simple login")
    with pytest.raises(PublicationError, match="may not create schemas here: grant create on database"):
        publish(server.dsn(bare, "simple"), base, "autre")
    server.execute(bare, "grant create on database nue to simple")
    with pytest.raises(PublicationError, match="have an administrator run create role autre_lecture nologin"):
        publish(server.dsn(bare, "simple"), base, "autre")
    with pytest.raises(PublicationError, match=r"permission denied .*publish with the role that owns carbone"):
        publish(server.dsn(bare, "simple"), base)


@pytest.mark.parametrize(
    "wrong",
    [
        "host=127.0.0.1 port=1 dbname=x user=x password=tres-secret",
        "postgresql://x:tres-secret@127.0.0.1:1/x",
        "host=127.0.0.1 port=1 tres-secret",
        "tres-secret",
    ],
)
def test_messages_hold_no_password(base: Path, wrong: str) -> None:
    with pytest.raises(PublicationError, match="no connection to PostgreSQL: check FLUX_POSTGRES") as caught:
        publish(wrong, base)
    said = "".join(traceback.format_exception(caught.value))
    assert "secret" not in said and "127.0.0.1" not in said


@pytest.mark.parametrize("schema", ["Carbone", "carbone; drop", "c" * 32, ""])
def test_names_of_schemas_are_checked(dsn: str, base: Path, schema: str) -> None:
    with pytest.raises(PublicationError, match=r"is not a name of schema|longer than the 63 characters"):
        publish(dsn, base, schema)


# From one version to the next


def test_columns_and_tables_are_added_and_a_rollback_takes_them_back(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    publish(dsn, marked_release(base, tmp_path, 10))
    reader(server)
    query = "select attname from pg_attribute where attrelid = 'carbone.territoires'::regclass and attnum > 0 order by attnum"
    before = server.execute(database, query)

    def more(table: pa.Table) -> pa.Table:
        return marked("essai 11")(table).add_column(4, "de_plus", pa.array(["é"] * table.num_rows))

    release = altered(base, tmp_path, 11, {**dict.fromkeys(MARKED, marked("essai 11")), "territoires": more})
    catalogue = read_catalogue(release)
    extra = next(one for one in catalogue["resources"] if one["path"] == "tables/territoires.parquet")
    catalogue["resources"].append({**extra, "path": "tables/nouvelle.parquet"})
    shutil.copy(release / "tables" / "territoires.parquet", release / "tables" / "nouvelle.parquet")
    (release / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    publish(dsn, release)
    assert server.execute(database, query) == [*before, ("de_plus",)]  # in the middle of the table, last in the view
    assert server.execute(database, "select distinct de_plus from carbone.nouvelle", "lecteur") == [("é",)]
    assert {shown(server, database, table) for table in MARKED} == {"essai 11"}

    server.execute(database, "create view public.etude as select de_plus from carbone.territoires")
    with pytest.raises(
        PublicationError, match=r"view etude depends on view carbone.territoires; move that elsewhere first"
    ):
        rollback(dsn, "carbone")
    assert {shown(server, database, table) for table in MARKED} == {"essai 11"}
    server.execute(database, "drop view public.etude")

    assert rollback(dsn, "carbone") == version(10)
    assert {shown(server, database, table) for table in MARKED} == {"essai 10"}
    assert server.execute(database, query) == before
    assert server.execute(database, "select to_regclass('carbone.nouvelle')") == [(None,)]
    assert server.execute(database, "select distinct statut_donnees from carbone.territoires", "lecteur") == [
        ("essai 10",)
    ]
    [(comment,)] = server.execute(database, "select obj_description('carbone.territoires'::regclass)")
    assert "version 20260101T000010Z" in comment
    with pytest.raises(PublicationError, match="carbone has no earlier version here"):
        rollback(dsn, "carbone")


def test_older_versions_go_and_a_rolled_back_one_is_not_the_previous_one(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    said = [publish(dsn, marked_release(base, tmp_path, number)).dropped for number in (10, 11, 12)]
    assert said == [(), (), (version(10),)]
    assert schemas(server, database) == [version(11), version(12)]
    assert rollback(dsn, "carbone") == version(11)
    assert publish(dsn, marked_release(base, tmp_path, 13)).dropped == (version(12),)
    assert rollback(dsn, "carbone") == version(11)
    assert publish(dsn, tmp_path / "release-13").tables["territoires"] > 0  # loaded again, shown again
    assert shown(server, database) == "essai 13"
    assert publish(dsn, marked_release(base, tmp_path, 14), keep=1).dropped == (version(13), version(11))
    assert schemas(server, database) == [version(14)]
    assert server.execute(database, "select version, current from carbone_interne.versions") == [(version(14), True)]


def test_a_version_on_which_others_built_stays(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path
) -> None:
    publish(dsn, marked_release(base, tmp_path, 10))
    server.execute(database, f"create view public.etude as select * from {version(10)}.territoires")
    assert publish(dsn, marked_release(base, tmp_path, 11), keep=1).dropped == ()
    assert shown(server, database) == "essai 11"
    server.execute(database, "drop view public.etude")
    assert publish(dsn, marked_release(base, tmp_path, 12), keep=1).dropped == (version(11), version(10))


def test_what_a_crash_leaves_is_replaced_or_dropped(
    server: Server, dsn: str, database: str, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(dsn, marked_release(base, tmp_path, 10))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(publishing, "_switch", crash)
        publish(dsn, marked_release(base, tmp_path, 11))
    assert schemas(server, database) == [version(10), version(11)] and shown(server, database) == "essai 10"
    server.execute(database, f"create schema {version(12)} authorization {PUBLISHER}")
    server.execute(database, f"create table {version(12)}.reste (a int)")
    server.execute(database, f"alter table {version(12)}.reste owner to {PUBLISHER}")
    assert publish(dsn, marked_release(base, tmp_path, 12)).dropped == (version(11),)
    assert shown(server, database) == "essai 12"
    assert server.execute(database, f"select to_regclass('{version(12)}.reste')") == [(None,)]


def test_a_dry_run_changes_nothing(server: Server, dsn: str, database: str, base: Path, tmp_path: Path) -> None:
    before = state(server, database)
    said = publish(dsn, base, dry_run=True)
    assert state(server, database) == before
    done = publish(dsn, base)
    assert [one for one in said.statements if "create role" not in one] == [
        one for one in done.statements if "create role" not in one
    ]
    assert said.tables == done.tables and said.version == done.version
    for number in (10, 11):
        publish(dsn, marked_release(base, tmp_path, number))
    before = state(server, database)
    said = publish(dsn, marked_release(base, tmp_path, 12), dry_run=True)
    assert said.dropped == (version(10),)
    assert state(server, database) == before and shown(server, database) == "essai 11"


def test_the_same_release_again_does_nothing_but_bring_back_what_was_dropped(
    server: Server, dsn: str, database: str, base: Path
) -> None:
    publish(dsn, base)
    before = state(server, database)
    assert publish(dsn, base).statements[0] == f"carbone already shows {version(1)}: nothing to do"
    assert state(server, database) == before
    server.execute(database, "drop view carbone.territoires")
    assert "its missing views come back" in publish(dsn, base).statements[0]
    assert server.execute(database, "select count(*) > 0 from carbone.territoires") == [(True,)]


def test_a_folder_that_is_no_release(dsn: str, base: Path, tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="holds no catalogue: give the folder of a release"):
        publish(dsn, tmp_path)
    release = altered(base, tmp_path, 2, {"bilan_global": lambda table: table})
    pq.write_table(
        pq.read_table(release / "tables" / "bilan_global.parquet").drop_columns(["cog"]),
        release / "tables" / "bilan_global.parquet",
    )
    with pytest.raises(PublicationError, match="has no column cog, which its catalogue describes"):
        publish(dsn, release)
    (release / "tables" / "bilan_global.parquet").unlink()
    with pytest.raises(PublicationError, match=r"bilan_global.parquet is missing"):
        publish(dsn, release)


def test_polygons_elsewhere_than_in_wgs84_are_refused(dsn: str, base: Path, tmp_path: Path) -> None:
    release = altered(base, tmp_path, 2)
    path = release / "contours" / "territoires_telechargement.parquet"
    gpd.read_parquet(path).to_crs(2154).to_parquet(path, index=False)
    with pytest.raises(PublicationError, match="is not in EPSG:4326"):
        publish(dsn, release)


def test_a_release_without_polygons_needs_no_postgis(server: Server, base: Path, tmp_path: Path) -> None:
    release = altered(base, tmp_path, 2)
    catalogue = read_catalogue(release)
    catalogue["resources"] = [one for one in catalogue["resources"] if one["format"] != "geoparquet"]
    (release / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    said = publish(server.dsn(server.database("sans_polygones", postgis=False)), release)
    assert not said.polygons and "contours_territoires" not in said.tables
    assert pc.sum(pa.array(said.tables.values())).as_py() > 3000


def test_another_version_of_the_set_goes_beside_the_one_before(
    server: Server, database: str, base: Path, tmp_path: Path
) -> None:
    """Same tables, same columns, other meaning (each wood approach whole, FR_ENTIERE): who reads version 1 keeps it."""
    before, after = altered(base, tmp_path, 31), altered(base, tmp_path, 32)
    publish(server.dsn(database), before)
    server.execute(database, SQL("alter table carbone_interne.versions drop column jeu"))  # as version 1 noted it
    with pytest.raises(
        PublicationError, match=r"carbone shows set 1, this release is of set 2.*FLUX_POSTGRES_SCHEMA=carbone_v2"
    ):
        publish(server.dsn(database), after)
    publish(server.dsn(database), after, "carbone_v2")
    for schema in ("carbone", "carbone_v2"):
        (rows,) = server.execute(database, SQL("select count(*) from {}.bilan_global").format(Identifier(schema)))
        assert rows[0] > 0


@pytest.mark.thorough
def test_postgis_elsewhere_is_used_or_the_grant_is_said(
    server: Server, database: str, base: Path, tmp_path: Path
) -> None:
    server.execute(database, SQL("drop extension if exists postgis cascade"))
    server.execute(
        database, SQL("create schema gis; create extension postgis schema gis; revoke all on schema gis from public")
    )
    folder = altered(base, tmp_path, 33)
    with pytest.raises(PublicationError, match=r"PostGIS is in schema gis.*grant usage on schema gis to"):
        publish(server.dsn(database, PUBLISHER), folder)
    server.execute(database, SQL("grant usage on schema gis to {}").format(Identifier(PUBLISHER)))
    said = publish(server.dsn(database, PUBLISHER), folder)
    assert any("grant usage on schema gis to carbone_lecture" in one for one in said.statements)
