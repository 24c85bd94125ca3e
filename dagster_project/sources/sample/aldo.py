"""Demonstration ALDO files in the producer's layout and sign: invented areas, times what aldo_method gives a hectare.

Positive = sequestration. Each row keeps ALDO's own identities: the total is the sum of the pairs, of the four forest growths
and of the wood products under the `recolte` approach; the stock is the sum of its land uses, hedges and harvested wood.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.sources.registry import Source
from dagster_project.sources.sample import aldo_method as method
from dagster_project.sources.sample import forest_zones
from dagster_project.sources.sample.aldo_method import C_TO_CO2, COEFFICIENTS, DENSITY, FOREST, FRANCE, RESERVOIRS
from dagster_project.sources.sample.geographic_code import World, population, save, surface_ha, table

FILES = ("aldo_flux_total", "aldo_flux_unitaire", "aldo_accroissement_forets", "aldo_stocks")
HEDGED, SHARE = COEFFICIENTS["hedged"], COEFFICIENTS["share"]
Row = dict[str, Any]  # a commune of a file, by label
HEDGE_TC_PER_KM = 101.3
WOODLESS = "2B353"  # one commune without forest: its harvest is empty, not zero


def write(world: World, registry: Mapping[str, Source], folder: Path) -> None:
    """Write the four files below `folder`, one row per metropolitan commune of ALDO's list."""
    codes = sorted(code for code in world.aldo if not code.startswith("97"))
    forest_zones.write(codes, folder)
    random.Random("order").shuffle(codes)  # ALDO's rows are not sorted either  # noqa: S311
    rows: dict[str, list[Row]] = {name: [] for name in FILES}
    for code in codes:
        name, siren = world.aldo[code]
        describe = dict(zip(registry["aldo_flux_total"].columns, (
            code, name, siren, world.departement(code), world.region(code), method.ZONE, "CENTRE-EST", *forest_zones.group(code),
            method.REGION, forest_zones.BASIN, str(population(code)),
        ), strict=False))  # fmt: skip
        forest = _forest(code)
        pairs, units = _changes(code, registry["aldo_flux_total"], registry["aldo_flux_unitaire"])
        total = sum(value for label, value in pairs.items() if label.endswith("_tCO2e_an-1") and value != "")
        total += sum(forest[f"{kind}_flux_tCO2e_an-1"] for kind in FOREST) + (
            forest["total_recolte_flux_tCO2e_an-1"] or 0
        )
        rows["aldo_flux_total"].append({**describe, "flux_tCO2e_an-1": total, **pairs})
        rows["aldo_flux_unitaire"].append({**describe, **units})
        rows["aldo_accroissement_forets"].append({**describe, **forest})
        rows["aldo_stocks"].append({**describe, "insee": code.lstrip("0"), **_stocks(code, forest)})
    for source_id, records in rows.items():
        source = registry[source_id]
        portal = source_id == "aldo_flux_total"  # exported by the portal: quoted, empty columns dropped
        labels = [
            label
            for label in source.columns
            if not (portal and label in source.optional and all(record.get(label, "") == "" for record in records))
        ]
        body = table([labels, *([record.get(label, "") for label in labels] for record in records)], quote=portal)
        save(folder / source.copy_of(source.newest).path, body)


def _changes(code: str, total: Source, unitary: Source) -> tuple[Row, Row]:
    """Areas (ha/yr) and fluxes (tCO2e/yr) of every pair, and the unit fluxes (tCO2e/ha) that the third file publishes."""
    draw = random.Random(f"changes {code}")  # noqa: S311
    pairs: Row = {}
    units: Row = {}
    for before in DENSITY:
        for after in DENSITY:
            area_label, flux_label = f"{before}_vers_{after}_surface_ha_an-1", f"{before}_vers_{after}_tCO2e_an-1"
            if area_label not in total.columns:
                continue
            estimated = flux_label not in total.optional
            area = round(draw.uniform(0.02, 0.8), 2) if estimated and draw.random() < 0.2 else 0
            unit = method.unit_fluxes(before, after)
            forests = [use.startswith("forêt") for use in (before, after)]
            flux = area * (sum(unit.values()) + method.n2o(unit))
            pairs[area_label] = area
            pairs[flux_label] = flux if area else ("" if not estimated or forests[0] else 0)
            for reservoir in RESERVOIRS:
                label = f"{before}_vers_{after}_{reservoir}_tCO2e_ha-1"
                if label in unitary.columns and label not in unitary.optional:
                    units[label] = unit.get(reservoir, "")
    return _share_sealed(pairs), units


def _share_sealed(pairs: Row) -> Row:
    """Share what artificial soils take between their kinds; what they give back is counted whole for both, as ALDO does."""
    for use in DENSITY:
        taken, given = ({kind: f"{use}_vers_{kind}" for kind in (method.SEALED, method.GRASSED, method.WOODED)},
                        {kind: f"{kind}_vers_{use}" for kind in (method.SEALED, method.GRASSED)})  # fmt: skip
        if use in (method.SEALED, method.GRASSED):
            continue
        area = {kind: pairs.get(f"{pair}_surface_ha_an-1") or 0 for kind, pair in taken.items()}
        sealed = method.standing_area(method.SEALED, area)
        _set(pairs, taken[method.SEALED], sealed)
        _set(pairs, taken[method.GRASSED], area[method.SEALED] - sealed)
        if f"{given[method.GRASSED]}_surface_ha_an-1" in pairs and use != method.WOODED:
            _set(pairs, given[method.GRASSED], pairs[f"{given[method.SEALED]}_surface_ha_an-1"])
    return pairs


def _set(pairs: Row, pair: str, area: float) -> None:
    """Give a pair an area, and the flux of that area where the file has one."""
    before, _, after = pair.partition("_vers_")
    unit = method.unit_fluxes(before, after)
    flux = area * (sum(unit.values()) + method.n2o(unit))
    pairs[f"{pair}_surface_ha_an-1"] = area
    if pairs[f"{pair}_tCO2e_an-1"] != "" or flux:
        pairs[f"{pair}_tCO2e_an-1"] = flux


def _forest(code: str) -> Row:
    """Areas, growth, harvest and fluxes of the four compositions, and wood products under both approaches."""
    draw = random.Random(f"forest {code}")  # noqa: S311
    wooded = code != WOODLESS
    out: Row = {}
    for rank, (kind, (growth, mortality, harvest, factor)) in enumerate(FOREST.items()):
        area = round(surface_ha(code) * draw.uniform(0.01, 0.12) * (rank != 3 or draw.random() < 0.2), 1) * wooded
        balance = growth - mortality - harvest
        unit = forest_zones.carbon_tc_ha(code, kind) * C_TO_CO2
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
    for approach in ("recolte", "consommation"):
        ratios = _wood(code, out)[approach]
        parts = {use: FRANCE["flux"][use] * ratio for use, ratio in ratios.items()}
        out |= {f"{use}_{approach}_flux_tCO2e_an-1": value for use, value in parts.items()}
        out[f"total_{approach}_flux_tCO2e_an-1"] = sum(parts.values()) if any(ratios.values()) else ""
    return out


def _wood(code: str, forest: Row) -> dict[str, dict[str, float]]:
    """The part of France by approach and use: local harvest over the national one, population over the national one."""
    harvest = sum(method.harvested_m3(kind, forest[f"{kind}_surface_ha"]) for kind in FOREST)
    return {
        "recolte": {
            use: harvest * share / FRANCE["recolte"][use] for use, share in COEFFICIENTS["harvest_share"].items()
        },
        "consommation": dict.fromkeys(COEFFICIENTS["harvest_share"], population(code) / FRANCE["population"]),
    }


def _stocks(code: str, forest: Row) -> Row:
    """Areas, densities and stocks by land use, hedges and wood products."""
    draw = random.Random(f"stocks {code}")  # noqa: S311
    area = {use: round(surface_ha(code) * share * draw.uniform(0.5, 1.5), 1) for use, share in SHARE.items()}
    area[method.GRASSED] = area[method.SEALED]  # both carry the same gross area
    area |= {kind: forest[f"{kind}_surface_ha"] for kind in FOREST}
    out: Row = {}
    stock = 0.0
    for use, densities in DENSITY.items():
        living = "biomasse_vivante" if use in FOREST else "biomasse"
        dead = (method.DEADWOOD,) if use in FOREST else ()
        named = dict(zip(("sol", living, *(["biomasse_morte"] * len(dead)), "litiere"),
                         (densities[0], densities[1] - sum(dead), *dead, densities[2]), strict=True))  # fmt: skip
        if use not in FOREST:
            del named["litiere"]
        out[f"{use}_surface_ha"] = area[use]
        out |= {f"{use}_{reservoir}_stock_de_reference_tC_ha-1": density for reservoir, density in named.items()}
        total = method.standing_area(use, area) * sum(named.values())
        out[f"{use}_stock_total_tC"] = total
        stock += total
    hedges = {use: round(draw.uniform(0, 20), 3) for use in HEDGED}
    out |= {f"{use}_haies_km": length for use, length in hedges.items()}
    out["haies_biomasse_stock_de_reference_tC_ha-1"] = HEDGE_TC_PER_KM
    out["haies_stock_total_tC"] = HEDGE_TC_PER_KM * sum(hedges.values())
    ratios = _wood(code, forest)
    for approach, uses in ratios.items():
        parts = {use: FRANCE["stock"][use] * ratio for use, ratio in uses.items()}
        out |= {f"{use}_{approach}_total_tC": value for use, value in parts.items()}
        out[f"produit_bois_{approach}_total_tC"] = sum(parts.values())
    for use, ratio in ratios["recolte"].items():
        out[f"{use}_recolte_locale_m3_an-1"] = ratio * FRANCE["recolte"][use]
        out[f"{use}_ratio_recolte_France"] = ratio
    out["ratio_population_France"] = ratios["consommation"]["bo"]
    out["stock_tC"] = stock + out["haies_stock_total_tC"] + out["produit_bois_recolte_total_tC"]
    return out
