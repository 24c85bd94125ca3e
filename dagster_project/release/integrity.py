"""Whether a folder is what was released, file by file: its list of digests, as `sha256sum -c` reads it.

Imports nothing heavy, so that a refresh with nothing to do is quick to know.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dagster_project.core.digests import sha256

DIGESTS = "empreintes.sha256"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def write(folder: Path) -> None:
    """List every file of a folder with its digest."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in files(folder)]
    (folder / DIGESTS).write_text("".join(lines), "utf-8")


def files(folder: Path) -> list[str]:
    """Every file of a folder but the list of digests, in order."""
    result = (path for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in (path.relative_to(folder).as_posix() for path in result) if name != DIGESTS)


def listed(folder: Path) -> dict[str, str]:
    """Digest by file, as the folder says it.

    Raises:
        ValueError: a line that is none of `sha256sum`.
    """
    results = {}
    for number, line in enumerate((folder / DIGESTS).read_text("utf-8").splitlines(), start=1):
        if not (text := LINE.fullmatch(line)):
            raise ValueError(f"line {number} is no digest and name")
        results[text[2]] = text[1]
    return results


def damage(folder: Path) -> str | None:
    """The first file that is not what the list says, and how; None when the folder is whole."""
    return next((" ".join(result) for result in departures(folder)), None)


def departures(folder: Path) -> Iterator[tuple[str, str]]:
    """Files that are not what the list says, each with what is wrong."""
    if not (folder / DIGESTS).is_file():
        yield DIGESTS, "is missing"
        return
    try:
        text, result = listed(folder), set(files(folder))
    except ValueError as error:  # also what is no UTF-8
        yield DIGESTS, f"cannot be read ({error})"
        return
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield path.relative_to(folder).as_posix(), "is a link, or no file"
    for name in sorted(result ^ set(text)):
        yield name, "is not listed" if name in result else "is missing"
    for name in sorted(result & set(text)):
        if sha256(folder / name) != text[name]:
            yield name, "its bytes are not those of the list"
