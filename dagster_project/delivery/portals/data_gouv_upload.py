"""A release on data.gouv.fr, or another udata: a dataset whose resources are its files, and one for each indicator of the hub.

Read in udata's sources and in guides.data.gouv.fr: X-API-KEY, part `file`, /upload/ on a resource keeps its id and its
permanent address, a PUT without `private` makes a dataset public, HTML is refused (415), `extras` are free.
Not verified there: the licence key lov2, the granularity fr:epci, /me/org_datasets/ in its present form, and the
extensions that data.gouv.fr accepts (its own settings).
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from dagster_project.core.text import unaccented
from dagster_project.delivery.portals.client import LostError, Session
from dagster_project.delivery.portals.sending import MARK, TAGS, Item, Release, Step, Task, digest
from dagster_project.delivery.portals.uploads import Upload
from dagster_project.release.conventions import SET_VERSION

PATH, SHA256, METADATA, DATASET = (f"{MARK}:{name}" for name in ("path", "sha256", "metadata", "dataset"))
LICENCES = {"etalab-2.0": "lov2", "CC-BY-4.0": "cc-by"}  # as udata names them; the last is the one that asks most
OPEN = LICENCES["etalab-2.0"]
MAIN = "dataset"  # everything but the indicators, which the ministry's hub wants a data set each
TRANSIENT = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class DataSet:
    """A data set as it should be on the portal.

    Attributes:
        name: for messages, and of its identifier among those that are kept.
        title, description: of it.
        mark: what tells it among those of the portal.
        items: its files.
        period: first and last day.
        licence: as udata names it.
        extras: besides ours.
    """

    name: str
    title: str
    description: str
    mark: str
    items: tuple[Item, ...]
    period: tuple[str, str]
    licence: str = OPEN
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """What udata makes of the title."""
        return re.sub("[^a-z0-9]+", "-", unaccented(self.title.casefold())).strip("-")


@dataclass
class DataGouv:
    """data.gouv.fr, or another udata portal.

    Args:
        address: its address, such as https://www.data.gouv.fr.
        key: the API key of an account that owns the dataset, or whose organization does.
        organisation: identifier of the organization that owns a data set created here; None for the account itself.
        backoff: seconds before a second try.
    """

    address: str
    key: str | None = field(default=None, repr=False)
    organisation: str | None = None
    backoff: float = 1.0
    _listed: list[dict[str, Any]] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        about = "data.gouv.fr", "FLUX_DATA_GOUV", self.address, "/api/1", "X-API-KEY"
        self.session = Session(*about, self.key, TRANSIENT, self.backoff)

    def tasks(self, release: Release, ids: dict[str, str], say: Callable[[str], None]) -> Iterator[Task]:
        """See `Portal`; `ids` keeps the identifiers of data sets, that udata chooses."""
        wanted = list(data_sets(release, list(self._taken(release, say))))
        for item in wanted:
            yield from self._data_set(release, item, ids, say)
        for name in sorted(set(ids) - {item.name for item in wanted}):
            say(f"data.gouv.fr: data set {name} is no longer in the release; it is left there")

    def _data_set(
        self, release: Release, wanted: DataSet, ids: dict[str, str], say: Callable[[str], None]
    ) -> Iterator[Task]:
        """The tasks of one data set: itself, then each file of it."""
        about = {
            "title": wanted.title,
            "description": wanted.description,
            "license": wanted.licence,
            "frequency": "irregular",
            "tags": TAGS,
            "spatial": {"granularity": "fr:epci"},
            "temporal_coverage": dict(zip(("start", "end"), wanted.period, strict=True)),
        }
        mark = {**wanted.extras, DATASET: wanted.mark, METADATA: digest({**about, **wanted.extras})}
        remote = self._find(wanted, ids)
        step = Step(wanted.name, "create", 0, f"{self.session.api}/datasets/{remote['id'] if remote else ''}")

        def create() -> str:
            try:
                body = {**about, "extras": mark, **({"organization": self.organisation} if self.organisation else {})}
                made = self.session.call("POST", "/datasets/", wanted.name, body=body, once=True)
            except LostError:
                self._listed = None
                if not (made := self._find(wanted, ids)):
                    raise
            ids[wanted.name] = made["id"]
            return f"{self.session.api}/datasets/{made['id']}/"

        def describe() -> str:
            body = {**about, "private": bool(remote.get("private")), "extras": {**(remote.get("extras") or {}), **mark}}
            self.session.call("PUT", f"/datasets/{remote['id']}/", wanted.name, body=body)
            return step.address

        if remote is None:
            yield Task(step, create)
            remote = {"id": ids.get(wanted.name, "new"), "resources": []}
        else:
            ids[wanted.name] = remote["id"]
            same = (remote.get("extras") or {}).get(METADATA) == mark[METADATA]
            yield Task(replace(step, action="unchanged" if same else "metadata"), None if same else describe)
        ours: dict[str, dict[str, Any]] = {}
        for resource in remote["resources"]:
            ours.setdefault((resource.get("extras") or {}).get(PATH) or resource["title"], resource)
        for item in wanted.items:
            yield self._resource(release, item, remote["id"], ours.get(item.path) or ours.get(_filename(item)))
        for path in sorted({(resource.get("extras") or {}).get(PATH, "") for resource in ours.values()} - {""}):
            if path not in {item.path for item in wanted.items}:
                say(f"data.gouv.fr: {path} is no longer in the release; it is left there")

    def _taken(self, release: Release, say: Callable[[str], None]) -> Iterator[Item]:
        """Files of the kinds that the portal says it takes; the others are said once a kind, and are no failure."""
        allowed = self.session.get("/datasets/extensions/", "extensions")
        refused: dict[str, list[str]] = {}
        for item in release.items:
            suffix = item.file.suffix.removeprefix(".")
            if suffix in ("html", "htm"):
                continue
            if not isinstance(allowed, list) or suffix in allowed:  # a portal without such a list refuses by itself
                yield item
            else:
                refused.setdefault(suffix, []).append(item.path)
        for suffix, paths in refused.items():
            say(f"data.gouv.fr: takes no .{suffix} file: {', '.join(paths)} not sent")

    def _resource(self, release: Release, item: Item, dataset: str, remote: dict[str, Any] | None) -> Task:
        """The task of one file."""
        name = PurePosixPath(item.path).name
        about = {"title": name, "description": release.describe(item), "type": "main"}
        extras_of = item.body.get("extras", {})
        mark = {**extras_of, PATH: item.path, SHA256: item.sha256, METADATA: digest({**about, **extras_of})}
        below = f"/datasets/{dataset}"
        step = Step(item.path, "create", item.file.stat().st_size, f"{self.session.api}{below}/upload/")

        def describe(entry: dict[str, Any]) -> str:
            body = {**about, "extras": {**(entry.get("extras") or {}), **mark}}
            self.session.call("PUT", f"{below}/resources/{entry['id']}/", item.path, body=body)
            return _address(entry) or step.address

        def upload(entry: dict[str, Any] | None) -> str:
            file = Upload("file", _filename(item), item.file, item.mediatype)
            if entry is None:
                try:
                    return describe(self.session.call("POST", f"{below}/upload/", item.path, upload=file, once=True))
                except LostError:  # stored or not: only the portal knows
                    result = self.session.get(f"{below}/", "dataset") or {"resources": []}
                    entry = next((res for res in result["resources"] if res["title"] == _filename(item)), None)
                    if entry is None:
                        raise
            self.session.call("POST", f"{below}/resources/{entry['id']}/upload/", item.path, upload=file)
            return describe(entry)

        if remote is None:
            return Task(step, partial(upload, None))
        step, extras = replace(step, address=_address(remote) or step.address), remote.get("extras") or {}
        if extras.get(SHA256) != item.sha256 or not _holds(remote, item):
            return Task(replace(step, action="replace"), partial(upload, remote))
        if extras.get(METADATA) != mark[METADATA]:
            return Task(replace(step, action="metadata", bytes=0), partial(describe, remote))
        return Task(replace(step, action="unchanged"), None)

    def _find(self, wanted: DataSet, ids: dict[str, str]) -> Any:
        """A data set of ours: by the identifier that was kept, by its usual slug, then among those of the key's owner."""
        for name in filter(None, (ids.get(wanted.name), wanted.slug)):
            remote = self.session.get(f"/datasets/{name}/", wanted.name)
            if remote and not remote.get("deleted") and (remote.get("extras") or {}).get(DATASET) == wanted.mark:
                return remote
        if self.session.reading_only:
            return None
        if self._listed is None:
            self._listed = self.session.get("/me/org_datasets/", wanted.name) or []
        for item in self._listed:
            if (item.get("extras") or {}).get(DATASET) == wanted.mark and not item.get("deleted"):
                return self.session.get(f"/datasets/{item['id']}/", wanted.name)
        return None


def data_sets(release: Release, items: Sequence[Item]) -> Iterator[DataSet]:
    """The data sets that files go to: one for all, and one for each indicator."""
    rest, indicators = [], dict[str, list[Item]]()
    for item in items:
        if "extras_du_jeu" in item.body:
            indicators.setdefault(PurePosixPath(item.path).parent.as_posix(), []).append(item)
        else:
            rest.append(item)
    yield DataSet(MAIN, release.title, release.about(), MARK, tuple(rest), release.period)
    for name, files in indicators.items():
        body = files[0].body
        title, mark = f"{body['title']} (jeu {SET_VERSION})", f"{MARK}-{name}"
        first, last = body["annees"]
        licences = {LICENCES.get(item["name"], OPEN) for item in body["licenses"]}
        yield DataSet(
            name,
            title,
            body["description"],
            mark,
            tuple(files),
            (f"{first}-01-01", f"{last}-12-31"),
            max(licences, key=list(LICENCES.values()).index),
            body["extras_du_jeu"],
        )


def _filename(item: Item) -> str:
    """The name a file is uploaded under: udata makes it the title until ours is set, so it tells an orphan of ours."""
    return f"{MARK}-{item.path.lower().replace('/', '-').replace('_', '-')}"


def _address(resource: dict[str, Any]) -> str:
    return resource.get("latest") or resource.get("url") or ""


def _holds(resource: dict[str, Any], item: Item) -> bool:
    """Whether what the portal stores is the file, by the checksum that it computed itself."""
    checksum = resource.get("checksum") or {}
    if checksum.get("type") not in hashlib.algorithms_guaranteed:
        return bool((resource.get("extras") or {}).get(SHA256))
    return checksum.get("value") == digest(item.file, checksum["type"])
