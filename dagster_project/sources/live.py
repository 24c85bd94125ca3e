"""Editions of sources as portals serve them: one file, several, a Data Fair dataset, pages of a service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.settings import Settings
from dagster_project.sources import archive, data_fair, wfs
from dagster_project.sources.http import Http
from dagster_project.sources.registry import Source

UNKNOWN = "unknown"  # what a portal says of the date of a file when it says nothing


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a portal says of when a file changed: its own date, or what HTTP says of it."""

    updated_at: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A complete file, its format, and what the portal says of it."""

    path: Path
    form: str
    marks: Marks = Marks()
    licence: str | None = None


def client(http: Http, settings: Settings, source: Source, edition: str) -> Http:
    """The client of one edition, with its token where the portal wants one.

    Raises:
        SourceError: the portal wants one, and there is none.
    """
    wanted, hosts = source.portal(edition).token, source.allowed_hosts
    if wanted and not hosts & set(settings.tokens):
        remedy = f"Write <host>=<token> in FLUX_TOKENS, for {', '.join(sorted(hosts))}"
        raise SourceError(source.id, "the portal wants a token", remedy)
    return replace(http.only(hosts), tokens=settings.tokens if wanted else {})


def mark(http: Http, source: Source, edition: str) -> str:
    """What changes when the producer's files do, without fetching them.

    Raises:
        SourceError: when the portal does not say.
    """
    if dataset := source.portal(edition).dataset:
        return data_fair.describe(http, dataset).updated_at
    answers = [http.headers(address) for address in source.editions[edition].addresses("live")]
    return " ".join(headers.get("ETag") or headers.get("Last-Modified") or UNKNOWN for headers in answers)


def fetch(http: Http, source: Source, edition: str, before: Marks | None, work: Path) -> Fetched | None:
    """Download one edition; None where nothing has changed.

    Args:
        http: client of that edition.
        source: its contract.
        edition: which one.
        before: what the portal said of the file that is here; None without any.
        work: folder to write to.

    Raises:
        SourceError: naming the address, what went wrong and what to do.
    """
    place = source.portal(edition)
    form: str = source.layouts[place.layout].format
    if place.dataset:
        dataset = data_fair.describe(http, place.dataset)
        if before and before.updated_at == dataset.updated_at:
            return None
        path, form = data_fair.fetch(http, dataset, work, source.max_mb)
        return Fetched(path, form, Marks(updated_at=dataset.updated_at), dataset.licence)
    if form == "wfs":
        return Fetched(wfs.fetch(http, place.address, work / f"{source.id}.pages.zip", source.max_mb), form)
    if source.editions[edition].parts:
        return _parts(http, source, edition, before, work)
    known, target = before or Marks(), work / source.editions[edition].names("live")[0]
    got = http.download(place.address, target, max_mb=source.max_mb, etag=known.etag, last_modified=known.last_modified)
    if got.path is None and before:
        return None
    return Fetched(target, form, Marks(etag=got.headers.get("ETag"), last_modified=got.headers.get("Last-Modified")))


def _parts(http: Http, source: Source, edition: str, before: Marks | None, work: Path) -> Fetched | None:
    """All files of an edition, unless none of them has changed."""
    marked = mark(http, source, edition)
    if before and UNKNOWN not in marked and before.etag == marked:
        return None
    files = [work / name for name in source.editions[edition].names("live")]
    for address, path in zip(source.editions[edition].addresses("live"), files, strict=True):
        http.download(address, path, max_mb=source.max_mb)
    form = source.layouts[source.portal(edition).layout].format
    return Fetched(one_file(source, edition, files, work), form, Marks(etag=marked))


def one_file(source: Source, edition: str, files: Sequence[Path], work: Path) -> Path:
    """The file of an edition, or the archive of its files, which are taken away.

    Raises:
        SourceError: one of several files is empty.
    """
    if not source.editions[edition].parts:
        return files[0]
    for path in files:
        if not path.stat().st_size:
            raise SourceError(path.name, "an empty file", "Nothing was kept. Fetch it again")
    target = work / f"{source.id}.parts.zip"
    archive.together(files, target)
    for path in files:
        path.unlink()
    return target
