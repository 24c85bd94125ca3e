"""The State's regional levers for 2030, in physical units alone: working data that no release holds.

The file (MTES-MCT, planification-territoires) is marked "beta, do not circulate"; its CO2 figures are avoided emissions,
which have no home here. A lever in a physical unit is its start in 2019 and what its CO2 stands for in that unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.core.user_csv import rows

FILE = Path("observatoires") / "sgpe" / "leviers_regionaux_2030_terres.csv"
HEADER = ("regionName", "regionEnabled", "id", "leverName", "sector", "group", "objCO2", "unitCO2", "unitPhys", "startPoint2019",
          "ratioCO2toPhys", "relative", "showTarget", "noTranslation")  # fmt: skip
FICTITIOUS = "Région exemple"  # a copy of another region, left among the thirteen
NAMES = {"PACA": "Provence-Alpes-Côte d'Azur"}  # the producer's name: Insee's


@dataclass(frozen=True)
class Lever:
    """One lever of a region.

    Attributes:
        start: in 2019, in `unit`; None for what is counted from zero, as an addition.
        aim: in 2030, in `unit`: a level, or an addition where there is no start.
    """

    region: str
    name: str
    start: float | None
    aim: float
    unit: str


def levers(copy: Path, region: str | None = None) -> list[Lever]:
    """Levers that have a physical unit, of all regions or of one by its Insee name.

    Args:
        copy: of the portals, as FLUX_MIRROR names it.
        region: name of a region.

    Raises:
        SourceError: no file, another layout, a cell that is no number, a region that it does not know.
    """
    every = list(_read(copy / FILE))
    if region and region not in {lever.region for lever in every}:
        known = ", ".join(sorted({lever.region for lever in every}))
        raise SourceError(FILE.name, f"no region is called {region!r}", f"Choose one of: {known}")
    return [lever for lever in every if region in (None, lever.region)]


def _read(path: Path) -> Iterator[Lever]:
    for line, row in rows(path, HEADER, "FLUX_MIRROR"):
        if row["regionName"] == FICTITIOUS or not row["unitPhys"]:
            continue
        try:
            carbon, ratio, start = (float(row[name]) for name in ("objCO2", "ratioCO2toPhys", "startPoint2019"))
        except ValueError as error:
            raise SourceError(
                path.name, str(error), "Take the file from its repository again", where=f"line {line}"
            ) from None
        level = row["relative"] == "True"
        yield Lever(
            NAMES.get(row["regionName"], row["regionName"]),
            row["leverName"],
            start if level else None,
            start * level + carbon * ratio,
            row["unitPhys"],
        )
