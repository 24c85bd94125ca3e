"""Columns of Cerema's yearly consumption of land, written as one entry of a contract and generated from years and destinations.

    - years: every           # naf09art10, art09act10... art24inc25
    - years: [2024, 2024]    # first and last

The year of a column is that of its first January: naf11art12 is 2011. dbt_project.yml owns the years and destinations
(`vars.consommation`).
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dagster_project.core.variables import variables


class YearColumns(BaseModel):
    """First and last year of the columns, or every year that is known."""

    model_config = ConfigDict(extra="forbid")

    years: tuple[int, int] | Literal["every"]

    def labels(self) -> Iterator[str]:
        """Labels of each year, in the producer's order."""
        first, last = variables()["consommation"]["annees"] if self.years == "every" else self.years
        for year in range(first, last + 1):
            yield from labels_of(year, year + 1)


def labels_of(start: int, end: int) -> Iterator[str]:
    """Labels of what was consumed from the first January of a year to that of another, a destination each."""
    for destination in variables()["consommation"]["destinations"]:
        yield destination["cerema"].format(a=f"{start % 100:02d}", b=f"{end % 100:02d}")
