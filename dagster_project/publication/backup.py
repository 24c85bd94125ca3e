"""A release as one file, with what the house keeps of it, and back: only what is, byte for byte, what was saved.

The file holds the basis and the memberships of the release: it stays in the house, as they do.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path

from dagster_project.digests import sha256
from dagster_project.publication import intact, release
from dagster_project.publication.intact import DIGESTS

RELEASE, BASIS, MEMBERSHIPS, KEPT = "release", "base", "appartenances.parquet", "empreintes.json"


class BackupError(Exception):
    """A file or a release that cannot be used; the message says why and what to do."""


def save(publication: Path, bases: Path, name: str, target: Path) -> None:
    """Write one release to `target` (.tar), whole or not at all.

    Raises:
        BackupError: no such release, one that is damaged, or a target that is there.
    """
    release.move_internal(publication)
    place = publication / "releases" / name
    if not place.is_dir():
        raise BackupError(f"no release {name}; there are: {', '.join(release.kept_releases(publication)) or 'none'}")
    if problem := damage(place):
        raise BackupError(f"{name} is not what was published ({problem}): nothing was saved")
    if target.exists():
        raise BackupError(f"{target} is there already: choose another name")
    part = target.with_name(target.name + ".part")
    try:
        with tarfile.open(part, "w", dereference=True) as archive:  # files under two names are saved under both
            archive.add(place, f"{name}/{RELEASE}")
            known: dict[str, str] = {}
            for kept, inside in ((bases / name, BASIS), (release.memberships_file(publication, name), MEMBERSHIPS)):
                if kept.exists():
                    archive.add(kept, f"{name}/{inside}")
                    known |= _digests(kept, inside)
            listed = json.dumps(known).encode()
            entry = tarfile.TarInfo(f"{name}/{KEPT}")
            entry.size = len(listed)
            archive.addfile(entry, io.BytesIO(listed))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore(publication: Path, bases: Path, source: Path, *, shown: bool) -> Path:
    """Put a saved release back; with `shown`, `current` of its vintage points to it.

    Returns:
        its folder.

    Raises:
        BackupError: not such a file, a damaged one, or a release that is there already.
    """
    publication.mkdir(parents=True, exist_ok=True)
    release.move_internal(publication)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=publication) as work:
        try:
            with tarfile.open(source) as archive:
                _unpack(archive, Path(work))
        except (OSError, tarfile.TarError) as error:
            raise BackupError(f"{source} cannot be read as a saved release ({error})") from error
        folders = list(Path(work).iterdir())
        if len(folders) != 1 or not (folders[0] / RELEASE / DIGESTS).is_file():
            raise BackupError(f"{source} does not hold one saved release")
        saved, name = folders[0], folders[0].name
        catalogue = release.read_catalogue(saved / RELEASE)
        if problem := damage(saved / RELEASE) or (
            None if catalogue and catalogue["id"] == name else "another identifier"
        ):
            raise BackupError(f"{source} is not what was saved ({problem}): nothing was restored")
        found = _digests(saved / BASIS, BASIS) | _digests(saved / MEMBERSHIPS, MEMBERSHIPS)
        if not (saved / KEPT).is_file() or json.loads((saved / KEPT).read_text("utf-8")) != found:
            raise BackupError(f"{source} is not what was saved ({BASIS} or {MEMBERSHIPS}): nothing was restored")
        place = publication / "releases" / name
        if place.exists():
            raise BackupError(f"{name} is there already: nothing was restored")
        release.refuse_demonstration_over_real(publication, catalogue["statut_donnees"])
        kept = release.memberships_file(publication, name)
        if kept.exists() and _digests(kept, MEMBERSHIPS) != _digests(saved / MEMBERSHIPS, MEMBERSHIPS):
            raise BackupError(f"{kept} is not that of {source}: nothing was restored")
        for inside, outside in ((MEMBERSHIPS, kept), (BASIS, bases / name), (RELEASE, place)):  # the release comes last
            if (saved / inside).exists():
                outside.parent.mkdir(parents=True, exist_ok=True)
                if outside.is_dir():
                    shutil.rmtree(outside)
                (saved / inside).replace(outside)
    if shown:
        release.show(publication, place)
    return place


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Files alone, below the folder: no path outside, no link, no device (`filter="data"` does so from Python 3.11.4 on).

    Raises:
        tarfile.ReadError: another kind of member, or one that leads elsewhere.
    """
    for member in archive:
        place = folder / member.name
        if not (member.isfile() or member.isdir()) or not place.resolve().is_relative_to(folder.resolve()):
            raise tarfile.ReadError(f"{member.name} is no file of a release")
        if member.isfile():
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.extractfile(member) as source, place.open("xb") as target:
                shutil.copyfileobj(source, target)


def _digests(place: Path, name: str) -> dict[str, str]:
    """Digest of a file, or of each file of a folder, under the names that they have in what is saved."""
    if place.is_dir():
        return {
            f"{name}/{path.relative_to(place).as_posix()}": sha256(path) for path in place.rglob("*") if path.is_file()
        }
    return {name: sha256(place)} if place.is_file() else {}


def damage(place: Path) -> str | None:
    """The first file of a release that is not what its list says, and how; None when it is whole."""
    return next((" ".join(found) for found in intact.departures(place)), None)
