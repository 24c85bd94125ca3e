"""Client of a Data Fair portal such as data.ademe.fr: metadata, whole file, or pages of lines.

Fetches and stores; turning a page's slugged keys back into published labels is ingest's work.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from dagster_project.core.errors import SourceError
from dagster_project.core.text import fault_of_name
from dagster_project.sources.archive import pages
from dagster_project.sources.editions import Address
from dagster_project.sources.http import Http

PAGE_SIZE = 1_000
MAX_PAGES = 1_000
DATASET_ENTRY = "dataset.json"


def _plain(text: str) -> str:
    """What a portal says of itself is published."""
    if fault := fault_of_name(text):
        raise ValueError(fault)
    return text


Count = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]  # Http.get_json leaves numbers as text
Words = Annotated[str, StringConstraints(min_length=1), AfterValidator(_plain)]
Moment = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,20}(Z|[+-][0-9:]{4,6})?)?$")]
Md5 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class _Licence(BaseModel):
    title: Words | None = None
    href: Address | None = None


class _File(BaseModel):
    size: Count | None = None
    md5: Md5 | None = None


class _Metadata(BaseModel):
    """What is read of a dataset's metadata."""

    schema_: list[Any]
    dataUpdatedAt: Moment | None = None  # noqa: N815  # names of Data Fair
    finalizedAt: Moment | None = None  # noqa: N815
    updatedAt: Moment | None = None  # noqa: N815
    license: _Licence | None = None
    originalFile: _File | None = None  # noqa: N815


class _Page(BaseModel):
    """What is read of a page of lines."""

    results: list[dict[str, Any]]
    total: Count | None = None
    next: str | None = None


Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Dataset:
    """What the portal says of a dataset: update date (ISO 8601), licence, whole-file size and md5 if announced."""

    url: str
    updated_at: str
    licence: str | None
    size: int | None
    md5: str | None
    body: bytes


def describe(http: Http, url: str) -> Dataset:
    """Read a dataset's metadata.

    Raises:
        SourceError: when the answer is not a Data Fair dataset.
    """
    answer, body = http.get_json(url)
    if "schema" in answer:
        answer["schema_"] = answer["schema"]
    meta = _read(_Metadata, answer, url, "Is this a Data Fair dataset address? If it is, its interface changed")
    updated = meta.dataUpdatedAt or meta.finalizedAt or meta.updatedAt
    if not updated:
        raise SourceError(url, "no update date in the metadata", "Is this a Data Fair dataset address?")
    licence, file = meta.license or _Licence(), meta.originalFile or _File()
    return Dataset(
        url=url,
        updated_at=updated,
        licence=" ".join(filter(None, (licence.title, licence.href))) or None,
        size=int(file.size) if file.size else None,
        md5=file.md5,
        body=body,
    )


def fetch(http: Http, dataset: Dataset, folder: Path, max_mb: int) -> tuple[Path, str]:
    """Store the dataset's whole file, or its pages where the portal does not serve the file.

    Returns:
        the stored path and its format, `csv` or `data_fair` (an archive of verbatim JSON pages).
    """
    url = f"{dataset.url}/raw"
    target = folder / f"{dataset.url.rsplit('/', 1)[-1]}.csv"
    try:
        http.download(url, target, max_mb=max_mb, size=dataset.size, md5=dataset.md5)
    except SourceError as error:
        if not error.problem.startswith(("HTTP 403", "HTTP 404")):
            raise
        return _fetch_pages(http, dataset, target.with_suffix(".pages.zip"), max_mb), "data_fair"
    return target, "csv"


def _fetch_pages(http: Http, dataset: Dataset, target: Path, max_mb: int) -> Path:
    """Follow `next` from page to page; the last full page is followed by an empty one."""
    first = f"{dataset.url}/lines?size={PAGE_SIZE}"
    url: str | None = first
    total, seen = None, 0
    with pages(target, dataset.url, max_mb) as kept:
        kept.add(DATASET_ENTRY, dataset.body)
        for number in range(1, MAX_PAGES + 1):
            answer, body = http.get_json(url or first, seen_from=None if url == first else first)
            page = _read(_Page, answer, first, "The portal's interface changed: see its documentation")
            total = int(page.total) if total is None and page.total else total
            seen, url = seen + len(page.results), page.next
            if page.results:
                kept.add(f"page-{number:04d}.json", body)
            if not page.results or not url or (total is not None and seen > total):
                break
        else:
            problem = f"more than {MAX_PAGES} pages of {PAGE_SIZE} lines"
            raise SourceError(dataset.url, problem, "The portal serves the same pages again, or grew: tell us")
        if total is not None and seen != total:
            problem = f"the portal announces {total} rows and served {seen}"
            raise SourceError(dataset.url, problem, "Run again; if it persists, tell the portal")
    return target


def _read(kind: type[Answer], text: dict[str, Any], url: str, remedy: str) -> Answer:
    """An answer whose parts are of the types that are documented."""
    try:
        return kind.model_validate(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])).replace("schema_", "schema")
        missing = f"a page without `{place}`" if first["type"] == "missing" else f"`{place}`: {first['msg']}"
        raise SourceError(url, missing, remedy) from None
