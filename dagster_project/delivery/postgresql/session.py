"""One publisher at a time in a database, which always gives way to readers; what PostgreSQL refuses is said without secrets."""

import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import yaml
from psycopg.sql import SQL, Identifier, Literal

from dagster_project.core.sql import scalar
from dagster_project.delivery.postgresql import verification
from dagster_project.delivery.postgresql.loading import PublicationError
from dagster_project.delivery.postgresql.statements import Step, house_of

OURS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("session.yml").read_text("utf-8"))
LOCKS_MS = 250
PATIENCE_S = 120.0
CONNECTION = "no connection to PostgreSQL: check FLUX_POSTGRES (host, port, dbname, user) and PGPASSWORD or ~/.pgpass"
# Said by libpq and safe to repeat; anything else it says may quote the connection string.
REASONS = (
    "Connection refused",
    "timeout expired",
    "password authentication failed",
    "no password supplied",
    "does not exist",
)


@contextmanager
def session(dsn: str, schema: str, *, read_only: bool = False) -> Iterator[psycopg.Connection]:
    """A connection that is the only one to publish in a schema; what PostgreSQL refuses comes out as a PublicationError."""
    if not re.fullmatch("[a-z][a-z0-9_]{0,30}", schema):
        raise PublicationError(f"{schema!r} is not a name of schema such as carbone_v2 (31 characters at most)")
    with _connected(dsn) as connection:
        try:
            verification.refuse_strangers(connection, schema)
            with _connected(dsn) as holder, _held(holder, schema, read_only=read_only):
                if read_only:
                    connection.execute("set session characteristics as transaction read only")
                yield connection
        except psycopg.Error as error:
            raise PublicationError(_refused(error, schema)) from None


@contextmanager
def _connected(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection whose settings are those that a publication needs, whatever the role, the database or the address set."""
    try:
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10, application_name="flux-carbone")
    except psycopg.Error as error:
        raise PublicationError(_connection_refused(error)) from None
    with connection:
        if connection.info.server_version < 150000:
            raise PublicationError("this server is older than PostgreSQL 15, the first that this publication supports")
        try:
            connection.execute("set statement_timeout = 0")
            pin_search_path(connection)
            _reset(connection)
        except psycopg.Error as error:
            raise PublicationError(_refused(error, "the schema")) from None
        yield connection


def _reset(connection: psycopg.Connection) -> None:
    """Settings that others made for this role or database change no figure, no right and no wait; the others stand."""
    connection.execute("set role none")
    known = "select name from pg_settings where name = any(%s)"  # of this version of the server
    for (name,) in connection.execute(known, [list(OURS)]).fetchall():
        connection.execute("select set_config(%s, %s, false)", [name, OURS[name]])


@contextmanager
def _held(holder: psycopg.Connection, schema: str, *, read_only: bool) -> Iterator[None]:
    """Hold the lock of a schema: a table of the house, which no reader may lock, as anyone may an advisory lock."""
    house, lock = house_of(schema), Identifier(house_of(schema), "verrou")
    taken = PublicationError(f"another publication of {schema} is under way: wait until it ends, then publish again")
    if not read_only and scalar(holder, "select has_database_privilege(current_database(), 'create')"):
        try:
            holder.execute(SQL("create schema if not exists {}").format(Identifier(house)))
            holder.execute(SQL("create table if not exists {} ()").format(lock))
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateObject):
            raise taken from None
    if not scalar(holder, "select to_regclass(%s) is not null", [f"{house}.verrou"]):
        yield  # nothing was ever published here, and this role may publish nothing or is only looking
        return
    try:
        with holder.transaction():
            holder.execute(SQL("lock table {} in exclusive mode nowait").format(lock))
            yield
    except psycopg.errors.LockNotAvailable:
        raise taken from None


def when_readers_allow(
    connection: psycopg.Connection,
    views: Sequence[tuple[str, str]],
    steps: Sequence[Step],
    patience: float | None = None,
) -> None:
    """Run steps in one transaction, every view locked first.

    A reader keeps its locks until its transaction ends, so one that read a view holds the switch back until it has read the
    others; one that comes later waits, then sees them all new. A reader and a publisher that wait for each other would be a
    deadlock, of which PostgreSQL may kill the reader: so all locks are asked for in less time than it takes PostgreSQL to look
    (deadlock_timeout), and given back for as long when they were not all had. The publisher always gives way.

    The time and the order are drawn anew for each attempt: an order that begins where most readers begin lets them finish, and a
    time just longer than theirs costs them least; neither is known. Only one publisher is there, so no order is owed to another.
    """
    patience = PATIENCE_S if patience is None else patience
    deadline = time.monotonic() + patience
    query = "select least(%s, setting::int / 4) from pg_settings where name = 'deadlock_timeout'"
    longest = scalar(connection, query, [LOCKS_MS])
    while True:
        budget = round(math.exp(random.uniform(math.log(10), math.log(longest))))  # noqa: S311  # no secret
        places = SQL(", ").join(Identifier(*view) for view in random.sample(views, len(views)))
        try:
            with connection.transaction():
                connection.execute(
                    SQL("set local statement_timeout = {}").format(Literal(budget if views else longest))
                )
                if views:
                    connection.execute(SQL("lock table {} in access exclusive mode").format(places))
                    connection.execute("set local statement_timeout = 0")
                return run(connection, steps)
        except psycopg.errors.QueryCanceled:
            if time.monotonic() > deadline:
                raise PublicationError(
                    f"readers held the tables for {patience:.0f} s: nothing was switched. Look in pg_stat_activity for a "
                    "transaction left open, then publish again"
                ) from None
            time.sleep(budget / 1000)


def run(connection: psycopg.Connection, steps: Sequence[Step]) -> None:
    """Run steps in order."""
    for step in steps:
        connection.execute(step.query)


def _connection_refused(error: psycopg.Error) -> str:
    """Why there is no connection, without a word of the connection string."""
    reasons = [reason for reason in REASONS if reason in str(error)]
    return f"{CONNECTION} ({reasons[0] if reasons else type(error).__name__})"


def _refused(error: psycopg.Error, schema: str) -> str:
    """What PostgreSQL refused, and what to do."""
    text = error.diag.message_primary
    if text is None:
        return "the connection to PostgreSQL was lost: publish again, nothing half done is visible"
    advice: dict[type[psycopg.Error], str] = {
        psycopg.errors.InsufficientPrivilege: f"publish with the role that owns {schema} and may create schemas here",
        psycopg.errors.DependentObjectsStillExist: f"{error.diag.message_detail}; move that elsewhere first",
    }
    return f"PostgreSQL refused: {text}" + (f" - {advice[type(error)]}" if type(error) in advice else "")


def pin_search_path(connection: psycopg.Connection) -> None:
    """Names resolve in the catalogue and where PostGIS is, whatever the role's own settings."""
    query = "select extnamespace::regnamespace::text from pg_extension where extname = 'postgis'"
    result = connection.execute(query).fetchone()
    # The text is already quoted where it must be, hence no identifier.
    connection.execute(
        "select set_config('search_path', %s, false)", [", ".join(["pg_catalog", *(result or ()), "pg_temp"])]
    )
