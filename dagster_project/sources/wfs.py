"""Client of a WFS 2.0 layer in GeoJSON, page by page. Fetches and stores; reading features is ingest's work."""

import re
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.sources.archive import pages
from dagster_project.sources.http import Http

PAGE_SIZE = 200  # polygons are long: a page stands in memory (Http.get_json)
MAX_PAGES = 10_000
COUNT = re.compile(r"[0-9]{1,15}")


def fetch(http: Http, url: str, target: Path, max_mb: int) -> Path:
    """Store all pages of a GetFeature request, in an archive of verbatim GeoJSON.

    Args:
        http: client.
        url: the GetFeature request in GeoJSON, without `count` nor `startIndex`.
        target: archive to write.
        max_mb: ceiling of all pages together.

    Raises:
        SourceError: an answer that is not a collection of features, or fewer features than the service announces.
    """
    seen, announced = 0, None
    with pages(target, url, max_mb) as kept:
        for number in range(MAX_PAGES):
            page, body = http.get_json(f"{url}{'&' if '?' in url else '?'}count={PAGE_SIZE}&startIndex={seen}")
            features = page.get("features")
            if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
                raise SourceError(url, "a page without `features`", "Is this a GetFeature request in GeoJSON?")
            counts = map(str, (page.get("numberMatched"), page.get("totalFeatures")))  # "unknown" is allowed
            announced = next((int(count) for count in counts if COUNT.fullmatch(count)), announced)
            seen += len(features)
            if features:
                kept.add(f"page-{number:05d}.json", body)
            if not features or (announced is not None and seen >= announced):  # pages may be shorter than asked
                break
        else:
            raise SourceError(url, f"more than {MAX_PAGES} pages", "The service serves the same page again, or grew")
        if announced is not None and seen != announced:
            problem = f"the service announces {announced} features and served {seen}"
            raise SourceError(url, problem, "Run again; if it persists, tell the producer")
    return target
