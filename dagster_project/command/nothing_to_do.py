"""Whether a refresh would do anything: what the last one read, by content. Imports nothing heavy, so that the answer is quick.

Code, settings and sources decide, never dates. Portals are asked as a refresh asks them, with conditional requests.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.core import digests
from dagster_project.core.ledger import Ledger
from dagster_project.release import integrity, switch
from dagster_project.release.integrity import DIGESTS
from dagster_project.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR, PROJECT_ROOT, Settings

CODE = (PROJECT_ROOT / digests.LOCK, PROJECT_ROOT / "dagster_project", DBT_PROJECT_DIR, EXPECTATIONS_DIR)
GATE, MONTHS = "gate_2", "oco2_*"  # a month of soundings that was read since is work to do


def last_release(settings: Settings) -> tuple[str, str] | None:
    """Name of the release that a refresh would make again, and when that was last known; None when there is work to do."""
    try:
        page = Ledger(settings.data).whole(_name(settings), choices(settings))
        if page is None:
            return None
        place = settings.publication / "releases" / page.notes["release"]
        shown = switch.current(settings.publication, page.notes["cog"]) == place.resolve()
        answers = page.notes["warehouse"] == _warehouse(settings)
        if shown and answers and not any(integrity.departures(place)) and _sources_are(settings, page.notes["sources"]):
            return place.name, page.notes["at"]
    except (OSError, ValueError, KeyError, TypeError):  # a page of other times: then everything is looked at
        pass
    return None


def note(settings: Settings, cog: int, place: Path, seen: Mapping[str, str], read: str) -> None:
    """Keep what a refresh that ended well has read.

    Args:
        settings: its settings.
        cog: its target vintage.
        place: the release that it made, or that was as it should be.
        seen: its sources (`Store.seen`).
        read: `choices` of its beginning: what was edited meanwhile is for the next one.
    """
    ledger = Ledger(settings.data)
    notes = {
        "release": place.name,
        "cog": cog,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": dict(seen),
        "warehouse": _warehouse(settings),
    }
    files = settings.publication / "releases" / place.name / DIGESTS, ledger.file(GATE), ledger.file(MONTHS)
    ledger.enter(_name(settings), ledger.seen(read, *files, notes=notes))


def last_success(settings: Settings) -> str | None:
    """When a refresh last made or confirmed a release (ISO 8601); one with nothing to do writes nothing."""
    ledger = Ledger(settings.data)
    pages = [ledger.page(name) for name in ledger.names("refresh_*")]
    return max((str(page.notes["at"]) for page in pages if page and "at" in page.notes), default=None)


def choices(settings: Settings) -> str:
    """Digest of the code and of all settings but those that change neither what is made nor where it is sent."""
    own = [digests.sha256(path) for path in (settings.territories, settings.targets, settings.identity) if path]
    chosen = {name: sorted(item) if isinstance(item, frozenset) else item for name, item in settings.choices().items()}
    return digests.of(sys.version, digests.tree(*CODE), chosen, own)


def _warehouse(settings: Settings) -> list[int]:
    """That the file is there as it was: a refresh that was refused later may have built another."""
    if not settings.warehouse.is_file():
        return []
    state = settings.warehouse.stat()
    return [state.st_size, state.st_mtime_ns]


def _sources_are(settings: Settings, seen: Mapping[str, str]) -> bool:
    """Whether every source is still what was read, or still absent; the sample is made by the code itself."""
    if settings.is_sample:
        return True
    if settings.mode == "live":
        from dagster_project.sources.store import portals_serve

        return portals_serve(settings, seen)
    copy = settings.mirror or settings.data
    return all(_state(copy / name, known) == known for name, known in seen.items())


def _state(path: Path, known: str) -> str:
    """What `Store.seen` would say of a file, asked the same thing."""
    if not path.is_file():
        return "absent"
    return "present" if known == "present" else digests.sha256(path)


def _name(settings: Settings) -> str:
    return f"refresh_{settings.cog or 'newest'}"
