"""OCO-2 Lite files as NASA serves them: its catalogue (CMR) lists them, GES DISC serves them to who has an Earthdata login.

Credentials stand in ~/.netrc (machine urs.earthdata.nasa.gov) or in FLUX_TOKENS (host=token), and go to their own host alone.
A month is fetched file by file: what is whole is not fetched again.
"""

import netrc
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from dagster_project.core import addresses
from dagster_project.core.errors import SourceError
from dagster_project.core.transfers import Session
from dagster_project.settings import Settings
from dagster_project.sources.http import Http

COLLECTION, VERSION = "OCO2_L2_Lite_FP", "11.2r"  # versions are never mixed in a month
CATALOGUE, LOGIN = "cmr.earthdata.nasa.gov", "urs.earthdata.nasa.gov"
SERVERS = ("data.gesdisc.earthdata.nasa.gov", "oco2.gesdisc.eosdis.nasa.gov")
LINK, ENDING = "http://esipfed.org/ns/fedsearch/1.1/data#", ".nc4"  # what CMR calls the file itself
PAGE = 200  # of a catalogue: more than the productions of a month
MAX_MB = 500  # a day has about 55


def granules(http: Http, month: str) -> list[str]:
    """Addresses of all Lite files of a month (AAAA-MM), every production of each day.

    Raises:
        SourceError: what the catalogue says is no list of files.
    """
    last = monthrange(*map(int, month.split("-")))[1]
    span = f"{month}-01T00:00:00Z,{month}-{last:02d}T23:59:59Z"
    query = f"short_name={COLLECTION}&version={VERSION}&temporal={span}&page_size={PAGE}"
    address = f"https://{CATALOGUE}/search/granules.json?{query}"
    body, _ = http.only(frozenset({CATALOGUE})).get_json(address)
    try:
        links = [link for entry in body["feed"]["entry"] for link in entry["links"]]
        files = {link["href"] for link in links if link["rel"] == LINK and link["href"].endswith(ENDING)}
    except (KeyError, TypeError) as error:
        raise SourceError(address, f"no list of granules ({error!r})", "Run again later; nothing was kept") from error
    return sorted(address for address in files if addresses.read(address).host in SERVERS)


def fetch(http: Http, urls: Sequence[str], folder: Path) -> list[Path]:
    """Files of these addresses below a folder, each there whole or not at all.

    Raises:
        SourceError: no credentials, refused ones, or a transfer that did not end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / url.rsplit("/", 1)[-1] for url in urls]
    for url, path in zip(urls, paths, strict=True):
        if not path.is_file():
            http.only(frozenset({*SERVERS, LOGIN})).download(url, path, max_mb=MAX_MB)
    return paths


def client(http: Http, settings: Settings) -> Http:
    """The client of GES DISC, with what the environment or ~/.netrc holds for it.

    Raises:
        SourceError: neither holds anything, or ~/.netrc cannot be read.
    """
    tokens = {host: token for host, token in settings.tokens.items() if host in SERVERS}
    logins = {} if tokens else _login()
    if not tokens and not logins:
        line = f"machine {LOGIN} login <user> password <password>"
        remedy = f"Write a line `{line}` in ~/.netrc, or {SERVERS[0]}=<token> in FLUX_TOKENS"
        raise SourceError(COLLECTION, "GES DISC wants an Earthdata login, and there is none", remedy)
    return replace(http, tokens=tokens, logins=logins, session=Session(cookies=True))


def _login() -> Mapping[str, str]:
    try:
        known = netrc.netrc().authenticators(LOGIN)
    except FileNotFoundError:
        return {}
    except (netrc.NetrcParseError, OSError) as error:
        raise SourceError("~/.netrc", f"cannot be read ({error})", "Correct that file") from error
    return {LOGIN: f"{quote(known[0], safe='')}:{quote(known[2] or '', safe='')}"} if known else {}
