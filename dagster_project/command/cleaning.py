"""What runs left behind and nothing needs: files of those that were killed, refused snapshots, old releases and histories."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.core import ledger
from dagster_project.release import keeping, switch
from dagster_project.release.catalogue import has_catalogue, read_catalogue
from dagster_project.settings import Settings
from dagster_project.sources.store import MANIFEST


@dataclass(frozen=True)
class Leftover:
    """Something to remove, and why."""

    path: Path
    why: str

    @property
    def bytes(self) -> int:
        """Its size on disk."""
        if self.path.is_symlink():
            return 0
        files = [self.path] if self.path.is_file() else [path for path in self.path.rglob("*") if path.is_file()]
        return sum(file.stat().st_size for file in files)


def leftovers(settings: Settings) -> list[Leftover]:
    """Everything that a sweep removes; nothing here belongs to a release that is kept.

    To be called while no refresh runs.
    """
    return sorted(_leftovers(settings), key=lambda item: str(item.path))


def sweep(result: list[Leftover]) -> None:
    """Remove what `leftovers` found."""
    for item in result:
        if item.path.is_symlink() or item.path.is_file():
            item.path.unlink()
        elif item.path.exists():  # not below something that went before it
            shutil.rmtree(item.path)


def _leftovers(settings: Settings) -> Iterator[Leftover]:
    publication, warehouse = settings.publication, settings.warehouse
    beyond = keeping.dispensable(publication, settings.keep)
    yield from (Leftover(place, "beyond the releases that FLUX_KEEP keeps") for place in beyond)
    kept = set(switch.kept_releases(publication)) - {place.name for place in beyond}
    yield from (
        Leftover(place, "what a release that is gone was made of")
        for place in settings.bases.glob("*/")
        if place.name not in kept
    )
    candidate, data = switch.candidate_folder(publication), settings.data
    killed = [
        *([candidate] if candidate.exists() or candidate.is_symlink() else []),
        *(publication / "releases").glob(f"{keeping.LEAVING}*"),
        *publication.glob(".*.new"),
        *(warehouse.parent.glob(f"{warehouse.name}.*")),
        *(path for path in [settings.changed(aside=True).warehouse.parent] if path.is_dir()),
        *settings.snapshots.glob("*/*/*/.incoming-*"),
        *data.glob("*.part"),
        *(path for room in (settings.raw, data / ledger.FOLDER, publication) for path in room.rglob("*.part")),
        *settings.inventory_tables.rglob("*.part"),
        *settings.overpasses.glob("*.part"),
    ]
    inventories = [path for path in settings.inventory_tables.rglob("*.parquet") if path.stat().st_nlink == 1]
    reasons = {
        "a run that was refused or killed": killed,
        "what earlier versions noted here": data.glob("gates/"),
        "a snapshot that could not be read": settings.snapshots.glob("*/*/*/.refused-*"),
        "an inventory as another refresh read it": inventories,  # those of the last one are linked from `raw`
    }
    yield from (Leftover(path, why) for why, paths in reasons.items() for path in paths)
    yield from _uncited(settings, kept)


def _uncited(settings: Settings, kept: set[str]) -> Iterator[Leftover]:
    """Snapshots that no kept release was made of, and that are not the last of their edition."""
    releases = [settings.publication / "releases" / name for name in kept]
    catalogues = [read_catalogue(place) for place in releases if has_catalogue(place)]
    cited = {source["sha256"] for catalogue in catalogues for source in catalogue["sources"]}
    for edition in settings.snapshots.glob("*/*/*/"):
        manifests = {place: json.loads(place.read_text("utf-8")) for place in edition.glob(f"[!.]*/{MANIFEST}")}
        last = max(manifests, key=lambda place: manifests[place]["retrieved_at"], default=None)
        for place, text in manifests.items():
            if place != last and text["sha256"] not in cited:
                yield Leftover(place.parent, "a snapshot of no release that is kept")
