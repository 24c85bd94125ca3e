"""The one list of figures that people are shown of a territory: map, cards of its page, workbooks, GIS layers.

A figure is a presentation column of a published table. Its unit is what the contract of the table says (`Release.unit`), its
decimals those of its column (`figures.decimals`): neither is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dagster_project.products.facts import Territory

WORDS = {"consommation": "consommation", "recolte": "récolte"}  # of the wood approaches
DEFAULT_APPROACH = "consommation"
DEFAULT = 1  # of the map: totals follow the size of territories, a map of ratios is the honest first sight


@dataclass(frozen=True)
class Figure:
    """One figure of every territory: an indicator under one wood approach."""

    title: str
    table: str
    column: str
    rest: tuple[str, ...]
    diverging: bool

    def figure(self, territory: Territory) -> float | None:
        """The figure that is shown, already rounded; None where it is not known."""
        return territory.shown(self.table, self.column, *self.rest)


@dataclass(frozen=True)
class Indicator:
    """What is shown, and where.

    Attributes:
        table, column, nature: where it stands; the wood approach is the end of the key.
        title: in full; `card`, in short, on the page of a territory (None: not there).
        workbook: among the key figures of a territory's workbook, under both approaches.
        mapped: approaches under which the map and the workbook of all territories show it.
        layers: columns of the GIS layers, by approach.
        diverging: zero is its middle.
    """

    table: str
    column: str
    title: str
    card: str | None = None
    nature: str | None = None
    workbook: bool = True
    mapped: tuple[str, ...] = ()
    layers: Mapping[str, str] = field(default_factory=dict)
    diverging: bool = True

    def under(self, approach: str) -> Figure:
        """The figure under one approach, which its title says unless it is the usual one."""
        title = self.title if approach == DEFAULT_APPROACH else f"{self.title}, bois par {WORDS[approach]}"
        rest = (approach,) if self.nature is None else (self.nature, approach)
        return Figure(title, self.table, self.column, rest, self.diverging)


def _usual(column: str) -> dict[str, str]:
    return {DEFAULT_APPROACH: column}


BOTH, USUAL = tuple(WORDS), (DEFAULT_APPROACH,)
INDICATORS = (
    Indicator("bilan_global", "flux_kt_co2e", "Flux net", "Flux net", mapped=USUAL,
              layers={"consommation": "flux_kt_co2e", "recolte": "flux_recolte_kt_co2e"}),
    Indicator("bilan_global", "flux_tco2e_par_ha", "Flux net par hectare", "par hectare", mapped=BOTH,
              layers=_usual("flux_tco2e_par_ha")),
    Indicator("bilan_global", "flux_tco2e_par_habitant", "Flux net par habitant", "par habitant", mapped=USUAL,
              layers=_usual("flux_tco2e_par_habitant")),
    Indicator("bilan_global", "sequestration_kt_co2e", "Séquestration (parts négatives)", "Séquestration",
              layers=_usual("sequestration_kt_co2e")),
    Indicator("bilan_global", "emission_kt_co2e", "Émission (parts positives)", "Émission",
              layers=_usual("emission_kt_co2e")),
    Indicator("bilan_global", "flux_kt_c", "Flux net en carbone (sans N2O)"),
    Indicator("flux_par_nature", "flux_kt_co2e", "Accroissement des forêts", nature="accroissement_biologique",
              workbook=False, mapped=USUAL, layers=_usual("accroissement_kt_co2e")),
    Indicator("flux_par_nature", "flux_kt_co2e", "Changements d'usage des sols", nature="changement_usage_sol",
              workbook=False, mapped=USUAL, layers=_usual("changement_usage_kt_co2e")),
    Indicator("flux_par_nature", "flux_kt_co2e", "Produits bois", nature="produits_bois",
              workbook=False, mapped=USUAL, layers=_usual("produits_bois_kt_co2e")),
    Indicator("bilan_stocks", "stock_terres_kt_c", "Stock de carbone des terres", "Stock des terres", mapped=USUAL,
              layers=_usual("stock_terres_kt_c"), diverging=False),
    Indicator("bilan_stocks", "surface_decrite_ha", "Surface décrite par ALDO", diverging=False),
    Indicator("bilan_stocks", "stock_terres_tc_par_ha", "Stock des terres par hectare décrit", "par hectare décrit",
              mapped=USUAL, layers=_usual("stock_terres_tc_par_ha"), diverging=False),
    Indicator("bilan_stocks", "stock_produits_bois_kt_c", "Stock des produits bois", diverging=False),
)  # fmt: skip
MAPPED = tuple(one.under(approach) for one in INDICATORS for approach in one.mapped)
LAYERS = {column: one.under(approach) for one in INDICATORS for approach, column in one.layers.items()}
CARDS = tuple(one for one in INDICATORS if one.card)
KEY_FIGURES = tuple(one for one in INDICATORS if one.workbook)
