"""What a gate let through, by content: the next room opens only for those very files.

Blocking checks hold within one run; a person who materializes a single asset in the UI, or a check that emitted nothing,
would walk around them. A stamp closes that path.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


class NotCheckedError(Exception):
    """The files are not those that the gate let through."""


def stamp(place: Path, files: Iterable[Path]) -> None:
    """Record that a gate let these files through."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(_digests(files), indent=1), "utf-8")


def require(place: Path, files: Iterable[Path], gate: str) -> None:
    """Refuse to go on unless the gate let exactly these files through.

    Raises:
        NotCheckedError: saying which gate to pass and how.
    """
    accepted = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    if not accepted or accepted != _digests(files):
        raise NotCheckedError(f"{gate} has not let these files through: run the whole job `refresh` (make run)")


def _digests(files: Iterable[Path]) -> dict[str, str]:
    found = {}
    for path in sorted(files):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
