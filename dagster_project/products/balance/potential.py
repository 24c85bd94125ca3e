"""What practices could store over 20 years: a potential, apart from every flux and emission, added to none.

Two options, one a hectare: ALDO's fluxes by practice (INRA 2013), or the IPCC's factors of soils under cropland (Refinement 2019,
table 5.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from dagster_project.products.balance.engine import Inputs
from dagster_project.products.balance.form import DEFAULT_ZONE, MOMENTS, SOIL_LEVELS, ZONE
from dagster_project.products.balance.method import CO2_OF_CARBON, YEARS_OF_A_PRACTICE, Method
from dagster_project.products.facts import Territory

CROPLAND = "cultures"
LEVELS = {
    "prairies": "prairies",
    "foret": "forets",
    "artificiels": "sols_artificiels",
}  # of land uses, by their first word
SOIL_HECTARES = "G.ha"


@dataclass(frozen=True)
class Ground:
    """What practices are on, as ALDO describes it: hectares by land use of the first level, t C a hectare of cropland soils."""

    hectares: Mapping[str, float]
    cropland_stock: float | None


@dataclass(frozen=True)
class SoilOption:
    """The IPCC's option: factors before and after (tillage x inputs), t CO2e a year, negative where soils store."""

    before: float | None
    after: float | None
    potential: float | None


def ground(territory: Territory) -> Ground:
    """The ground of a territory."""
    hectares: dict[str, float] = {}
    for (use,), row in territory.rows["stocks_par_occupation"].items():
        level = LEVELS.get(str(use).split("_")[0], str(use))
        hectares[level] = hectares.get(level, 0.0) + (row["surface_ha"] or 0.0)
    stock = territory.row("stocks_par_occupation", CROPLAND)
    known = stock if stock and stock["surface_ha"] else None
    return Ground(hectares, 1000 * known["stock_kt_c"] / known["surface_ha"] if known else None)


def by_practice(method: Method, inputs: Inputs) -> dict[str, tuple[float, float]]:
    """Soil and biomass of each practice that was typed, t CO2e a year, negative where they store."""
    typed = {code: inputs.value(f"P.{code}.ha") for code in method.practices}
    return {
        code: (0 - hectares * soil * CO2_OF_CARBON, 0 - hectares * biomass * CO2_OF_CARBON)
        for code, (_, _, soil, biomass) in method.practices.items()
        if (hectares := typed[code]) is not None
    }


def soil_option(method: Method, inputs: Inputs, stock: float | None) -> SoilOption:
    """-ha x stock x (after / before - 1) / 20 x 44/12, as far as what it is made of was typed."""
    before, after = (_factor(method, inputs, moment) for moment in MOMENTS)
    hectares = inputs.value(SOIL_HECTARES)
    if hectares is None or stock is None or before is None or after is None:
        return SoilOption(before, after, None)
    return SoilOption(before, after, -hectares * stock * (after / before - 1) / YEARS_OF_A_PRACTICE * CO2_OF_CARBON)


def _factor(method: Method, inputs: Inputs, moment: str) -> float | None:
    zone = inputs.choices.get(ZONE, DEFAULT_ZONE)
    chosen = [(factor, inputs.choices.get(f"G.{moment}_{kind}")) for kind, factor in SOIL_LEVELS.items()]
    factors = [method.soil[factor, level, zone] for factor, level in chosen if level is not None]
    return prod(factors) if len(factors) == len(chosen) else None


def missing_choices(inputs: Inputs) -> list[str]:
    """Choices of the IPCC's option that its hectares wait for."""
    choices = [f"G.{moment}_{kind}" for moment in MOMENTS for kind in SOIL_LEVELS]
    return [name for name in choices if name not in inputs.choices] if inputs.value(SOIL_HECTARES) else []


def hectares_by_use(method: Method, inputs: Inputs) -> dict[str, dict[str, float]]:
    """Typed hectares by land use and identifier: an option a hectare, hence they cannot exceed what is there, together."""
    results: dict[str, dict[str, float]] = {}
    uses = {f"P.{code}.ha": use for code, (_, use, _, _) in method.practices.items()} | {SOIL_HECTARES: CROPLAND}
    for identifier, use in uses.items():
        if value := inputs.value(identifier):
            results.setdefault(use, {})[identifier] = value
    return results
