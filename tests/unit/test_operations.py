"""What an operator relies on: backups that come back whole, a status that a monitor reads, lines of a log, alerts without data."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import shutil
import socketserver
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from dagster_project.assets.jobs import failure_sensor, refresh_job
from dagster_project.checks import expectations
from dagster_project.command import app, nothing_to_do
from dagster_project.command.journal import Journal
from dagster_project.core import alert, digests
from dagster_project.definitions import build_defs
from dagster_project.release import backup, integrity, seals
from dagster_project.release.switch import current, kept_releases, memberships_file, move_internal, reports_folder, show
from dagster_project.settings import STATUTS, Settings, SettingsError, load_settings
from dagster_project.sources.registry import load_registry
from tests.conftest import settings

MIRROR = STATUTS["mirror"]
NAME = "20260101T000000Z-cog2026-mirror"
SECRET = "jeton-secret"


def release_in(house: Settings, name: str = NAME) -> Path:
    """A small folder that is whole by its own list; figures are nobody's."""
    place = house.publication / "releases" / name
    (place / "tables").mkdir(parents=True)
    (place / "tables" / "x.csv").write_text("a;b\n1;2\n", "utf-8")
    said = {"id": name, "cog_cible": 2026, "statut_donnees": MIRROR, "sources": []}
    (place / "datapackage.json").write_text(json.dumps(said), "utf-8")
    integrity.write(place)
    (house.bases / name).mkdir(parents=True)
    (house.bases / name / "lignes.parquet").write_bytes(b"communes")
    memberships_file(house.publication, name).parent.mkdir(parents=True)
    memberships_file(house.publication, name).write_bytes(b"atomes")
    return place


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return settings(tmp_path / "data")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return settings(tmp_path / "elsewhere")


def restored(house: Settings, saved: Path, digest: str | None = None) -> Path:
    return backup.restore(house.publication, house.bases, saved, shown=True, known=(2025, 2026), digest=digest)


def test_a_release_comes_back_with_what_the_house_keeps_of_it(
    house: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    place, saved = release_in(house), tmp_path / "saved.tar"
    digest = backup.save(house.publication, house.bases, NAME, saved)
    back = restored(elsewhere, saved, digest)
    assert {one: (back / one).read_bytes() for one in integrity.files(place)} == {
        one: (place / one).read_bytes() for one in integrity.files(place)
    }
    assert current(elsewhere.publication) == current(elsewhere.publication, 2026) == back
    assert (elsewhere.bases / NAME / "lignes.parquet").read_bytes() == b"communes"
    assert memberships_file(elsewhere.publication, NAME).read_bytes() == b"atomes"
    with pytest.raises(backup.BackupError, match="is there already: nothing was restored"):
        restored(elsewhere, saved, digest)
    with pytest.raises(backup.BackupError, match="choose another name"):
        backup.save(house.publication, house.bases, NAME, saved)


def test_memberships_that_are_there_are_never_replaced(house: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    release_in(house)
    digest = backup.save(house.publication, house.bases, NAME, tmp_path / "saved.tar")
    kept = memberships_file(elsewhere.publication, NAME)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"other atoms")
    with pytest.raises(backup.BackupError, match="nothing was restored"):
        restored(elsewhere, tmp_path / "saved.tar", digest)
    assert kept.read_bytes() == b"other atoms"


def test_a_password_is_not_taken_from_the_address_of_a_lake(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    for address in ("postgres:host=127.0.0.1 password=tellno1", "postgres:postgresql://me:tellno1@127.0.0.1/lac"):
        done = CliRunner().invoke(app.app, ["lake", address, str(house.data / "lac")])
        assert done.exit_code == 2 and "PGPASSWORD" in done.output and "tellno1" not in done.output


def test_a_contract_that_becomes_secret_is_judged_again(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrecy stands in contracts, and changes no row: gates must read them as rules."""
    rules = expectations.rules_of(house, judges=[load_registry])
    monkeypatch.setattr(expectations, "contracts_digest", lambda: "other contracts")
    assert expectations.rules_of(house, judges=[load_registry]) != rules


def test_a_damaged_release_is_not_saved(house: Settings, tmp_path: Path) -> None:
    (release_in(house) / "tables" / "x.csv").write_text("a;b\n1;3\n", "utf-8")
    with pytest.raises(backup.BackupError, match=r"tables/x.csv its bytes are not those of the list"):
        backup.save(house.publication, house.bases, NAME, tmp_path / "saved.tar")
    with pytest.raises(backup.BackupError, match="no release nothing; there are: "):
        backup.save(house.publication, house.bases, "nothing", tmp_path / "saved.tar")
    assert not list(tmp_path.glob("saved.tar*"))


def rewritten(saved: Path, change: dict[str, bytes | None], extra: tuple[tarfile.TarInfo, bytes] | None = None) -> None:
    """The same archive with some entries replaced or left out."""
    with tarfile.open(saved) as archive:
        entries = [(one, archive.extractfile(one).read() if one.isfile() else b"") for one in archive.getmembers()]
    with tarfile.open(saved, "w") as archive:
        for one, body in [*entries, *([extra] if extra else [])]:
            body = change.get(one.name, body)
            if body is not None:
                one.size = len(body)
                archive.addfile(one, io.BytesIO(body))


def link() -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(f"{NAME}/release/passwd")
    found.type, found.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return found, b""


def hard_link() -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(f"{NAME}/release/passwd")
    found.type, found.linkname = tarfile.LNKTYPE, f"{NAME}/base/lignes.parquet"
    return found, b""


def device() -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(f"{NAME}/release/null")
    found.type, found.devmajor, found.devminor = tarfile.CHRTYPE, 1, 3
    return found, b""


def forged(**said: object) -> dict[str, bytes]:
    """A catalogue that says something else, and a list of digests that agrees with it."""
    catalogue = {"id": NAME, "cog_cible": 2026, "statut_donnees": MIRROR, "sources": [], **said}
    body, table = json.dumps(catalogue).encode(), b"a;b\n1;2\n"
    listed = "".join(
        f"{hashlib.sha256(one).hexdigest()}  {name}\n"
        for name, one in (("datapackage.json", body), ("tables/x.csv", table))
    )
    return {f"{NAME}/release/datapackage.json": body, f"{NAME}/release/{integrity.DIGESTS}": listed.encode()}


CHANGED = f"{NAME}/release/tables/x.csv"
TAMPERED = {  # what was done to a file, and why it is refused even by who believes its digest
    "a table": ({CHANGED: b"a;b\n1;3\n"}, None, "its bytes are not those of the list"),
    "a table that is gone": ({CHANGED: None}, None, "x.csv is missing"),
    "the list is gone": ({f"{NAME}/release/{integrity.DIGESTS}": None}, None, "empreintes.sha256 is missing"),
    "the list is rubbish": ({f"{NAME}/release/{integrity.DIGESTS}": b"\xff"}, None, "cannot be read"),
    "a path that climbs": ({}, (tarfile.TarInfo("../../../escaped"), b"x"), "is no file of a release"),
    "an absolute path": ({}, (tarfile.TarInfo("/tmp/escaped"), b"x"), "is no file of a release"),
    "a link": ({}, link(), "is no file of a release"),
    "a hard link": ({}, hard_link(), "is no file of a release"),
    "a device": ({}, device(), "is no file of a release"),
    "a file twice": ({}, (tarfile.TarInfo(CHANGED), b"x"), "stands there twice"),
    "something unknown": ({}, (tarfile.TarInfo(f"{NAME}/autre/x"), b"x"), "no part of a saved release"),
    "memberships in a folder": (
        {},
        (tarfile.TarInfo(f"{NAME}/appartenances.parquet/x"), b"x"),
        "no part of a saved release",
    ),
    "a basis that is a file": ({}, (tarfile.TarInfo(f"{NAME}/base"), b"x"), "no part of a saved release"),
    "a catalogue without end": ({f"{NAME}/release/datapackage.json": b"[" * 200_000}, None, "bytes are not those"),
    "two releases": ({}, (tarfile.TarInfo("other/release/x"), b"x"), "does not hold one saved release"),
    "a name that hides": ({}, (tarfile.TarInfo(".incoming/release/x"), b"x"), "no part of a saved release"),
    "a vintage to come": (forged(cog_cible=2999), None, "no vintage that is known here: '2999'"),
    "a vintage that is a path": (forged(cog_cible="../../../x"), None, "no vintage that is known here"),
    "another identifier": (forged(id="autre"), None, "another identifier"),
    "an unknown status": (forged(statut_donnees="certifie"), None, "no status of figures"),
    "a catalogue that is a list": (
        {f"{NAME}/release/datapackage.json": b"[]"},
        None,
        "bytes are not those|cannot be read",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_not_restored(
    house: Settings, elsewhere: Settings, tmp_path: Path, name: str
) -> None:
    change, extra, said = TAMPERED[name]
    release_in(house)
    saved = tmp_path / "saved.tar"
    digest = backup.save(house.publication, house.bases, NAME, saved)
    rewritten(saved, change, extra)
    there = {one: one.read_bytes() for one in elsewhere.data.rglob("*") if one.is_file()}
    for known_as, problem in (
        (digest, "is not what was saved: its sha256 is"),
        (None, "was not saved from here"),
        (digests.sha256(saved), said),  # whoever is told the digest of the forgery
    ):
        with pytest.raises(backup.BackupError, match=problem) as told:
            restored(elsewhere, saved, known_as)
        assert "nothing was restored" in str(told.value).lower() or "cannot be read" in str(told.value)
        assert kept_releases(elsewhere.publication) == []
        assert {one: one.read_bytes() for one in elsewhere.data.rglob("*") if one.is_file()} == there
    assert not (tmp_path / "escaped").exists()


def test_a_whole_forgery_is_told_by_the_digest_outside(house: Settings, tmp_path: Path) -> None:
    """Everything inside agrees; the house that saved it knows better, and knows its own file without being told."""
    place, saved = release_in(house), tmp_path / "saved.tar"
    backup.save(house.publication, house.bases, NAME, saved)
    true = saved.read_bytes()
    rewritten(saved, {f"{NAME}/base/lignes.parquet": b"others"})
    shutil.rmtree(place)
    with pytest.raises(backup.BackupError, match="no longer what was saved"):
        restored(house, saved)
    saved.write_bytes(true)
    assert restored(house, saved) == place
    assert (house.bases / NAME / "lignes.parquet").read_bytes() == b"communes"


def test_a_basis_that_is_there_is_never_replaced(house: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    release_in(house)
    digest = backup.save(house.publication, house.bases, NAME, tmp_path / "saved.tar")
    (elsewhere.bases / NAME).mkdir(parents=True)
    (elsewhere.bases / NAME / "lignes.parquet").write_bytes(b"other communes")
    with pytest.raises(backup.BackupError, match="nothing was restored"):
        restored(elsewhere, tmp_path / "saved.tar", digest)
    assert (elsewhere.bases / NAME / "lignes.parquet").read_bytes() == b"other communes"


def test_a_release_that_nobody_published_is_told(house: Settings) -> None:
    """A whole copy under another name has no seal; by a link the same seal is looked at."""
    place = release_in(house)
    seals.keep(house.publication, place, NAME)
    copy = place.with_name(NAME.replace("20260101", "20260102"))
    shutil.copytree(place, copy)
    assert seals.damage(house.publication, place) is None
    assert "no seal was kept of it" in seals.damage(house.publication, copy)
    show(house.publication, place)
    another_list(place)
    for where in (place, house.publication / "current-cog2026"):
        assert "not the list that was published" in seals.damage(house.publication, where)


def test_releases_of_before_seals_are_sealed_once(house: Settings) -> None:
    place = release_in(house)
    assert seals.damage(house.publication, place) is None
    new = place.with_name(NAME.replace("20260101", "20260102"))
    shutil.copytree(place, new)
    seals.keep(house.publication, new, new.name)
    assert seals.damage(house.publication, place) is None
    another_list(place)
    assert "not the list that was published" in seals.damage(house.publication, place)


def test_a_saved_file_is_never_served(house: Settings) -> None:
    release_in(house)
    with pytest.raises(backup.BackupError, match="would be published"):
        backup.save(house.publication, house.bases, NAME, house.publication / "sauvegarde.tar")


def another_list(place: Path) -> None:
    (place / "tables" / "x.csv").write_text("a;b\n1;3\n", "utf-8")
    integrity.write(place)


def linked_folder(place: Path) -> None:
    (place / "site").symlink_to("/etc")


def linked_file(place: Path) -> None:
    (place / "tables" / "x.csv").rename(place.parent.parent / "x.csv")
    (place / "tables" / "x.csv").symlink_to(place.parent.parent / "x.csv")


TOUCHED = {  # what was done to a published folder, and what `status` says
    "a table and the list": (another_list, "empreintes.sha256 is not the list that was published"),
    "a table": (lambda place: (place / "tables" / "x.csv").write_text("a"), "bytes are not those of the list"),
    "a file more": (lambda place: (place / "tables" / "y.csv").write_text("a"), "y.csv is not listed"),
    "a file less": (lambda place: (place / "tables" / "x.csv").unlink(), "x.csv is missing"),
    "no list": (lambda place: (place / integrity.DIGESTS).unlink(), "empreintes.sha256 is missing"),
    "a list of rubbish": (
        lambda place: (place / integrity.DIGESTS).write_bytes(b"\xff\n"),
        "not the list that was published",
    ),
    "a link to a folder": (linked_folder, "site is a link"),
    "a link to a file": (linked_file, "x.csv is a link"),
    "a catalogue that is none": (lambda place: (place / "datapackage.json").write_text("["), "bytes are not those"),
    "a pipe": (lambda place: os.mkfifo(place / "tables" / "tube"), "tube is a link, or no file"),
}


@pytest.mark.parametrize("name", TOUCHED)
def test_status_and_targets_tell_what_somebody_touched(
    house: Settings, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch, said = TOUCHED[name]
    place = release_in(house)
    seals.keep(house.publication, place, NAME)
    show(house.publication, place)
    touch(place)
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    monkeypatch.setenv("FLUX_POSTGRES", "host=127.0.0.1 port=1")
    monkeypatch.setenv("FLUX_DATA_FAIR", "http://127.0.0.1:1")
    status = CliRunner().invoke(app.app, ["status"])
    assert status.exit_code == 1 and said in status.output and "Traceback" not in status.output
    saving = CliRunner().invoke(app.app, ["backup", str(tmp_path / "b.tar")])
    assert saving.exit_code == 2 and said in saving.output and not (tmp_path / "b.tar").exists()
    for target in (["postgresql"], ["portal", "data-fair"]):
        sending = CliRunner().invoke(app.app, ["publish", *target])
        assert sending.exit_code == 2
        assert "is not what was published" in sending.output and "nothing is sent" in sending.output


def test_a_current_that_leads_outside_is_told(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = release_in(house)
    place.rename(tmp_path / NAME)
    (house.publication / "current-cog2026").symlink_to(tmp_path / NAME)
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    status = CliRunner().invoke(app.app, ["status"])
    assert status.exit_code == 1 and "lies outside of the releases" in status.output


def test_rubbish_is_no_backup(elsewhere: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"not an archive")
    with pytest.raises(backup.BackupError, match="cannot be read"):
        restored(elsewhere, tmp_path / "x.tar", digests.sha256(tmp_path / "x.tar"))
    with pytest.raises(backup.BackupError, match="No such file"):
        restored(elsewhere, tmp_path / "y.tar")


def test_commands(house: Settings, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(chosen: Settings, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("FLUX_DATA", str(chosen.data))
        done = CliRunner().invoke(app.app, list(arguments))
        assert "Traceback" not in done.output
        return done.exit_code, done.output

    assert told(house, "status") == (1, told(house, "status")[1])
    assert "none has ended well for 40 days" in told(house, "status")[1]
    assert told(house, "backup", str(tmp_path / "b.tar"))[0] == 2
    place = release_in(house)
    code, said = told(house, "backup", str(tmp_path / "b.tar"), "--release", NAME)
    assert code == 0
    digest = re.search(r"sha256 ([0-9a-f]{64})", said)[1]
    assert told(elsewhere, "restore", str(tmp_path / "b.tar"), "--current")[0] == 2
    assert told(elsewhere, "restore", str(tmp_path / "b.tar"), "--current", "--sha256", digest)[0] == 0
    nothing_to_do.note(elsewhere, 2026, current(elsewhere.publication), {}, nothing_to_do.choices(elsewhere))
    code, said = told(elsewhere, "status")
    assert code == 0
    assert f"current-cog2026  {NAME}  {MIRROR}  whole" in said
    assert "1 releases kept" in said
    (current(elsewhere.publication) / "tables" / "x.csv").unlink()
    assert told(elsewhere, "status")[0] == 1
    assert place.is_dir()


@contextmanager
def hook(status: int = 200) -> Iterator[tuple[str, list[dict]]]:
    """A web hook on loopback that keeps what it is told."""
    seen: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{SECRET}", seen
        server.shutdown()


class Relay(socketserver.StreamRequestHandler):
    """As much of SMTP as one message needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 relay\r\n")
        body = False
        for line in self.rfile:
            if body:
                self.server.seen.append(line.decode())
                body = line != b".\r\n"
                if not body:
                    self.wfile.write(b"250 kept\r\n")
                continue
            word = line[:4].upper()
            body = word == b"DATA"
            self.wfile.write(b"354 go on\r\n" if body else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def test_a_web_hook_is_told_which_check_refused_and_no_row(tmp_path: Path) -> None:
    with hook() as (address, seen):
        chosen = settings(tmp_path, FLUX_ALERT=address)
        assert SECRET not in repr(chosen)
        assert alert.send(chosen, ["REFUSED by suite_gx on raw/aldo_stocks"], NAME) is None
    assert "REFUSED by suite_gx on raw/aldo_stocks" in seen[0]["text"]
    assert NAME in seen[0]["text"]


def test_a_hook_that_fails_is_said_without_its_address(tmp_path: Path) -> None:
    with hook(500) as (address, _):
        assert alert.send(settings(tmp_path, FLUX_ALERT=address), ["x"], None) == "HTTP 500"
    problem = alert.send(settings(tmp_path, FLUX_ALERT=f"http://127.0.0.1:9/{SECRET}"), ["x"], None)
    assert problem == "ConnectionError"
    assert alert.send(settings(tmp_path), ["x"], None) is None


def test_a_mail_goes_through_the_relay(tmp_path: Path) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Relay) as server:
        server.seen = []
        threading.Thread(target=server.handle_request, daemon=True).start()
        smtp = f"127.0.0.1:{server.server_address[1]}"
        chosen = settings(tmp_path, FLUX_ALERT="mailto:observatoire@example.org", FLUX_SMTP=smtp)
        assert alert.send(chosen, ["FAILED at warehouse"], None) is None
        said = "".join(server.seen)
    assert "To: observatoire@example.org" in said
    assert "FAILED at warehouse" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLUX_ALERT", f"http://example.org/{SECRET}"),
        ("FLUX_ALERT", SECRET),
        ("FLUX_SMTP", "a b"),
        ("FLUX_LOG", "xml"),
    ],
)
def test_unusable_settings_are_refused_without_repeating_a_secret(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings({name: value})
    assert SECRET not in str(refused.value)


def _logging_to(sink: logging.Handler, _: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("journal", logging.DEBUG)
    logger.addHandler(sink)
    return logger


def test_lines_of_a_refresh(released: Settings) -> None:
    """Two steps of a real refresh, as a person and as a machine read them."""

    text, machine = io.StringIO(), io.StringIO()
    sinks = {"text": Journal("text", text), "machine": Journal("json", machine)}
    loggers = {name: dg.LoggerDefinition(partial(_logging_to, sink)) for name, sink in sinks.items()}
    job = build_defs(released, loggers=loggers).resolve_job_def("refresh")
    wanted = [dg.AssetKey(["raw", "execution"]), dg.AssetKey(["raw", "territoires_locaux"])]
    with dg.DagsterInstance.ephemeral() as instance:
        config = {"loggers": {name: {} for name in sinks}}
        job.execute_in_process(config, asset_selection=wanted, instance=instance)
    lines = [json.loads(line) for line in machine.getvalue().splitlines()]
    assert {one["step"] for one in lines} == {"raw__execution", "raw__territoires_locaux"}
    assert all(one["state"] == "looked at" and one["seconds"] >= 0 for one in lines)
    assert [line.split()[1] for line in text.getvalue().splitlines()] == [one["step"] for one in lines]


def test_the_ui_tells_of_a_refresh_that_failed(tmp_path: Path) -> None:
    @dg.op
    def broken() -> None:
        raise RuntimeError(SECRET)

    @dg.job
    def refresh() -> None:
        broken()

    with hook() as (address, seen), dg.DagsterInstance.ephemeral() as instance:
        outcome = refresh.execute_in_process(instance=instance, raise_on_error=False)
        failure = next(event for event in outcome.all_events if event.event_type_value == "PIPELINE_FAILURE")
        context = dg.build_run_status_sensor_context("refresh_refused", failure, instance, outcome.dagster_run)
        chosen = settings(tmp_path, FLUX_ALERT=address)
        failure_sensor(chosen, refresh_job(chosen))(context.for_run_failure())
    assert "FAILED at broken" in seen[0]["text"]
    assert SECRET not in seen[0]["text"]


def test_what_names_communes_leaves_the_folder_that_one_serves(house: Settings) -> None:
    """Folders of earlier versions kept reports and memberships inside; what is beside already stays, a second move does nothing."""
    for name in ("rapports", "appartenances"):
        (house.publication / name).mkdir(parents=True)
    (house.publication / "rapports" / "a.txt").write_text("01001", "utf-8")
    (house.publication / "appartenances" / "a.parquet").write_bytes(b"old")
    memberships_file(house.publication, "b").parent.mkdir(parents=True)
    memberships_file(house.publication, "b").write_bytes(b"new")
    for _ in range(2):
        move_internal(house.publication)
    assert list(house.publication.iterdir()) == []
    assert (reports_folder(house.publication) / "a.txt").read_text("utf-8") == "01001"
    assert memberships_file(house.publication, "a").read_bytes() == b"old"
    assert memberships_file(house.publication, "b").read_bytes() == b"new"


def test_commands_for_programs(released: Settings) -> None:
    """`--json` prints one value of JSON and nothing else; names of before are taken."""

    def answer(*arguments: str) -> Any:
        done = CliRunner().invoke(app.app, list(arguments), env={"FLUX_DATA": str(released.data)})
        assert done.exit_code == 0 or arguments[0] == "status", (
            done.output
        )  # 1 there: no refresh was noted in this folder
        return json.loads(done.stdout)

    state = answer("status", "--json")
    assert [release["damage"] for release in state["releases"]] == [None] * len(state["releases"])
    assert {source["source"] for source in state["releases"][0]["sources"]} >= {"aldo_flux_total", "insee_communes"}
    explanation = answer("explain", "85", "--mesh", "departement", "--json")
    assert explanation == answer("explain", "85", "--maille", "departement", "--json")
    whole = sum(row["recolte"] for row in explanation["rows"])
    assert whole == pytest.approx(explanation["totals"]["recolte"], abs=1e-3)
    assert {row["code_source"] for row in answer("passage", "2018", "2026", "--code", "85084", "--json")} == {"85084"}


def test_version_and_completion() -> None:
    done = CliRunner().invoke(app.app, ["--version"])
    assert done.stdout.split()[0] == "flux-carbone" and done.stdout.split()[1][0].isdigit()
    assert "--install-completion" in CliRunner().invoke(app.app, ["--help"]).stdout
    assert CliRunner().invoke(app.app, ["publier", "--help"]).exit_code == 0
