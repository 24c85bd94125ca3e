"""Client of a Data Fair portal such as data.ademe.fr: metadata, whole file, or pages of lines.

Fetches and stores; turning a page's slugged keys back into published labels is ingest's work.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from dagster_project.sources.archive import add
from dagster_project.sources.errors import SourceError
from dagster_project.sources.http import Http

PAGE_SIZE = 10_000
MAX_PAGES = 1_000
DATASET_ENTRY = "dataset.json"


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
    meta, body = http.get_json(url)
    updated = meta.get("dataUpdatedAt") or meta.get("finalizedAt") or meta.get("updatedAt")
    if not updated or "schema" not in meta:
        raise SourceError(url, "no update date or no schema in the metadata", "Is this a Data Fair dataset address?")
    licence = meta.get("license") or {}
    file = meta.get("originalFile") or {}
    return Dataset(
        url=url,
        updated_at=updated,
        licence=" ".join(filter(None, (licence.get("title"), licence.get("href")))) or None,
        size=int(file["size"]) if "size" in file else None,
        md5=file.get("md5"),
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
    url: str | None = f"{dataset.url}/lines?size={PAGE_SIZE}"
    total, seen, size = None, 0, 0
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            add(archive, DATASET_ENTRY, dataset.body)
            for number in range(1, MAX_PAGES + 1):
                page, body = http.get_json(url)
                results = page.get("results")
                if results is None:
                    raise SourceError(
                        url, "a page without `results`", "The portal's interface changed: see its documentation"
                    )
                total = int(page["total"]) if total is None and "total" in page else total
                seen, size, url = seen + len(results), size + len(body), page.get("next")
                if results:
                    add(archive, f"page-{number:04d}.json", body)
                if size > max_mb << 20:
                    raise SourceError(
                        dataset.url, f"larger than {max_mb} MB", "Raise max_mb in the source's YAML if right"
                    )
                if not results or not url:
                    break
        if total is not None and seen != total:
            problem = f"the portal announces {total} rows and served {seen}"
            raise SourceError(dataset.url, problem, "Run again; if it persists, tell the portal")
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part.rename(target)
