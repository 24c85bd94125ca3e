"""The PCAET form of territories as pages, workbooks and exports show it: what there is to file, how it moves, towards what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.core.sql import queries
from dagster_project.products.facts import Row
from dagster_project.products.place_rows import Place, fill

SQL = queries(Path(__file__).with_name("diagnosis.sql"))
LINES, SERIES, TARGETS = "pcaet_diagnostic", "inventaire_tendances", "objectifs"  # tables
FIGURE = "valeur_du_cadre"
SHOWN_TOTALS = ("cae_1.a", "cae_2.a")  # greenhouse gases and energy: those that are drawn
SEPARATOR = " / "  # between a pollutant and a sector, in the names of lines
ASKED_YEARS = (2030, 2036, 2050)  # of targets, in the form


@dataclass
class Diagnosis:
    """The form of one territory.

    Attributes:
        lines: the 68 rows to file, in its order.
        series: rows of `inventaire_tendances`: greenhouse gases and energy year by year, pollutants in the last definitive year.
        targets: rows of `objectifs`.
    """

    lines: list[Row] = field(default_factory=list)
    series: list[Row] = field(default_factory=list)
    targets: list[Row] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Lines with a figure."""
        return sum(row[FIGURE] is not None for row in self.lines)

    def blocks(self) -> dict[str, list[Row]]:
        """Lines by block, in the order of the form."""
        results: dict[str, list[Row]] = defaultdict(list)
        for row in self.lines:
            results[row["volet"]].append(row)
        return results

    def shown(self, inventories: Iterable[str]) -> list[str]:
        """Of some inventories, those that fill the form, fullest first, else one: a page shows these, a workbook all."""
        filled = Counter(row["inventaire"] for row in self.lines if row[FIGURE] is not None)
        listed = sorted(inventories, key=lambda name: (-filled[name], name))
        return [name for name in listed if filled[name]] or listed[:1]

    def inventories(self) -> list[str]:
        """Inventories with a series."""
        return sorted({row["inventaire"] for row in self.series})

    def yearly(self, inventory: str, line: str) -> list[Row]:
        """Years of a line or total of one inventory, in order."""
        return [row for row in self.series if (row["inventaire"], row["identifiant"]) == (inventory, line)]

    def drawn(self, inventory: str) -> list[list[Row]]:
        """Years of the totals of one inventory that have an index: a definitive year to start from."""
        totals = (self.yearly(inventory, line) for line in SHOWN_TOTALS)
        return [rows for rows in totals if any(row["valeur_base_100"] is not None for row in rows)]

    def sectors(self, inventory: str) -> list[list[Row]]:
        """Years of each sector of greenhouse gases of one inventory."""
        lines = dict.fromkeys(row["identifiant"] for row in self.series if row["volet"] == "emissions_ges")
        series = (self.yearly(inventory, line) for line in lines if line not in SHOWN_TOTALS)
        return [rows for rows in series if rows]

    def last(self, inventory: str) -> list[Row]:
        """The last definitive year of each line and total of one inventory."""
        return [row for row in self.series if row["inventaire"] == inventory and row["derniere_annee_definitive"]]

    def target(self, line: str, year: int) -> Row | None:
        """The target of a line for one year."""
        return next((row for row in self.targets if (row["identifiant"], row["annee"]) == (line, year)), None)


def load(folder: Path, places: Collection[Place]) -> Mapping[Place, Diagnosis]:
    """The form of some territories of a release, read from its own database.

    Args:
        folder: that holds carbone.duckdb.
        places: maille and code of each.
    """
    return fill(folder, {place: Diagnosis() for place in places}, SQL)


def reasons(lines: Collection[Row]) -> Iterator[tuple[str, list[str]]]:
    """Why lines are empty: each reason with the lines that it holds for, a pollutant of which it holds them all by its name."""
    size = Counter(row["ligne"].partition(SEPARATOR)[0] for row in lines)
    results: dict[str, list[str]] = defaultdict(list)
    for row in lines:
        if row["motif"]:
            results[row["motif"]].append(row["ligne"])
    for reason, names in results.items():
        heads = [name.partition(SEPARATOR)[0] for name in names]
        shown = (head if heads.count(head) == size[head] > 1 else name for head, name in zip(heads, names, strict=True))
        yield reason, list(dict.fromkeys(shown))


def sources(lines: Collection[Row]) -> list[str]:
    """Where the figures of some lines come from, with the year or period of each."""
    return list(dict.fromkeys(f"{row['edition']}, {row['periode']}" for row in lines if row[FIGURE] is not None))
