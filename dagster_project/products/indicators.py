"""The one list of figures that people are shown of a territory (indicators.yml): map, workbooks, GIS layers.

A figure is a presentation column of a published table. Its unit is what the contract of the table says (`Release.unit`), its
decimals those of its column (`figures.decimals`): neither is written here.
"""

from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dagster_project.core.entries import entries
from dagster_project.core.errors import FluxError
from dagster_project.products.facts import Territory
from dagster_project.products.figures import PREFIX

FILE = Path(__file__).with_name("indicators.yml")
WORDS = {
    "recolte": "récolte",
    "consommation": "consommation",
}  # of the wood approaches: first what the land of a territory does


class IndicatorError(FluxError):
    """An indicator that cannot be shown; the message names the file and the entry."""


class Figure(BaseModel):
    """One figure of every territory: an indicator under one wood approach, which ends its key; `wood` says it where it counts."""

    title: str
    table: str
    column: str
    rest: tuple[str, ...]
    diverging: bool
    wood: str | None

    def head(self, unit: str) -> str:
        """What heads its figures: title, unit, and the wood approach where wood counts."""
        wood = f", bois : {self.wood}" if self.wood else ""
        return f"{self.title.partition(', bois')[0]} ({unit}{wood})"

    @property
    def code(self) -> str:
        """Its name in addresses: the column and the rest of the key."""
        return "-".join((self.column, *self.rest))

    @property
    def is_ratio(self) -> bool:
        """Whether it may be a colour of the territory: quantities follow its size, and are circles."""
        return "_par_" in self.column

    def figure(self, territory: Territory) -> float | None:
        """The figure that is shown, already rounded; None where it is not known."""
        return territory.shown(self.table, self.column, *self.rest)


class Indicator(BaseModel):
    """What is shown, and where (see indicators.yml); zero is the middle of a diverging one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    title: str
    nature: str | None = None
    workbook: bool = False
    map: tuple[str, ...] = ()
    layers: dict[str, str] = {}
    diverging: bool = True
    wood: bool = True

    def under(self, approach: str) -> Figure:
        """The figure under one wood approach, which its title says unless it is the first."""
        rest = (approach,) if self.nature is None else (self.nature, approach)
        title = (
            self.title
            if approach == next(iter(WORDS)) or not self.wood
            else f"{self.title}, bois par la {WORDS[approach]}"
        )
        return Figure(title=title, table=self.table, column=self.column, rest=rest, diverging=self.diverging,
                      wood=WORDS[approach] if self.wood else None)  # fmt: skip


def refuse_unknown(columns: Collection[tuple[str, str]]) -> None:
    """Raise IndicatorError for a figure that no published table shows, of all (table, column)."""
    for place, indicator in enumerate(INDICATORS, start=1):
        if (indicator.table, PREFIX + indicator.column) not in columns:
            problem = f"{indicator.table} has no column {PREFIX}{indicator.column}, which is what is shown of {indicator.column}"
            raise IndicatorError(f"{FILE.name}, entry {place}: {problem}")


INDICATORS = tuple(entries(FILE, Indicator, IndicatorError))
MAPPED = tuple(indicator.under(approach) for indicator in INDICATORS for approach in indicator.map)
LAYERS = {
    column: indicator.under(approach) for indicator in INDICATORS for approach, column in indicator.layers.items()
}
KEY_FIGURES = tuple(indicator for indicator in INDICATORS if indicator.workbook)
