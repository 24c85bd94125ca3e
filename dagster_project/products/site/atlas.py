"""Maps to hand on: a departement or a region, its EPCI by net flux of a hectare, with title, legend and source inside."""

from pathlib import Path

from dagster_project.core.templates import template
from dagster_project.products.facts import Release, Territory
from dagster_project.products.figures import french
from dagster_project.products.geo import SOURCE
from dagster_project.products.indicators import MAPPED
from dagster_project.products.site.background import Background, CloseUp
from dagster_project.products.site.choropleth import Scale, scale
from dagster_project.products.site.home import DEFAULT
from dagster_project.products.site.typography import formulas

FOLDER = "cartes"
MAP = template(Path(__file__).with_name("atlas.svg.j2"))
SIDE = 220  # of the legend, to the right of the map
LEGEND, MARGINS, TEXTS = 300, 40, 130  # least height of the map, that its legend needs; beside and above it


def write(release: Release, background: Background, folder: Path) -> int:
    """Write the map of each departement and region below a folder; returns how many."""
    folder.mkdir(parents=True)
    figure = MAPPED[DEFAULT]
    colours = scale(figure, release.of_mesh("epci"))
    for place, seen in background.close_ups.items():
        territory = release.territories[place]
        (folder / f"{territory.slug}.svg").write_text(drawing(release, territory, seen, colours), "utf-8")
    return len(background.close_ups)


def extent(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the map of a close-up of a size."""
    return size[0] + MARGINS + SIDE, max(size[1], LEGEND) + TEXTS


def drawing(release: Release, territory: Territory, seen: CloseUp, colours: Scale) -> str:
    """One map as SVG, readable by itself: nothing of it is fetched from elsewhere."""
    figure = MAPPED[DEFAULT]
    shapes = [
        (path, release.territories[place], colours.letter(figure.figure(release.territories[place])))
        for place, path in seen.paths.items()
    ]
    return (
        MAP.render(
            release=release,
            t=territory,
            seen=seen,
            extent=extent(seen.size),
            shapes=shapes,
            title=figure.title,
            unit=formulas(release.unit(figure.table, figure.column)),
            wood=figure.wood,
            figure=lambda item: french(figure.figure(item), figure.column),
            legend=colours.legend(),
            source=SOURCE,
        )
        + "\n"
    )
