"""A portal on loopback that takes data in, and misbehaves, as Data Fair and udata do."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "Cle-Secrete/0123+456=789"
DATA_FAIR_BODY = {
    "title", "description", "license", "origin", "keywords", "frequency", "schema", "extras", "attachments",
    "isMetaOnly",
}  # fmt: skip
HOUSE = ("looks", "content", "failed")  # what a draft holds that nobody sees
UDATA_BODY = {
    "title",
    "description",
    "license",
    "frequency",
    "tags",
    "spatial",
    "temporal_coverage",
    "extras",
    "private",
}


class AnswerError(Exception):
    """What to answer, from wherever it is decided."""

    def __init__(self, status: int, body: object, **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers


@dataclass
class Publishing:
    """What the portal holds and how it behaves; tests change it between requests."""

    datasets: dict[str, dict] = field(default_factory=dict)  # of Data Fair, by id
    files: dict[str, bytes] = field(default_factory=dict)  # of both, by dataset, attachment or resource
    udata: dict[str, dict] = field(default_factory=dict)
    journal: dict[str, list] = field(default_factory=dict)
    private: bool = False  # datasets are not shown to anonymous readers
    looks: int = 1  # how often a dataset is seen being processed
    failing: set[str] = field(default_factory=set)  # datasets whose processing fails
    unwanted: str = ""  # extension that udata refuses
    lists_extensions: bool = True  # says beforehand which it takes
    faults: dict[int, str] = field(default_factory=dict)  # by number of the write, from 1
    throttle: dict = field(default_factory=dict)  # status and Retry-After of the next answers
    redirect: str | None = None
    echo: bool = False  # errors repeat the key, as a careless server would
    requests: list[tuple[str, str, dict]] = field(default_factory=list)
    url: str = ""

    @property
    def writes(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.requests if method != "GET"]

    def lines(self, ident: str) -> list[dict]:
        """Rows as Data Fair would serve them: a column is a number if its declared or guessed type is one."""
        rows = list(csv.DictReader(io.StringIO(self.files[ident].decode()), delimiter=";"))
        types = {one["key"]: one.get("type") for one in self.datasets[ident].get("schema", [])}
        guess = {name: "integer" if all(row[name].isdigit() for row in rows) else "string" for name in rows[0]}
        kinds = guess | {key: kind for key, kind in types.items() if kind}
        return [{name: int(text) if kinds[name] == "integer" else text for name, text in row.items()} for row in rows]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize, disable_nagle_algorithm = -1, True  # an answer in one packet, at once
    portal: Publishing

    def log_message(self, *_: object) -> None:
        pass

    def serve_one(self) -> None:
        portal, self.place = self.portal, urlsplit(self.path)
        portal.requests.append((self.command, self.path, dict(self.headers)))
        fault = portal.faults.pop(len(portal.writes), None) if self.command != "GET" else None
        length = int(self.headers.get("Content-Length") or 0)
        if fault == "cut":
            self.rfile.read(length // 2)
            return self.hang_up()
        self.received = self.rfile.read(length)
        try:
            if fault in ("500", "503", "502"):
                raise AnswerError(int(fault), "en panne")
            if portal.throttle.get("times"):
                portal.throttle["times"] -= 1
                raise AnswerError(429, "Trop de requetes", Retry_After=portal.throttle["after"])
            if portal.redirect:
                raise AnswerError(307, "", Location=portal.redirect + self.path)
            kind = self.place.path.split("/")[2]
            getattr(self, {"v1": "data_fair", "1": "data_gouv"}[kind])([*self.place.path.split("/")[3:]])
            raise AnswerError(404, "introuvable")
        except AnswerError as answer:
            if fault == "cut after":
                return self.hang_up()
            self.answer(AnswerError(500, "en panne") if fault == "500 after" else answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve_one  # noqa: N815

    def hang_up(self) -> None:
        self.close_connection = True

    def answer(self, answer: AnswerError) -> None:
        text = isinstance(answer.body, str)
        said = (
            answer.body + (f" {self.headers.get('x-apiKey')}" if self.portal.echo and answer.status >= 400 else "")
            if text
            else ""
        )
        content = said.encode() if text else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/plain" if text else "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def may(self, header: str) -> bool:
        """Whether the request carries the key; a wrong one is refused whatever is asked."""
        said = self.headers.get(header)
        if said not in (None, KEY):
            raise AnswerError(401, f"Cette cle d'API est inconnue : {said}")
        if said is None and self.command != "GET":
            raise AnswerError(403, "Permission manquante")
        return said == KEY

    def json_body(self, allowed: set[str]) -> dict:
        if self.headers.get("Content-Type") != "application/json":
            raise AnswerError(400, "not JSON")
        return self.checked(json.loads(self.received), allowed)

    def checked(self, body: dict, allowed: set[str]) -> dict:
        if unknown := set(body) - allowed:
            raise AnswerError(400, f"unknown: {unknown}")
        return body

    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """The parts of a multipart body: file name and content, by name."""
        kind = re.fullmatch(r"multipart/form-data; boundary=(\w+)", self.headers.get("Content-Type", ""))
        if not kind:
            raise AnswerError(400, "not multipart")
        if not self.headers.get("Content-Length"):
            raise AnswerError(411, "Content-Length is mandatory")
        found = {}
        for part in self.received.split(f"--{kind[1]}".encode())[1:-1]:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            name = re.search(rb'[; ]name="([^"]+)"', head)[1].decode()
            file = re.search(rb'filename="([^"]+)"', head)
            found[name] = (file[1].decode() if file else None, content.removesuffix(b"\r\n"))
        return found

    # Data Fair

    def data_fair(self, path: list[str]) -> None:
        known, portal = self.may("x-apiKey"), self.portal
        ident = path[1]
        held = portal.datasets.get(ident)
        if held and not known and portal.private:
            raise AnswerError(403, "Permission manquante")
        match self.command, path[2:]:
            case "GET", []:
                raise AnswerError(200, self.look(ident)) if held else AnswerError(404, "Dataset not found")
            case "GET", ["journal"]:
                raise AnswerError(200, portal.journal.get(ident, []))
            case "POST" | "PUT", [] if "multipart" in self.headers.get("Content-Type", ""):
                parts = self.parts()
                (name, content), body = parts["file"], self.checked(json.loads(parts["body"][1]), DATA_FAIR_BODY)
                if not name.endswith(".csv"):
                    raise AnswerError(400, "type is not supported")
                if held and not held.get("draft", {"failed": True}).get("failed"):
                    raise AnswerError(409, "Une operation est en cours")
                entry = portal.datasets.setdefault(ident, {"id": ident, "status": "created", **body})
                entry["draft"] = {**body, "looks": portal.looks, "content": content}
                raise AnswerError(200 if held else 201, {"id": ident, "status": "loaded"})
            case "POST" | "PUT", []:
                body = self.json_body(DATA_FAIR_BODY)
                if not body.pop("isMetaOnly", False):
                    raise AnswerError(400, "Un jeu de donnees doit etre initialise avec un fichier")
                portal.datasets[ident] = {**(held or {}), "id": ident, "isMetaOnly": True, **body}
                raise AnswerError(200 if held else 201, portal.datasets[ident])
            case "PATCH", [] if held:
                held.update(self.json_body(DATA_FAIR_BODY - {"isMetaOnly"}))
                raise AnswerError(200, held)
            case "POST", ["metadata-attachments"] if held:
                name, content = self.parts()["attachment"]
                portal.files[f"{ident}/{name}"] = content
                raise AnswerError(200, {"name": name, "size": len(content)})

    def look(self, ident: str) -> dict:
        """A dataset as ?draft=true shows it; looking is what makes time pass."""
        held = self.portal.datasets[ident]
        if draft := held.get("draft"):
            if parse_qs(self.place.query).get("draft") != ["true"]:
                return {name: value for name, value in held.items() if name != "draft"}
            draft["looks"] -= 1
            merged = {**held, **{name: value for name, value in draft.items() if name not in HOUSE}}
            merged.pop("draft")
            if draft.get("failed"):
                return {**merged, "status": "error"}
            if draft["looks"] >= 0:
                return {**merged, "status": "loaded", "draftReason": {"key": "file-updated"}}
            if ident in self.portal.failing:
                self.portal.journal[ident] = [{"type": "error", "data": "ligne 3 illisible"}, {"type": "created"}]
                draft["failed"] = True
                return {**merged, "status": "error"}
            self.portal.files[ident] = draft["content"]
            self.portal.datasets[ident] = held = {**merged, "status": "finalized"}
            held["schema"] = [*held["schema"], {"key": "_i", "type": "integer", "x-calculated": True}]
        return held

    # udata

    def data_gouv(self, path: list[str]) -> None:
        known, portal = self.may("X-API-KEY"), self.portal
        if not path[-1] == "" or path[0] not in ("datasets", "me"):
            raise AnswerError(404, "introuvable")
        path = path[:-1]
        if path == ["me", "org_datasets"]:
            raise AnswerError(200, list(portal.udata.values())) if known else AnswerError(401, "Unauthorized")
        if path == ["datasets", "extensions"] and portal.lists_extensions:
            taken = {".csv", ".parquet", ".duckdb", ".xlsx", ".gpkg", ".geojson"} - {portal.unwanted}
            raise AnswerError(200, sorted(one.removeprefix(".") for one in taken))
        held = next((one for one in portal.udata.values() if path[1:2] in ([one["id"]], [one["slug"]])), None)
        if held and held["private"] and not known:
            held = None
        match self.command, path[2:]:
            case "GET", [] if held:
                raise AnswerError(200, held)
            case "POST", [] if path == ["datasets"]:
                body = self.json_body(UDATA_BODY)
                slug = re.sub(r"\W+", "-", body["title"].lower()).strip("-")
                if slug in {one["slug"] for one in portal.udata.values()}:
                    slug += "-1"
                made = {"private": False, **body, "id": uuid.uuid4().hex[:24], "slug": slug, "resources": []}
                portal.udata[made["id"]] = made
                raise AnswerError(201, made)
            case "PUT", [] if held:
                held.update({"private": False} | self.json_body(UDATA_BODY))
                raise AnswerError(200, held)
            case "POST", ["upload"] if held:
                resource = {"id": str(uuid.uuid4()), "extras": {}}
                self.store(resource)
                held["resources"].insert(0, resource)
                raise AnswerError(201, resource)
            case "POST", ["resources", rid, "upload"] if held:
                self.store(self.resource(held, rid))
                raise AnswerError(200, self.resource(held, rid))
            case "PUT", ["resources", rid] if held:
                self.resource(held, rid).update(self.json_body({"title", "description", "type", "extras"}))
                raise AnswerError(200, self.resource(held, rid))

    def resource(self, held: dict, rid: str) -> dict:
        found = [one for one in held["resources"] if one["id"] == rid]
        if not found:
            raise AnswerError(404, "Resource does not exist")
        return found[0]

    def store(self, resource: dict) -> None:
        name, content = self.parts()["file"]
        if self.portal.unwanted and name.endswith(self.portal.unwanted):
            raise AnswerError(400, "extension refusee")
        title = re.sub(r"[^a-z0-9.]+", "-", name.lower())
        latest = f"{self.portal.url}/fr/datasets/r/{resource['id']}"
        checksum = {"type": "sha1", "value": hashlib.sha1(content).hexdigest()}
        resource.update(title=title, checksum=checksum, latest=latest, filetype="file")
        self.portal.files[resource["id"]] = content


@contextmanager
def serve() -> Iterator[Publishing]:
    """A running portal on a free port of the loopback interface."""
    portal = Publishing()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"portal": portal}))
    portal.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
