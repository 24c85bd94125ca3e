"""What a release says of a file that the user gives: the fields of a snapshot's manifest, as those of a producer have them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.core.digests import sha256


@dataclass(frozen=True)
class GivenFile:
    """A kind of file that the user may give.

    Attributes:
        source: its identifier, and the name of its raw table.
        title: what it is, in French.
        vintage: which vintage its rows are of.
        attribution: how it is credited.
        quantities: of the published tables that it is read for alone; empty: of all.
    """

    source: str
    title: str
    vintage: str
    attribution: str
    quantities: tuple[str, ...] = ()

    def lineage(self, path: Path | None) -> dict[str, Any]:
        """What a raw table says of where it comes from; no snapshot where there is no file."""
        return {
            "title": self.title,
            "quantities": list(self.quantities),
            "snapshots": [self._manifest(path)] if path else [],
        }

    def _manifest(self, path: Path) -> dict[str, Any]:
        return {
            "source": self.source,
            "publisher": "utilisateur",
            "release": path.name,
            "edition": "",
            "vintage": self.vintage,
            "licence": "fixée par l'utilisateur",
            "attribution": self.attribution,
            "address": path.name,
            "sha256": sha256(path),
            "retrieved_at": datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds"),
            "updated_at": None,
        }
