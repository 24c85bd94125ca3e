"""Which releases stay, by one rule: the newest of each vintage, as many as settings say, and whatever a link shows.

What is removed leaves its name first, so that no reader ever finds half a release under it. Reports and memberships of
releases that are gone stay: what was once published can still be subtracted from what is.
"""

import shutil
from collections import defaultdict
from pathlib import Path

from dagster_project.release.switch import current, kept_releases, vintages

LEAVING = ".partant-"


def dispensable(publication: Path, keep: int) -> list[Path]:
    """Releases that the rule does not keep, oldest first.

    Args:
        publication: folder of the releases.
        keep: how many of each vintage stay.
    """
    shown = {*vintages(publication).values(), current(publication)} - {None}
    by_vintage: dict[str, list[str]] = defaultdict(list)
    for name in kept_releases(publication):
        by_vintage[name.split("-")[1]].append(name)
    beyond = sorted(name for names in by_vintage.values() for name in names[:-keep])
    return [place for name in beyond if (place := publication / "releases" / name) not in shown]


def prune(publication: Path, keep: int) -> list[str]:
    """Remove what the rule does not keep, and what a removal that was killed left; returns the identifiers of the former."""
    gone = dispensable(publication, keep)
    for place in gone:
        place.rename(place.with_name(f"{LEAVING}{place.name}"))
    for place in (publication / "releases").glob(f"{LEAVING}*"):
        shutil.rmtree(place)
    return [place.name for place in gone]
