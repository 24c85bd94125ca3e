"""Lite files of GES DISC as it serves them: a login elsewhere, a cookie, several productions of a day, transfers that break."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest import plume_months
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.http import Http
from dagster_project.sources.sample import overpasses
from dagster_project.sources.store import Store

USER, PASSWORD, TOKEN = "marie", "p:a ss/ôé", "eyJ0eXAi.x-y_z"
FOLDER = "/data/OCO2_DATA/OCO2_L2_Lite_FP.11.2r/2020/"
LINK = "http://esipfed.org/ns/fedsearch/1.1/data#"
MONTH = "2020-07"


class Earth:
    """The catalogue, the login and the server of files, on loopback; tests change it between requests."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.seen, self.secrets = files, Counter[str](), set[tuple[str, str]]()
        self.cut: dict[str, int] = {}  # next answers of a file that stop half-way
        self.announced = True
        earth = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
                self.send_response(status)
                if earth.announced:
                    self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                name = self.path.rsplit("/", 1)[-1]
                if earth.cut.get(name):
                    earth.cut[name] -= 1
                    body = body[: len(body) // 2]
                self.wfile.write(body)
                self.close_connection = True

            def do_GET(self) -> None:
                place, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
                earth.seen[place] += 1
                host, given = place.split("/")[1], self.headers.get("Authorization", "")
                if given:
                    earth.secrets.add((host, given))
                if place == "/cmr/search/granules.json":
                    assert query["short_name"] == ["OCO2_L2_Lite_FP"] and query["temporal"][0].startswith("2020-07-01T")
                    links = [
                        {
                            "rel": LINK,
                            "href": f"https://data.gesdisc.earthdata.nasa.gov{FOLDER.removeprefix('/data')}{name}",
                        }
                        for name in earth.files
                    ]
                    documents = {
                        "rel": "http://esipfed.org/ns/fedsearch/1.1/documentation#",
                        "href": "https://x.org/a.pdf",
                    }
                    return self.answer(json.dumps({"feed": {"entry": [{"links": [*links, documents]}]}}).encode())
                if place == "/urs/oauth/authorize":
                    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                    if given != wanted:
                        return self.answer(b"HTTP Basic: Access denied.", 401)
                    back = f"https://data.gesdisc.earthdata.nasa.gov/data-redirect?code=1&state={query['state'][0]}"
                    return self.answer(status=302, Location=back)
                if place == "/data/data-redirect":
                    where = f"https://data.gesdisc.earthdata.nasa.gov{query['state'][0]}"
                    return self.answer(status=302, Location=where, Set_Cookie="nasa=1; Path=/")
                if given != f"Bearer {TOKEN}" and "nasa=1" not in self.headers.get("Cookie", ""):
                    state = place.removeprefix("/data")
                    where = (
                        f"https://urs.earthdata.nasa.gov/oauth/authorize?client_id=1&response_type=code&state={state}"
                    )
                    return self.answer(status=302, Location=where)
                return self.answer(earth.files[place.removeprefix(FOLDER)])

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def portals(self) -> dict[str, str]:
        return {
            "https://cmr.earthdata.nasa.gov": f"{self.url}/cmr",
            "https://urs.earthdata.nasa.gov": f"{self.url}/urs",
            "https://data.gesdisc.earthdata.nasa.gov": f"{self.url}/data",
        }

    def fetched(self) -> dict[str, int]:
        """How often each file was asked for."""
        return {path.removeprefix(FOLDER): count for path, count in self.seen.items() if path.startswith(FOLDER)}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("lite")
    overpasses.write(folder)
    return {path.name: path.read_bytes() for path in sorted((folder / "oco2").glob("*.nc4"))}


@pytest.fixture
def earth(days: dict[str, bytes]) -> Iterator[Earth]:
    older = {name.replace("_2306", "_2201"): b"an older production" for name in list(days)[:1]}
    served = Earth({**older, **days})
    yield served
    served.server.shutdown()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def login(home: Path, password: str = PASSWORD) -> None:
    path = home / ".netrc"
    path.write_text(f'machine urs.earthdata.nasa.gov login {USER} password "{password}"\n', "utf-8")
    path.chmod(0o600)


def month(earth: Earth, data: Path, **environ: str) -> tuple[Settings, plume_months.Month]:
    chosen = load_settings({"FLUX_DATA": str(data), "FLUX_SOURCE": "live", **environ})
    http = Http(earth.portals, attempts=2, backoff=0.01)
    return chosen, plume_months.month_of(chosen, Store(chosen, http), MONTH)


def test_a_login_elsewhere_then_a_cookie(earth: Earth, home: Path, days: dict[str, bytes]) -> None:
    """The last production of each day, once; the password goes to the login alone; files go once they are read."""
    login(home)
    chosen, read = month(earth, home / "data")
    assert read.counts["jours"] == 3 and read.counts["acceptes"] == 2 and not read.known
    assert set(earth.fetched()) == set(days)
    assert earth.seen["/urs/oauth/authorize"] == 1, "the cookie serves the other files"
    assert {host for host, _ in earth.secrets} == {"urs"}
    table = pq.read_table(plume_months.folder(chosen, MONTH) / "sondages.parquet")
    assert table.num_rows == read.counts["sondages"] > 6000
    assert sorted(path.name for path in (chosen.data / "oco2").iterdir()) == [MONTH]
    before = dict(earth.fetched())
    assert month(earth, home / "data")[1].known and earth.fetched() == before, "nothing is fetched twice"


def test_a_token_of_the_environment(earth: Earth, home: Path) -> None:
    month(earth, home / "data", FLUX_TOKENS=f"data.gesdisc.earthdata.nasa.gov={TOKEN}")
    assert earth.secrets == {("data", f"Bearer {TOKEN}")}


def test_no_login_and_a_wrong_one(earth: Earth, home: Path) -> None:
    with pytest.raises(
        SourceError, match=r"machine urs.earthdata.nasa.gov login .* in ~/.netrc, or data.gesdisc.* in FLUX_TOKENS"
    ):
        month(earth, home / "data")
    login(home, "autre")
    with pytest.raises(SourceError, match=r"HTTP 401.*urs.earthdata.nasa.gov refuses .* ~/.netrc") as refused:
        month(earth, home / "data")
    assert "autre" not in str(refused.value)
    with pytest.raises(SourceError, match=r"HTTP 401|refuses the token"):
        month(earth, home / "data", FLUX_TOKENS="data.gesdisc.earthdata.nasa.gov=faux")
    (home / ".netrc").write_text("machine\n")
    with pytest.raises(SourceError, match=r"~/.netrc: cannot be read"):
        month(earth, home / "data")
    assert not (home / "data" / "oco2" / MONTH).exists()


def test_a_month_that_breaks_off_goes_on_where_it_was(earth: Earth, home: Path, days: dict[str, bytes]) -> None:
    login(home)
    first, second, third = days
    earth.cut[second] = 2
    with pytest.raises(SourceError, match=second):
        month(earth, home / "data")
    assert third not in earth.fetched()
    _, read = month(earth, home / "data")
    assert read.counts["jours"] == 3 and not read.known
    asked = earth.fetched()
    assert (asked[first], asked[third]) == (2, 1), "the first was asked before and after the login, never again"


def test_a_file_cut_short_without_a_length_is_fetched_again(earth: Earth, home: Path, days: dict[str, bytes]) -> None:
    login(home)
    name = list(days)[2]
    earth.announced, earth.cut[name] = False, 1
    with pytest.raises(SourceError, match=rf"{name}.*(cannot be read|variable)"):
        month(earth, home / "data")
    assert not (home / "data" / "oco2" / MONTH).exists()
    assert month(earth, home / "data")[1].counts["jours"] == 3


def test_a_catalogue_that_is_none(earth: Earth, home: Path) -> None:
    login(home)
    earth.files.clear()
    with pytest.raises(SourceError, match="no OCO-2 Lite file of this month"):
        month(earth, home / "data")
