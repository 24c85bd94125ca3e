"""Demonstration file of Cerema's yearly consumption of land: the producer's whole header with its traps, invented figures.

Some columns are of several years and match a lazy pattern of yearly ones; the names of others carry the year of the edition.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dagster_project.core.variables import variables
from dagster_project.sources.sample.geographic_code import World, save, surface_ha, table
from dagster_project.sources.year_columns import labels_of

EDITION = 2025
SHARES = {"act": 0.25, "hab": 0.5, "mix": 0.05, "rou": 0.1, "fer": 0.02, "inc": 0.08}
QUIET = 0.2  # part of the years of a commune in which nothing is built
SPANS = ((2011, 2021), (2011, 2016), (2016, 2022))  # of several years, besides the whole
M2_PER_HA = 10_000
PEOPLE = ("pop15", "pop21", "pop1521", "men15", "men21", "men1521", "emp15", "emp21", "emp1521", "mepart1521", "menhab1521",
          "artpop1521")  # fmt: skip
Years = Mapping[int, Mapping[str, int]]  # m2 by year and destination


def write(world: World, folder: Path) -> None:
    """Write the file of the newest edition below `folder`; Mayotte is published apart."""
    communes = [(code, name, siren) for code, (name, siren) in world.communes(EDITION).items() if code[:3] != "976"]
    target = folder / "observatoires" / "cerema" / f"obs_artif_conso_com_2009_{EDITION}.csv"
    save(target, written(communes, EDITION))


def written(communes: Iterable[tuple[str, str, str]], edition: int) -> bytes:
    """The file of an edition: CSV with semicolons and quoted names of columns.

    Args:
        communes: code, name and SIREN of the EPCI of each, on 1 January of the edition.
        edition: year that its last column ends in.
    """
    body = table(_rows(communes, edition), delimiter=";").decode()
    header, _, rest = body.partition("\n")
    return (";".join(f'"{label}"' for label in header.split(";")) + "\n" + rest).encode()


def _rows(communes: Iterable[tuple[str, str, str]], edition: int) -> Iterator[Sequence[object]]:
    first, yearly = variables()["consommation"]["annees"][0], edition % 100
    years = range(first, edition)
    spans = [*SPANS, (first, edition)]
    yield ("idcom", "idcomtxt", "idreg", "idregtxt", "iddep", "iddeptxt", f"epci{yearly}", f"epci{yearly}txt", "scot",
           "aav2020", "aav2020txt", "aav2020_typo", *(label for year in years for label in labels_of(year, year + 1)),
           *(label for span in spans for label in labels_of(*span)), f"artcom{first % 100:02d}{yearly}", *PEOPLE,
           f"surfcom{edition}")  # fmt: skip
    for code, name, siren in communes:
        areas = consumed_m2(code, years)
        surface = round(surface_ha(code) * M2_PER_HA)
        whole = sum(sum(parts.values()) for parts in areas.values())
        yield (code, name, "", "", code[:2], "", siren, "", "", "", "", "",
               *(cell for year in years for cell in _cells([areas[year]])),
               *(cell for start, end in spans for cell in _cells([areas[year] for year in years if start <= year < end])),
               round(100 * whole / surface, 4), *[""] * len(PEOPLE), surface)  # fmt: skip


def consumed_m2(code: str, years: Iterable[int]) -> Years:
    """Invented land that a commune consumes, by year and destination."""
    draw = random.Random(f"consumption {code}")  # noqa: S311
    return {
        year: {
            name: round(draw.uniform(0, 30_000) * share) if draw.random() > QUIET else 0
            for name, share in SHARES.items()
        }
        for year in years
    }


def _cells(parts: Sequence[Mapping[str, int]]) -> Iterator[int]:
    """The sum of the destinations, then each of them, over some years."""
    sums = {name: sum(part[name] for part in parts) for name in SHARES}
    yield sum(sums.values())
    yield from sums.values()
