"""What an operator relies on: backups that come back whole, a status that a monitor reads, lines of a log, alerts without data."""

from __future__ import annotations

import io
import json
import socketserver
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from dagster_project import alert, cli, digests, unchanged
from dagster_project.checks.expectations import rules_of
from dagster_project.definitions import build_defs
from dagster_project.jobs import failure_sensor
from dagster_project.journal import Journal
from dagster_project.publication import backup, intact
from dagster_project.publication.release import current, kept_releases, memberships_file, move_internal, reports_folder
from dagster_project.settings import Settings, SettingsError, load_settings
from tests.conftest import settings

NAME = "20260101T000000Z-cog2026-mirror"
SECRET = "jeton-secret"
RUN = "6f1a9c1e-0000-4000-8000-000000000000"


def release_in(house: Settings, name: str = NAME) -> Path:
    """A small folder that is whole by its own list; figures are nobody's."""
    place = house.publication / "releases" / name
    (place / "tables").mkdir(parents=True)
    (place / "tables" / "x.csv").write_text("a;b\n1;2\n", "utf-8")
    said = {"id": name, "cog_cible": 2026, "statut_donnees": "donnees d'une copie locale", "sources": []}
    (place / "datapackage.json").write_text(json.dumps(said), "utf-8")
    intact.write(place)
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


def test_a_release_comes_back_with_what_the_house_keeps_of_it(
    house: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    place, saved = release_in(house), tmp_path / "saved.tar"
    backup.save(house.publication, house.bases, NAME, saved)
    back = backup.restore(elsewhere.publication, elsewhere.bases, saved, shown=True)
    assert {one: (back / one).read_bytes() for one in intact.files(place)} == {
        one: (place / one).read_bytes() for one in intact.files(place)
    }
    assert current(elsewhere.publication) == current(elsewhere.publication, 2026) == back
    assert (elsewhere.bases / NAME / "lignes.parquet").read_bytes() == b"communes"
    assert memberships_file(elsewhere.publication, NAME).read_bytes() == b"atomes"
    with pytest.raises(backup.BackupError, match="is there already: nothing was restored"):
        backup.restore(elsewhere.publication, elsewhere.bases, saved, shown=True)
    with pytest.raises(backup.BackupError, match="choose another name"):
        backup.save(house.publication, house.bases, NAME, saved)


def test_memberships_that_are_there_are_never_replaced(house: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    release_in(house)
    backup.save(house.publication, house.bases, NAME, tmp_path / "saved.tar")
    kept = memberships_file(elsewhere.publication, NAME)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"other atoms")
    with pytest.raises(backup.BackupError, match="nothing was restored"):
        backup.restore(elsewhere.publication, elsewhere.bases, tmp_path / "saved.tar", shown=True)
    assert kept.read_bytes() == b"other atoms"


def test_a_password_is_not_taken_from_the_address_of_a_lake(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    for address in ("postgres:host=127.0.0.1 password=tellno1", "postgres:postgresql://me:tellno1@127.0.0.1/lac"):
        done = CliRunner().invoke(cli.app, ["lake", address, str(house.data / "lac")])
        assert done.exit_code == 2 and "PGPASSWORD" in done.output and "tellno1" not in done.output


def test_a_contract_that_becomes_secret_is_judged_again(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrecy stands in contracts, and changes no row: gates must read them as rules."""
    with_contracts, real = rules_of(house), digests.of_files
    contracts = digests.PROJECT_ROOT / "dagster_project" / "sources"

    def without(files: Iterable[Path], root: Path) -> str:
        return real((one for one in files if contracts not in one.parents), root)

    monkeypatch.setattr(digests, "of_files", without)
    assert rules_of(house) != with_contracts


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


def climbing() -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo("../../../escaped"), b"x"


def link() -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(f"{NAME}/release/passwd")
    found.type, found.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return found, b""


@pytest.mark.parametrize(
    ("change", "extra", "said"),
    [
        ({f"{NAME}/release/tables/x.csv": b"a;b\n1;3\n"}, None, "its bytes are not those of the list"),
        ({f"{NAME}/release/tables/x.csv": None}, None, "x.csv is missing"),
        ({f"{NAME}/release/{intact.DIGESTS}": None}, None, "does not hold one saved release"),
        ({f"{NAME}/base/lignes.parquet": b"others"}, None, "is not what was saved"),
        ({f"{NAME}/appartenances.parquet": b"others"}, None, "is not what was saved"),
        ({f"{NAME}/empreintes.json": None}, None, "is not what was saved"),
        ({}, climbing(), "cannot be read as a saved release"),
        ({}, link(), "cannot be read as a saved release"),
    ],
)
def test_what_is_not_what_was_saved_is_not_restored(
    house: Settings, elsewhere: Settings, tmp_path: Path, change: dict, extra: tuple | None, said: str
) -> None:
    release_in(house)
    saved = tmp_path / "saved.tar"
    backup.save(house.publication, house.bases, NAME, saved)
    rewritten(saved, change, extra)
    with pytest.raises(backup.BackupError, match=said):
        backup.restore(elsewhere.publication, elsewhere.bases, saved, shown=True)
    assert kept_releases(elsewhere.publication) == []
    assert [one for one in elsewhere.data.rglob("*") if one.is_file()] == []
    assert not (tmp_path / "escaped").exists()


def test_rubbish_is_no_backup(elsewhere: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"not an archive")
    with pytest.raises(backup.BackupError, match="cannot be read"):
        backup.restore(elsewhere.publication, elsewhere.bases, tmp_path / "x.tar", shown=False)


def test_commands(house: Settings, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(chosen: Settings, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("FLUX_DATA", str(chosen.data))
        done = CliRunner().invoke(cli.app, list(arguments))
        assert "Traceback" not in done.output
        return done.exit_code, done.output

    assert told(house, "status") == (1, told(house, "status")[1])
    assert "none has ended well for 40 days" in told(house, "status")[1]
    assert told(house, "backup", str(tmp_path / "b.tar"))[0] == 2
    place = release_in(house)
    assert told(house, "backup", str(tmp_path / "b.tar"), "--release", NAME)[0] == 0
    assert told(elsewhere, "restore", str(tmp_path / "b.tar"), "--current")[0] == 0
    unchanged.note(elsewhere, 2026, current(elsewhere.publication), {}, unchanged.choices(elsewhere))
    code, said = told(elsewhere, "status")
    assert code == 0
    assert f"current-cog2026  {NAME}  donnees d'une copie locale  whole" in said
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
        chosen = settings(tmp_path, FLUX_ALERTE=address)
        assert SECRET not in repr(chosen)
        assert alert.send(chosen, ["REFUSED by suite_gx on raw/aldo_stocks"], NAME) is None
    assert "REFUSED by suite_gx on raw/aldo_stocks" in seen[0]["text"]
    assert NAME in seen[0]["text"]


def test_a_hook_that_fails_is_said_without_its_address(tmp_path: Path) -> None:
    with hook(500) as (address, _):
        assert alert.send(settings(tmp_path, FLUX_ALERTE=address), ["x"], None) == "HTTP 500"
    problem = alert.send(settings(tmp_path, FLUX_ALERTE=f"http://127.0.0.1:9/{SECRET}"), ["x"], None)
    assert problem == "ConnectionError"
    assert alert.send(settings(tmp_path), ["x"], None) is None


def test_a_mail_goes_through_the_relay(tmp_path: Path) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Relay) as server:
        server.seen = []
        threading.Thread(target=server.handle_request, daemon=True).start()
        smtp = f"127.0.0.1:{server.server_address[1]}"
        chosen = settings(tmp_path, FLUX_ALERTE="mailto:observatoire@example.org", FLUX_SMTP=smtp)
        assert alert.send(chosen, ["FAILED at warehouse"], None) is None
        said = "".join(server.seen)
    assert "To: observatoire@example.org" in said
    assert "FAILED at warehouse" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLUX_ALERTE", f"http://example.org/{SECRET}"),
        ("FLUX_ALERTE", SECRET),
        ("FLUX_SMTP", "a b"),
        ("FLUX_JOURNAL", "xml"),
    ],
)
def test_unusable_settings_are_refused_without_repeating_a_secret(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings({name: value})
    assert SECRET not in str(refused.value)


def test_lines_of_a_refresh(released: Settings) -> None:
    """Two steps of a real refresh, as a person and as a machine read them."""

    text, machine = io.StringIO(), io.StringIO()
    job = build_defs(released).resolve_job_def("refresh")
    wanted = [dg.AssetKey(["raw", "execution"]), dg.AssetKey(["raw", "territoires_locaux"])]
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_event_listener(RUN, Journal("texte", text))
        instance.add_event_listener(RUN, Journal("json", machine))
        job.execute_in_process(asset_selection=wanted, instance=instance, run_id=RUN)
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
        failure_sensor(settings(tmp_path, FLUX_ALERTE=address))(context.for_run_failure())
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
