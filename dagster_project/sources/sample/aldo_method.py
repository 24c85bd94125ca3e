"""ALDO's method for one pedoclimatic zone (4_3) and one inter-region, as the demonstration files apply it: what a hectare gives.

Written apart from the dbt models on purpose: their recomputation of the demonstration is a second opinion on the method.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

COEFFICIENTS = yaml.safe_load(Path(__file__).with_name("aldo_method.yml").read_text("utf-8"))
DENSITY, FOREST, FRANCE = (COEFFICIENTS[name] for name in ("density", "forest", "france"))
ZONE, REGION = "4_3", "ARA"
C_TO_CO2 = 44 / 12
LITTER = 9  # tC/ha
DEADWOOD = 4  # tC/ha, invented
# GWP of N2O times the nitrogen lost with a tonne of carbone (C/N = 15) that becomes N2O, directly and after leaching.
N2O_PER_TC = 273 * (0.01 * 44 / 25 + 0.3 * 0.0075 * 44 / 28) / 15
SEALED, GRASSED, WOODED = (
    f"sols artificiels {kind}" for kind in ("imperméabilisés", "arbustifs", "arborés et buissonants")
)
SEALED_SHARE = 0.8
RESERVOIRS = ("sol", "biomasse", "litiere")
LETTER = {"cultures": "C", "zones humides": "W", "vergers": "O", "vignes": "V", SEALED: "I", GRASSED: "G", WOODED: "A"}


def unit_fluxes(before: str, after: str) -> dict[str, float]:
    """Unit fluxes (tCO2e/ha, whole effect, positive = sequestration) by reservoir; a reservoir that ALDO leaves out is absent."""
    a, b = _letter(before), _letter(after)
    results: dict[str, float] = {}
    if a != b:
        results["sol"] = _soil(a, b) * C_TO_CO2
    if b != "F":
        biomass = float(DENSITY[after][1] - DENSITY[before][1])
        if (before, after) == ("prairies zones arborées", "zones humides"):
            biomass = -57  # ALDO's own figure, the same in every inter-region
        if biomass and (before, after) not in ((GRASSED, SEALED), (GRASSED, WOODED)):
            results["biomasse"] = biomass * C_TO_CO2
    if (before, after) == (GRASSED, WOODED):
        results["biomasse"] = 57 * C_TO_CO2
    if a == "F" and b != "A":
        results["litiere"] = -LITTER * C_TO_CO2
    if a not in "FAI" and b in "FA":
        results["litiere"] = LITTER * C_TO_CO2
    return results


def n2o(unit: Mapping[str, float]) -> float:
    """N2O (tCO2e/ha) that comes with carbon lost by soil and litter together, as ALDO converts it; 0 where they gain."""
    lost = unit.get("sol", 0) + unit.get("litiere", 0)
    return N2O_PER_TC * lost / C_TO_CO2 if lost < 0 else 0


def harvested_m3(kind: str, area: float) -> float:
    """Theoretical harvest of one composition: stems and branches, losses deducted."""
    stems = float(FOREST[kind][2]) * area
    return 0.9 * stems + 0.5 * stems * (float(COEFFICIENTS["expansion"][kind]) - 1)


def standing_area(use: str, area: Mapping[str, float]) -> float:
    """Area that a stock stands on: four fifths of artificial land is sealed at most, trees come out of the last fifth first."""
    sealed = min(area[SEALED], SEALED_SHARE * (area[SEALED] + area[WOODED]))
    return {SEALED: sealed, GRASSED: area[SEALED] - sealed}.get(use, area[use])


def _letter(use: str) -> str:
    return LETTER.get(use) or {"p": "P", "f": "F"}[use[0]]


def _soil(a: str, b: str) -> float:
    """Soil flux (tC/ha, whole effect): some land uses borrow the soil of another."""
    slow, fast, is_fast = COEFFICIENTS["slow"], COEFFICIENTS["fast"], b in "WIGA" or a == "W"
    if a == "W" and b in "OVIGA":
        borrowed = {"O": "WC", "V": "WC", "I": "WC", "G": "WP", "A": "WF"}[b]
        return float(fast[borrowed] + (fast["CI"] if b == "I" else 0))
    a = {"I": "C", "G": "P", "A": "F"}.get(a, a)
    if a in "OV" and b in "WIGA":
        a = "C"
    if a == b or a + b in ("CO", "CV", "OC", "VC", "OV", "VO", "PG", "FA"):
        return 0
    return float(fast[a + b] if is_fast else 20 * slow[a + b])
