"""Which address is really asked: hosts of a source, and the portals that a user replaces by others (FLUX_PORTALS)."""

from collections.abc import Mapping
from dataclasses import dataclass

from urllib3.util import Url

from dagster_project.core import addresses
from dagster_project.core.addresses import AddressError
from dagster_project.core.errors import SourceError


@dataclass(frozen=True)
class Route:
    """An address of a producer, and the one that is sent: the same, or its replacement, with the user and password of that."""

    official: Url
    sent: Url
    credentials: str | None = None

    @property
    def name(self) -> str:
        """The producer's address, for messages."""
        return self.official.url[:300]


class Routes:
    """Addresses of one source.

    Args:
        portals: origins of producers, by what stands for them (values.replacements).
        hosts: those of the source; None for any, which is for addresses that we write ourselves.
    """

    def __init__(self, portals: Mapping[str, str], hosts: frozenset[str] | None = None) -> None:
        self.hosts = hosts
        self._portals = {
            addresses.origin(addresses.read(producer)): addresses.read(instead, credentials=True, any_port=True)
            for producer, instead in portals.items()
        }

    def to(self, text: str, seen_from: Route | None = None) -> Route:
        """Where an address leads, written by us or by the answer to `seen_from`: a link, a redirection.

        Raises:
            SourceError: not https, another host than those of the source, or something that two parsers read in two ways.
        """
        try:
            url = addresses.read(text, base=seen_from.sent if seen_from else None, any_port=seen_from is not None)
            official = self._as_the_producer_says(url, seen_from) if seen_from else url
            if official.scheme != "https":
                raise AddressError("not an https address")
            if official.port is not None:
                raise AddressError("another port than that of its scheme")
        except AddressError as error:
            shown = seen_from.name if seen_from else text[:300]
            problem = f"it leads to an address that is not asked ({error})" if seen_from else str(error)
            remedy = "Tell the portal" if seen_from else "Correct the source's YAML"
            raise SourceError(shown, problem, remedy) from None
        if self.hosts is not None and official.host not in self.hosts:
            problem = f"{official.host} is not a host of this source ({', '.join(sorted(self.hosts))})"
            remedy = "If the producer moved there, add it under `hosts` in the source's YAML"
            raise SourceError(official.url[:300], problem, remedy)
        instead = self._portals.get(addresses.origin(official))
        if instead is None:
            return Route(official, official)
        sent = addresses.without_credentials(instead)._replace(
            path=_root(instead) + (official.path or "/"), query=official.query
        )
        return Route(official, sent, instead.auth)

    def _as_the_producer_says(self, url: Url, seen_from: Route) -> Url:
        """An address below the replacement that was just asked is one of the producer it stands for; no other replacement is."""
        instead = self._portals.get(addresses.origin(seen_from.official))
        if instead is None or addresses.origin(url) != addresses.origin(instead):
            return url
        root, path = _root(instead), url.path or ""
        if not path.startswith(root + "/"):
            raise AddressError("beside what stands for the portal")
        scheme, host, port = addresses.origin(seen_from.official)
        return url._replace(scheme=scheme, host=host, port=port, path=path[len(root) :])


def _root(instead: Url) -> str:
    return (instead.path or "").rstrip("/")
