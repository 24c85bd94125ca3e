"""Whether a refresh would do anything: what the last one read, by content. Imports nothing heavy, so that the answer is quick.

Code, settings and sources decide, never dates. Portals are asked as a refresh asks them, with conditional requests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dagster_project import digests
from dagster_project.publication import intact, release
from dagster_project.publication.intact import DIGESTS
from dagster_project.settings import Settings

CODE = ("dagster_project", "dbt_project", "expectations")


def last_release(settings: Settings) -> tuple[str, str] | None:
    """Name of the release that a refresh would make again, and when that was last found; None when there is work to do."""
    try:
        noted = json.loads(_file(settings).read_text("utf-8"))
        place = settings.publication / "releases" / noted["release"]
        same = noted["choices"] == choices(settings) and _whole(place, noted["digests"])
        shown = release.current(settings.publication, noted["cog"]) == place.resolve()
        answers = noted["warehouse"] == _warehouse(settings)
        if same and shown and answers and _sources_are(settings, noted["sources"]):
            return place.name, noted["at"]
    except (OSError, ValueError, KeyError, TypeError):  # no note, or one of other times: then everything is looked at
        pass
    return None


def note(settings: Settings, cog: int, place: Path, seen: Mapping[str, str], read: str) -> None:
    """Keep what a refresh that ended well has read.

    Args:
        settings: its settings.
        cog: its target vintage.
        place: the release that it made, or found as it should be.
        seen: its sources (`Store.seen`).
        read: `choices` of its beginning: what was edited meanwhile is for the next one.
    """
    said = {
        "release": place.name,
        "cog": cog,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "choices": read,
        "digests": digests.sha256(place / DIGESTS),
        "sources": dict(seen),
        "warehouse": _warehouse(settings),
    }
    settings.stamps.mkdir(parents=True, exist_ok=True)
    _file(settings).write_text(json.dumps(said, indent=1), "utf-8")


def last_success(settings: Settings) -> str | None:
    """When a refresh last made or confirmed a release (ISO 8601); one with nothing to do writes nothing."""
    moments = []
    for path in settings.stamps.glob("refresh-*.json"):
        try:
            moments.append(str(json.loads(path.read_text("utf-8"))["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return max(moments, default=None)


def forget(settings: Settings) -> None:
    """Let everything be made, checked and sent again."""
    for path in settings.stamps.glob("*.json"):
        path.unlink()


def choices(settings: Settings) -> str:
    """Digest of the code and of every setting that changes what is made or where it is sent; keys to portals are not kept."""
    own = settings.territories
    targets = settings.targets
    return digests.of(
        digests.code(*CODE),
        settings.mode,
        settings.cog,
        settings.announced_change,
        digests.sha256(own) if own else None,
        own.name if own else None,
        settings.aldo,
        settings.inventories,
        sorted(settings.products),
        settings.publisher,
        [targets.postgres, targets.postgres_schema, targets.data_fair, targets.data_gouv, targets.send],
        targets.data_gouv_organisation,
    )


def _warehouse(settings: Settings) -> list:
    """What gate 2 let through, and that the file is there as it was: a refresh that was refused later may have built another."""
    if not settings.warehouse.is_file():
        return []
    found = settings.warehouse.stat()
    return [digests.sha256(settings.stamps / "gate_2.json"), found.st_size, found.st_mtime_ns]


def _whole(place: Path, expected: str) -> bool:
    """Whether a release is what it was, file by file."""
    return digests.sha256(place / DIGESTS) == expected and not any(intact.departures(place))


def _sources_are(settings: Settings, seen: Mapping[str, str]) -> bool:
    """Whether every source is still what was read, or still absent; the sample is made by the code itself."""
    if settings.is_sample:
        return True
    if settings.mode == "live":
        from dagster_project.sources.store import unchanged

        return unchanged(settings, seen)
    states = {name: _state(settings.mirror / name, said) for name, said in seen.items()}
    return states == seen


def _state(path: Path, said: str) -> str:
    """What `Store.seen` would say of a file, asked the same thing."""
    if not path.is_file():
        return "absent"
    return "present" if said == "present" else digests.sha256(path)


def _file(settings: Settings) -> Path:
    return settings.stamps / f"refresh-{settings.cog or 'dernier'}.json"
