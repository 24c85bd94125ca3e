"""No dead end: after a refusal and a correction every command answers again; what is disposable stops nothing; odd places are named."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from dagster_project.checks import dossier_rules
from dagster_project.command import app, start
from dagster_project.core import files, lock
from dagster_project.core.digests import sha256
from dagster_project.release import integrity
from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings, SettingsError, load_settings
from tests.conftest import copy_of, messages, refresh

EPCI = "200071918"
TOTAL = "aldo/published/aldo-flux-total-et-surfaces-converties.csv.gz"


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLUX_", "DAGSTER_", "DBT_"))}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**kept, **environ},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def spoil(copy: Path) -> None:
    """A number that no number is: gate 2 refuses it."""
    path = copy / TOTAL
    text = gzip.decompress(path.read_bytes()).decode()
    lines = text.split("\n")
    cells = lines[3].split(",")
    cells[12] = '"1_2"'
    path.write_bytes(gzip.compress("\n".join([*lines[:3], ",".join(cells), *lines[4:]]).encode()))


@pytest.mark.thorough
def test_a_refused_build_leaves_the_warehouse_that_answers(house: Settings, altered_copy: Path) -> None:
    """Refused at gate 2, then the file is as it was: `explain` answers all along, from the warehouse of the last release."""
    before = sha256(house.warehouse)
    asked = functools.partial(CliRunner().invoke, app.app, ["explain", EPCI], env={"FLUX_DATA": str(house.data)})
    first = asked()
    assert first.exit_code == 0, first.output
    spoil(altered_copy)
    refused = refresh(house, altered_copy)
    assert "stg_aldo__rejets" in messages(refused)
    assert sha256(house.warehouse) == before
    again = asked()
    assert (again.exit_code, again.output) == (0, first.output)


@pytest.mark.thorough
def test_a_no_op_looks_at_the_warehouse_too(house: Settings) -> None:
    """The remedy of the message works: `make run` rebuilds a warehouse that is not the one that the release came from."""
    environ = {"FLUX_DATA": str(house.data), "FLUX_PRODUCTS": "none"}
    assert run("dagster_project", **environ).returncode == 0
    assert "Nothing to do" in run("dagster_project", **environ).stdout
    warehouse = load_settings(environ).warehouse
    warehouse.write_bytes(warehouse.read_bytes()[:-1])
    said = run("dagster_project.command.app", "explain", EPCI, **environ)
    assert said.returncode == 2 and "make run" in said.stderr
    ended = run("dagster_project", **environ)
    assert ended.returncode == 0 and "Nothing to do" not in ended.stdout, ended.stderr
    assert run("dagster_project.command.app", "explain", EPCI, **environ).returncode == 0


@pytest.mark.thorough
def test_a_damaged_history_is_set_aside_with_a_word(house: Settings) -> None:
    environ = {"FLUX_DATA": str(house.data), "FLUX_PRODUCTS": "none"}
    assert run("dagster_project", **environ).returncode == 0
    for path in (house.dagster_home / "history").rglob("*.db"):
        path.write_bytes(b"x" * 5000)
    for page in (house.data / "ledger").glob("refresh_*"):
        page.unlink()  # or there is nothing to do, and no history to write
    ended = run("dagster_project", **environ)
    assert ended.returncode == 0, ended.stderr
    assert "history was damaged: begun anew" in " ".join(ended.stderr.split())
    assert list(house.dagster_home.glob("history.damaged-*"))


@pytest.mark.thorough
def test_the_environment_of_other_projects_does_not_leak_in(house: Settings, tmp_path: Path) -> None:
    foreign = {
        "DBT_TARGET": "spark",
        "DBT_PROFILES_DIR": "/nulle/part",
        "DBT_TARGET_PATH": str(tmp_path / "x"),
        "DAGSTER_HOME": "/nulle/part",
    }
    ended = run("dagster_project", "refresh", "--force", FLUX_DATA=str(house.data), FLUX_PRODUCTS="none", **foreign)
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a*b", "a[b]"])
def test_a_path_that_databases_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is misread by databases; choose another"):
        load_settings({"FLUX_DATA": str(tmp_path / name)})


def test_a_loop_of_links_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    monkeypatch.setenv("FLUX_DATA", str(tmp_path / "a"))
    assert start.refresh() == 2
    assert "FLUX_DATA=" in capsys.readouterr().err


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", none)
    with (
        pytest.raises(lock.LockError, match=r"file system without locks \(No locks available\)"),
        lock.exclusive(tmp_path),
    ):
        pass


def test_a_file_system_without_links_is_no_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(files.os, "link", none)
    (tmp_path / "a").write_text("x")
    files.link_or_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "x"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a free port of the loopback interface, as any static host serves it."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def dead_links(root: str) -> tuple[list[str], int]:
    """Links that lead to nothing, followed from the first page; and how many there are."""
    waiting, seen, dead = [root], {root}, []
    while waiting:
        page = waiting.pop()
        try:
            with urlopen(page) as answer:
                body = answer.read().decode("utf-8") if "html" in answer.headers.get("Content-Type", "") else ""
        except OSError:
            dead.append(page)
            continue
        if "/documentation/" in page:  # dbt's own page: one file, whose links are its script's
            continue
        for link in re.findall(r'(?:href|src)="([^"#]+)', body):
            target = urljoin(page, link).split("#")[0]
            if urlsplit(target).netloc == urlsplit(root).netloc and target not in seen:
                seen.add(target)
                waiting.append(target)
            assert "/../" not in unquote(target)
    return dead, len(seen)


@pytest.mark.parametrize("place", ["site", "."])
def test_the_site_is_whole_wherever_it_is_put(released: Settings, place: str) -> None:
    """From its own folder and from the release's: every link of every page is followed, none is dead."""
    with served(current(released.publication) / place) as root:
        dead, links = dead_links(root)
    assert dead == []
    assert links > 50


def test_a_download_of_the_site_that_is_not_the_release_s_closes_gate_4(released: Settings, tmp_path: Path) -> None:
    place = current(copy_of(released, tmp_path).publication)
    assert list(dossier_rules.unlike(place)) == []
    (place / "site" / "telechargement" / "tables" / "communes.csv").write_text("01001;1\n", "utf-8")
    integrity.write(place)
    assert "communes.csv" in str(next(dossier_rules.unlike(place)))
