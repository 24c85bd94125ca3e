"""Where the stamp of each gate is, and which files it covers."""

from __future__ import annotations

from pathlib import Path

from dagster_project.publication.candidate import DATABASE
from dagster_project.publication.intact import DIGESTS
from dagster_project.publication.release import candidate_folder
from dagster_project.settings import Settings


def stamped_raw(settings: Settings) -> tuple[Path, list[Path]]:
    """The stamp of gate 1 and what it covers."""
    return settings.stamps / "gate_1.json", list(settings.raw.rglob("*.parquet"))


def stamped_warehouse(settings: Settings) -> tuple[Path, list[Path]]:
    """The stamp of gate 2 and what it covers."""
    return settings.stamps / "gate_2.json", [
        path for path in settings.warehouse.parent.glob(f"{settings.warehouse.name}*") if path.is_file()
    ]  # with the log that a checkpoint in vain leaves, if there is one


def stamped_candidate(settings: Settings) -> tuple[Path, list[Path]]:
    """The stamp of gate 3 and what it covers: every file of data, which what comes after only reads."""
    folder = candidate_folder(settings.publication)
    return settings.stamps / "gate_3.json", [
        *folder.glob("tables/*"),
        *folder.glob("contours/*"),
        *folder.glob(DATABASE),
    ]


def stamped_dossier(settings: Settings) -> tuple[Path, list[Path]]:
    """The stamp of gate 4 and what it covers: the list of digests, which names every other file."""
    return settings.stamps / "gate_4.json", list(candidate_folder(settings.publication).glob(DIGESTS))
