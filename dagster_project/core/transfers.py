"""Exchanges that end: each runs in a thread of its own, and is given up at its deadline or when it comes too slowly.

A server may send one byte a minute for ever, in its headers too, where no time-out of a socket ends it.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import unquote

import requests
from requests.auth import AuthBase, HTTPBasicAuth

REDIRECTIONS = (301, 302, 303, 307, 308)
BLOCK = 1 << 14
HEADERS = 1 << 15  # characters of all headers of an answer together
SENTENCE = 120  # characters that a message repeats of what a server says
WINDOW = 30.0  # seconds over which a speed is measured

Result = TypeVar("Result")


class Nobody(AuthBase):
    """No credentials, nor those of ~/.netrc, which requests would send otherwise."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request as it is."""
        return r


class Bearer(AuthBase):
    """A token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with the token."""
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


def credentials(text: str | None, token: str | None = None) -> AuthBase:
    """A token, else user and password as they stand in an address, where their signs are escaped; nobody's without."""
    if token is not None:
        return Bearer(token)
    if text is None:
        return Nobody()
    user, _, password = text.partition(":")
    return HTTPBasicAuth(
        unquote(user).encode(), unquote(password).encode()
    )  # UTF-8 (RFC 7617), where requests would write Latin-1


class Session(requests.Session):
    """Keeps no cookie unless it must, knows nobody, follows no redirection; requests would read the whole body of one first."""

    def __init__(self, *, cookies: bool = False) -> None:
        super().__init__()
        self.headers["User-Agent"] = "flux-carbone (open data warehouse; contact: repository owner)"
        self.headers["Accept-Encoding"] = "gzip, deflate"
        self.auth = Nobody()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=None if cookies else []))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: see `leads_to`."""


def leads_to(response: requests.Response) -> str | None:
    """Where a redirection leads, as it is written; None for any other answer."""
    place = response.headers.get("Location") if response.status_code in REDIRECTIONS else None
    try:
        return place.encode("latin-1").decode("utf-8") if place else None
    except UnicodeError:
        return place


class StoppedError(Exception):
    """An exchange that was given up; the message says why."""


class TooLargeError(StoppedError):
    """A body beyond its ceiling."""


class Exchange:
    """What the thread that reads and the one that waits for it share."""

    def __init__(self) -> None:
        self.received, self.started, self.stopped = 0, False, threading.Event()
        self._response: requests.Response | None = None

    def begins(self, response: requests.Response) -> None:
        """Headers are there.

        Raises:
            StoppedError: nobody waits any more, or headers longer than any portal's.
        """
        self._response = response
        self.check()
        if sum(len(name) + len(value) for name, value in response.headers.items()) > HEADERS:
            raise StoppedError(f"headers longer than {HEADERS} characters")

    def blocks(self, response: requests.Response, ceiling: int) -> Iterator[bytes]:
        """The body, decoded, block by block.

        Raises:
            StoppedError: nobody waits any more, or (TooLargeError) more bytes than the ceiling.
        """
        self.started = True
        for block in response.iter_content(BLOCK):
            self.received += len(block)
            self.check()
            if self.received > ceiling:
                raise TooLargeError(f"an answer larger than {ceiling / (1 << 20):.6g} MB")
            yield block

    def check(self) -> None:
        """Raise StoppedError once nobody waits."""
        if self.stopped.is_set():
            raise StoppedError("given up")

    def stop(self) -> None:
        """Free the thread, if it waits for a body; one that waits for headers ends with its connection or this process."""
        self.stopped.set()
        if self._response is not None:
            with contextlib.suppress(Exception):
                self._response.raw.shutdown()


def bounded(work: Callable[[Exchange], Result], until: float, slowest: int) -> Result:
    """What `work` returns or raises, unless time is up.

    Args:
        work: asks, and reads through the exchange that it is given.
        until: `time.monotonic()` at which it is given up.
        slowest: bytes a second below which a body is given up, over WINDOW seconds.

    Raises:
        StoppedError: too late, or too slow.
    """
    exchange, outcome = Exchange(), Future[Result]()

    def run() -> None:
        try:
            outcome.set_result(work(exchange))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True, name="transfer").start()  # no pool: its threads are waited for at the end
    before, since = 0, 0.0
    while not wait([outcome], timeout=max(0.0, min(1.0, until - time.monotonic()))).done:
        now = time.monotonic()
        since = since or (now if exchange.started else 0.0)
        late, measured = now >= until, since and now - since >= WINDOW
        if late or (measured and exchange.received - before < slowest * (now - since)):
            exchange.stop()
            slow = f"slower than {slowest} bytes a second over {WINDOW:.0f} s"
            raise StoppedError("not finished within its deadline" if late else slow)
        if measured:
            before, since = exchange.received, now
    return outcome.result()


def first_words(response: requests.Response, exchange: Exchange) -> str:
    """The beginning of what a server says of its refusal, else the name of the status; the rest is never read."""
    start = b""
    with contextlib.suppress(requests.RequestException):
        start = next(exchange.blocks(response, BLOCK * 2), b"")
    text = " ".join(start.decode("utf-8", "replace").split())
    return (text or str(response.reason or ""))[:SENTENCE]


def retry_after(response: requests.Response) -> float:
    """Seconds that a server asks to wait, as a number or a date; 0 if it does not."""
    text = response.headers.get("Retry-After", "")
    try:
        if text.isascii() and text.isdigit():
            return float(text[:9])
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def cause(error: BaseException) -> str:
    """The innermost reason, without the object addresses that urllib3 prints."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", None) or inner
    return str(reason).split(">: ")[-1][:200]
