"""Careful HTTP: hosts, deadlines and ceilings, bounded retries, length and digest checks, conditional requests, progress.

Speaks to any portal; knows nothing of what the bytes mean. Nothing is left behind by a failed download.
"""

import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from dagster_project.core.errors import SourceError
from dagster_project.core.transfers import (
    Exchange,
    Session,
    StoppedError,
    TooLargeError,
    bounded,
    cause,
    credentials,
    first_words,
    leads_to,
    retry_after,
)
from dagster_project.sources.routes import Route, Routes

TRANSIENT = (429, 500, 502, 503, 504)
REDIRECTS = 5
LONGEST_WAIT = 300.0
MAX_JSON_MB, MAX_JSON_VALUES = 16, 2_000_000  # what stands in memory: an empty object of JSON takes 24 times its text
REMEDY = "Nothing was kept. Check the address in a browser, then run again"
REFUSED = "The portal refuses the token that FLUX_TOKENS holds for its host: ask it for a new one"
MOVED = "The address may have changed: see the source's YAML and its page"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Downloaded:
    """A finished download: `path` is None when the server answered 304 (unchanged)."""

    path: Path | None
    headers: Mapping[str, str] = field(default_factory=dict)


class _BusyError(Exception):
    """An answer after which the same is asked again: what it said, and how long it asks to wait."""

    def __init__(self, text: str, wait: float) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass
class Http:
    """One session with one policy.

    Args:
        portals: origins replaced by another address before any request (test servers, proxies).
        attempts: how often one address is tried in all.
        backoff: seconds before the second try, doubled each time; `Retry-After` wins when the server sends it.
        timeout: seconds to connect, and between two received blocks.
        deadline: seconds that a file may take in all, its tries, waits and pages together.
        slowest: bytes a second below which a transfer is given up.
        hosts: those of one source, None for addresses that we write ourselves.
        tokens: what is sent to a host, and to no other that it leads to.
        logins: `user:password` of a host that others lead to, percent-encoded; sent to that one alone.
    """

    portals: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 5
    backoff: float = 1.0
    timeout: float = 60
    deadline: float = 3600
    slowest: int = 1024
    hosts: frozenset[str] | None = None
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    logins: Mapping[str, str] = field(default_factory=dict, repr=False)
    session: Session = field(default_factory=Session, repr=False)
    _until: float = 0.0

    @cached_property
    def routes(self) -> Routes:
        """Addresses that are really asked."""
        return Routes(self.portals, self.hosts)

    def only(self, hosts: frozenset[str]) -> Self:
        """The same session for one file of these hosts: its deadline runs, and no redirection or link leads elsewhere."""
        return replace(self, hosts=hosts, _until=time.monotonic() + self.deadline)

    def headers(self, url: str) -> Mapping[str, str]:
        """Headers of the answer, whose body is not read.

        Raises:
            SourceError: as get_json.
        """
        return self._get(self.routes.to(url), {}, lambda _, __: None)[0]

    def get_json(self, url: str, seen_from: str | None = None) -> tuple[dict[str, Any], bytes]:
        """A JSON object, its numbers as text, and its verbatim bytes.

        Args:
            url: what to ask.
            seen_from: the address whose answer held this link, if one did.

        Raises:
            SourceError: naming the address, what went wrong and what to do.
        """
        route = self.routes.to(url, self.routes.to(seen_from) if seen_from else None)
        _, given = self._get(route, {}, lambda blocks, _: b"".join(blocks), max_mb=MAX_JSON_MB, too_large=REMEDY)
        content = given or b""
        if sum(content.count(sign) for sign in b"[{,") > MAX_JSON_VALUES:
            raise SourceError(route.name, f"more than {MAX_JSON_VALUES:,} values in one answer", REMEDY)
        try:
            body = json.loads(content, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise SourceError(route.name, f"not JSON ({str(error)[:200]})", REMEDY) from error
        if not isinstance(body, dict):
            raise SourceError(route.name, "JSON, but not an object", REMEDY)
        return body, content

    def download(
        self,
        url: str,
        target: Path,
        *,
        max_mb: int,
        etag: str | None = None,
        last_modified: str | None = None,
        size: int | None = None,
        md5: str | None = None,
    ) -> Downloaded:
        """Stream `url` to `target`, checking length and, when given, size and md5.

        A body that breaks off is fetched again, within the same number of tries; `target` exists afterwards
        only if every check passed.

        Raises:
            SourceError: naming the address, what went wrong and what to do.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        asked = {name: value for name, value in conditions.items() if value}
        part, route = target.with_name(target.name + ".part"), self.routes.to(url)
        try:
            headers, got = self._get(route, asked, lambda blocks, total: _write(blocks, part, total), max_mb=max_mb)
            if got is None:
                return Downloaded(None, headers)
            digest, received = got
            for what, expected, seen in (("size", size, received), ("md5", md5, digest)):
                if expected is not None and expected != seen:
                    problem = f"{what} is {seen}, the portal announces {expected}"
                    raise SourceError(route.name, problem, "The file is truncated or being replaced. " + REMEDY)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
        return Downloaded(target, headers)

    def _get(
        self,
        route: Route,
        headers: Mapping[str, str],
        receive: Callable[[Iterator[bytes], int | None], Result],
        max_mb: int = 0,
        too_large: str = "Raise max_mb in the source's YAML if right",
    ) -> tuple[Mapping[str, str], Result | None]:
        """Ask until it is answered, or given up: the headers, and what `receive` makes of the body (None for 304)."""
        until = self._until or time.monotonic() + self.deadline
        for attempt in range(1, self.attempts + 1):
            wait = self.backoff * 2 ** (attempt - 1)
            try:
                return bounded(lambda on: self._exchange(on, route, headers, receive, max_mb), until, self.slowest)
            except StoppedError as error:
                remedy = too_large if isinstance(error, TooLargeError) else REMEDY
                raise SourceError(route.name, str(error), remedy) from None
            except _BusyError as error:
                wait = max(wait, min(error.wait, LONGEST_WAIT))
                last = f"the portal kept refusing after {attempt} tries ({error})"
                remedy = "Wait and run again; the last release is untouched"
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                last, remedy = f"no usable answer: the transfer broke off {attempt} times ({cause(error)})", REMEDY
            except requests.RequestException as error:
                raise SourceError(route.name, f"no usable answer ({cause(error)})", REMEDY) from error
            if time.monotonic() + wait >= until:
                raise SourceError(route.name, f"{last}, and no time is left to wait {wait:.0f} s", remedy)
            if attempt < self.attempts:
                time.sleep(wait)
        raise SourceError(route.name, last, remedy)

    def _exchange(
        self,
        on: Exchange,
        route: Route,
        headers: Mapping[str, str],
        receive: Callable[[Iterator[bytes], int | None], Result],
        max_mb: int,
    ) -> tuple[Mapping[str, str], Result | None]:
        """One request and the redirections that it leads to, each looked at."""
        for _ in range(REDIRECTS + 1):
            host = route.official.host or ""
            token, login = self.tokens.get(host), self.logins.get(host)
            auth = credentials(login or route.credentials, token)
            with self.session.get(
                route.sent.url, headers=headers, stream=True, timeout=self.timeout, allow_redirects=False, auth=auth
            ) as response:
                on.begins(response)
                status = response.status_code
                if (place := leads_to(response)) is not None:
                    route = self.routes.to(place, route)
                    continue
                if status in TRANSIENT:
                    raise _BusyError(f"HTTP {status}: {first_words(response, on)}", retry_after(response))
                if status == 304 and headers:
                    return response.headers, None
                if status != 200:
                    known = (
                        f"{host} refuses the user and password of ~/.netrc: correct its line there" if login else MOVED
                    )
                    remedy = (REFUSED if token else known) if status in (401, 403) else MOVED
                    raise SourceError(route.name, f"HTTP {status}: {first_words(response, on)}", remedy)
                total = response.headers.get("Content-Length", "")
                size = int(total) if re.fullmatch("[0-9]{1,15}", total) else None
                return response.headers, receive(on.blocks(response, max_mb << 20), size)
        raise SourceError(route.name, f"more than {REDIRECTS} redirections", REMEDY)


def _write(blocks: Iterator[bytes], part: Path, total: int | None) -> tuple[str, int]:
    """Write a file as it comes, with a bar on a terminal; its md5, as portals announce it, and its size."""
    digest, received = hashlib.md5(usedforsecurity=False), 0
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar, part.open("wb") as file:
        task = bar.add_task(part.stem, total=total)
        for block in blocks:
            file.write(block)
            digest.update(block)
            received += len(block)
            bar.update(task, completed=received)
    return digest.hexdigest(), received
