"""Web addresses: the parser of the client that sends them decides what they say; what another may read otherwise is refused."""

import re
from urllib.parse import quote

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

LONGEST = 4_000
PLAIN = re.compile(r"[!-\[\]-~]+")  # printable ASCII but the backslash, which browsers take for a slash
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
PORTS = {"https": 443, "http": 80}
UNRESERVED = re.compile(
    r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])"
)  # letters that need no escape: requests takes it off
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class AddressError(ValueError):
    """An address that is not sent to; the message says why and never repeats it, for it may hold a password."""


def read(
    text: str, *, base: Url | None = None, credentials: bool = False, any_port: bool = False, query: bool = True
) -> Url:
    """The parts of an address as they will be sent, without fragment.

    Args:
        text: the address; accents are escaped, as browsers do.
        base: what a relative address starts from.
        credentials: a user and password may stand in it.
        any_port: a port other than that of https may stand in it.
        query: a query or a fragment may follow its path.

    Raises:
        AddressError: neither https nor http of this machine, or something that two parsers may read in two ways.
    """
    text = quote(text, safe="".join(map(chr, range(33, 127)))) if text.isprintable() else text
    if not PLAIN.fullmatch(text):
        raise AddressError("a space, a backslash or a control character")
    if len(text) > LONGEST:
        raise AddressError(f"longer than {LONGEST} characters")
    try:
        url = parse_url(_absolute(UNRESERVED.sub(lambda result: chr(int(result[1], 16)), text), base))
    except LocationParseError as error:
        raise AddressError("not an address") from error
    if url.scheme not in PORTS or (url.scheme == "http" and url.host not in LOOPBACK):
        raise AddressError("not an https address")
    if not url.host or not HOST.fullmatch(url.host) or ".." in url.host:
        raise AddressError("no plain name of a host")
    if url.auth is not None and not credentials:
        raise AddressError("a user or a password before the host")
    if url.port not in (None, PORTS[url.scheme]) and not any_port:
        raise AddressError("another port than that of its scheme")
    if not query and (url.query is not None or url.fragment is not None):
        raise AddressError("more than a host and a path")
    port = None if url.port == PORTS[url.scheme] else url.port
    return url._replace(port=port, fragment=None, path=url.path or "/")


def origin(url: Url) -> tuple[str | None, str | None, int | None]:
    """Scheme, host and port, None where it is that of the scheme: what two addresses of one server share."""
    return url.scheme, url.host, url.port


def without_credentials(url: Url) -> Url:
    """The same place, which may be shown and sent."""
    return url._replace(auth=None)


def _absolute(text: str, base: Url | None) -> str:
    """Relative addresses start from a base, by the three forms that have no scheme."""
    if base is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return text
    root = f"{base.scheme}://{base.netloc}"
    if text.startswith("//"):
        return f"{base.scheme}:{text}"
    if text.startswith("/"):
        return root + text
    path = base.path or "/"
    if text.startswith("?"):
        return f"{root}{path}{text}"
    return f"{root}{path.rsplit('/', 1)[0]}/{text}"
