"""What satellites saw: the page of all plumes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from dagster_project.geography.world import EUROPE, WORLD, strokes
from dagster_project.products.facts import Release
from dagster_project.products.plume_facts import WORDS, Compared, load
from dagster_project.products.site.plumes_drawn import Placed, figure, in_frame, number, plume_map
from dagster_project.products.site.render import render

NAME = "panaches"  # of the page
LARGE = 100_000  # t a year: smaller sites are not drawn


@dataclass(frozen=True)
class Seen:
    """What a page needs besides the release.

    Attributes:
        profiles: soundings by plume, with `x` (km), `ppm` and `count`.
        places: where plumes and sites of the mainland are on the drawing of France, by identifier.
        months: that were read, AAAA-MM.
        compared: what is compared with the reference project.
    """

    profiles: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    months: Sequence[str] = ()
    compared: Compared = ()


def page(release: Release, seen: Seen, outline: Markup, size: tuple[int, int], **common: object) -> str:
    """The page of all plumes.

    Args:
        release: that they are of.
        seen: what is drawn of them.
        outline: path of the regions of France.
        size: of the drawing of France.
        common: what every page is given.
    """
    known = load(release)
    sites = [row for row in known.sites.values() if row["emission_declaree_tco2_an"] >= LARGE]
    maps = [
        (
            name,
            plume_map(
                f"vus dans {words}", in_frame(frame, known.plumes), in_frame(frame, sites), frame.size, *strokes(frame)
            ),
        )
        for name, words, frame in (("Monde", "le monde", WORLD), ("Europe", "l'Europe", EUROPE))
    ]
    at: list[Placed] = [
        (row, seen.places[row["id_panache"]]) for row in known.plumes if row["id_panache"] in seen.places
    ]
    squares: list[Placed] = [(row, seen.places[row["id_site"]]) for row in sites if row["id_site"] in seen.places]
    maps.append(("France métropolitaine", plume_map("vus en France métropolitaine", at, squares, size, "", outline)))
    return render(
        f"{NAME}.html.j2",
        release=release,
        panaches=known.plumes,
        candidats=known.candidates,
        sites=known.sites,
        etalonnage=known.calibration[::5],
        origine=known.calibration[0]["origine_panaches"] if known.calibration else "",
        cartes=maps,
        figures={row["id_panache"]: figure(row, seen.profiles.get(row["id_panache"])) for row in known.plumes},
        mois=seen.months,
        n=number,
        mots=WORDS,
        **common,
    )
