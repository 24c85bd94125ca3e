"""Figures sent to a service on loopback that behaves as the source of Territoires en Transitions reads; and what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dagster_project.delivery import targets
from dagster_project.delivery.forms import tet
from dagster_project.delivery.portals.client import PortalError
from dagster_project.release.catalogue import CATALOGUE
from dagster_project.release.deposit import DepositError, Figure, retained
from dagster_project.release.switch import current
from dagster_project.settings import Settings, SettingsError, load_settings

KEY = "jeton-secret/0123"
PATHS = ("/collectivites?siren={siren}", "/indicateurs/{identifiant}")
FIGURES = [
    Figure(f"cae_1.{letter}", 2020, value, "kteq CO2", "IGT 2023, 2020")
    for letter, value in (("c", 12.5), ("d", 0.125), ("e", 7.0))
]
BODY = {"collectiviteId", "indicateurId", "dateValeur", "resultat", "resultatCommentaire"}


@dataclass
class Taken:
    """What the service holds, and how it behaves."""

    values: list[dict] = field(default_factory=list)
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    known: dict[str, object] = field(
        default_factory=lambda: {
            "200060010": [{"id": 77}],
            "cae_1.c": {"id": 1},
            "cae_1.d": {"id": 2},
            "cae_1.e": {"id": 3},
        }
    )
    status: int = 201
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    service: Taken

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.service.requests.append(("GET", self.path, self.headers["Authorization"]))
        name = parse_qs(url.query).get("siren", [url.path.rsplit("/", 1)[-1]])[0]
        self.answer(200 if name in self.service.known else 404, self.service.known.get(name))

    def do_POST(self) -> None:
        self.service.requests.append(("POST", self.path, self.headers["Authorization"]))
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self.answer(401, {"message": "jeton"})
        elif (
            self.service.status == 201
            and set(body) == {"valeurs"}
            and all(set(item) == BODY for item in body["valeurs"])
        ):
            self.service.values += body["valeurs"]
            self.answer(201, {"valeurs": body["valeurs"]})
        else:
            self.answer(self.service.status if self.service.status != 201 else 400, {"message": "refus"})

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Taken]:
    taken = Taken()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": taken}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    taken.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield taken
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def service() -> Iterator[Taken]:
    with serving() as taken:
        yield taken


def test_values_are_sent_under_the_services_own_identifiers(service: Taken) -> None:
    lines: list[str] = []
    sent = tet.Service(service.url, KEY, PATHS).send("200060010", FIGURES, lines.append)
    assert sent == 3 and lines == ["Territoires en Transitions: 3 of 3 values sent"]
    assert service.values == [
        {"collectiviteId": 77, "indicateurId": number, "dateValeur": "2020-01-01", "resultat": value, "resultatCommentaire": "IGT 2023, 2020"}
        for number, value in ((1, 12.5), (2, 0.125), (3, 7.0))
    ]  # fmt: skip
    assert {key for _, _, key in service.requests} == {f"Bearer {KEY}"}


def test_many_values_go_by_the_hundred(service: Taken) -> None:
    many = [Figure("cae_1.c", 1990 + number % 40, float(number), "kteq CO2", "") for number in range(250)]
    tet.Service(service.url, KEY, PATHS).send("200060010", many, lambda _: None)
    assert [method for method, *_ in service.requests].count("POST") == 3 and len(service.values) == 250


@pytest.mark.parametrize(
    "answer", [None, {}, [], [{"id": 1}, {"id": 2}], {"id": "77"}, {"id": True}, "77", {"siren": 77}]
)
def test_a_look_up_that_names_no_integer_stops_before_anything_is_sent(service: Taken, answer: object) -> None:
    service.known["200060010"] = answer
    with pytest.raises(PortalError, match="Correct FLUX_TET_PATHS; nothing was sent"):
        tet.Service(service.url, KEY, PATHS).send("200060010", FIGURES, lambda _: None)
    assert service.values == []


def test_a_line_that_the_service_does_not_know_stops_before_anything_is_sent(service: Taken) -> None:
    del service.known["cae_1.e"]
    with pytest.raises(PortalError, match=r"cae_1\.e: nothing at /indicateurs/cae_1\.e"):
        tet.Service(service.url, KEY, PATHS).send("200060010", FIGURES, lambda _: None)
    assert service.values == []


@pytest.mark.parametrize(
    ("key", "status", "words"),
    [("autre", 201, "the key was refused"), (KEY, 422, "HTTP 422"), (None, 201, "Set FLUX_TET_KEY")],
)
def test_a_refusal_names_what_was_answered_and_never_the_key(
    service: Taken, key: str | None, status: int, words: str
) -> None:
    service.status = status
    with pytest.raises(PortalError, match=words) as refused:
        tet.Service(service.url, key, PATHS).send("200060010", FIGURES, lambda _: None)
    assert KEY not in str(refused.value) and service.values == []


def wanted(released: Settings, service: Taken, **changed: object) -> Settings:
    return released.changed(tet=service.url, tet_key=KEY, tet_paths=PATHS, **changed)


def test_a_dry_run_asks_nothing_and_demonstration_is_never_sent(released: Settings, service: Taken) -> None:
    folder = current(released.publication)
    done = targets.to_form(wanted(released, service), "200060010", folder, say=print)
    assert done.figures and done.sent == 0 and done.file is None and service.requests == []
    with pytest.raises(DepositError, match="demonstration data is never sent"):
        targets.to_form(wanted(released, service), "200060010", folder, sent=True, say=print)
    assert service.requests == []


def test_without_the_service_a_file_is_written_and_nothing_can_be_sent(house: Settings) -> None:
    folder = current(house.publication)
    done = targets.to_form(house, "200060010", folder, say=print)
    assert done.file == house.data / "tet" / "200060010.csv"
    assert done.file.read_text("utf-8").splitlines()[0] == "identifiant,annee,valeur,unite"
    with pytest.raises(SettingsError, match="nothing is sent"):
        targets.to_form(house, "200060010", folder, sent=True, say=print)
    with pytest.raises(DepositError, match="nine digits"):
        targets.to_form(house, "999999999", folder, say=print)


def test_invented_figures_are_not_sent_whatever_the_release_says_of_itself(house: Settings, service: Taken) -> None:
    """A demonstration inventory read beside real data: its rows say what they are."""
    folder = current(house.publication)
    catalogue = folder / CATALOGUE
    catalogue.write_text(
        catalogue.read_text("utf-8").replace("données de démonstration", "données d'une copie locale"), "utf-8"
    )
    with pytest.raises((DepositError, SettingsError)):
        targets.to_form(wanted(house, service), "200060010", folder, sent=True, say=print)
    assert service.requests == []
    assert {item.status for item in retained(folder, "200060010")} == {"données de démonstration"}


def test_a_territory_that_nobody_describes_files_its_own(released: Settings, service: Taken, tmp_path: Path) -> None:
    path = tmp_path / "typed.csv"
    path.write_text("identifiant,annee,valeur,unite\ncae_63.b,2018,-5.5,kteq CO2\n", "utf-8")
    done = targets.to_form(wanted(released, service), "249740119", current(released.publication), typed=path, say=print)
    assert [(item.line, item.value) for item in done.figures] == [("cae_63.b", -5.5)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("cae_9.z,2020,1,kteq CO2", "line 2, column identifiant: 'cae_9.z' is no line of the form"),
        ("cae_1.c,202,1,kteq CO2", "line 2, column annee"),
        ("cae_1.c,1989,1,kteq CO2", "one from 1990 to"),
        ("cae_1.c,2090,1,kteq CO2", "is no year of a record"),
        ("cae_1.c,2020,-1,kteq CO2", "Write a positive number"),
        ("cae_1.c,2020,1 000,kteq CO2", "line 2, column valeur"),
        ("cae_1.c,2020,1e3,kteq CO2", "line 2, column valeur"),
        ("cae_1.c,2020,1000,teq CO2", "Convert the figure, and write kteq CO2"),
        ("cae_1.c,2020,1,kteq CO2\ncae_1.c,2020,2,kteq CO2", "line 3, column identifiant: cae_1.c 2020 is on line 2 already"),
    ],
)  # fmt: skip
def test_a_typed_file_is_refused_by_line_and_column(
    released: Settings, service: Taken, tmp_path: Path, row: str, words: str
) -> None:
    path = tmp_path / "typed.csv"
    path.write_text(f"identifiant,annee,valeur,unite\n{row}\n", "utf-8")
    with pytest.raises(Exception, match=words.replace("(", r"\(")):
        targets.to_form(wanted(released, service), "200060010", current(released.publication), typed=path, say=print)


@pytest.mark.parametrize(
    "text", ["/a?siren={siren}", "/a?siren={siren},b/{identifiant}", "/a,/b", "/{siren}/{siren},/{identifiant}"]
)
def test_paths_that_ask_for_nothing_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="FLUX_TET_PATHS"):
        load_settings({"FLUX_TET_PATHS": text})
