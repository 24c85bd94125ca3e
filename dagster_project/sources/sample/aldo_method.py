"""ALDO's method for one pedoclimatic zone (4_3) and one inter-region, as the demonstration files apply it: what a hectare gives.

Coefficients are ALDO's own facts (see the seeds of dbt_project, which hold them for every zone); areas and forests are invented.
Written apart from the dbt models on purpose: their recomputation of the demonstration is a second opinion on the method.
"""

from __future__ import annotations

from collections.abc import Mapping

ZONE, REGION = "4_3", "ARA"
C_TO_CO2 = 44 / 12
LITTER = 9  # tC/ha
DEADWOOD = 4  # tC/ha, invented
# GWP of N2O times the nitrogen lost with a tonne of carbone (C/N = 15) that becomes N2O, directly and after leaching.
N2O_PER_TC = 273 * (0.01 * 44 / 25 + 0.3 * 0.0075 * 44 / 28) / 15
SEALED, GRASSED, WOODED = (
    "sols artificiels imperméabilisés",
    "sols artificiels arbustifs",
    "sols artificiels arborés et buissonants",
)
SEALED_SHARE = 0.8
RESERVOIRS = ("sol", "biomasse", "litiere")
# tC/ha: soil, litter and biomass are ALDO's in this zone; the biomass of forests (deadwood included) is invented.
DENSITY = {
    "cultures": (54, 0, 0),
    "prairies zones arborées": (87, 57, 0),
    "prairies zones herbacées": (87, 0, 0),
    "prairies zones arbustives": (87, 7, 0),
    "zones humides": (125, 0, 0),
    "vergers": (46, 16, 0),
    "vignes": (39, 5, 0),
    GRASSED: (87, 7, 0),
    SEALED: (30, 0, 0),
    WOODED: (81, 57, 0),
    "forêt mixte": (81, 64, LITTER),
    "forêt feuillu": (81, 66, LITTER),
    "forêt conifere": (81, 59, LITTER),
    "forêt peupleraie": (81, 54, LITTER),
}
# Growth, mortality, harvest (m3/ha/yr) and tC per m3, by composition: invented.
FOREST = {
    "forêt mixte": (5.6, 0.6, 2.9, 0.45),
    "forêt feuillu": (5.2, 0.5, 2.1, 0.52),
    "forêt conifere": (8.4, 1.0, 5.9, 0.38),
    "forêt peupleraie": (10.1, 0.4, 7.2, 0.37),
}
EXPANSION = {"forêt mixte": 1.37, "forêt feuillu": 1.44, "forêt conifere": 1.3, "forêt peupleraie": 1.3}
HARVEST_SHARE = {"bo": 0.441982128170333, "bi": 0.0670173892767572}  # ARA
FRANCE = {
    ("flux", "bo"): 918160.6252,
    ("flux", "bi"): 441532.8296,
    ("stock", "bo"): 33741446.79,
    ("stock", "bi"): 58436577.05,
    ("recolte", "bo"): 19253833.33,
    ("recolte", "bi"): 10472666.67,
    ("population", ""): 64299705,
}
# Soil fluxes of zone 4_3: tC/ha a year over 20 years, or once where an end is wet or artificial.
SLOW = {"CF": 0.40, "FC": -0.68, "CP": 0.65, "PC": -1.25, "PF": -0.12, "FP": 0.12, "PO": -1.56, "OP": 0.80,
        "FO": -0.88, "OF": 0.51, "PV": -1.82, "VP": 0.94, "FV": -1.05, "VF": 0.62}  # fmt: skip
FAST = {"CW": 71, "WC": -71, "PW": 38, "WP": -38, "FW": 44, "WF": -44, "FI": -51, "PI": -57, "CI": -24, "FG": 6,
        "CG": 33, "PA": -0.12, "CA": 27}  # fmt: skip
LETTER = {"cultures": "C", "zones humides": "W", "vergers": "O", "vignes": "V", SEALED: "I", GRASSED: "G", WOODED: "A"}


def unit_fluxes(before: str, after: str) -> dict[str, float]:
    """Unit fluxes (tCO2e/ha, whole effect, positive = sequestration) by reservoir; a reservoir that ALDO leaves out is absent."""
    a, b = _letter(before), _letter(after)
    found: dict[str, float] = {}
    if a != b:
        found["sol"] = _soil(a, b) * C_TO_CO2
    if b != "F":
        biomass = DENSITY[after][1] - DENSITY[before][1]
        if (before, after) == ("prairies zones arborées", "zones humides"):
            biomass = -57  # ALDO's own figure, the same in every inter-region
        if biomass and (before, after) not in ((GRASSED, SEALED), (GRASSED, WOODED)):
            found["biomasse"] = biomass * C_TO_CO2
    if (before, after) == (GRASSED, WOODED):
        found["biomasse"] = 57 * C_TO_CO2
    if a == "F" and b != "A":
        found["litiere"] = -LITTER * C_TO_CO2
    if a not in "FAI" and b in "FA":
        found["litiere"] = LITTER * C_TO_CO2
    return found


def n2o(unit: Mapping[str, float]) -> float:
    """N2O (tCO2e/ha) that comes with carbon lost by soil and litter together, as ALDO converts it; 0 where they gain."""
    lost = unit.get("sol", 0) + unit.get("litiere", 0)
    return N2O_PER_TC * lost / C_TO_CO2 if lost < 0 else 0


def harvested_m3(kind: str, area: float) -> float:
    """Theoretical harvest of one composition: stems and branches, losses deducted."""
    stems = FOREST[kind][2] * area
    return 0.9 * stems + 0.5 * stems * (EXPANSION[kind] - 1)


def standing_area(use: str, area: Mapping[str, float]) -> float:
    """Area that a stock stands on: four fifths of artificial land is sealed at most, trees come out of the last fifth first."""
    sealed = min(area[SEALED], SEALED_SHARE * (area[SEALED] + area[WOODED]))
    return {SEALED: sealed, GRASSED: area[SEALED] - sealed}.get(use, area[use])


def _letter(use: str) -> str:
    return LETTER.get(use) or {"p": "P", "f": "F"}[use[0]]


def _soil(a: str, b: str) -> float:
    """Soil flux (tC/ha, whole effect): some land uses borrow the soil of another."""
    fast = b in "WIGA" or a == "W"
    if a == "W" and b in "OVIGA":
        borrowed = {"O": "WC", "V": "WC", "I": "WC", "G": "WP", "A": "WF"}[b]
        return FAST[borrowed] + (FAST["CI"] if b == "I" else 0)
    a = {"I": "C", "G": "P", "A": "F"}.get(a, a)
    if a in "OV" and b in "WIGA":
        a = "C"
    if a == b or a + b in ("CO", "CV", "OC", "VC", "OV", "VO", "PG", "FA"):
        return 0
    return FAST[a + b] if fast else 20 * SLOW[a + b]
