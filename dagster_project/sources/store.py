"""Snapshots: a producer's bytes, verbatim and immutable, each with a manifest of where they came from.

`Store.fetch` is the one path of all three modes; they differ only in where the bytes are read.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from dagster_project.core.digests import sha256
from dagster_project.settings import Settings
from dagster_project.sources import data_fair, sample, wfs
from dagster_project.sources.errors import SourceError
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import Location, Source, load_registry

MANIFEST = "manifest.json"
PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True)
class Manifest:
    """Provenance of one snapshot; `updated_at` is the portal's own date where it gives one."""

    source: str
    edition: str
    mode: str
    format: str
    file: str
    address: str
    sha256: str
    bytes: int
    retrieved_at: str
    publisher: str
    release: str
    vintage: str
    licence: str
    attribution: str
    updated_at: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """A stored file and its manifest; `known` if its bytes were here before."""

    path: Path
    manifest: Manifest
    known: bool = field(default=False, compare=False)


class Store:
    """Snapshots below one folder: `<mode>/<source>/<edition>/<sha256 prefix>/`. Threads may share one: they fetch in turn.

    Args:
        settings: mode and folders.
        http: client of the portals.
        copy: folder laid out as the portals, read instead of the one that the mode implies.

    Attributes:
        seen: by path in the copy, or by source and edition on portals, what was found: sha256, or whether it is there.
    """

    def __init__(self, settings: Settings, http: Http | None = None, copy: Path | None = None) -> None:
        self.settings = settings
        self._given_copy = copy
        self.seen: dict[str, str] = {}
        self.http = http or Http(settings.portals)
        self._turn = Lock()

    def fetch(self, source: Source, edition: str) -> Snapshot:
        """The snapshot of one edition, taken now unless the producer's file has not changed.

        Raises:
            SourceError: when the file is missing or the download fails; nothing is left behind.
        """
        home = self.settings.snapshots / self.settings.mode / source.id / edition
        home.mkdir(parents=True, exist_ok=True)
        live = self.settings.mode == "live"
        with self._turn, TemporaryDirectory(prefix=".incoming-", dir=home, ignore_cleanup_errors=True) as work:
            found = (self._fetch_live if live else self._fetch_copy)(source, edition, home, Path(work))
        known_as = f"{source.id}/{edition}" if live else source.editions[edition].mirror.path
        self.seen[known_as] = found.manifest.sha256
        return found

    def has(self, source: Source, edition: str) -> bool:
        """Whether this mode has the edition: an address on the portal, or its file in the copy."""
        location = source.editions[edition].location(self.settings.mode)
        if location is None or self.settings.mode == "live":
            return location is not None
        with self._turn:
            found = (self._copy / location.path).is_file()
        self.seen.setdefault(location.path, PRESENT if found else ABSENT)
        return found

    def mark(self, source: Source, edition: str) -> str:
        """What changes when the producer's file does, without fetching it: the portal's date, or the copy's size and date.

        Raises:
            SourceError: when the portal does not say.
        """
        location, http = source.editions[edition].location(self.settings.mode), self.http.only(source.allowed_hosts)
        if self.settings.mode != "live":
            found = (self._copy / location.path).stat()
            dated = f"-{found.st_mtime_ns}" if self.settings.mirror else ""  # the sample may be made anew
            return f"{found.st_size}{dated}"
        if location.dataset:
            return data_fair.describe(http, location.dataset).updated_at
        headers = http.headers(location.url)
        return headers.get("ETag") or headers.get("Last-Modified") or "unknown"

    @cached_property
    def _copy(self) -> Path:
        """The folder laid out as the portals: the user's mirror, or the demonstration copy."""
        if self._given_copy:
            return self._given_copy
        if not self.settings.is_sample:
            return self.settings.mirror
        folder = self.settings.data / "sample"
        sample.ensure(folder, load_registry())
        return folder

    def _fetch_copy(self, source: Source, edition: str, home: Path, work: Path) -> Snapshot:
        location = source.editions[edition].mirror
        origin = self._copy / location.path
        if not origin.is_file():
            raise SourceError(str(origin), "no such file", f"Put the copy of {source.page} there, or check FLUX_MIRROR")
        target = work / origin.name
        shutil.copyfile(origin, target)
        return self._keep(source, edition, home, target, location, address=location.path)

    def _fetch_live(self, source: Source, edition: str, home: Path, work: Path) -> Snapshot:
        location, http = source.editions[edition].live, self.http.only(source.allowed_hosts)
        if location is None:
            served = ", ".join(sorted(name for name, one in source.editions.items() if one.live))
            raise SourceError(
                source.id, f"edition {edition} has no known address on the portal", f"Live mode serves: {served}"
            )
        last = self._latest(home)
        if location.dataset:
            dataset = data_fair.describe(http, location.dataset)
            if last and last.manifest.updated_at == dataset.updated_at:
                return last
            path, form = data_fair.fetch(http, dataset, work, source.max_mb)
            return self._keep(
                source,
                edition,
                home,
                path,
                location,
                address=location.dataset,
                format=form,
                licence=dataset.licence or source.licence,
                updated_at=dataset.updated_at,
            )
        if source.layouts[location.layout].format == "wfs":
            path = wfs.fetch(http, location.url, work / f"{source.id}.pages.zip", source.max_mb)
            return self._keep(source, edition, home, path, location, address=location.url)
        name = location.url.split("?")[0].rsplit("/", 1)[-1]
        got = http.download(
            location.url,
            work / name,
            max_mb=source.max_mb,
            etag=last.manifest.etag if last else None,
            last_modified=last.manifest.last_modified if last else None,
        )
        if got.path is None:
            return last
        marks = {"etag": got.headers.get("ETag"), "last_modified": got.headers.get("Last-Modified")}
        return self._keep(source, edition, home, got.path, location, address=location.url, **marks)

    def _keep(self, source: Source, edition: str, home: Path, path: Path, location: Location, **known) -> Snapshot:
        """Move a complete file to its final, content-addressed place; an identical one already there is kept."""
        digest = sha256(path)
        if path.stat().st_size == 0:
            raise SourceError(known["address"], "an empty file", "Nothing was kept. Fetch it again")
        place = home / digest[:16]
        manifest = Manifest(
            **{
                "source": source.id,
                "edition": edition,
                "mode": self.settings.mode,
                "format": source.layouts[location.layout].format,
                "file": path.name,
                "sha256": digest,
                "bytes": path.stat().st_size,
                "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "publisher": source.publisher,
                "release": source.said_of(edition, "release"),
                "vintage": source.said_of(edition, "vintage"),
                "licence": source.licence,
                "attribution": source.said_of(edition, "attribution"),
                **known,
            }
        )
        if place.exists():  # the same bytes as before: only what the portal says of them may be new
            before, last = self._read(place), self._latest(home)
            same = replace(manifest, retrieved_at=before.manifest.retrieved_at) == before.manifest
            if not (same and last == before):
                (place / MANIFEST).write_text(_json(manifest), "utf-8")
            return self._read(place)
        (path.parent / MANIFEST).write_text(_json(manifest), "utf-8")
        path.parent.rename(place)
        return Snapshot(place / path.name, manifest)

    def refuse(self, snapshot: Snapshot) -> None:
        """Set aside a snapshot that cannot be read, so that the next refresh fetches it anew."""
        place = snapshot.path.parent
        aside = place.with_name(f".refused-{place.name}")
        shutil.rmtree(aside, ignore_errors=True)
        place.rename(aside)

    def _latest(self, home: Path) -> Snapshot | None:
        """The snapshot taken last, if any."""
        kept = [self._read(manifest.parent) for manifest in home.glob(f"[!.]*/{MANIFEST}")]
        return max(kept, key=lambda snapshot: snapshot.manifest.retrieved_at, default=None)

    @staticmethod
    def _read(place: Path) -> Snapshot:
        manifest = Manifest(**json.loads((place / MANIFEST).read_text("utf-8")))
        return Snapshot(place / manifest.file, manifest, known=True)


def unchanged(settings: Settings, seen: Mapping[str, str]) -> bool:
    """Whether the portals still serve what was read; a portal that fails says nothing, and a refresh will say why."""
    known, store = {**load_registry(), **load_inventories()}, Store(settings)
    try:
        for name in seen:
            source, _, edition = name.partition("/")
            store.fetch(known[source], edition)
    except (KeyError, SourceError):
        return False
    return store.seen == seen


def _json(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
