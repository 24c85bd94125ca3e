"""A portal that means harm, one answer at a time, and what a fetch makes of each: run as a script, it tells all in JSON.

It runs by itself so that the memory that it takes is its own.
"""

from __future__ import annotations

import gzip
import json
import resource
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.sources import data_fair
from dagster_project.sources.http import Http
from dagster_project.sources.store import Store
from tests.conftest import settings
from tests.unit.test_live import ADEME, DATASET, FILES, file_source, source

DEADLINE = 1.0
SECRET = "tres-secret"  # of the proxy that stands for the portals
HTTP = "HTTP/1.1 "
ROW = {"insee": "01001", "nom": "x"}


def answer(status: str = "200 OK", body: bytes = b"", *headers: str, length: bool = True) -> bytes:
    lines = [
        HTTP + status,
        *headers,
        *([f"Content-Length: {len(body)}"] if length else []),
        "Connection: close",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1") + body


def to(place: str, *more: str) -> list[bytes]:
    return [answer("302 Found", b"", f"Location: {place}", *more)]


def forever(start: bytes, again: bytes, pause: float = 0.0) -> Iterator[bytes]:
    yield start
    while True:
        yield again
        time.sleep(pause)


def page(**said: object) -> list[bytes]:
    return [answer(body=json.dumps(said).encode())]


def metadata(**said: object) -> list[bytes]:
    good = {"schema": [], "dataUpdatedAt": "2023-10-13T08:00:00Z"}
    return page(**{name: value for name, value in {**good, **said}.items() if value is not None})


PLAIN = answer(body=b"insee,nom\n01001,x\n")
BOMB = gzip.compress(bytes(400 << 20), 9)
BLOCK = b"x" * (1 << 16)

FILE: dict[str, Callable[[str], object]] = {  # what is answered to a file's address; each gets the canary's address
    "206": lambda _: [answer("206 Partial Content", b"insee,nom\n")],
    "299": lambda _: [answer("299 Odd", b"insee,nom\n01001,x\n")],
    "204": lambda _: [answer("204 No Content")],
    "304 with nothing kept": lambda _: [answer("304 Not Modified")],
    "302 without Location": lambda _: [answer("302 Found", b"insee,nom\n01001,x\n")],
    "a backslash": lambda _: to("https://ailleurs.example\\@www.insee.fr/x"),
    "a user": lambda _: to("https://www.insee.fr@ailleurs.example/x"),
    "a user of the host": lambda _: to("https://moi:mot@www.insee.fr/x"),
    "another port": lambda _: to("https://www.insee.fr:8443/x"),
    "plain http": lambda _: to("http://www.insee.fr/x"),
    "a file of ours": lambda _: to("file:///etc/passwd"),
    "the cloud's metadata": lambda _: to("http://169.254.169.254/latest/meta-data"),
    "another server of this machine": lambda canary: to(canary),
    "another host, scheme left out": lambda _: to("//ailleurs.example/x"),
    "a host that begins like ours": lambda _: to("https://www.insee.fr.ailleurs.example/x"),
    "a host in other letters": lambda _: to("https://www.inse\u00e9.fr/x"),
    "a circle": lambda _: to("/fichier.csv"),
    "an address of 60,000 characters": lambda _: to("/" + "x" * 60_000),
    "an escape in an address": lambda _: to("/\x1b[2J"),
    "elsewhere, with a body that never ends": lambda _: forever(
        answer("302 Found", b"", "Location: /ailleurs.csv", length=False), BLOCK
    ),
    "a cookie, and back": lambda _: to("/fichier.csv", "Set-Cookie: a=b; Path=/"),
    "headers that never end": lambda _: forever(HTTP.encode() + b"200 OK\r\nX: ", b"x", 0.2),
    "continue, for ever": lambda _: forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "headers of 6 MB": lambda _: [answer("200 OK", b"a", *[f"X-{n}: {'x' * 60_000}" for n in range(99)])],
    "500 headers": lambda _: [answer("200 OK", b"a", *[f"X-{n}: x" for n in range(500)])],
    "a byte from time to time": lambda _: forever(answer(length=False), b"x", 0.5),
    "a body that never ends": lambda _: forever(answer(length=False), BLOCK),
    "a bomb": lambda _: [answer("200 OK", BOMB, "Content-Encoding: gzip")],
    "a broken gzip": lambda _: [answer("200 OK", b"\x1f\x8bxxxx", "Content-Encoding: gzip")],
    "a length that lies": lambda _: [answer("200 OK", b"insee,nom\n", "Content-Length: 999", length=False)],
    "two lengths": lambda _: [answer("200 OK", b"insee,nom\n", "Content-Length: 1")],
    "a chunk of no size": lambda _: [answer("200 OK", b"zz\r\nxx\r\n", "Transfer-Encoding: chunked", length=False)],
    "no status": lambda _: [b"bonjour\r\n\r\n"],
    "nothing": lambda _: [b""],
    "an empty file": lambda _: [answer()],
    "busy, with a body that never ends": lambda _: forever(answer("503 Busy", length=False), BLOCK),
    "lost, with a body that never ends": lambda _: forever(answer("404 Lost", length=False), BLOCK),
    "lost, a byte from time to time": lambda _: forever(answer("404 Lost", length=False), b"x", 0.5),
    "a wait of a thousand years": lambda _: [answer("429 Wait", b"", "Retry-After: 31536000000")],
    "a wait until the year 9999": lambda _: [answer("503 Wait", b"", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")],
    "a refusal that a terminal obeys": lambda _: [answer("404 Lost", "\x1b]0;pirate\x07\u202egnp.".encode())],
}

DESCRIBED: dict[str, Callable[[str], object]] = {  # what is answered to a dataset's address
    "a licence of text": lambda _: metadata(license="libre"),
    "a licence that a spreadsheet runs": lambda _: metadata(license={"title": "=HYPERLINK(1)"}),
    "a licence of 10,000 characters": lambda _: metadata(license={"title": "x" * 10_000}),
    "a licence on two lines": lambda _: metadata(license={"title": "libre\nou pas"}),
    "a licence that is a script": lambda _: metadata(license={"title": "libre", "href": "javascript:alert(1)"}),
    "a size of letters": lambda _: metadata(originalFile={"size": "abc"}),
    "a size below zero": lambda _: metadata(originalFile={"size": -1}),
    "a file that is a list": lambda _: metadata(originalFile=[1]),
    "a date that is none": lambda _: metadata(dataUpdatedAt={"le": "13"}),
    "no schema": lambda _: metadata(schema=None),
    "a list": lambda _: [answer(body=b"[1, 2]")],
    "brackets": lambda _: [answer(body=b'{"schema":' + b"[" * 2_000_000)],
    "objects by the million": lambda _: [answer(body=b'{"schema":[' + b"{}," * 5_000_000 + b"{}]}")],
    "JSON that never ends": lambda _: forever(answer(length=False) + b'{"schema":"', BLOCK),
}

PAGES: dict[str, Callable[[str], object]] = {  # what is answered to the address of lines, the file being refused
    "next: a backslash": lambda _: page(results=[ROW], next="https://ailleurs.example\\@data.ademe.fr/lines"),
    "next: another server of this machine": lambda canary: page(results=[ROW], next=canary),
    "next: for ever": lambda _: page(results=[ROW], next=f"{DATASET}/lines?encore=1"),
    "next: beyond the total, for ever": lambda _: page(total=2, results=[ROW], next=f"{DATASET}/lines?encore=1"),
    "next: a number": lambda _: page(results=[ROW], next=4),
    "results: an object": lambda _: page(results={"insee": "01001"}),
    "results: numbers": lambda _: page(results=[1, 2]),
    "total: letters": lambda _: page(total="beaucoup", results=[ROW]),
    "fewer than the total": lambda _: page(total=35066, results=[ROW]),
}


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = self.request.recv(1 << 16)
            if not received:
                return
            head += received
        self.server.asked.append(head.decode("latin-1"))
        for part in self.server.answer(head.split(b" ")[1].decode()):
            try:
                self.request.sendall(part)
            except OSError:
                return


def server(reply: Callable[[str], object]) -> socketserver.ThreadingTCPServer:
    """A server on a free port of the loopback interface, which answers bytes and keeps what it was asked."""
    running = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
    running.daemon_threads, running.asked, running.answer = True, [], reply
    threading.Thread(target=running.serve_forever, daemon=True).start()
    return running


def address(running: socketserver.ThreadingTCPServer) -> str:
    return f"http://127.0.0.1:{running.server_address[1]}"


def tell(kind: str, name: str) -> dict:
    """What one answer leads to: error, seconds, files that stay, what a stranger was asked, what of ours was sent."""
    canary = server(lambda _: [PLAIN])
    reply = {"file": FILE, "described": DESCRIBED, "pages": PAGES}[kind][name]

    def answers(path: str) -> object:
        if kind == "pages" and path.endswith("/raw"):
            return [answer("404 Not Found", b"pas de fichier")]
        if kind == "pages" and not path.startswith(f"{DATASET}/lines"):
            return metadata()
        return reply(address(canary))

    hostile = server(answers)
    proxy = address(hostile).replace("http://", f"http://moi:{SECRET}@")
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings(Path(folder), FLUX_SOURCE="live", FLUX_PORTALS=f"{ADEME}={proxy},{FILES}={proxy}")
        client = Http(chosen.portals, attempts=2, backoff=0.01, timeout=2, deadline=DEADLINE)
        begun, error = time.monotonic(), None
        try:
            Store(chosen, client).fetch(
                (file_source() if kind == "file" else source()).model_copy(update={"max_mb": 5}), "2023"
            )
        except SourceError as refused:
            error = str(refused)
        seconds = time.monotonic() - begun
        time.sleep(0.05)
        left = [path.name for path in chosen.data.rglob("*") if path.is_file()]
    sent = sorted({line.split(":")[0] for head in hostile.asked for line in head.split("\r\n")[1:] if line})
    for one in (canary, hostile):
        one.shutdown()
        one.server_close()
    return {"error": error, "seconds": seconds, "left": left, "canary": canary.asked, "sent": sent}


def main() -> None:
    data_fair.MAX_PAGES = 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {
        f"{kind}: {name}": tell(kind, name)
        for kind, answers in (("file", FILE), ("described", DESCRIBED), ("pages", PAGES))
        for name in answers
    }
    took = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    json.dump({"answers": told, "peak_mb": took / 1024, "before_mb": before / 1024}, sys.stdout)


if __name__ == "__main__":
    main()
