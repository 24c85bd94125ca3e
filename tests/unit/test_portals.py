"""Sending a release to Data Fair and data.gouv.fr: once, again, after any interruption; never what must not be."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from dagster_project.delivery.portals.client import PortalError, Session
from dagster_project.delivery.portals.data_fair_upload import DataFair
from dagster_project.delivery.portals.data_gouv_upload import PATH, DataGouv
from dagster_project.delivery.portals.sending import Step, send
from dagster_project.delivery.portals.uploads import Upload
from dagster_project.release.candidate import fingerprint
from dagster_project.release.catalogue import CATALOGUE
from dagster_project.release.conventions import ABOUT
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.unit.publishing_portal import KEY, Publishing, serve

ROWS = {
    "bilan_global": "code_territoire;nom_territoire;flux_tco2e\n01;Ain;-12,5\n02;Aisne;3,25\n",
    "territoires": "code_territoire;nom_territoire;cog\n01;Ain;2026\n02;Aisne;2026\n",
}
COLUMNS = {
    "code_territoire": {"type": "string", "description": "Code."},
    "nom_territoire": {"type": "string", "description": "Nom."},
    "flux_tco2e": {"type": "number", "description": "Flux.", "unit": "t CO2e/an", "decimalChar": ","},
    "cog": {"type": "integer", "description": "Millesime."},
}
PORTALS = ["data_fair", "data_gouv"]
WRITES = {"data_fair": 7, "data_gouv": 13}  # of a full send
FAULTS = ["cut", "cut after", "500", "500 after", "502", "503"]


@pytest.fixture
def publishing() -> Iterator[Publishing]:
    with serve() as portal:
        yield portal


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def write_release(folder: Path, statut: str = "données publiées", **rows: str) -> Path:
    """A release of two tables and two other files, laid out as candidate.py does."""
    (folder / "tables").mkdir(parents=True)
    (folder / "contours").mkdir()
    resources = []
    for table, text in (ROWS | rows).items():
        target = folder / "tables" / table
        target.with_suffix(".csv").write_text(text, "utf-8")
        said = f"Table {table}. [{statut}] convention_de_signe : propre a {table}. licence : Licence Ouverte"
        duckdb.execute(
            f"copy (from read_csv('{target}.csv', delim=';', all_varchar=true)) to '{target}.parquet' "
            f"(format parquet, kv_metadata {{description: '{said}'}})"
        )
        fields = [{"name": name, **COLUMNS[name]} for name in text.splitlines()[0].split(";")]
        resources += [
            {
                "name": f"{table}-{form}",
                "path": f"tables/{table}.{form}",
                "format": form,
                "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[form],
                "description": f"Table {table}.",
                **fingerprint(target.with_suffix(f".{form}")),
                "schema": {"fields": fields},
            }
            for form in ("parquet", "csv")
        ]
    for path, form in (("carbone.duckdb", "duckdb"), ("contours/territoires_carte.parquet", "geoparquet")):
        (folder / path).write_bytes(b"\r\n--\x00\xff" + path.encode() + os.urandom(300_000))
        about = {"name": form, "path": path, "format": form, "description": f"Fichier {form}."}
        resources.append({**about, **fingerprint(folder / path)})
    catalogue = {
        "name": "flux-carbone-v2",
        "title": "Flux annuels et stocks de carbone des territoires francais",
        "id": "20261125T032116Z-cog2026-live",
        "licenses": [{"title": "Licence Ouverte / Open Licence 2.0"}, {"title": "non precisee"}],
        "statut_donnees": statut,
        "periode": "annee moyenne 2012-2018 ; ce n'est pas une serie temporelle",
        "periode_stocks": "etat de 2018",
        "annees_flux": "2012-2018",
        "sources": [
            {"title": "Flux", "attribution": "ADEME", "licence": "LO", "address": "https://data.example.org/flux"}
        ],
        **ABOUT,
        "resources": resources,
    }
    (folder / CATALOGUE).write_text(json.dumps(catalogue, ensure_ascii=False), "utf-8")
    return folder


class Sender:
    """One kind of portal, its state file, and every line that was said."""

    def __init__(self, kind: str, publishing: Publishing, folder: Path) -> None:
        self.kind, self.publishing, self.state, self.said = kind, publishing, folder / "etat" / f"{kind}.json", []

    def portal(self, key: str | None = KEY, **options: float) -> DataFair | DataGouv:
        if self.kind == "data_fair":
            return DataFair(self.publishing.url, key, **(self.fast | options))
        return DataGouv(self.publishing.url, key, backoff=0.001)

    fast: ClassVar = {"backoff": 0.001, "pause": 0.001, "patience": 5.0}

    def __call__(self, release: Path, *, dry_run: bool = False, **options: object) -> list[Step]:
        return send(self.portal(**options), release, self.state, dry_run=dry_run, say=self.said.append)

    def fails(self, release: Path, **options: object) -> str:
        """The message of a send that stops; everything that could be logged of it is kept with what was said."""
        with pytest.raises(PortalError) as caught:
            self(release, **options)
        self.said += traceback.format_exception(caught.value)
        return str(caught.value)

    def content(self) -> dict[str, bytes]:
        """What the portal holds, by path in the release; something twice is an error."""
        held = self.publishing
        if self.kind == "data_fair":
            marks = {ident: one["extras"]["flux-carbone-v2"] for ident, one in held.datasets.items()}
            found = [(mark["path"], held.files[ident]) for ident, mark in marks.items() if "path" in mark]
            attached = [one["name"] for one in held.datasets["flux-carbone-v2"]["attachments"]]
            found += [(name, held.files[f"flux-carbone-v2/{name}"]) for name in attached]
        else:
            assert len(held.udata) == 1
            resources = next(iter(held.udata.values()))["resources"]
            found = [(one["extras"][PATH], held.files[one["id"]]) for one in resources]
        assert len(dict(found)) == len(found)
        return dict(found)

    def expected(self, release: Path) -> dict[str, bytes]:
        paths = [one["path"] for one in json.loads((release / CATALOGUE).read_text("utf-8"))["resources"]]
        if self.kind == "data_gouv":
            return {path: (release / path).read_bytes() for path in paths}
        kept = [path for path in paths if not (path.startswith("tables/") and path.endswith(".parquet"))]
        return {p if p.startswith("tables/") else p.replace("/", "-"): (release / p).read_bytes() for p in kept}

    def ids(self) -> set[str]:
        held = self.publishing
        return set(held.datasets) | {one["id"] for dataset in held.udata.values() for one in dataset["resources"]}


@pytest.fixture(params=PORTALS)
def sender(request: pytest.FixtureRequest, publishing: Publishing, tmp_path: Path) -> Iterator[Sender]:
    """Both kinds in turn; whatever the test did, the key is in nothing that was said, kept or asked for."""
    one = Sender(request.param, publishing, tmp_path)
    yield one
    kept = "".join(path.read_text("utf-8") for path in one.state.parent.glob("*"))
    asked = "".join(path for _, path, _ in publishing.requests)
    for place in ("\n".join(one.said), kept, asked, repr(one.portal()), repr(one.portal().session)):
        assert KEY not in place
        assert "Secrete" not in place


def actions(steps: list[Step]) -> set[str]:
    return {step.action for step in steps}


def test_a_dry_run_only_reads_without_key_and_says_all(sender: Sender, release: Path) -> None:
    steps = sender(release, dry_run=True)
    assert actions(steps) == {"create"}
    assert {method for method, _, _ in sender.publishing.requests} == {"GET"}
    assert not any(KEY in headers.values() for _, _, headers in sender.publishing.requests)
    assert len([line for line in sender.said if "would be created" in line]) == len(steps)
    assert not sender.state.exists()
    sender(release)
    before = len(sender.publishing.writes)
    assert actions(sender(release, dry_run=True, key=None)) == {"unchanged"}
    assert len(sender.publishing.writes) == before


def test_dry_run_is_the_default(sender: Sender, release: Path) -> None:
    send(sender.portal(), release, sender.state, say=sender.said.append)
    assert sender.publishing.requests
    assert not sender.publishing.writes


def test_a_full_send_then_nothing_even_without_state(sender: Sender, release: Path) -> None:
    steps = sender(release)
    assert actions(steps) == {"create"}
    assert sender.content() == sender.expected(release)
    assert len(sender.publishing.writes) == WRITES[sender.kind]
    for lost in (False, True):
        if lost:
            sender.state.unlink()
        again = sender(release)
        assert actions(again) == {"unchanged"}
        assert [step.resource for step in again] == [step.resource for step in steps]
    sender.state.write_text('{"portal": 3', "utf-8")
    assert actions(sender(release)) == {"unchanged"}
    assert len(sender.publishing.writes) == WRITES[sender.kind]


def test_one_changed_file_is_replaced_in_place(sender: Sender, release: Path, tmp_path: Path) -> None:
    sender(release)
    ids, before = sender.ids(), len(sender.publishing.writes)
    changed = tmp_path / "release" / "tables" / "bilan_global.csv"
    changed.write_text(ROWS["bilan_global"].replace("12,5", "13,5"), "utf-8")
    restate(release)
    steps = sender(release)
    assert [step.action for step in steps if step.action != "unchanged"] == ["replace"]
    assert len(sender.publishing.writes) - before == {"data_fair": 1, "data_gouv": 2}[sender.kind]
    assert sender.ids() == ids
    assert sender.content() == sender.expected(release)


def test_changed_metadata_sends_no_file(sender: Sender, release: Path) -> None:
    sender(release)
    before = len(sender.publishing.writes)
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    catalogue["id"] = "20261126T000000Z-cog2026-live"
    (release / CATALOGUE).write_text(json.dumps(catalogue), "utf-8")
    steps = sender(release)
    assert sorted(step.action for step in steps if step.action != "unchanged") == ["metadata"]
    assert len(sender.publishing.writes) == before + 1
    assert actions(sender(release)) == {"unchanged"}


def test_a_changed_column_description_reaches_data_fair(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_fair", publishing, tmp_path)
    sender(release)
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    for one in catalogue["resources"]:
        for column in one.get("schema", {}).get("fields", []):
            column["description"] += " Bis."
    (release / CATALOGUE).write_text(json.dumps(catalogue), "utf-8")
    assert [step.action for step in sender(release)][:2] == ["metadata", "metadata"]
    schema = publishing.datasets["flux-carbone-v2-territoires"]["schema"]
    assert schema[0]["description"] == "Code. Bis."
    assert [one["key"] for one in schema] == ["code_territoire", "nom_territoire", "cog"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("kind", "number"), [(kind, n + 1) for kind in PORTALS for n in range(WRITES[kind])])
def test_after_any_interruption_a_send_goes_on(
    publishing: Publishing, release: Path, tmp_path: Path, kind: str, number: int, fault: str
) -> None:
    sender = Sender(kind, publishing, tmp_path)
    publishing.faults = {number: fault}
    try:
        sender(release)
    except PortalError as error:
        assert "Run again" in str(error)
        if number % 2:
            sender.state.unlink(missing_ok=True)
        sender(release)
    assert not publishing.faults, "the fault was not reached"
    assert sender.content() == sender.expected(release)
    before = len(publishing.writes)
    assert actions(sender(release)) == {"unchanged"}
    assert len(publishing.writes) == before


@pytest.mark.parametrize("number", range(1, 10))
def test_killed_at_any_write_then_another_release(
    sender: Sender, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A kill during a replacement, then the release of before again: what is there is what was asked for last."""
    sender(release)
    newer = write_release(tmp_path / "newer", **{name: text.replace("Ain", "AIN") for name, text in ROWS.items()})
    call, done = Session.call, []

    def killed(self: Session, method: str, *rest: object, **more: object) -> object:
        if method != "GET":
            done.append(method)
            if len(done) == number:
                raise KeyboardInterrupt
        return call(self, method, *rest, **more)

    monkeypatch.setattr(Session, "call", killed)
    with contextlib.suppress(KeyboardInterrupt):
        sender(newer)
    monkeypatch.undo()
    sender(release)
    assert sender.content() == sender.expected(release)


def test_too_many_requests_are_waited_out(sender: Sender, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    real, mine = time.sleep, threading.current_thread()

    def sleep(seconds: float) -> None:  # of this thread alone: servers of other tests may still be ending
        waits.append(seconds) if threading.current_thread() is mine else real(seconds)

    monkeypatch.setattr("dagster_project.delivery.portals.client.time.sleep", sleep)
    sender.publishing.throttle = {"times": 2, "after": "7"}
    sender(release)
    assert waits[:2] == [7, 7]
    assert sender.content() == sender.expected(release)
    sender.publishing.throttle = {"times": 1, "after": "Wed, 21 Oct 2099 07:28:00 GMT"}
    waits.clear()
    sender(release)
    assert waits == [Session.longest_wait]


def test_a_portal_that_stays_busy_is_given_up(sender: Sender, release: Path) -> None:
    sender.publishing.throttle = {"times": 99, "after": "0"}
    assert "HTTP 429" in sender.fails(release)
    assert 99 - sender.publishing.throttle["times"] == Session.attempts


def test_a_refused_key_and_no_key(sender: Sender, release: Path) -> None:
    wrong = "Fausse-Secrete/9"
    sender.publishing.echo = True
    said = sender.fails(release, key=wrong)
    assert "the key was refused (HTTP 401" in said
    assert f"Set FLUX_{sender.kind.upper()}_KEY" in said
    assert wrong not in "".join(sender.said)
    asked = len(sender.publishing.requests)
    for none in (None, ""):
        assert f"Set FLUX_{sender.kind.upper()}_KEY" in sender.fails(release, key=none)
    assert "space or an accent" in sender.fails(release, key="Secrete\n")
    assert len(sender.publishing.requests) == asked


def test_the_key_is_a_header_of_every_request_of_a_send(sender: Sender, release: Path) -> None:
    """So that the scan of `sender` means something: the key was there to leak."""
    sender(release)
    assert all(KEY in headers.values() for _, _, headers in sender.publishing.requests)


def test_demonstration_data_is_refused_before_any_request(sender: Sender, tmp_path: Path) -> None:
    assert "demonstration" in sender.fails(write_release(tmp_path / "essai", "données de démonstration"))
    assert not sender.publishing.requests


def test_the_house_s_own_release_can_be_described_and_as_a_demonstration_is_never_sent(
    sender: Sender, released: Settings
) -> None:
    place = current(released.publication)
    assert "demonstration data is never sent" in sender.fails(place)
    assert not sender.publishing.requests
    assert actions(sender(place, dry_run=True)) == {"create"}
    assert not sender.publishing.writes


@pytest.mark.parametrize(
    "damage", [lambda p: p.write_bytes(p.read_bytes() + b"\n"), Path.unlink], ids=["altered", "missing"]
)
def test_a_file_that_is_not_the_catalogue_s_stops_all(
    sender: Sender, release: Path, damage: Callable[[Path], object]
) -> None:
    damage(release / "tables" / "territoires.csv")
    assert "tables/territoires.csv" in sender.fails(release)
    assert not sender.publishing.requests


def test_a_path_out_of_the_release_is_refused(sender: Sender, release: Path) -> None:
    (release.parent / "secret.csv").write_text("x", "utf-8")
    restate(release, lambda one: one | {"path": "../secret.csv", **fingerprint(release.parent / "secret.csv")})
    assert "../secret.csv" in sender.fails(release)
    assert not sender.publishing.requests


def test_a_redirect_elsewhere_is_not_followed(sender: Sender, release: Path) -> None:
    with serve() as other:
        sender.publishing.redirect = other.url.replace("127.0.0.1", "localhost")
        assert "redirected to http://localhost" in sender.fails(release)
        assert not other.requests


@pytest.mark.parametrize(
    "address",
    ["http://data.example.org", "ftp://127.0.0.1", "https://me:pass@data.example.org", "https://x.org/?apiKey=1"],
)
@pytest.mark.parametrize("portal", [DataFair, DataGouv])
def test_unsafe_addresses(portal: type, address: str) -> None:
    with pytest.raises(PortalError) as caught:
        portal(address, KEY)
    assert address not in str(caught.value)


def test_leading_zeros_survive_and_each_table_states_its_own_sign(
    publishing: Publishing, release: Path, tmp_path: Path
) -> None:
    Sender("data_fair", publishing, tmp_path)(release)
    ident = "flux-carbone-v2-bilan-global"
    assert [row["code_territoire"] for row in publishing.lines(ident)] == ["01", "02"]
    dataset = publishing.datasets[ident]
    types = {one["key"]: one["type"] for one in dataset["schema"]}
    assert types["code_territoire"] == "string"
    assert types["flux_tco2e"] == "number"
    assert dataset["schema"][2]["description"] == "Flux. Unité : t CO2e/an."
    assert "propre a bilan_global" in dataset["description"]
    assert dataset["license"]["href"].startswith("https://")
    assert dataset["origin"] == "https://data.example.org/flux"
    dataset["schema"] = []
    assert [row["code_territoire"] for row in publishing.lines(ident)] == [1, 2], "without the schema they would not"


def test_metadata_of_data_gouv(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    Sender("data_gouv", publishing, tmp_path)(release)
    (dataset,) = publishing.udata.values()
    assert dataset["license"] == "lov2"
    assert dataset["spatial"] == {"granularity": "fr:epci"}
    assert dataset["temporal_coverage"] == {"start": "2012-01-01", "end": "2018-12-31"}
    assert dataset["frequency"] == "irregular"
    assert {"epci", "carbone"} <= set(dataset["tags"])
    assert "ADEME" in dataset["description"]
    texts = {one["title"]: one["description"] for one in dataset["resources"]}
    assert "propre a territoires" in texts["territoires.csv"]


def test_a_session_that_reads_cannot_write(sender: Sender) -> None:
    with pytest.raises(PortalError, match="in a dry run"):
        sender.portal().session.call("PATCH", "/datasets/x", "x", body={})
    assert not sender.publishing.requests


def test_the_state_of_another_portal_is_not_used(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    sender(release)
    state = json.loads(sender.state.read_text("utf-8"))
    assert state["ids"]["dataset"] in publishing.udata
    for portal, used in ((publishing.url, True), ("https://autre.example.org", False)):
        sender.state.write_text(json.dumps(state | {"portal": portal, "ids": {"dataset": "garde"}}), "utf-8")
        publishing.requests.clear()
        assert actions(sender(release)) == {"unchanged"}
        assert used == any("/datasets/garde/" in path for _, path, _ in publishing.requests)


def test_a_private_dataset_stays_private(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    sender(release)
    (dataset,) = publishing.udata.values()
    dataset["private"], dataset["extras"]["flux-carbone-v2:metadata"], dataset["extras"]["autre"] = True, "", "a garder"
    assert "metadata" in actions(sender(release))
    assert dataset["private"] is True
    assert dataset["extras"]["autre"] == "a garder"


def test_what_left_the_release_is_said_and_left(sender: Sender, release: Path) -> None:
    sender(release)
    files = dict(sender.publishing.files)
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    catalogue["resources"] = catalogue["resources"][:-1]
    (release / CATALOGUE).write_text(json.dumps(catalogue), "utf-8")
    sender(release)
    assert [line for line in sender.said if "territoires_carte.parquet is no longer in the release" in line]
    assert sender.publishing.files == files
    assert not [write for write in sender.publishing.writes if write.startswith("DELETE")]


def test_failed_processing_is_an_error_and_is_sent_again(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_fair", publishing, tmp_path)
    publishing.failing = {"flux-carbone-v2-bilan-global"}
    said = sender.fails(release)
    assert "flux-carbone-v2-bilan-global" in said
    assert "processing failed: ligne 3 illisible" in said
    assert "flux-carbone-v2-territoires" in publishing.files, "the other tables were sent"
    assert "processing failed" in sender.fails(release)
    publishing.failing = set()
    sender(release)
    assert sender.content() == sender.expected(release)


def test_endless_processing_is_given_up(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    publishing.looks = 10**9
    sender = Sender("data_fair", publishing, tmp_path)
    assert "still being processed" in sender.fails(release, patience=0.05)
    publishing.datasets["flux-carbone-v2-bilan-global"]["draft"]["looks"] = publishing.looks = 1
    sender(release)
    assert sender.content() == sender.expected(release)


def test_an_identifier_of_somebody_else_is_left_alone(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    publishing.datasets["flux-carbone-v2-bilan-global"] = {"id": "x", "status": "finalized", "extras": {}}
    sender = Sender("data_fair", publishing, tmp_path)
    assert "taken by another dataset" in sender.fails(release)
    assert not publishing.writes


def test_a_slug_of_somebody_else_is_left_alone(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    sender(release)
    (ours,) = publishing.udata.values()
    theirs = {**ours, "id": "theirs", "extras": {}, "resources": []}
    ours["slug"] += "-1"
    publishing.udata = {"theirs": theirs, ours["id"]: ours}
    sender.state.unlink()
    assert actions(sender(release)) == {"unchanged"}, "ours is found among those of the key's owner"
    assert theirs["resources"] == []


def test_hidden_datasets_in_a_dry_run(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_fair", publishing, tmp_path)
    sender(release)
    publishing.private = True
    assert actions(sender(release, dry_run=True)) == {"replace"}
    assert actions(sender(release)) == {"unchanged"}


def test_a_file_that_the_portal_does_not_take_stops_no_other(
    publishing: Publishing, release: Path, tmp_path: Path
) -> None:
    publishing.unwanted, publishing.lists_extensions = ".duckdb", False
    sender = Sender("data_gouv", publishing, tmp_path)
    said = sender.fails(release)
    assert "carbone.duckdb" in said
    assert "extension refusee" in said
    expected = sender.expected(release)
    del expected["carbone.duckdb"]
    assert sender.content() == expected


def test_what_a_portal_says_that_it_does_not_take_is_said_once_and_is_no_failure(
    publishing: Publishing, release: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    publishing.unwanted = ".duckdb"
    sender = Sender("data_gouv", publishing, tmp_path)
    assert actions(sender(release)) == {"create"}
    assert not [one for one in publishing.requests if "duckdb" in one[1]]
    expected = sender.expected(release)
    del expected["carbone.duckdb"]
    assert sender.content() == expected
    assert actions(sender(release)) == {"unchanged"}


def test_files_are_streamed(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(64 << 20)
    upload = Upload("file", "big.csv", big, "text/csv", {"title": "x"})
    tracemalloc.start()
    sent = sum(len(block) for block in upload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == len(upload) > 64 << 20
    assert peak < 4 << 20


def restate(release: Path, change: Callable[[dict], dict] | None = None) -> None:
    """Make the catalogue say what the files are, or change its first resource."""
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    resources = catalogue["resources"]
    if change:
        resources[0] = change(resources[0])
    else:
        catalogue["resources"] = [{**one, **fingerprint(release / one["path"])} for one in resources]
    (release / CATALOGUE).write_text(json.dumps(catalogue), "utf-8")


HUB = "ecospheres-indicateurs"
ABOUT_HUB = {HUB: {"unite": "kt CO2e/an", "summable": True, "enable_visualization": True}}


def with_indicator(release: Path, name: str = "flux_net_recolte", summable: bool = True) -> Path:
    """The same release, with an indicator of the hub by EPCI and by region."""
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    for mesh in ("region", "epci"):
        path = f"indicateurs/{name}/{mesh}.csv"
        (release / path).parent.mkdir(parents=True, exist_ok=True)
        (release / path).write_text(
            f"date_mesure,geocode_{mesh},libelle_{mesh},flux\n2018-01-01T00:00:00.000,1,Un,2\n", "utf-8"
        )
        about = {"title": f"Flux net {name}", "description": "Flux net.", "format": "csv", "mediatype": "text/csv"}
        extras = {HUB: {"maille": mesh, "value-column": "flux", "axes": []}}
        told = {HUB: ABOUT_HUB[HUB] | {"summable": summable}}
        catalogue["resources"].append(
            {
                "name": f"{name}-{mesh}",
                "path": path,
                **about,
                "extras": extras,
                "extras_du_jeu": told,
                "annees": [2012, 2018],
                "licenses": [{"name": "CC-BY-4.0", "title": "CC BY"}],
                **fingerprint(release / path),
            }
        )
    (release / CATALOGUE).write_text(json.dumps(catalogue, ensure_ascii=False), "utf-8")
    return release


def test_each_indicator_is_a_data_set_with_the_extras_of_the_hub(
    publishing: Publishing, release: Path, tmp_path: Path
) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    with_indicator(with_indicator(release), "flux_par_hectare", summable=False)
    assert actions(sender(release)) == {"create"}
    held = {one["title"]: one for one in publishing.udata.values()}
    assert len(held) == 3
    indicator = held["Flux net flux_net_recolte (jeu 2)"]
    assert indicator["extras"][HUB] == ABOUT_HUB[HUB] and indicator["license"] == "cc-by"
    assert indicator["temporal_coverage"] == {"start": "2012-01-01", "end": "2018-12-31"}
    assert held["Flux net flux_par_hectare (jeu 2)"]["extras"][HUB]["summable"] is False
    meshes = {one["title"]: one["extras"][HUB]["maille"] for one in indicator["resources"]}
    assert meshes == {"region.csv": "region", "epci.csv": "epci"}
    paths = [one["extras"][PATH] for of in held.values() for one in of["resources"]]
    assert len(paths) == len(set(paths)), "no file twice"
    assert sum(HUB in one["extras"] for of in held.values() for one in of["resources"]) == 4
    assert actions(sender(release)) == {"unchanged"}
    sender.state.unlink()
    assert actions(sender(release)) == {"unchanged"}, "found again by what the portal holds"
    assert len(publishing.udata) == 3


@pytest.mark.parametrize("fault", ["cut after", "502"])
def test_an_indicator_whose_creation_was_not_answered_is_not_made_twice(
    publishing: Publishing, release: Path, tmp_path: Path, fault: str
) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    sender(release)
    publishing.faults = {len(publishing.writes) + 1: fault}
    with contextlib.suppress(PortalError):
        sender(with_indicator(release))
    assert not publishing.faults, "the fault was not reached"
    sender(release)
    assert len(publishing.udata) == 2
    resources = [one for of in publishing.udata.values() for one in of["resources"] if HUB in one["extras"]]
    assert sorted(one["extras"][HUB]["maille"] for one in resources) == ["epci", "region"]


def test_extras_that_changed_are_written_anew(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_gouv", publishing, tmp_path)
    sender(with_indicator(release))
    catalogue = json.loads((release / CATALOGUE).read_text("utf-8"))
    for item in catalogue["resources"]:
        if "extras_du_jeu" in item:
            item["extras_du_jeu"] = {HUB: ABOUT_HUB[HUB] | {"summable": False}}
    (release / CATALOGUE).write_text(json.dumps(catalogue), "utf-8")
    assert {step.resource for step in sender(release) if step.action != "unchanged"} == {"indicateurs/flux_net_recolte"}
    assert {one["extras"][HUB]["summable"] for one in publishing.udata.values() if HUB in one["extras"]} == {False}


def test_data_fair_has_no_place_for_indicators(publishing: Publishing, release: Path, tmp_path: Path) -> None:
    sender = Sender("data_fair", publishing, tmp_path)
    sender(release)
    before = set(publishing.files)
    sender(with_indicator(release))
    assert set(publishing.files) == before
