"""Inventories from portals, against a server that behaves as they do: thirteen archives in one edition, a token, a redirection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest.inventory_tables import ingest
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.store import Store, portals_serve
from tests.conftest import settings

ORCAE, ATMO, OTHER = (
    "https://www.orcae-auvergne-rhone-alpes.fr",
    "https://admindata.example.org",
    "https://autre.example.org",
)
TOKEN = "jeton-secret"


class Portal(ThreadingHTTPServer):
    """Files by path with an ETag each, a page that wants a token, and one that redirects to another host."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        path, sent = self.path.split("?")[0], self.headers.get("Authorization")
        self.server.asked.append((path, sent))
        if path.startswith("/api/") and sent != f"Bearer {TOKEN}":
            self.reply(401, b'{"code":401,"message":"JWT Token not found"}')
        elif path == "/api/data/2/deplace":
            self.reply(302, b"", Location=f"{OTHER}/donnees.json")
        elif (body := self.server.files.get(path)) is not None:
            self.reply(200, body, ETag=f'"{hash(body)}"')
        else:
            self.reply(404, b"rien")

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def store_of(portal: Portal, data: Path, **environ: str) -> Store:
    replaced = ",".join(f"{host}={portal.url}" for host in (ORCAE, ATMO))
    chosen = settings(data, FLUX_SOURCE="live", FLUX_PORTALS=replaced, **environ)
    return Store(chosen, Http(chosen.portals, attempts=1, timeout=5))


def archives(portal: Portal, copy: Path) -> Inventory:
    """ORCAE's archives of the sample, at the addresses of the contract."""
    one = load_inventories()["orcae"]
    for address, path in zip(
        one.editions["2022"].addresses("live"), one.editions["2022"].addresses("mirror"), strict=True
    ):
        portal.files[address.removeprefix(ORCAE)] = (copy / path).read_bytes()
    return one


def test_thirteen_archives_make_one_edition(portal: Portal, sample_copy: Path, tmp_path: Path) -> None:
    """The same snapshot as from a copy, which holds them; fetched anew when one has changed, and only then."""
    one, store = archives(portal, sample_copy), store_of(portal, tmp_path)
    kept = store.fetch(one, "2022")
    copied = Store(settings(tmp_path / "copie"), copy=sample_copy).fetch(one, "2022")
    assert kept.manifest.sha256 == copied.manifest.sha256 and len(portal.files) == 13
    assert ingest(one, kept, tmp_path / "tables").is_file()
    portal.asked.clear()
    assert store.fetch(one, "2022") == kept
    assert len(portal.asked) == 13, "their dates alone were asked"
    assert portals_serve(store.settings, store.seen)
    path = next(iter(portal.files))
    portal.files[path] = (sample_copy / one.editions["2022"].addresses("mirror")[1]).read_bytes()
    assert store.fetch(one, "2022").manifest.sha256 != kept.manifest.sha256


def test_an_archive_that_is_gone_is_named_and_nothing_is_kept(
    portal: Portal, sample_copy: Path, tmp_path: Path
) -> None:
    one, store = archives(portal, sample_copy), store_of(portal, tmp_path)
    del portal.files[one.editions["2022"].addresses("live")[5].removeprefix(ORCAE)]
    with pytest.raises(SourceError, match=r"donnees_detaillees_communes_38.zip: HTTP 404"):
        store.fetch(one, "2022")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def atmo(path: str) -> Inventory:
    edition = {"live": {"layout": "api", "url": f"{ATMO}/api/data/{path}", "token": True}}
    return Inventory.model_validate({**load_inventories()["atmo_data"].model_dump(), "editions": {"2022": edition}})


FEATURES = {"type": "FeatureCollection", "features": [{"properties": {
    "aasqa": "84", "code": "200069193", "name": "CC de la Dombes", "code_pcaet": group, "ges": 10, "nox": 2, "pm10": 3, "pm25": 4,
    "population": 1, "superficie": 1, "date_maj": "2024-01-01"}} for group in ("5", "6")]}  # fmt: skip


def test_the_token_of_the_environment_is_sent_to_its_host_alone(portal: Portal, tmp_path: Path) -> None:
    portal.files["/api/data/1/x"] = json.dumps(FEATURES).encode()
    store = store_of(portal, tmp_path, FLUX_TOKENS=f"admindata.example.org={TOKEN}")
    one = atmo("1/x?withGeom=false")
    kept = store.fetch(one, "2022")
    assert portal.asked == [("/api/data/1/x", f"Bearer {TOKEN}")]
    assert ingest(one, kept, tmp_path / "tables").is_file()
    assert TOKEN not in kept.path.with_name("manifest.json").read_text("utf-8") and TOKEN not in repr(store.settings)
    with pytest.raises(SourceError, match=r"autre.example.org is not a host of this source"):
        store.fetch(atmo("2/deplace"), "2022")
    assert all(path.startswith("/api/") for path, _ in portal.asked)


def test_a_token_that_is_refused_says_what_to_do(portal: Portal, tmp_path: Path) -> None:
    store = store_of(portal, tmp_path, FLUX_TOKENS="admindata.example.org=perime")
    with pytest.raises(SourceError, match=r"HTTP 401.*refuses the token that FLUX_TOKENS holds") as caught:
        store.fetch(atmo("1/x"), "2022")
    assert "perime" not in str(caught.value)


@pytest.mark.parametrize("text", ["jeton", "a.b=", "https://a.b=x", "a.b=x y"])
def test_tokens_that_cannot_be_read_are_not_repeated(text: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"FLUX_TOKENS.*must read <host>=<token>") as caught:
        settings(tmp_path, FLUX_TOKENS=text)
    assert text not in str(caught.value)
