"""Careful writing over HTTP: bounded retries, streamed uploads, a key that goes to one host and into no message.

Knows nothing of what is sent. A redirect is followed only when reading and only within the host.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import requests

BLOCK = 1 << 18
LOOPBACK = ("127.0.0.1", "localhost", "::1")
AGAIN = "Run again: it goes on with what is missing"


class PortalError(Exception):
    """A send that stopped. The message names portal, resource, what was answered and what to do; never the key."""

    def __init__(self, portal: str, resource: str, problem: str, remedy: str = AGAIN) -> None:
        super().__init__(f"{portal}, {resource}: {problem}. {remedy}")
        self.portal, self.resource = portal, resource


class HiddenError(PortalError):
    """Something is there, that an anonymous reader may not see."""


class LostError(PortalError):
    """The answer to a request that must not be repeated blindly never came: it may have been done."""


class RefusedError(PortalError):
    """One file is not what the portal takes; the others may be."""


class Upload:
    """One file as a multipart body of known length, read while it is sent."""

    def __init__(self, part: str, name: str, file: Path, mediatype: str, body: Mapping | None = None) -> None:
        self.file, boundary = file, secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        form = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="body"\r\n\r\n{json.dumps(body)}\r\n' if body else ""
        )
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
        self.head = f"{form}{head}Content-Type: {mediatype}\r\n\r\n".encode()
        self.tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self.head) + self.file.stat().st_size + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        with self.file.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
        yield self.tail


class Session:
    """Requests to one portal, with one policy.

    Args:
        portal: its name, for messages.
        setting: the variable that holds its address; `<setting>_CLE` holds the key.
        address: its address, https except on this machine.
        api: path of the API below the address.
        header: the header that carries the key.
        key: the API key, None to read only.
        transient: statuses after which a request is made again.
        backoff: seconds before the second try, doubled each time; `Retry-After` wins when the server sends it.
    """

    attempts, timeout, longest_wait = 5, (20, 300), 300.0

    def __init__(
        self,
        portal: str,
        setting: str,
        address: str,
        api: str,
        header: str,
        key: str | None,
        *,
        transient: frozenset[int],
        backoff: float,
    ) -> None:
        self.portal, self.setting, self.header, self.transient, self.backoff = (
            portal,
            setting,
            header,
            transient,
            backoff,
        )
        self.reading_only, self._key, url = True, key, urlsplit(address)
        if url.username or url.query or url.fragment:
            raise PortalError(portal, setting, "an address with more than a host and a path", f"Correct {setting}")
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise PortalError(portal, setting, "not an https address", f"Correct {setting}")
        if key and not re.fullmatch(r"[!-~]+", key):
            raise PortalError(portal, f"{setting}_CLE", "the key holds a space or an accent", "Copy it again")
        self.address = address.rstrip("/").removesuffix(api)
        self.api, self._http = self.address + api, requests.Session()
        self._http.headers["User-Agent"] = "flux-carbone (open data warehouse; contact: repository owner)"

    def __repr__(self) -> str:
        return f"Session({self.portal!r}, {self.address!r})"

    def require_key(self) -> None:
        """Raise PortalError, before any request, when there is no key."""
        if not self._key:
            raise PortalError(self.portal, "key", "there is none", f"Set {self.setting}_CLE, or leave it a dry run")

    def scrub(self, text: str) -> str:
        """The text without the key."""
        for secret in (self._key, quote(self._key or "", safe="")):
            text = text.replace(secret, "***") if secret else text
        return text

    def get(self, path: str, resource: str) -> dict | list | None:
        """The JSON at a path of the API, None where nothing is."""
        return self.call("GET", path, resource)

    def call(
        self,
        method: str,
        path: str,
        resource: str,
        *,
        body: Mapping | None = None,
        upload: Upload | None = None,
        once: bool = False,
    ) -> dict | list | None:
        """One request, made again while the portal is busy or out of reach; the JSON of its answer.

        Args:
            method, path: below the API's address.
            resource: what it is about, for messages.
            body, upload: JSON, or a file.
            once: it creates something that the portal names, so a lost answer is raised as LostError, not retried.
        """
        if self.reading_only and method != "GET":
            raise PortalError(self.portal, resource, f"{method} in a dry run", "This is a defect: report it")
        for attempt in range(1, self.attempts + 1):
            wait = self.backoff * 2 ** (attempt - 1)
            try:
                response = self._request(method, self.api + path, resource, body, upload)
            except requests.RequestException as error:
                problem, lost = f"no answer ({type(error).__name__})", True
            else:
                if response.ok or (method == "GET" and response.status_code in (404, 410)):
                    return self._json(response, resource) if response.ok else None
                problem = f"HTTP {response.status_code}: {self._said(response)}"
                lost = response.status_code in (502, 504)
                wait = max(wait, min(_retry_after(response), self.longest_wait))
                if response.status_code not in self.transient:
                    raise self._error(response.status_code, problem, resource, upload)
            if once and lost:
                raise LostError(self.portal, resource, problem) from None
            if attempt < self.attempts:
                time.sleep(wait)
        raise PortalError(self.portal, resource, f"{problem}, {self.attempts} times", f"Wait. {AGAIN}") from None

    def _request(
        self, method: str, url: str, resource: str, body: Mapping | None, upload: Upload | None
    ) -> requests.Response:
        headers = {"Accept": "application/json"}
        if self._key and not self.reading_only:
            headers[self.header] = self._key
        if upload:
            headers["Content-Type"] = upload.content_type
        for _ in range(5):
            response = self._http.request(
                method, url, headers=headers, json=body, data=upload, timeout=self.timeout, allow_redirects=False
            )
            if not response.is_redirect:
                return response
            target = urlsplit(urljoin(url, response.headers["Location"]))
            if method != "GET" or (target.scheme, target.netloc) != urlsplit(url)[:2]:
                break
            url = target.geturl()
        elsewhere = self.scrub(f"{target.scheme}://{target.hostname}")[:200]
        raise PortalError(self.portal, resource, f"redirected to {elsewhere}", f"Not followed. Correct {self.setting}")

    def _error(self, status: int, problem: str, resource: str, upload: Upload | None) -> PortalError:
        if status in (401, 403) and self.reading_only:
            return HiddenError(self.portal, resource, problem, "Only a send, with a key, can see it")
        if status in (401, 403):
            remedy = f"Set {self.setting}_CLE to a key that may write there"
            return PortalError(self.portal, resource, f"the key was refused ({problem})", remedy)
        if upload and status in (400, 413, 415, 422):
            return RefusedError(self.portal, resource, problem, "The portal does not take this file")
        return PortalError(self.portal, resource, problem)

    def _json(self, response: requests.Response, resource: str) -> dict | list | None:
        try:
            return response.json()
        except requests.exceptions.JSONDecodeError:
            problem = f"HTTP {response.status_code}, but not JSON: {self._said(response)}"
        raise PortalError(self.portal, resource, problem, f"Is {self.setting} the address of the portal?")

    def _said(self, response: requests.Response) -> str:
        return self.scrub(" ".join(response.text.split()))[:200] or response.reason


def _retry_after(response: requests.Response) -> float:
    """Seconds that the server asks for, 0 if it does not."""
    said = response.headers.get("Retry-After", "")
    try:
        return float(said) if said.isdigit() else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
