"""Careful HTTP: bounded retries, time-outs, length and digest checks, conditional requests, progress.

Speaks to any portal; knows nothing of what the bytes mean. Nothing is left behind by a failed download.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from urllib3.util.retry import Retry

from dagster_project.sources.errors import SourceError

TRANSIENT = (429, 500, 502, 503, 504)
CHUNK = 1 << 18
REDIRECTS = 5
MAX_JSON_MB = 200
REMEDY = "Nothing was kept. Check the address in a browser, then run again"


@dataclass(frozen=True)
class Downloaded:
    """A finished download: `path` is None when the server answered 304 (unchanged)."""

    path: Path | None
    headers: Mapping[str, str] = field(default_factory=dict)


class Http:
    """One session with one policy.

    Args:
        portals: address prefixes replaced before any request (test servers, proxies).
        attempts: how often one address is tried in all.
        backoff: seconds before the second try, doubled each time; `Retry-After` wins when the server sends it.
        timeout: seconds to connect, and between two received blocks.
    """

    def __init__(
        self,
        portals: Mapping[str, str] | None = None,
        attempts: int = 5,
        backoff: float = 1.0,
        timeout: float = 60,
    ) -> None:
        self.portals, self.attempts, self.backoff, self.timeout = portals or {}, attempts, backoff, timeout
        self.hosts: frozenset[str] | None = None
        policy = Retry(
            total=attempts - 1,
            backoff_factor=backoff,
            status_forcelist=TRANSIENT,
            allowed_methods=("GET", "HEAD"),
            respect_retry_after_header=True,
            retry_after_max=300,
        )
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "flux-carbone (open data warehouse; contact: repository owner)"
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=policy))

    def only(self, hosts: frozenset[str]) -> Http:
        """The same session for these hosts alone: a redirection, or a link in an answer, leads nowhere else."""
        bound = copy.copy(self)
        bound.hosts = hosts
        return bound

    def address(self, url: str) -> str:
        """The address really requested for `url`; plain http is refused unless a portal replacement names it.

        Raises:
            SourceError: another scheme, or another host than those of the source.
        """
        for prefix, target in self.portals.items():
            if url.startswith((prefix, target)):
                return url.replace(prefix, target, 1)
        if not url.startswith("https://"):
            raise SourceError(url, "not an https address", "Correct the source's YAML")
        host = urlsplit(url).hostname
        if self.hosts is not None and host not in self.hosts:
            remedy = "If the producer moved there, add it under `hosts` in the source's YAML"
            raise SourceError(url, f"{host} is not a host of this source ({', '.join(sorted(self.hosts))})", remedy)
        return url

    def get(self, url: str, headers: Mapping[str, str] | None = None, *, stream: bool = False) -> requests.Response:
        """GET with the policy of this session; any status but 2xx and 304 is a SourceError, each redirection is looked at."""
        for _ in range(REDIRECTS):
            response = self._once(url, headers, stream=stream)
            if not response.is_redirect:
                break
            response.close()
            url = urljoin(response.url, response.headers["Location"])
        else:
            raise SourceError(url, f"more than {REDIRECTS} redirections", REMEDY)
        if response.status_code != 304 and not response.ok:
            status = f"HTTP {response.status_code}: {_first_line(response)}"
            response.close()
            raise SourceError(url, status, "The address may have changed: see the source's YAML and its page")
        return response

    def _once(self, url: str, headers: Mapping[str, str] | None, *, stream: bool) -> requests.Response:
        options = {"headers": headers, "stream": stream, "timeout": self.timeout, "allow_redirects": False}
        try:
            return self.session.get(self.address(url), **options)
        except requests.exceptions.RetryError as error:
            problem = f"the portal kept refusing after {self.attempts} tries ({_cause(error)})"
            raise SourceError(url, problem, "Wait and run again; the last release is untouched") from error
        except requests.RequestException as error:
            raise SourceError(url, f"no usable answer ({_cause(error)})", REMEDY) from error

    def get_json(self, url: str) -> tuple[dict, bytes]:
        """A JSON object and its verbatim bytes."""
        content = bytearray()
        with self.get(url, stream=True) as response:
            try:
                for block in response.iter_content(CHUNK):
                    content += block
                    if len(content) > MAX_JSON_MB << 20:
                        raise SourceError(url, f"an answer larger than {MAX_JSON_MB} MB", REMEDY)
            except requests.RequestException as error:
                raise SourceError(url, f"the answer broke off ({_cause(error)})", REMEDY) from error
        try:
            body = json.loads(content, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise SourceError(url, f"not JSON ({error})", REMEDY) from error
        if not isinstance(body, dict):
            raise SourceError(url, "JSON, but not an object", REMEDY)
        return body, bytes(content)

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
        headers = {name: value for name, value in conditions.items() if value}
        part = target.with_name(target.name + ".part")
        for attempt in range(1, self.attempts + 1):
            with self.get(url, headers, stream=True) as response:
                if response.status_code == 304:
                    return Downloaded(None, response.headers)
                try:
                    digest, received = self._stream(response, part, url, max_mb)
                    break
                except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
                    part.unlink(missing_ok=True)
                    if attempt == self.attempts:
                        problem = f"the transfer broke off {attempt} times ({_cause(error)})"
                        raise SourceError(url, problem, REMEDY) from error
                    time.sleep(self.backoff * 2 ** (attempt - 1))
                except BaseException:
                    part.unlink(missing_ok=True)
                    raise
        for what, expected, seen in (("size", size, received), ("md5", md5, digest)):
            if expected is not None and expected != seen:
                part.unlink()
                problem = f"{what} is {seen}, the portal announces {expected}"
                raise SourceError(url, problem, "The file is truncated or being replaced. " + REMEDY)
        part.rename(target)
        return Downloaded(target, response.headers)

    def _stream(self, response: requests.Response, part: Path, url: str, max_mb: int) -> tuple[str, int]:
        total = int(response.headers.get("Content-Length") or 0)
        digest, received = hashlib.md5(usedforsecurity=False), 0
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar, part.open("wb") as file:
            task = bar.add_task(url.rsplit("/", 1)[-1], total=total or None)
            for block in response.iter_content(CHUNK):
                file.write(block)
                digest.update(block)
                received += len(block)
                bar.update(task, completed=received)
                if received > max_mb << 20:
                    raise SourceError(url, f"larger than {max_mb} MB", "Raise max_mb in the source's YAML if right")
        return digest.hexdigest(), received


def _first_line(response: requests.Response) -> str:
    text = response.text.strip()
    return text.splitlines()[0][:120] if text else response.reason


def _cause(error: BaseException) -> str:
    """The innermost reason, without the object addresses that urllib3 prints."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", None) or inner
    return str(reason).split(">: ")[-1][:200]
