"""A WFS layer page by page from a local service that behaves, and misbehaves, as an observatory's does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest.inventory_tables import ingest
from dagster_project.sources import wfs
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.store import Store
from tests.conftest import settings

HOST = "https://wfs.example.org"
NAMES = {"gid": "gid", "lib_epci": "lib_epci", "year": "annee_inv", "pm10": "pm10_kg", "pm25": "pm25_kg", "nox": "nox_kg",
         "so2": "so2_kg", "co": "co_kg", "nh3": "nh3_kg", "covnm": "covnmkg", "co2": "co2_t"}  # fmt: skip


@dataclass
class Layer:
    """What the service holds and how it answers."""

    rows: list[dict] = field(default_factory=list)
    announced: object = None
    html: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def layer() -> Iterator[Layer]:
    served = Layer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            served.asked.append(self.path)
            query = parse_qs(urlsplit(self.path).query)
            start, count = int(query["startIndex"][0]), int(query["count"][0])
            page = served.rows[start : start + count]
            body = json.dumps(
                {
                    "type": "FeatureCollection",
                    "numberMatched": len(served.rows) if served.announced is None else served.announced,
                    "features": [{"type": "Feature", "geometry": None, "properties": row} for row in page],
                }
            ).encode()
            if served.html:
                body = b'{"exceptions": [{"text": "maintenance"}]}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def client(layer: Layer) -> Http:
    return Http({HOST: layer.url}, attempts=2, backoff=0.01, timeout=5)


def row(number: int) -> dict:
    named = {"gid": number, "lib_epci": f"CC {number}", "year": 2015, "so2": "N/D"}
    return {theirs: named.get(ours, 10 * number) for ours, theirs in NAMES.items()} | {"geom_area": 3.5}


def test_pages_become_the_same_figures_as_the_file(
    layer: Layer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layer's own column names, `N/D`, columns more: what its copy in CSV gives."""
    monkeypatch.setattr(wfs, "PAGE_SIZE", 2)
    layer.rows = [row(number) for number in range(1, 6)]
    known = load_inventories()["airparif_epci"]
    address = f"{HOST}/ows?service=WFS&request=GetFeature"
    body = known.model_dump(mode="json", exclude_none=True)
    body["editions"]["2015"]["live"] = {"url": address, "layout": "wfs"}
    inventory = type(known).model_validate(body)
    chosen = settings(tmp_path, FLUX_SOURCE="live", FLUX_PORTALS=f"{HOST}={layer.url}")
    snapshot = Store(chosen, client(layer)).fetch(inventory, "2015")
    assert [path.split("&", 2)[2] for path in layer.asked] == [
        "count=2&startIndex=0",
        "count=2&startIndex=2",
        "count=2&startIndex=4",
    ]
    table = ingest(inventory, snapshot, chosen.inventory_tables)
    found = duckdb.sql(f"select mesure, etat, unite, count(*), sum(nombre::int) from '{table}' group by all").fetchall()
    assert ("nox", "valeur", "kg", 5, 150) in found
    assert ("so2", "manquant", "kg", 5, None) in found
    again = Store(chosen, client(layer)).fetch(inventory, "2015")
    assert again.path == snapshot.path  # the same pages are the same snapshot


BAD = {
    "fewer features than announced": ({"announced": 9}, "announces 9 features and served 3"),
    "an exception": ({"html": True}, "without `features`"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_service_that_lies_leaves_nothing(layer: Layer, tmp_path: Path, name: str) -> None:
    change, said = BAD[name]
    layer.rows = [row(number) for number in range(3)]
    for attribute, value in change.items():
        setattr(layer, attribute, value)
    with pytest.raises(SourceError, match=said):
        wfs.fetch(client(layer), f"{HOST}/ows?request=GetFeature", tmp_path / "pages.zip", 10)
    assert list(tmp_path.iterdir()) == []


def test_a_layer_beyond_its_ceiling_is_refused(layer: Layer, tmp_path: Path) -> None:
    layer.rows = [{"texte": "x" * 1_000_000} for _ in range(3)]
    with pytest.raises(SourceError, match="larger than 2 MB"):
        wfs.fetch(client(layer), f"{HOST}/ows?request=GetFeature", tmp_path / "pages.zip", 2)
    assert list(tmp_path.iterdir()) == []
