"""A release as one file, with what the house keeps of it, and back: only what is, byte for byte, what was saved.

The file holds the basis and the memberships of the release: it stays in the house, as they do. Its digest is kept outside of it,
in the house's own notes and wherever the operator wrote it down: what lies in the file cannot vouch for the file.
"""

import re
import shutil
import tarfile
import tempfile
from collections.abc import Collection
from pathlib import Path

from dagster_project.core.digests import sha256
from dagster_project.core.errors import FluxError
from dagster_project.core.text import unaccented
from dagster_project.release import integrity, seals, switch
from dagster_project.release.catalogue import CATALOGUE, CatalogueError, read_catalogue
from dagster_project.settings import STATUTS

RELEASE, BASIS, MEMBERSHIPS = "release", "base", "appartenances.parquet"
MEMBERS, BYTES = 100_000, 8 << 30  # a national release holds 4,000 files and 150 MB
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class BackupError(FluxError):
    """A file or a release that cannot be used; the message says why and what to do."""


def register(publication: Path) -> Path:
    """Digests of the files that were saved from here, as `sha256sum` writes them."""
    return switch.internal_folder(publication) / "sauvegardes.sha256"


def save(publication: Path, bases: Path, name: str, target: Path) -> str:
    """Write one release to `target` (.tar), whole or not at all.

    Returns:
        the sha256 of the file, which is also kept in `register`.

    Raises:
        BackupError: no such release, one that is damaged, or a target that is there or that one may serve.
    """
    switch.move_internal(publication)
    place = publication / "releases" / name
    if name not in switch.kept_releases(publication):
        raise BackupError(f"no release {name}; there are: {', '.join(switch.kept_releases(publication)) or 'none'}")
    if problem := seals.damage(publication, place):
        raise BackupError(f"{name} is not what was published ({problem}): nothing was saved")
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} is there already: choose another name")
    if target.resolve().is_relative_to(publication.resolve()):
        raise BackupError(f"{target} would be published, and it holds communes: choose another folder")
    part = target.with_name(target.name + ".part")
    try:
        with tarfile.open(part, "w", dereference=True) as archive:  # files under two names are saved under both
            archive.add(place, f"{name}/{RELEASE}")
            for kept, inside in ((bases / name, BASIS), (switch.memberships_file(publication, name), MEMBERSHIPS)):
                if kept.exists():
                    archive.add(kept, f"{name}/{inside}")
        digest = sha256(part)
        register(publication).parent.mkdir(parents=True, exist_ok=True)
        with register(publication).open("a", encoding="utf-8") as notes:
            notes.write(f"{digest}  {target.name}\n")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return digest


def restore(
    publication: Path, bases: Path, source: Path, *, shown: bool, known: Collection[int], digest: str | None = None
) -> Path:
    """Put a saved release back; with `shown`, `current` of its vintage points to it.

    Args:
        publication: folder of the releases.
        bases: folder of what releases were made of.
        source: the file.
        shown: whether it becomes the current one.
        known: vintages of the COG.
        digest: sha256 of the file, as it was when it was saved; unless it is in this house's own register.

    Returns:
        its folder.

    Raises:
        BackupError: not that file, a damaged one, or a release that is there already.
    """
    publication.mkdir(parents=True, exist_ok=True)
    switch.move_internal(publication)
    _assert_is_what_was_saved(publication, source, digest)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=publication) as work:
        try:
            with tarfile.open(source) as archive:
                name = _unpack(archive, Path(work))
        except (OSError, tarfile.TarError) as error:
            raise BackupError(f"{source} cannot be read as a saved release ({error})") from error
        saved, place = Path(work) / name, publication / "releases" / name
        unpacked = saved / RELEASE
        problem = integrity.damage(unpacked) or _unusable(unpacked, name, known)
        if problem:
            raise BackupError(f"{source} is not a release that can be restored ({problem}): nothing was restored")
        if place.exists():
            raise BackupError(f"{name} is there already: nothing was restored")
        if seals.is_another(publication, unpacked, name):
            raise BackupError(f"{source} is not the {name} that was published here: nothing was restored")
        switch.refuse_demonstration_over_real(publication, read_catalogue(unpacked)["statut_donnees"])
        kept = switch.memberships_file(publication, name)
        if kept.exists() and not ((saved / MEMBERSHIPS).exists() and sha256(kept) == sha256(saved / MEMBERSHIPS)):
            raise BackupError(f"{kept} is not that of {source}: nothing was restored")
        if (bases / name).exists() and _digests(bases / name) != _digests(saved / BASIS):
            raise BackupError(f"{bases / name} is not that of {source}: nothing was restored")
        seals.keep(publication, unpacked, name)
        for inside, outside in ((saved / MEMBERSHIPS, kept), (saved / BASIS, bases / name), (unpacked, place)):
            if inside.exists() and not outside.exists():  # what is there is the same; the release comes last
                outside.parent.mkdir(parents=True, exist_ok=True)
                inside.replace(outside)
    if shown:
        switch.show(publication, place)
    return place


def _assert_is_what_was_saved(publication: Path, source: Path, digest: str | None) -> None:
    notes = register(publication)
    lines = notes.read_text("utf-8").splitlines() if notes.is_file() else []
    try:
        result = sha256(source)
    except OSError as error:
        raise BackupError(f"{source} cannot be read ({error.strerror})") from error
    if digest is not None and digest.lower() != result:
        raise BackupError(f"{source} is not what was saved: its sha256 is {result}, not {digest}. Nothing was restored")
    if digest is None and result not in {line.split("  ")[0] for line in lines}:
        raise BackupError(
            f"{source} was not saved from here, or is no longer what was saved (sha256 {result}): nothing was restored. "
            "If `backup` printed that digest where it was saved, give it with --sha256"
        )


def _unusable(place: Path, name: str, known: Collection[int]) -> str | None:
    """Why the catalogue of a release says that it cannot stand here."""
    try:
        catalogue = read_catalogue(place)
        identifier, cog, statut = (catalogue.get(name) for name in ("id", "cog_cible", "statut_donnees"))
    except (CatalogueError, ValueError, AttributeError, RecursionError) as error:
        return f"its {CATALOGUE} cannot be read: {error}"
    if identifier != name:
        return "another identifier"
    if not isinstance(cog, int) or cog not in known:
        return f"no vintage that is known here: {str(cog)[:40]!r}"
    known_as = {unaccented(item) for item in STATUTS.values()}
    return None if unaccented(str(statut)) in known_as else "no status of figures that is known here"


def _digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): sha256(path) for path in folder.rglob("*") if path.is_file()}


def _unpack(archive: tarfile.TarFile, folder: Path) -> str:
    """What `save` writes and nothing else: all is looked at before any of it is written.

    Returns:
        the name of the release, and of the folder that holds it.

    Raises:
        tarfile.ReadError: a path outside, a link, a device, a name twice, something unknown, or more than any release holds.
    """
    seen: set[str] = set()
    members, size = [], 0
    for member in archive:
        parts = Path(member.name).parts
        if not (member.isfile() or member.isdir()) or ".." in parts or Path(member.name).is_absolute():
            raise tarfile.ReadError(f"{member.name} is no file of a release")
        # A file of the release or of the basis stands below its folder; memberships are one file.
        is_part = parts[1:2] in ((RELEASE,), (BASIS,)) and (member.isdir() or len(parts) > 2)
        if not (is_part or (parts[1:] == (MEMBERSHIPS,) and member.isfile())) or not NAME.fullmatch(parts[0]):
            raise tarfile.ReadError(f"{member.name} is no part of a saved release")
        if member.name in seen:
            raise tarfile.ReadError(f"{member.name} stands there twice")
        seen.add(member.name)
        members.append(member)
        size += member.size
        if len(members) > MEMBERS or size > BYTES:
            raise tarfile.ReadError("more than any release holds")
    names = {Path(item.name).parts[0] for item in members}
    if len(names) != 1:
        raise tarfile.ReadError("it does not hold one saved release")
    name = names.pop()
    (folder / name / RELEASE).mkdir(parents=True)
    for member in (item for item in members if item.isfile()):
        place = folder / member.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if source := archive.extractfile(member):
            with source, place.open("xb") as target:
                shutil.copyfileobj(source, target)
    return name
