"""What puts the figures of a territory in context: how sure, among whom, beside what the State says, what sealing costs."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dagster_project.core.sql import queries
from dagster_project.products.facts import Row
from dagster_project.products.place_rows import Place, fill
from dagster_project.settings import DBT_PROJECT_DIR

SQL = queries(Path(__file__).with_name("context.sql"))
GRADES, PEERS, COMPARISONS = "qualite_reference", "comparaison_territoires", "rapprochement_national"  # tables
CONSUMPTION, COSTS = "consommation_espaces", "cout_carbone_artificialisation"


@dataclass
class Context:
    """The context of one territory, by rows of the tables above.

    Attributes:
        grades: classes that hold some of its gross flux, wood products by harvest.
        peers: of an EPCI, indicators among its peers, departement, region and France.
        comparisons: of a region or France, beside other sources.
        consumption: land consumed, a row a year.
        costs: of an EPCI, what sealing that land costs, a row a year.
    """

    grades: list[Row] = field(default_factory=list)
    peers: list[Row] = field(default_factory=list)
    comparisons: list[Row] = field(default_factory=list)
    consumption: list[Row] = field(default_factory=list)
    costs: list[Row] = field(default_factory=list)

    def by_grade(self) -> list[Row]:
        """The first row of each grade, which says the share of the whole grade."""
        first: dict[str, Row] = {}
        for row in self.grades:
            first.setdefault(row["grade"], row)
        return list(first.values())

    @property
    def graded(self) -> bool:
        """Whether references were graded at all: not without the IGN's table."""
        return all(row["cause"] != "reference_absente" for row in self.grades)

    def cost(self, year: int) -> Row | None:
        """What sealing cost in a year."""
        return next((row for row in self.costs if row["annee"] == year), None)


def load(folder: Path, places: Collection[Place]) -> Mapping[Place, Context]:
    """The context of some territories of a release, read from its own database.

    Args:
        folder: that holds carbone.duckdb.
        places: maille and code of each.
    """
    return fill(folder, {place: Context() for place in places}, SQL)


@cache
def classes() -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    """Words and meaning of each class of grades, by nature, grade and cause."""
    with (DBT_PROJECT_DIR / "seeds" / "qualite" / "qualite_grades.csv").open(encoding="utf-8", newline="") as file:
        return {(row["nature"], row["grade"], row["cause"]): row for row in csv.DictReader(file)}


def words(row: Row) -> Mapping[str, str]:
    """Words and meaning of the class of a row of grades."""
    return classes()[row["nature"], row["grade"], row["cause"]]
