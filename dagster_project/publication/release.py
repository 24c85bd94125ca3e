"""The switch: a checked candidate becomes a release, and `current` points to it, in one atomic step.

publication/candidate/        what gate 3 looks at
publication/releases/<id>/    immutable once there
publication/current           link to the last good one
"""

from __future__ import annotations

import json
from pathlib import Path

from dagster_project.publication.candidate import CATALOGUE
from dagster_project.settings import STATUTS


class ReleaseError(Exception):
    """The switch was refused; `current` is untouched."""


def candidate_folder(publication: Path) -> Path:
    """Where a candidate is written."""
    return publication / "candidate"


def read_catalogue(folder: Path) -> dict | None:
    """The catalogue of a candidate or release, None where there is none."""
    path = folder / CATALOGUE
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def current(publication: Path) -> Path | None:
    """The folder of the current release, None before the first."""
    link = publication / "current"
    return link.resolve() if link.exists() else None


def is_demonstration(statut: str) -> bool:
    """Whether figures are invented."""
    return statut == STATUTS["sample"]


def refuse_demonstration_over_real(publication: Path, statut: str) -> None:
    """Demonstration figures never replace published data in the same folder.

    Raises:
        ReleaseError: saying how to keep both.
    """
    last = current(publication)
    before = read_catalogue(last)["statut_donnees"] if last else statut
    if is_demonstration(statut) and not is_demonstration(before):
        raise ReleaseError(
            f"{publication / 'current'} holds real data ({last.name}); demonstration data must not replace it. "
            "Set FLUX_DATA=<another folder> for the sample, or FLUX_SOURCE=mirror|live"
        )


def promote(publication: Path) -> Path:
    """Turn the candidate into a release and switch `current` to it.

    Returns:
        the folder of the release.

    Raises:
        ReleaseError: no candidate, or an identifier that is already taken.
    """
    candidate = candidate_folder(publication)
    catalogue = read_catalogue(candidate)
    if catalogue is None:
        raise ReleaseError(f"{candidate} holds no complete candidate")
    refuse_demonstration_over_real(publication, catalogue["statut_donnees"])
    releases = publication / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    place = releases / str(catalogue["id"])
    if place.exists():
        raise ReleaseError(f"{place} already exists")
    candidate.rename(place)
    link = publication / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / place.name)
    link.replace(publication / "current")
    return place
