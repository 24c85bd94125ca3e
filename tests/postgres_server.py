"""A PostgreSQL server of the tests' own, from Debian's packages: on loopback, in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
PUBLISHER = "publieur"


@dataclass(frozen=True)
class Server:
    """A running server; `postgres` is its superuser, `publieur` owns the databases and is no superuser."""

    port: int

    def dsn(self, database: str, user: str = PUBLISHER) -> str:
        """Connection string of a user; nobody has a password."""
        return f"host=127.0.0.1 port={self.port} dbname={database} user={user}"

    def execute(self, database: str, query: str | SQL, user: str = "postgres") -> list[tuple]:
        """Run one statement and return its rows."""
        with psycopg.connect(self.dsn(database, user), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def database(self, name: str, *, postgis: bool = True) -> str:
        """A new database of the publisher's, with PostGIS already in it or not."""
        template = "avec_postgis" if postgis else "template0"
        names = map(Identifier, (name, PUBLISHER, template))
        self.execute("postgres", SQL("create database {} owner {} template {}").format(*names))
        return name


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server, stop it by its own pid; skips where PostgreSQL or PostGIS is not installed."""
    if not BINARIES or not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        pytest.skip("no PostgreSQL with PostGIS here: apt-get install postgresql-15 postgresql-15-postgis-3")
    binaries = BINARIES[-1].parent
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="flux-postgres-"))  # not pytest's, which the user postgres cannot enter
    if user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", (folder / "log").open("wb")
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
    serve = [binaries / "postgres", "-D", data, *(part for option in options for part in ("-c", option))]
    process = None
    try:
        subprocess.run(initdb, check=True, stdout=log, stderr=log, cwd=folder, **user)
        process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder, **user)
        server = Server(port)
        _wait(server, process, folder / "log")
        server.execute("postgres", f"create role {PUBLISHER} login createrole")
        server.execute("postgres", "create database avec_postgis")
        server.execute("avec_postgis", "create extension postgis")
        yield server
    finally:
        if process:
            process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
            process.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(psycopg.OperationalError):
            server.execute("postgres", "select 1")
            return
        time.sleep(0.1)
    raise RuntimeError(log.read_text("utf-8", errors="replace")[-2000:])
