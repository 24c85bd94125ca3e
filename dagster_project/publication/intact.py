"""Whether a folder is what was released, file by file: its list of digests, as `sha256sum -c` reads it.

Imports nothing heavy, so that a refresh with nothing to do is quick to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dagster_project.digests import sha256

DIGESTS = "empreintes.sha256"


def write(folder: Path) -> None:
    """List every file of a folder with its digest."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in files(folder)]
    (folder / DIGESTS).write_text("".join(lines), "utf-8")


def files(folder: Path) -> list[str]:
    """Every file of a folder but the list of digests, in order."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in (path.relative_to(folder).as_posix() for path in found) if name != DIGESTS)


def listed(folder: Path) -> dict[str, str]:
    """Digest by file, as the folder says it."""
    pairs = (line.split("  ", 1) for line in (folder / DIGESTS).read_text("utf-8").splitlines())
    return {name: said for said, name in pairs}


def departures(folder: Path) -> Iterator[tuple[str, str]]:
    """Files that are not what the list says, each with what is wrong."""
    if not (folder / DIGESTS).is_file():
        yield DIGESTS, "is missing"
        return
    said, found = listed(folder), set(files(folder))
    for name in sorted(found ^ set(said)):
        yield name, "is not listed" if name in found else "is missing"
    for name in sorted(found & set(said)):
        if sha256(folder / name) != said[name]:
            yield name, "its bytes are not those of the list"
