"""What a gate let through, by content: the next room opens only for those very files.

Blocking checks hold within one run; a person who materializes a single asset in the UI, or a check that emitted nothing,
would walk around them. A stamp closes that path. It also says by which rules the gate judged, so that it need not judge
the same files by the same rules again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from dagster_project.digests import sha256

REUSED = "reused"  # metadata of what was not made, or not judged, again
SKIPPED = "skipped"  # metadata of what nobody asked for

T = TypeVar("T")


class NotCheckedError(Exception):
    """The files are not those that the gate let through."""


def stamp(place: Path, files: Iterable[Path], rules: str = "") -> None:
    """Record that a gate let these files through, by rules of this digest."""
    _write(place, _digests(files), rules)


def require(place: Path, files: Iterable[Path], gate: str) -> None:
    """Refuse to go on unless the gate let exactly these files through.

    Raises:
        NotCheckedError: saying which gate to pass and how.
    """
    accepted = _read(place)["files"]
    if not accepted or accepted != _digests(files):
        raise NotCheckedError(f"{gate} has not let these files through: run the whole job `refresh` (make run)")


def holds(place: Path, files: Iterable[Path], rules: str) -> bool:
    """Whether the gate let exactly these files through, by these very rules."""
    said = _read(place)
    return bool(said["files"]) and said["rules"] == rules and said["files"] == _digests(files)


def judged(place: Path, file: Path, rules: str, judge: Callable[[], list[T]]) -> list[T]:
    """What is wrong with one file; a file that was let through by these very rules is not looked at again."""
    seen = _digests([file])  # before it is looked at: what is written meanwhile was not
    if _read(place) == {"rules": rules, "files": seen}:
        return []
    found = judge()
    if not found:
        _write(place, seen, rules)
    return found


def covers(place: Path, file: Path) -> bool:
    """Whether this file is, as it is now, one of those that the gate let through."""
    return file.is_file() and _read(place)["files"].get(file.name) == sha256(file)


def _read(place: Path) -> dict:
    """The stamp; one that is missing, or cannot be read, lets nothing through."""
    try:
        said = json.loads(place.read_text("utf-8"))
        return {"rules": str(said["rules"]), "files": dict(said["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"rules": "", "files": {}}


def _write(place: Path, files: dict[str, str], rules: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(place.name + ".part")
    part.write_text(json.dumps({"rules": rules, "files": files}, indent=1), "utf-8")
    part.replace(place)


def _digests(files: Iterable[Path]) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(files)}
