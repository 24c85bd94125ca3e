"""Snapshots: a producer's bytes, verbatim and immutable, each with a manifest of where they came from.

`Store.fetch` is the one path of all three modes; they differ only in where the bytes are read.
"""

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
from dagster_project.core.errors import SourceError
from dagster_project.settings import Settings
from dagster_project.sources import live, sample
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.live import Marks
from dagster_project.sources.registry import Source, load_registry

MANIFEST = "manifest.json"
PRESENT, ABSENT = "present", "absent"
LITE, LITE_PLACES = "oco[23]_LtCO2_*.nc4", ("oco2", "plumes")  # where a copy has them
WINDS = "oco2_vent_*.parquet"


@dataclass(frozen=True, kw_only=True)
class Manifest(Marks):
    """Provenance of one snapshot."""

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
        served = self.settings.mode == "live"
        with self._turn, TemporaryDirectory(prefix=".incoming-", dir=home, ignore_cleanup_errors=True) as work:
            result = (self._fetch_live if served else self._fetch_copy)(source, edition, home, Path(work))
        if served:
            self.seen[f"{source.id}/{edition}"] = result.manifest.sha256
        return result

    def has(self, source: Source, edition: str) -> bool:
        """Whether this mode has the edition: an address on the portal, or its file (one at least) in the copy."""
        addresses = source.editions[edition].addresses(self.settings.mode)
        if self.settings.mode == "live":
            return bool(addresses)
        with self._turn:
            held = {address: (self._copy / address).is_file() for address in addresses}
        for address, present in held.items():
            self.seen.setdefault(address, PRESENT if present else ABSENT)
        return any(held.values())  # a part that is missing is refused by name

    def lite_files(self) -> list[Path]:
        """OCO-2 Lite files of FLUX_OCO2, else of the copy; none in live mode without that folder."""
        return self._satellite(LITE)

    def wind_files(self) -> list[Path]:
        """Winds that the user extracted of ERA5 (oco2_vent_AAAA-MM.parquet), in the same folders."""
        return self._satellite(WINDS)

    def _satellite(self, pattern: str) -> list[Path]:
        if self.settings.oco2:
            return sorted(self.settings.oco2.rglob(pattern))
        if self.settings.mode == "live":
            return []
        with self._turn:
            return sorted(path for place in LITE_PLACES for path in (self._copy / place).rglob(pattern))

    def mark(self, source: Source, edition: str) -> str:
        """What changes when the producer's file does, without fetching it: the portal's date, or the copy's size and date.

        Raises:
            SourceError: when the portal does not say.
        """
        addresses = source.editions[edition].addresses(self.settings.mode)
        if self.settings.mode != "live":
            states = [(self._copy / address).stat() for address in addresses]
            dated = bool(self.settings.mirror)  # the sample may be made anew
            return " ".join(f"{state.st_size}-{state.st_mtime_ns}" if dated else str(state.st_size) for state in states)
        return live.mark(live.client(self.http, self.settings, source, edition), source, edition)

    @cached_property
    def _copy(self) -> Path:
        """The folder laid out as the portals: the user's mirror, or the demonstration copy."""
        if self._given_copy:
            return self._given_copy
        if self.settings.mirror and not self.settings.is_sample:
            return self.settings.mirror
        folder = self.settings.data / "sample"
        sample.ensure(folder, load_registry())
        return folder

    def _fetch_copy(self, source: Source, edition: str, home: Path, work: Path) -> Snapshot:
        place, chosen = source.copy_of(edition), source.editions[edition]
        files = [work / name for name in chosen.names(self.settings.mode)]
        for address, target in zip(chosen.addresses(self.settings.mode), files, strict=True):
            origin = self._copy / address
            if not origin.is_file():
                remedy = f"Put the copy of {source.page} there, or check FLUX_MIRROR"
                raise SourceError(str(origin), "no such file", remedy)
            shutil.copyfile(origin, target)
            self.seen[address] = sha256(target)
        path = live.one_file(source, edition, files, work)
        return self._keep(source, edition, path, source.layouts[place.layout].format, place.path)

    def _fetch_live(self, source: Source, edition: str, home: Path, work: Path) -> Snapshot:
        http, last = live.client(self.http, self.settings, source, edition), self._latest(home)
        got = live.fetch(http, source, edition, last.manifest if last else None, work)
        if got is None and last:
            return last
        assert got is not None  # noqa: S101 - without a file of before, there is one now
        return self._keep(source, edition, got.path, got.form, source.portal(edition).address, got.marks, got.licence)

    def _keep(
        self,
        source: Source,
        edition: str,
        path: Path,
        form: str,
        address: str,
        marks: Marks | None = None,
        licence: str | None = None,
    ) -> Snapshot:
        """Move a complete file to its final, content-addressed place; an identical one already there is kept."""
        digest, home = sha256(path), path.parent.parent
        if path.stat().st_size == 0:
            raise SourceError(address, "an empty file", "Nothing was kept. Fetch it again")
        place = home / digest[:16]
        manifest = Manifest(
            source=source.id,
            edition=edition,
            mode=self.settings.mode,
            format=form,
            file=path.name,
            address=address,
            sha256=digest,
            bytes=path.stat().st_size,
            retrieved_at=datetime.now(UTC).isoformat(timespec="seconds"),
            publisher=source.publisher,
            release=source.stated(edition, "release"),
            vintage=source.stated(edition, "vintage"),
            licence=licence or source.licence,
            attribution=source.stated(edition, "attribution"),
            **asdict(marks or Marks()),
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


def portals_serve(settings: Settings, seen: Mapping[str, str]) -> bool:
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
