"""The one list of figures that people are shown of a territory (indicators.yml): map, cards of its page, workbooks, GIS layers.

A figure is a presentation column of a published table. Its unit is what the contract of the table says (`Release.unit`), its
decimals those of its column (`figures.decimals`): neither is written here.
"""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from dagster_project.products.facts import Territory

WORDS = {"consommation": "consommation", "recolte": "récolte"}  # of the wood approaches, the usual one first
DEFAULT = 1  # of the map: totals follow the size of territories, a map of ratios is the honest first sight


class Figure(BaseModel):
    """One figure of every territory: an indicator under one wood approach, which ends its key."""

    title: str
    table: str
    column: str
    rest: tuple[str, ...]
    diverging: bool

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
    card: str | None = None
    workbook: bool = False
    map: tuple[str, ...] = ()
    layers: dict[str, str] = {}
    diverging: bool = True

    def under(self, approach: str) -> Figure:
        """The figure under one wood approach, which its title says unless it is the usual one."""
        usual = approach == next(iter(WORDS))
        rest = (approach,) if self.nature is None else (self.nature, approach)
        title = self.title if usual else f"{self.title}, bois par {WORDS[approach]}"
        return Figure(title=title, table=self.table, column=self.column, rest=rest, diverging=self.diverging)


INDICATORS = tuple(
    map(Indicator.model_validate, yaml.safe_load(Path(__file__).with_name("indicators.yml").read_text("utf-8")))
)
MAPPED = tuple(indicator.under(approach) for indicator in INDICATORS for approach in indicator.map)
LAYERS = {
    column: indicator.under(approach) for indicator in INDICATORS for approach, column in indicator.layers.items()
}
CARDS = tuple(indicator for indicator in INDICATORS if indicator.card)
KEY_FIGURES = tuple(indicator for indicator in INDICATORS if indicator.workbook)
