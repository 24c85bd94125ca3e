"""A portal that means harm: nothing is stored, sent elsewhere or shown, no answer holds a refresh beyond its deadline."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from dagster_project.core import addresses, alert, transfers, values
from dagster_project.core.addresses import AddressError
from dagster_project.core.errors import SourceError
from dagster_project.delivery.portals.client import PortalError, Session
from dagster_project.delivery.portals.data_gouv_upload import DataGouv
from dagster_project.delivery.portals.sending import send
from dagster_project.settings import PROJECT_ROOT, SettingsError, load_settings
from dagster_project.sources.http import Http
from tests import hostile_portal
from tests.hostile_portal import BLOCK, DESCRIBED, FILE, PAGES, PLAIN, SECRET, address, answer, forever, server
from tests.unit.test_portals import write_release

NAMES = [
    f"{kind}: {name}"
    for kind, answers in (("file", FILE), ("described", DESCRIBED), ("pages", PAGES))
    for name in answers
]


@pytest.fixture(scope="module")
def told() -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_portal"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_means_harm_is_an_error_and_nothing_else(told: dict, name: str) -> None:
    said = told["answers"][name]
    assert said["error"], "it was taken"
    assert len(said["error"]) < 1_000
    assert said["error"].startswith(("https://www.insee.fr", "https://data.ademe.fr")), "the producer's address"
    assert SECRET not in said["error"]
    assert not [one for one in said["error"] if unicodedata.category(one) in ("Cc", "Cf")], "a terminal would obey"
    assert said["left"] == []
    assert said["canary"] == [], "another server was asked"
    assert {"Cookie", "Referer"}.isdisjoint(said["sent"])
    assert said["seconds"] < hostile_portal.DEADLINE + 2


def test_answers_that_mean_harm_take_little_memory(told: dict) -> None:
    assert told["peak_mb"] < 300


def test_a_good_answer_of_the_same_server_is_taken(tmp_path: Path) -> None:
    """Or nothing above says anything."""
    running = server(lambda _: [PLAIN])
    client = Http({"https://www.insee.fr": address(running)}).only(frozenset({"www.insee.fr"}))
    got = client.download("https://www.insee.fr/fichier.csv", tmp_path / "fichier.csv", max_mb=1)
    running.shutdown()
    assert got.path.read_bytes() == b"insee,nom\n01001,x\n"


def test_a_length_that_is_no_number_is_no_length(tmp_path: Path) -> None:
    for said in ("9" * 5_000, "-1", "abc"):
        running = server(lambda _, said=said: [answer("200 OK", b"a", f"Content-Length: {said}", length=False)])
        client = Http({"https://www.insee.fr": address(running)}, attempts=1)
        try:
            assert client.download("https://www.insee.fr/x", tmp_path / "x", max_mb=1).path.read_bytes() == b"a"
        except SourceError as error:
            assert "no usable answer" in str(error)
        running.shutdown()


def test_a_transfer_that_comes_too_slowly_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "WINDOW", 1.0)
    running = server(lambda _: forever(answer(length=False), b"x" * 10, 0.2))
    client = Http({"https://www.insee.fr": address(running)}, slowest=1000, deadline=60)
    begun = time.monotonic()
    with pytest.raises(SourceError, match="slower than 1000 bytes a second"):
        client.download("https://www.insee.fr/fichier.csv", tmp_path / "fichier.csv", max_mb=1)
    assert time.monotonic() - begun < 20
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("portals", "asked", "seen"),
    [
        ("https://a.example", "https://a.example/x?y=1", "/x?y=1"),
        ("https://a.example", "https://A.example:443/x", "/x"),
        ("https://a.example", "https://a.example.ailleurs.example/x", None),
        ("https://a.example", "https://b.example/x", None),
        ("https://a.exampl", "https://a.example/x", None),
    ],
)
def test_portals_stand_for_whole_origins(portals: str, asked: str, seen: str | None) -> None:
    """An address that only begins like a portal goes where it says: there is no such host here, and the guard would see it."""
    running = server(lambda _: [answer(body=b"{}")])
    routes = Http({portals: address(running) + "/relais"}).routes
    sent = routes.to(asked).sent.url
    running.shutdown()
    assert sent == (f"{address(running)}/relais{seen}" if seen else asked)


def test_a_replacement_widens_no_list_of_hosts() -> None:
    client = Http({"https://a.example": "http://127.0.0.1:9"}).only(frozenset({"b.example"}))
    for place in ("https://a.example/x", "http://127.0.0.1:9/x", "https://127.0.0.1/x", "http://b.example/x"):
        with pytest.raises(SourceError, match=r"is not a host of this source|not an https address|another port"):
            client.get_json(place)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.fr\\@b.fr/", "https://a.fr@b.fr/", "https://a.fr:8443/", "http://a.fr/", "ftp://a.fr/", "https:///x",
        "https:/a.fr/x", "https://a..fr/", "https://a.fr /x", "https://a.fr/\n", "https://a.fr/\u202e", "https://\u0430deme.fr/",
        "https://[::1", "https://a.fr:99999/", "https://.fr/", "https://a%00.fr/", "a.fr/x", "//a.fr/x", "", "data:text/csv,x",
        "https://a.fr/" + "x" * 5_000,
    ],
)  # fmt: skip
def test_addresses_that_are_not_asked(text: str) -> None:
    with pytest.raises(AddressError) as told:
        addresses.read(text)
    assert not text or text not in str(told.value)


def test_an_address_is_sent_as_it_was_read() -> None:
    """What is rebuilt is read again in the same way; accents are escaped as browsers do."""
    base = addresses.read("https://a.fr/b/c?d=1")
    for text, whole in {
        "https://A.fr:443/é?q=à b"[:-2]: "https://a.fr/%C3%A9?q=%C3%A0",
        "https://a.fr/b/../c#d": "https://a.fr/c",
        "e": "https://a.fr/b/e",
        "/e": "https://a.fr/e",
        "?e=2": "https://a.fr/b/c?e=2",
        "//b.fr/e": "https://b.fr/e",
        "../e": "https://a.fr/e",
    }.items():
        read = addresses.read(text, base=base)
        assert read.url == whole
        assert addresses.read(read.url) == read
        assert requests.Request("GET", read.url).prepare().url == read.url


@pytest.mark.parametrize(
    "path", ["/%2e%2e/secret", "/%2E%2e/secret", "/a/%2e%2e/%2e%2e/secret", "/.%2e/secret", "/%7eb/../c", "/%41?%2e"]
)
def test_what_requests_sends_is_what_was_read(path: str) -> None:
    """It takes escapes off that need not be there: so do we, before the path is looked at."""
    running = server(lambda _: [answer(body=b"{}")])
    client = Http({"https://a.example": f"http://bob:mot@{address(running).removeprefix('http://')}/racine"})
    client.get_json(f"https://a.example{path}")
    running.shutdown()
    asked = running.asked[0].split(" ")[1]
    assert asked == client.routes.to(f"https://a.example{path}").sent.request_uri
    assert asked.startswith("/racine/") and ".." not in asked


def test_a_redirection_does_not_climb_out_of_a_replacement() -> None:
    running = server(lambda path: [answer("302 Found", b"", "Location: /racine/%2e%2e/secret")])
    client = Http({"https://a.example": f"{address(running)}/racine"})
    with pytest.raises(SourceError, match="beside what stands for the portal"):
        client.get_json("https://a.example/x")
    running.shutdown()
    assert len(running.asked) == 1


def test_credentials_are_those_of_the_address_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password may hold any sign, escaped; what stands in ~/.netrc goes nowhere."""
    (tmp_path / "netrc").write_text("default login moi password du-netrc\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    running = server(lambda _: [answer(body=b"{}")])
    place = address(running).removeprefix("http://")
    chosen = values.replacements(f"https://a.example=http://bob:p%40ss%5Ew@{place}")
    Http(chosen).get_json("https://a.example/x")
    Http({"https://a.example": f"http://{place}"}).get_json("https://a.example/x")
    Session("essai", "FLUX_ESSAI", f"http://{place}", "/api", "x-key", None, transient=frozenset(), backoff=0).get(
        "/x", "x"
    )
    alert.send(SimpleNamespace(alert=values.recipient(f"http://{place}/crochet")), ["x"], None)
    running.shutdown()
    basic = [re.findall("Authorization: Basic (\\S+)", head) for head in running.asked]
    assert len(basic) == 4
    assert [base64.b64decode(one).decode() for one in basic[0]] == ["bob:p@ss^w"]
    assert basic[1:] == [[], [], []]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://u:1234/mot@a.example=https://b.example", "another port"),
        ("https://a.example=https://b.example,https://A.example=https://c.example", "was given a replacement before"),
        ("https://a.example=https://bob:1234/mot@b.example", "of a password is written"),
        ("https://a.example/x=https://b.example", "no path"),
        ("https://a.example=http://b.example", "for this machine alone"),
        ("https://a.example=https://bob:mot@b.example\\@c.example", "backslash"),
    ],
)
def test_portals_that_are_refused_print_no_password(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as told:
        load_settings({"FLUX_PORTALS": text})
    assert "mot" not in str(told.value).split(":", 1)[1].replace("mot de", "") and "1234" not in str(told.value)


SENT_TO = {  # what a portal that receives files may answer, and what is said of it
    "a refusal that never ends": (lambda _: forever(answer("500 Down", length=False), BLOCK), "HTTP 500"),
    "an answer that never ends": (lambda _: forever(answer(length=False), BLOCK), "larger than 16 MB"),
    "headers that never end": (lambda _: forever(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.2), "deadline"),
    "302 without Location": (lambda _: [answer("302 Found", b"{}")], "HTTP 302"),
    "206": (lambda _: [answer("206 Partial", b"{}")], "HTTP 206"),
    "a backslash": (lambda _: [answer("302 Found", b"", "Location: https://a.example\\@b.example/")], "redirected to"),
    "elsewhere": (
        lambda _: [answer("302 Found", b"", "Location: https://b.example/")],
        "redirected to https://b.example",
    ),
    "a circle": (lambda _: [answer("302 Found", b"", "Location: /x")], "redirected to itself"),
    "what a terminal obeys": (lambda _: [answer("400 No", b"\x1b[2Jnon")], "<U[+]001B>"),
    "text": (lambda _: [answer(body=b"[[")], "not JSON"),
}


@pytest.mark.parametrize("name", SENT_TO)
def test_a_portal_that_files_are_sent_to(name: str) -> None:
    reply, said = SENT_TO[name]
    running = server(reply)
    session = Session(
        "essai",
        "FLUX_ESSAI",
        address(running),
        "/api",
        "x-key",
        "cle-secrete",
        transient=frozenset({503}),
        backoff=0.01,
    )
    session.attempts, session.timeout, session.deadline, session.reading_only = 2, (2, 2), 2.0, False
    begun = time.monotonic()
    with pytest.raises(PortalError, match=said) as told:
        session.get("/jeux", "jeu")
    running.shutdown()
    assert time.monotonic() - begun < 8
    assert "cle-secrete" not in str(told.value)
    assert len(str(told.value)) < 600
    assert all("x-key: cle-secrete" in head for head in running.asked)


def test_an_answer_of_another_shape_is_told(tmp_path: Path) -> None:
    running = server(lambda _: [answer(body=b'{"resources": 4, "extras": [1]}')])
    write_release(tmp_path / "release")
    portal = DataGouv(address(running), None, backoff=0.01)
    with pytest.raises(PortalError, match="another shape than its documentation says"):
        send(portal, tmp_path / "release", tmp_path / "state.json", say=lambda _: None)
    running.shutdown()
