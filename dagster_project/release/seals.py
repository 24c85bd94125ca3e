"""Whether a release is what was published: the digest of its list of digests is kept by the house, outside of the release.

Whoever may write in a release may also write its list anew; the seal tells.
"""

from pathlib import Path

from dagster_project.core.digests import sha256
from dagster_project.core.files import whole_file
from dagster_project.release import integrity
from dagster_project.release.integrity import DIGESTS
from dagster_project.release.switch import internal_folder


def seal_file(publication: Path, name: str) -> Path:
    """Where the seal of a release is kept."""
    return internal_folder(publication) / "sceaux" / f"{name}.sha256"


def seal_of(folder: Path, name: str) -> str:
    """The seal of what a folder holds, published under a name."""
    return f"{sha256(folder / DIGESTS)}  {name}/{DIGESTS}\n"


def keep(publication: Path, folder: Path, name: str) -> None:
    """Keep the seal of what is about to be published, so that no release is ever without.

    The first time, releases of before seals were kept are sealed as they stand.
    """
    if not seal_file(publication, name).parent.exists():
        for place in (publication / "releases").glob("[!.]*"):
            if (place / DIGESTS).is_file():
                _write(publication, place, place.name)
    _write(publication, folder, name)


def is_another(publication: Path, folder: Path, name: str) -> bool:
    """Whether the house keeps a seal under that name, and it is not the one of this folder."""
    file = seal_file(publication, name)
    return file.is_file() and file.read_text("utf-8") != seal_of(folder, name)


def damage(publication: Path, place: Path) -> str | None:
    """What is wrong with a release, its first file first; None when it is what was published.

    While no seal was ever kept, it is compared with its own list alone.
    """
    place = place.resolve()
    if place.parent != (publication / "releases").resolve():
        return "it lies outside of the releases"
    if (place / DIGESTS).is_file():
        if is_another(publication, place, place.name):
            return f"{DIGESTS} is not the list that was published"
        seal = seal_file(publication, place.name)
        if seal.parent.exists() and not seal.is_file():
            return f"no seal was kept of it ({seal}): it was not published from here"
    return integrity.damage(place)


def _write(publication: Path, folder: Path, name: str) -> None:
    file = seal_file(publication, name)
    with whole_file(file) as part:
        part.write_text(seal_of(folder, name), "utf-8")
