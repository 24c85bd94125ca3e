"""Demonstration ALDO files: invented areas times invented densities, in the producer's layout and sign.

Positive = sequestration. Each row keeps ALDO's own identity: the total is the sum of the pairs, of the four
forest growths and of the wood products under the `recolte` approach.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from dagster_project.sources.registry import Source
from dagster_project.sources.sample.geography import World, population, save, surface_ha, table

C_TO_CO2 = 44 / 12
# Invented densities in tC/ha, of the right order: (soil, biomass, litter).
DENSITY = {
    "cultures": (52, 0, 0),
    "prairies zones arborées": (80, 57, 0),
    "prairies zones herbacées": (80, 0, 0),
    "prairies zones arbustives": (80, 7, 0),
    "zones humides": (125, 0, 0),
    "vergers": (46, 16, 0),
    "vignes": (39, 5, 0),
    "sols artificiels arbustifs": (52, 7, 0),
    "sols artificiels imperméabilisés": (30, 0, 0),
    "sols artificiels arborés et buissonants": (70, 57, 0),
    "forêt mixte": (81, 60, 9),
    "forêt feuillu": (81, 62, 9),
    "forêt conifere": (81, 55, 9),
    "forêt peupleraie": (81, 50, 9),
}
RESERVOIRS = ("sol", "biomasse", "litiere")
# Growth, mortality, harvest (m3/ha/yr) and tC per m3, by composition.
FOREST = {
    "forêt mixte": (5.6, 0.6, 2.9, 0.45),
    "forêt feuillu": (5.2, 0.5, 2.1, 0.52),
    "forêt conifere": (8.4, 1.0, 5.9, 0.38),
    "forêt peupleraie": (10.1, 0.4, 7.2, 0.37),
}
PER_CAPITA = {"bo": 0.0143, "bi": 0.0069}  # tCO2e per inhabitant and year, consumption approach
PER_M3 = {"bo": 0.028, "bi": 0.013}  # tCO2e per harvested m3, harvest approach
DESCRIPTION = ("4_3", "CENTRE-EST", "C5", "C", "DEMO", "Sud")


def write(world: World, registry: Mapping[str, Source], folder: Path) -> None:
    """Write the three flux files below `folder`, one row per metropolitan commune of ALDO's list."""
    codes = sorted(code for code in world.aldo if not code.startswith("97"))
    random.Random("order").shuffle(codes)  # ALDO's rows are not sorted either  # noqa: S311
    rows = {"aldo_flux_total": [], "aldo_flux_unitaire": [], "aldo_accroissement_forets": []}
    for code in codes:
        name, siren = world.aldo[code]
        describe = dict(zip(registry["aldo_flux_total"].columns, (
            code, name, siren, world.departement(code), world.region(code), *DESCRIPTION, str(population(code)),
        ), strict=False))  # fmt: skip
        forest = _forest(code)
        pairs, units = _changes(code, registry["aldo_flux_total"])
        total = sum(value for label, value in pairs.items() if label.endswith("_tCO2e_an-1") and value != "")
        total += sum(forest[f"{kind}_flux_tCO2e_an-1"] for kind in FOREST) + (
            forest["total_recolte_flux_tCO2e_an-1"] or 0
        )
        rows["aldo_flux_total"].append({**describe, "flux_tCO2e_an-1": total, **pairs})
        rows["aldo_flux_unitaire"].append({**describe, **units})
        rows["aldo_accroissement_forets"].append({**describe, **forest})
    for source_id, records in rows.items():
        source = registry[source_id]
        portal = source_id == "aldo_flux_total"  # exported by the portal: quoted, empty columns dropped
        labels = [
            label
            for label in source.columns
            if not (portal and label in source.optional and all(record.get(label, "") == "" for record in records))
        ]
        body = table([labels, *([record.get(label, "") for label in labels] for record in records)], quote=portal)
        save(folder / source.editions[source.newest].mirror.path, body)


def _changes(code: str, source: Source) -> tuple[dict, dict]:
    """Areas (ha/yr) and fluxes (tCO2e/yr) of every pair, and unit fluxes (tCO2e/ha) by pair and reservoir."""
    draw = random.Random(f"changes {code}")  # noqa: S311
    pairs: dict[str, object] = {}
    units: dict[str, object] = {}
    for before in DENSITY:
        for after in DENSITY:
            area_label, flux_label = f"{before}_vers_{after}_surface_ha_an-1", f"{before}_vers_{after}_tCO2e_an-1"
            if area_label not in source.columns:
                continue
            estimated = flux_label not in source.optional
            area = round(draw.uniform(0.02, 0.8), 2) if estimated and draw.random() < 0.2 else 0
            unit = [(b - a) * C_TO_CO2 for a, b in zip(DENSITY[before], DENSITY[after], strict=True)]
            forests = [use.startswith("forêt") for use in (before, after)]
            pairs[area_label] = area
            pairs[flux_label] = area * sum(unit) if area else ("" if not estimated or forests[0] else 0)
            for reservoir, value in zip(RESERVOIRS, unit, strict=True):
                units[f"{before}_vers_{after}_{reservoir}_tCO2e_ha-1"] = value
    return pairs, units


def _forest(code: str) -> dict:
    """Areas, growth, harvest and fluxes of the four compositions, and wood products under both approaches."""
    draw = random.Random(f"forest {code}")  # noqa: S311
    wooded = code != "2B353"  # one commune without forest: its harvest is empty, not zero
    out: dict[str, object] = {}
    harvested = 0.0
    for rank, (kind, (growth, mortality, harvest, factor)) in enumerate(FOREST.items()):
        area = round(surface_ha(code) * draw.uniform(0.01, 0.12) * (rank != 3 or draw.random() < 0.2), 1) * wooded
        balance = (growth - mortality - harvest) * draw.uniform(0.8, 1.2)
        unit = balance * factor * C_TO_CO2
        prefix = "aflux" if kind == "forêt peupleraie" else "flux"
        out |= {
            f"{kind}_surface_ha": area,
            f"{kind}_accroissement_biologique_unitaire_m3_BFT_ha-1_an-1": growth,
            f"{kind}_mortalite_biologique_unitaire_m3_BFT_ha-1_an-1": mortality,
            f"{kind}_prelevements_de_bois_unitaire_m3_BFT_ha-1_an-1": harvest,
            f"{kind}_bilan_total_unitaire_m3_BFT_ha-1_an-1": balance,
            f"{kind}_facteur_de_conversion_tC_m3_BFT-1": factor,
            f"{kind}_{prefix}_total_unitaire_tCO2e_ha-1_an-1": unit,
            f"{kind}_flux_tCO2e_an-1": area * unit,
        }
        harvested += area * harvest
    for approach, quantity, factors in (("recolte", harvested, PER_M3), ("consommation", population(code), PER_CAPITA)):
        parts = {use: quantity * factor for use, factor in factors.items()}
        out |= {f"{use}_{approach}_flux_tCO2e_an-1": value for use, value in parts.items()}
        out[f"total_{approach}_flux_tCO2e_an-1"] = sum(parts.values()) if quantity else ""
    return out
