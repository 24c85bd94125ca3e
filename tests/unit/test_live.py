"""Live mode against a portal that pages, throttles, breaks off, lies about length and changes schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import requests

from dagster_project.assets import jobs
from dagster_project.core.errors import SourceError
from dagster_project.ingest import raw
from dagster_project.sources import data_fair, http
from dagster_project.sources.http import Http
from dagster_project.sources.registry import Source, load_registry
from dagster_project.sources.store import Store
from tests.conftest import settings
from tests.unit.portal import DATASET, Portal, serve

ADEME = "https://data.ademe.fr"
FILES = "https://www.insee.fr"


@pytest.fixture
def portal() -> Iterator[Portal]:
    with serve() as running:
        yield running


@pytest.fixture
def store(portal: Portal, tmp_path: Path) -> Store:
    chosen = settings(tmp_path, FLUX_SOURCE="live", FLUX_PORTALS=f"{ADEME}={portal.url},{FILES}={portal.url}")
    return Store(chosen, Http(chosen.portals, attempts=3, backoff=0.01, timeout=5))


def source(**change: object) -> Source:
    body = {
        "id": "essai",
        "publisher": "Nous",
        "title": "Essai",
        "page": "https://example.org",
        "licence": "du contrat",
        "licence_url": "https://example.org",
        "attribution": "Nous",
        "vintage": "2018",
        "update_frequency": "jamais",
        "release": "1",
        "key": ("insee",),
        "columns": ("insee", "nom"),
        "layouts": {"portail": {"format": "csv"}},
        "editions": {
            "2023": {
                "live": {"dataset": f"{ADEME}{DATASET}", "layout": "portail"},
                "mirror": {"path": "essai.csv", "layout": "portail"},
            }
        },
    }
    return Source.model_validate({**body, **change})


def file_source() -> Source:
    live = {"url": f"{FILES}/fichier.csv", "layout": "portail"}
    return source(editions={"2023": {"live": live, "mirror": {"path": "essai.csv", "layout": "portail"}}})


def leftovers(store: Store) -> list[Path]:
    return [path for path in store.settings.data.rglob("*") if path.is_file()]


def test_a_whole_file_is_stored_verbatim_with_the_portals_own_licence(store: Store, portal: Portal) -> None:
    snapshot = store.fetch(source(), "2023")
    assert snapshot.path.read_bytes() == portal.body
    assert snapshot.manifest.licence == "Licence Ouverte https://example.org/lo"
    assert snapshot.manifest.updated_at == portal.updated_at
    assert raw.build(source(), [snapshot]).select(["insee", "nom", "_ligne"]).to_pylist() == [
        {"insee": "01001", "nom": "L'Abergement", "_ligne": 2}
    ]


def test_an_unchanged_dataset_is_not_downloaded_again(store: Store, portal: Portal) -> None:
    first = store.fetch(source(), "2023")
    assert store.fetch(source(), "2023") == first
    assert portal.seen[f"{DATASET}/raw"] == 1
    portal.updated_at, portal.body = "2024-01-01T00:00:00Z", b"insee,nom\n01001,Autre\n"
    assert store.fetch(source(), "2023").path.read_bytes() == portal.body
    assert first.path.read_bytes() != portal.body  # the older snapshot stays as it was


def test_an_unchanged_file_answers_304(store: Store, portal: Portal) -> None:
    portal.etag = '"v1"'
    first = store.fetch(file_source(), "2023")
    assert store.fetch(file_source(), "2023") == first
    assert portal.seen["/fichier.csv"] == 2


def test_pages_are_followed_to_the_empty_one_and_slugs_mapped_back(
    store: Store, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_fair, "PAGE_SIZE", 2)
    portal.raw_status = 404
    portal.schema = [
        {"key": "insee", "x-originalName": "insee"},
        {"key": "foret_mixte_surface_ha", "x-originalName": "forêt mixte_surface_ha"},
        {"key": "_i"},
    ]
    portal.rows = [
        {"insee": "01001", "foret_mixte_surface_ha": 1.50, "_i": 1},
        {"insee": "01002", "_i": 2},
        {"insee": "01004", "foret_mixte_surface_ha": 1e-7, "_i": 3},
        {"insee": "01005", "foret_mixte_surface_ha": 0, "_i": 4},
    ]
    contract = source(columns=("insee", "forêt mixte_surface_ha"))
    snapshot = store.fetch(contract, "2023")
    assert portal.seen[f"{DATASET}/lines"] == 3  # two full pages and the empty one
    assert snapshot.manifest.format == "data_fair"
    table = raw.build(contract, [snapshot])
    assert table["forêt mixte_surface_ha"].to_pylist() == ["1.5", "", "1e-07", "0"]
    assert table["insee"].to_pylist() == ["01001", "01002", "01004", "01005"]


def test_a_portal_that_serves_fewer_rows_than_it_announces_is_refused(store: Store, portal: Portal) -> None:
    portal.raw_status, portal.rows, portal.total = 404, [{"insee": "01001"}], 35066
    with pytest.raises(SourceError, match="announces 35066 rows and served 1"):
        store.fetch(source(), "2023")
    assert leftovers(store) == []


def test_throttling_is_waited_out(store: Store, portal: Portal) -> None:
    portal.throttled = 2
    assert store.fetch(source(), "2023").path.read_bytes() == portal.body


def test_retry_after_is_obeyed(store: Store, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    portal.throttled, portal.retry_after = 1, "7"
    store.fetch(source(), "2023")
    assert 7 in waits


def test_endless_throttling_ends_with_the_address_and_what_to_do(store: Store, portal: Portal) -> None:
    portal.throttled = 99
    with pytest.raises(SourceError, match=r"data\.ademe\.fr.*kept refusing after 3 tries.*Wait and run again"):
        store.fetch(source(), "2023")
    assert leftovers(store) == []


def test_a_broken_transfer_is_tried_again(store: Store, portal: Portal) -> None:
    portal.broken = 1
    snapshot = store.fetch(file_source(), "2023")
    assert snapshot.path.read_bytes() == portal.body
    assert portal.seen["/fichier.csv"] == 2


@pytest.mark.parametrize("fault", [{"broken": 99}, {"lie": 500}])
def test_a_transfer_that_never_completes_leaves_nothing(store: Store, portal: Portal, fault: dict) -> None:
    for name, value in fault.items():
        setattr(portal, name, value)
    with pytest.raises(SourceError, match=r"/fichier\.csv.*broke off 3 times.*Nothing was kept"):
        store.fetch(file_source(), "2023")
    assert leftovers(store) == []


@pytest.mark.parametrize("announced", [{"size": 5}, {"md5": "0" * 32}])
def test_announced_size_and_digest_are_checked(store: Store, portal: Portal, announced: dict) -> None:
    portal.metadata = {"originalFile": announced}
    with pytest.raises(SourceError, match=r"(size|md5) is .* the portal announces"):
        store.fetch(source(), "2023")
    assert leftovers(store) == []


def test_a_download_has_a_ceiling(store: Store, portal: Portal) -> None:
    portal.body = b"insee,nom\n" + b"01001,x\n" * 200_000
    with pytest.raises(SourceError, match="larger than 1 MB"):
        store.fetch(source(max_mb=1), "2023")
    assert leftovers(store) == []


def test_a_changed_schema_names_the_first_column(store: Store, portal: Portal) -> None:
    portal.body = b"insee,libelle\n01001,x\n"
    with pytest.raises(SourceError, match=r"essai\.csv, header row: column 'nom' is missing and column 'libelle'"):
        raw.build(source(), [store.fetch(source(), "2023")])


def test_a_key_outside_the_schema_is_refused(store: Store, portal: Portal) -> None:
    portal.raw_status, portal.rows = 404, [{"insee": "01001", "surprise": 1}]
    with pytest.raises(SourceError, match="key 'surprise' is not in the portal's schema"):
        raw.build(source(), [store.fetch(source(), "2023")])


def test_html_in_place_of_metadata_or_file(store: Store, portal: Portal) -> None:
    portal.html = True
    with pytest.raises(SourceError, match="not JSON"):
        store.fetch(source(), "2023")
    snapshot = store.fetch(file_source(), "2023")
    with pytest.raises(SourceError, match="HTML or XML where CSV is expected"):
        raw.build(file_source(), [snapshot])


def test_a_bad_answer_is_set_aside_and_the_next_refresh_asks_again(store: Store, portal: Portal) -> None:
    """The update date has not moved, but what was stored under it could not be read."""
    good, portal.body = portal.body, b"<html>Maintenance</html>"
    bad = store.fetch(source(), "2023")
    with pytest.raises(SourceError, match="HTML"):
        raw.build(source(), [bad])
    store.refuse(bad)
    portal.body = good
    assert store.fetch(source(), "2023").path.read_bytes() == good


def test_the_same_bytes_under_a_new_date_renew_the_manifest_only(store: Store, portal: Portal) -> None:
    first = store.fetch(source(), "2023")
    portal.updated_at = "2025-01-01T00:00:00Z"
    second = store.fetch(source(attribution="Nous, corrige"), "2023")
    assert second.path == first.path
    assert (second.manifest.updated_at, second.manifest.attribution) == (portal.updated_at, "Nous, corrige")
    store.fetch(source(), "2023")
    assert portal.seen[f"{DATASET}/raw"] == 2  # the new date is known now: nothing is downloaded a third time


def test_a_vanished_address_says_where_to_look(store: Store) -> None:
    live = {"url": f"{FILES}/parti.csv", "layout": "portail"}
    gone = source(editions={"2023": {"live": live, "mirror": {"path": "essai.csv", "layout": "portail"}}})
    with pytest.raises(SourceError, match=r"/parti\.csv: HTTP 404: introuvable.*see the source's YAML"):
        store.fetch(gone, "2023")


@pytest.mark.parametrize(
    ("leads_to", "said"),
    [
        ("https://ailleurs.example/fichier.csv", "ailleurs.example is not a host of this source"),
        ("http://169.254.169.254/latest/meta-data", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
    ],
)
def test_no_redirection_leads_to_another_host(store: Store, portal: Portal, leads_to: str, said: str) -> None:
    portal.redirect = leads_to
    with pytest.raises(SourceError, match=said):
        store.fetch(file_source(), "2023")
    assert leftovers(store) == []


def test_a_redirection_within_the_hosts_of_a_source_is_followed(store: Store, portal: Portal) -> None:
    portal.redirect = "/ailleurs.csv"
    assert store.fetch(file_source(), "2023").path.read_bytes() == portal.body
    assert file_source().allowed_hosts == {"www.insee.fr"}
    elsewhere = file_source().model_copy(update={"hosts": ("cdn.insee.fr",)})
    assert elsewhere.allowed_hosts == {"www.insee.fr", "cdn.insee.fr"}


def test_redirections_in_a_circle_end(store: Store, portal: Portal) -> None:
    portal.redirect = "/fichier.csv"
    with pytest.raises(SourceError, match="more than 5 redirections"):
        store.fetch(file_source(), "2023")


def test_no_page_leads_to_another_host(store: Store, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_fair, "PAGE_SIZE", 1)
    portal.raw_status, portal.rows = 404, [{"insee": "01001", "nom": "x"}] * 2
    portal.next_page = "https://ailleurs.example/lines"
    with pytest.raises(SourceError, match="is not a host of this source"):
        store.fetch(source(), "2023")
    assert leftovers(store) == []


def test_an_endless_answer_has_a_ceiling(store: Store, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_JSON_MB", 0)
    with pytest.raises(SourceError, match="an answer larger than 0 MB"):
        store.fetch(source(), "2023")


def test_every_source_of_the_registry_names_its_hosts() -> None:
    for one in load_registry().values():
        live = [edition for edition in one.editions.values() if edition.live]
        assert bool(one.allowed_hosts) == bool(live)


def test_a_portal_that_is_down(tmp_path: Path) -> None:
    chosen = settings(tmp_path, FLUX_SOURCE="live", FLUX_PORTALS=f"{ADEME}=http://127.0.0.1:9")
    with pytest.raises(SourceError, match="no usable answer"):
        Store(chosen, Http(chosen.portals, attempts=2, backoff=0.01, timeout=1)).fetch(source(), "2023")


def test_plain_http_is_refused() -> None:
    with pytest.raises(SourceError, match="not an https address"):
        Http().headers("http://data.ademe.fr/x")


def test_an_edition_without_address_says_which_have_one(store: Store) -> None:
    with pytest.raises(SourceError, match=r"edition 2019 has no known address on the portal.*2021, 2022"):
        store.fetch(load_registry()["insee_communes"], "2019")


def test_the_sensor_asks_for_a_refresh_once_a_date_changed(
    store: Store, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "watched", lambda: {"essai": f"{ADEME}{DATASET}"})
    sensor = jobs.portal_sensor(store.settings, jobs.refresh_job(store.settings), store.http)
    asked = sensor(dg.build_sensor_context())
    assert [request.tags["portal_updates"] for request in asked.run_requests] == ["essai"]
    again = sensor(dg.build_sensor_context(cursor=asked.cursor))
    assert isinstance(again, dg.SkipReason)
    portal.updated_at = "2026-01-01T00:00:00Z"
    assert sensor(dg.build_sensor_context(cursor=asked.cursor)).run_requests
    portal.html = True
    assert "not JSON" in sensor(dg.build_sensor_context(cursor=asked.cursor)).skip_message


def test_the_sensor_rests_outside_live_mode(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    sensor = jobs.portal_sensor(chosen, jobs.refresh_job(chosen))
    assert "live mode only" in sensor(dg.build_sensor_context()).skip_message


def test_watched_datasets_are_those_of_ademe() -> None:
    aldo = {"aldo_flux_total", "aldo_flux_unitaire", "aldo_accroissement_forets", "aldo_stocks"}
    assert set(jobs.watched()) == aldo | {"ademe_base_carbone"}


def test_the_network_guard_is_on() -> None:
    with pytest.raises(AssertionError, match="tried to reach"):
        requests.get("http://192.0.2.1/", timeout=1)
