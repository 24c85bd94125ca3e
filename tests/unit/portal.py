"""A portal on loopback that behaves, and misbehaves, as data.ademe.fr and insee.fr do."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DATASET = "/data-fair/api/v1/datasets/essai"


@dataclass
class Portal:
    """What the server serves and how; tests change it between requests."""

    body: bytes = b"insee,nom\n01001,L'Abergement\n"
    schema: list[dict] = field(default_factory=lambda: [{"key": "insee"}, {"key": "nom", "x-originalName": "nom"}])
    rows: list[dict] = field(default_factory=list)
    updated_at: str = "2023-10-13T08:00:00Z"
    metadata: dict = field(default_factory=dict)
    raw_status: int = 200
    throttled: int = 0  # next answers that are 429, in plain text, without Retry-After
    retry_after: str | None = None
    broken: int = 0  # next bodies that stop half-way
    lie: int = 0  # bytes announced beyond those sent
    etag: str | None = None
    html: bool = False
    total: int | None = None
    redirect: str | None = None  # where the file is said to be
    next_page: str | None = None  # a link that the portal writes instead of its own
    seen: Counter = field(default_factory=Counter)
    url: str = ""


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def answer(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) + portal.lie))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if portal.broken:
                portal.broken -= 1
                body = body[: len(body) // 2]
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = urlsplit(self.path)
            portal.seen[path.path] += 1
            if portal.throttled:
                portal.throttled -= 1
                extra = {"Retry_After": portal.retry_after} if portal.retry_after else {}
                return self.answer(b"Trop de requetes", 429, "text/plain", **extra)
            if portal.html:
                return self.answer(b"<!DOCTYPE html><html>Maintenance</html>", kind="text/html")
            if path.path == DATASET:
                meta = {
                    "id": "essai",
                    "dataUpdatedAt": portal.updated_at,
                    "license": {"title": "Licence Ouverte", "href": "https://example.org/lo"},
                    "schema": portal.schema,
                    **portal.metadata,
                }
                return self.answer(json.dumps(meta).encode())
            if path.path == f"{DATASET}/raw":
                if portal.raw_status != 200:
                    return self.answer(b"pas de fichier", portal.raw_status, "text/plain")
                return self.answer(portal.body, kind="text/csv")
            if path.path == f"{DATASET}/lines":
                return self.lines(parse_qs(path.query))
            if path.path == "/fichier.csv" and portal.redirect:
                return self.answer(b"", 302, Location=portal.redirect)
            if path.path in ("/fichier.csv", "/ailleurs.csv"):
                if portal.etag and self.headers.get("If-None-Match") == portal.etag:
                    self.send_response(304)
                    self.end_headers()
                    return None
                return self.answer(portal.body, kind="text/csv", **({"ETag": portal.etag} if portal.etag else {}))
            return self.answer(b"introuvable", 404, "text/plain")

        def lines(self, query: dict[str, list[str]]) -> None:
            size, start = int(query["size"][0]), int(query.get("after", ["0"])[0])
            page = portal.rows[start : start + size]
            body: dict = {"total": len(portal.rows) if portal.total is None else portal.total, "results": page}
            if len(page) == size:  # a full page has a next one, even when that one turns out to be empty
                body["next"] = portal.next_page or f"{portal.url}{DATASET}/lines?size={size}&after={start + size}"
            self.answer(json.dumps(body).encode())

    return Handler


@contextmanager
def serve() -> Iterator[Portal]:
    """A running portal on a free port of the loopback interface."""
    portal = Portal()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(portal))
    portal.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
