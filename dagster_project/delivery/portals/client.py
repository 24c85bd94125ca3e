"""Careful writing over HTTP: bounded retries, streamed uploads, a key that goes to one host and into no message.

Knows nothing of what is sent. A redirect is followed only when reading and only within the host.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from dagster_project.core import addresses, transfers
from dagster_project.core.addresses import AddressError
from dagster_project.core.errors import FluxError
from dagster_project.core.text import legible
from dagster_project.core.transfers import Exchange, StoppedError, bounded, first_words, leads_to, retry_after
from dagster_project.delivery.portals.uploads import Upload

REDIRECTS = 5
CEILING = 16 << 20  # bytes of an answer
LONGEST_SAID = 200
SLOWEST = 64  # bytes a second of an answer
DONE, GONE = frozenset({200, 201, 202, 204}), (404, 410)
AGAIN = "Run again: it goes on with what is missing"


class PortalError(FluxError):
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


@dataclass(frozen=True)
class Answer:
    """What a portal answered: the whole of a success, the first words of a refusal."""

    status: int
    content: bytes
    reason: str
    retry_after: float


@dataclass
class Session:
    """Requests to one portal, with one policy.

    Args:
        portal: its name, for messages.
        setting: the variable that holds its address; `<setting>_KEY` holds the key.
        address: its address, https except on this machine.
        path: of the API, below the address.
        header: the header that carries the key.
        key: the API key, None to read only.
        scheme: what comes before the key in its header.
        transient: statuses after which a request is made again.
        backoff: seconds before the second try, doubled each time; `Retry-After` wins when the server sends it.
    """

    portal: str
    setting: str
    address: str
    path: str
    header: str
    key: str | None = field(repr=False)
    transient: frozenset[int]
    backoff: float
    reading_only: bool = True
    attempts: int = 5
    timeout: tuple[int, int] = (20, 300)
    longest_wait: float = 300.0
    deadline: float = 3600.0
    scheme: str = ""

    def __post_init__(self) -> None:
        try:
            addresses.read(self.address, any_port=True, query=False)
        except AddressError as error:
            raise PortalError(self.portal, self.setting, str(error), f"Correct {self.setting}") from None
        if self.key and not re.fullmatch(r"[!-~]+", self.key):
            raise PortalError(self.portal, f"{self.setting}_KEY", "the key holds a space or an accent", "Copy it again")
        self.address = self.address.rstrip("/").removesuffix(self.path)
        self.api, self._http = self.address + self.path, transfers.Session()

    def require_key(self) -> None:
        """Raise PortalError, before any request, when there is no key."""
        if not self.key:
            raise PortalError(self.portal, "key", "there is none", f"Set {self.setting}_KEY, or leave it a dry run")

    def scrub(self, text: str) -> str:
        """The text without the key."""
        for secret in (self.key, quote(self.key or "", safe="")):
            text = text.replace(secret, "***") if secret else text
        return text

    def get(self, path: str, resource: str) -> Any:
        """The JSON at a path of the API, None where nothing is."""
        return self.call("GET", path, resource)

    def call(
        self,
        method: str,
        path: str,
        resource: str,
        *,
        body: Mapping[str, Any] | None = None,
        upload: Upload | None = None,
        once: bool = False,
    ) -> Any:
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
                answer = bounded(
                    lambda on: self._request(on, method, resource, self.api + path, body, upload),
                    time.monotonic() + self.deadline,
                    SLOWEST,
                )
            except (requests.RequestException, StoppedError) as error:
                why = error if isinstance(error, StoppedError) else type(error).__name__
                problem, lost = f"no answer ({why})", True
            else:
                if answer.status in DONE or (method == "GET" and answer.status in GONE):
                    return self._json(answer, resource) if answer.status in DONE - {204} else None
                problem = f"HTTP {answer.status}: {self._excerpt(answer)}"
                lost = answer.status in (502, 504)
                wait = max(wait, min(answer.retry_after, self.longest_wait))
                if answer.status not in self.transient:
                    raise self._error(answer.status, problem, resource, upload)
            if once and lost:
                raise LostError(self.portal, resource, problem) from None
            if attempt < self.attempts:
                time.sleep(wait)
        raise PortalError(self.portal, resource, f"{problem}, {self.attempts} times", f"Wait. {AGAIN}") from None

    def _request(
        self,
        on: Exchange,
        method: str,
        resource: str,
        address: str,
        body: Mapping[str, Any] | None,
        upload: Upload | None,
    ) -> Answer:
        """One request and, when reading, the redirections within the host; no more than CEILING of the answer."""
        headers, url = {"Accept": "application/json"}, addresses.read(address, any_port=True)
        if self.key and not self.reading_only:
            headers[self.header] = self.scheme + self.key
        if upload:
            headers["Content-Type"], upload.check = upload.content_type, on.check  # it stops once nobody waits
        for _ in range(REDIRECTS + 1):
            with self._http.request(
                method,
                url.url,
                headers=headers,
                json=body,
                data=upload,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                on.begins(response)
                place = leads_to(response)
                if place is None:
                    content = (
                        b"".join(on.blocks(response, CEILING))
                        if response.status_code in DONE
                        else first_words(response, on).encode()
                    )
                    return Answer(response.status_code, content, str(response.reason), retry_after(response))
            try:
                target = addresses.read(place, base=url, any_port=True)
            except AddressError as error:
                raise self._elsewhere(resource, f"an address that is not asked ({error})") from None
            if method != "GET" or addresses.origin(target) != addresses.origin(url):
                raise self._elsewhere(resource, f"{target.scheme}://{target.host}")
            url = target
        raise self._elsewhere(resource, "itself, again and again")

    def _elsewhere(self, resource: str, where: str) -> PortalError:
        problem = f"redirected to {self.scrub(where)[:200]}"
        return PortalError(self.portal, resource, problem, f"Not followed. Correct {self.setting}")

    def _error(self, status: int, problem: str, resource: str, upload: Upload | None) -> PortalError:
        if status in (401, 403) and self.reading_only:
            return HiddenError(self.portal, resource, problem, "Only a send, with a key, can see it")
        if status in (401, 403):
            remedy = f"Set {self.setting}_KEY to a key that may write there"
            return PortalError(self.portal, resource, f"the key was refused ({problem})", remedy)
        if upload and status in (400, 413, 415, 422):
            return RefusedError(self.portal, resource, problem, "The portal does not take this file")
        return PortalError(self.portal, resource, problem)

    def _json(self, answer: Answer, resource: str) -> Any:
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError):
            problem = f"HTTP {answer.status}, but not JSON: {self._excerpt(answer)}"
        raise PortalError(self.portal, resource, problem, f"Is {self.setting} the address of the portal?")

    def _excerpt(self, answer: Answer) -> str:
        text = " ".join(answer.content[: LONGEST_SAID * 4].decode("utf-8", "replace").split())
        return legible(self.scrub(text)[:LONGEST_SAID] or answer.reason[:LONGEST_SAID])
