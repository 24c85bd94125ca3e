"""What the role of readers may do: what a publication gives it, and nothing that somebody else did."""

from pathlib import Path

import psycopg

from dagster_project.core.sql import first_row, queries, scalar
from dagster_project.delivery.postgresql import statements
from dagster_project.delivery.postgresql.loading import PublicationError

QUERIES = queries(Path(__file__).with_name("reader.sql"))
LARGE_OBJECTS = "pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)"


def refuse_more_rights(connection: psycopg.Connection, schema: str) -> None:
    """A role of that name that somebody gave more rights than reading the public schema would give them to every reader.

    Raises:
        PublicationError: naming the right, and how to take it back.
    """
    role = statements.reader_of(schema)
    if not scalar(connection, "select to_regrole(%s) is not null", [role]):
        return
    remedy = f"have an administrator take it back, or publish in another schema: the role {role} is to read {schema}, and no more"
    if held := connection.execute(QUERIES["attribute"], [role]).fetchone():
        raise PublicationError(f"{role} has the attribute {held[0]}: {remedy} (alter role {role} no{held[0]})")
    query = "select roleid::regrole::text from pg_auth_members where member = %s::regrole limit 1"
    if group := connection.execute(query, [role]).fetchone():
        raise PublicationError(f"{role} is a member of {group[0]}: {remedy} (revoke {group[0]} from {role})")
    if held := connection.execute(QUERIES["others"], {"role": role, "schema": schema}).fetchone():
        raise PublicationError(f"{role} owns or has rights on {held[0]}: {remedy}")


def advice(connection: psycopg.Connection, schema: str) -> list[str]:
    """What any role of a database may do, readers among them, until its owner or an administrator decides otherwise."""
    role = statements.reader_of(schema)
    database, temporary, objects, place = first_row(connection, QUERIES["advice"], {"role": role})
    results = []
    if temporary:
        results.append(f"anyone may create temporary tables here; revoke temporary on database {database} from public")
    if objects:
        results.append(
            f"anyone may create large objects here; as a superuser: revoke execute on function {LARGE_OBJECTS} from public"
        )
    results.append(
        f"anyone may notify and listen here, which PostgreSQL does not let one revoke: trust no notice of {database}"
    )
    if place:
        results.append(
            f"PostGIS is in schema {place}: grant usage on schema {place} to {role}, or readers cannot call its functions"
        )
    return [f"advice: {item}" for item in results]
