"""Members of a producer's archives, changed as a hand would."""

from __future__ import annotations

import fnmatch
import zipfile
from collections.abc import Callable
from pathlib import Path

ORCAE = "inventories/orcae/donnees_detaillees_communes_{part}.zip"


def edit_member(
    path: Path, pattern: str, change: Callable[[str], str], encoding: str = "cp1252", into: str | None = None
) -> None:
    """Rewrite one member of a zip, the others as they are."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (name,) = fnmatch.filter(members, pattern)
    members[name] = change(members[name].decode(encoding)).encode(into or encoding)
    with zipfile.ZipFile(path, "w") as archive:
        for member, body in members.items():
            archive.writestr(member, body)
