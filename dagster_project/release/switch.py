"""The switch: a checked candidate becomes a release, and `current` points to it, in one atomic step.

publication/candidate/        what gate 3 looks at
publication/releases/<id>/    immutable once there
publication/current-cog2026   link to the last good one on each vintage: several may stand side by side
publication/current           the same as that of the newest vintage
interne/rapports/, appartenances/   beside `publication`: the house's own notes on each release, which name communes
"""

import shutil
from pathlib import Path

from dagster_project.core.errors import FluxError
from dagster_project.core.text import unaccented
from dagster_project.release.catalogue import has_catalogue, read_catalogue
from dagster_project.settings import STATUTS


class ReleaseError(FluxError):
    """The switch was refused; `current` is untouched."""


def candidate_folder(publication: Path) -> Path:
    """Where a candidate is written."""
    return publication / "candidate"


def current(publication: Path, cog: int | None = None) -> Path | None:
    """The folder of the current release, of one vintage or of the newest; None before the first."""
    link = publication / ("current" if cog is None else f"current-cog{cog}")
    return link.resolve() if link.exists() else None


def vintages(publication: Path) -> dict[int, Path]:
    """The current release of each vintage."""
    links = publication.glob("current-cog[0-9][0-9][0-9][0-9]")
    return {int(link.name.removeprefix("current-cog")): link.resolve() for link in sorted(links) if link.exists()}


def kept_releases(publication: Path) -> list[str]:
    """Identifiers of every release that is still there, oldest first."""
    return sorted(place.name for place in (publication / "releases").glob("[!.]*") if place.is_dir())


def internal_folder(publication: Path) -> Path:
    """Notes that name communes: beside the folder that one may serve, never in it."""
    return publication.parent / "interne"


def reports_folder(publication: Path) -> Path:
    """Where the house keeps its report on each release."""
    return internal_folder(publication) / "rapports"


def memberships_file(publication: Path, release: str) -> Path:
    """The territories of a release in atoms, for the differencing check of the next ones."""
    return internal_folder(publication) / "appartenances" / f"{release}.parquet"


def move_internal(publication: Path) -> None:
    """Bring out what earlier versions of this project kept inside the published folder; what is there already stays."""
    for new in (reports_folder(publication), memberships_file(publication, "x").parent):
        old = publication / new.name
        if old.is_dir():
            new.mkdir(parents=True, exist_ok=True)
            for path in sorted(old.iterdir()):
                path.replace(new / path.name)
            old.rmdir()


def ever_published(publication: Path) -> list[str]:
    """Identifiers of every release whose territories are on record, oldest first, be it gone or not."""
    return sorted(path.stem for path in memberships_file(publication, "x").parent.glob("[!.]*.parquet"))


def is_demonstration(statut: str) -> bool:
    """Whether figures are invented; releases made before 2026-11-29 wrote it without accents."""
    return unaccented(statut) == unaccented(STATUTS["sample"])


def refuse_demonstration_over_real(publication: Path, statut: str) -> None:
    """Demonstration figures never replace real ones, nor stand beside them, on whatever vintage.

    Raises:
        ReleaseError: saying how to keep both.
    """
    shown = {place for place in (*vintages(publication).values(), current(publication)) if place}
    real = sorted(place for place in shown if not is_demonstration(_statut(place)))
    if is_demonstration(statut) and real:
        raise ReleaseError(
            f"{publication} holds real data ({real[-1].name}); demonstration data must not stand beside it. "
            "Set FLUX_DATA=<another folder> for the sample, or FLUX_SOURCE=mirror|live"
        )


def is_released(publication: Path) -> bool:
    """Whether what stands as candidate is a release already: nothing may write there, the gates may look again."""
    return candidate_folder(publication).is_symlink()


def stand_again(publication: Path, place: Path) -> None:
    """Let a release stand as candidate, for the gates to judge once more."""
    clear_candidate(publication)
    candidate_folder(publication).symlink_to(place.relative_to(publication))


def clear_candidate(publication: Path) -> None:
    """Remove the candidate, never the release that it may point to."""
    folder = candidate_folder(publication)
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def promote(publication: Path) -> Path:
    """Turn the candidate into a release and switch `current` to it, unless a newer vintage of real data is there.

    A release that stood as candidate stays what it is; links that a killed run left behind are mended.

    Returns:
        the folder of the release.

    Raises:
        ReleaseError: no candidate, or an identifier that is already taken.
    """
    candidate = candidate_folder(publication)
    if not has_catalogue(candidate):
        raise ReleaseError(f"{candidate} holds no complete candidate")
    catalogue = read_catalogue(candidate)
    if is_released(publication):
        place = candidate.resolve()
        clear_candidate(publication)
    else:
        refuse_demonstration_over_real(publication, catalogue["statut_donnees"])
        releases = publication / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        place = releases / str(catalogue["id"])
        if place.exists():
            raise ReleaseError(f"{place} already exists")
        candidate.rename(place)
    show(publication, place)
    return place


def show(publication: Path, place: Path) -> None:
    """Point `current` of its vintage to a release, and `current` unless a newer vintage of real data is there."""
    cog, newest = read_catalogue(place)["cog_cible"], current(publication)
    _point(publication, f"current-cog{cog}", place)
    shown = newest and read_catalogue(newest)
    if not shown or shown["cog_cible"] <= cog or is_demonstration(shown["statut_donnees"]):
        _point(publication, "current", place)


def _statut(place: Path) -> str:
    return read_catalogue(place)["statut_donnees"]


def _point(publication: Path, name: str, place: Path) -> None:
    """Switch one link, atomically."""
    link = publication / f".{name}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / place.name)
    link.replace(publication / name)
