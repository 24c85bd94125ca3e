"""Passage and projection of all of ALDO's communes on each of eight vintages, against a straightforward pandas version of the same rules.

Both start from the same files; ours runs the SQL that dbt compiled, on a copy of the warehouse. Every projected figure is compared.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pandas as pd

from dagster_project.settings import DBT_PROJECT_DIR

VINTAGES = range(2019, 2027)
LIST_DATE = "2018-12-17"
ONCE = ("int_evenements", "int_filiation", "int_composition")  # the same for every target
EACH = ("int_passage_execution", "int_passage_aldo")


def report(mirror: Path, data: Path) -> bool:
    """Print the table; whether both ways agree.

    Args:
        mirror: the copy of the portals.
        data: data folder of a refresh of it.
    """
    copy = data / "bench" / "entrepot.duckdb"  # the same name: views refer to it
    copy.parent.mkdir(exist_ok=True)
    house = duckdb.connect(str(shutil.copyfile(data / "warehouse" / "entrepot.duckdb", copy)))
    house.execute(f"set threads = 2; set file_search_path = '{data / 'raw'}'")
    sql = {name: next((data / "dbt" / "compiled").rglob(f"{name}.sql")).read_text("utf-8") for name in (*ONCE, *EACH)}
    fluxes = house.execute("from intermediate.int_flux_atmosphere").df().set_index("code_commune_aldo")
    fluxes = fluxes[[one for one in fluxes if one.startswith("flux_tco2e__")]].astype(float)
    by_people = [one.startswith("flux_tco2e__bois__consommation") for one in fluxes]
    print(
        f"projection of {len(fluxes)} communes x {fluxes.shape[1]} fluxes: seconds of passage, of projection, rows a second"
    )
    _, shared = timed(lambda: build(house, sql, ONCE))
    print(f"duckdb, once for all vintages and both ways (filiation since 1943): {shared:.2f} s")
    agree, totals = True, np.array([shared, 0.0])
    for year in VINTAGES:
        ours, spent = ours_of(house, sql, list(fluxes), year)
        other, others = pandas_of(mirror, fluxes, by_people, year)
        gap = float((ours.sort_index() - other.sort_index()).abs().max().max()) if len(ours) == len(other) else np.inf
        agree = agree and gap < 1e-6
        totals += [sum(spent), sum(others)]
        told = "   ".join(
            f"{name} {one:.2f} + {two:.2f} s, {len(fluxes) / (one + two):>9,.0f}/s"
            for name, (one, two) in (("duckdb", spent), ("pandas", others))
        )
        print(
            f"COG {year}: {len(ours)} communes   {told}   ratio {sum(others) / sum(spent):.1f}   largest gap {gap:.1e} t"
        )
    print(f"all vintages: duckdb {totals[0]:.1f} s, pandas {totals[1]:.1f} s, ratio {totals[1] / totals[0]:.1f}")
    house.close()
    return agree


def ours_of(
    house: duckdb.DuckDBPyConnection, sql: dict[str, str], labels: list[str], year: int
) -> tuple[pd.DataFrame, list[float]]:
    """The passage to the vintage, then the weighted sums by commune of it."""
    house.execute(f"update staging.stg_execution set cog = {year}, date_cog = '{year}-01-01'")

    terms = [
        f"sum(passage.poids_{'population' if 'bois__consommation' in one else 'surface'} * flux.{one}) as {one}"
        for one in labels
    ]

    def projection() -> None:
        house.execute(
            f"""
            create or replace temp table projection as select passage.code_commune, {", ".join(terms)}
            from intermediate.int_flux_atmosphere as flux
            inner join intermediate.int_passage_aldo as passage using (code_commune_aldo)
            where passage.millesime_cible = '{year}' group by all
            """
        )

    _, first = timed(lambda: build(house, sql, EACH))
    _, second = timed(projection)
    return house.execute("from projection").df().set_index("code_commune"), [first, second]


def build(house: duckdb.DuckDBPyConnection, sql: dict[str, str], names: tuple[str, ...]) -> None:
    """Build some models again."""
    for name in names:
        house.execute(f"create or replace table intermediate.{name} as {sql[name]}")


def pandas_of(mirror: Path, fluxes: pd.DataFrame, by_people: list[bool], year: int) -> tuple[pd.DataFrame, list[float]]:
    """The same rules with merges and a group by."""
    found, first = timed(lambda: follow(mirror, list(fluxes.index), year))

    def projection() -> pd.DataFrame:
        rows = found.merge(fluxes, left_on="aldo", right_index=True)
        values = rows[fluxes.columns].to_numpy()
        weights = np.where(by_people, rows[["people"]].to_numpy(), rows[["land"]].to_numpy())
        return pd.DataFrame(values * weights, columns=fluxes.columns).groupby(rows["code"].to_numpy()).sum(min_count=1)

    result, second = timed(projection)
    return result, [first, second]


def follow(mirror: Path, codes: list[str], year: int) -> pd.DataFrame:
    """Corrections, then events step by step; a split is shared by the areas and the populations of 2026."""
    faults = pd.read_csv(
        DBT_PROJECT_DIR / "seeds/corrections_aldo.csv", dtype={"code_commune_aldo": str, "code_commune": str}
    )
    whole = faults.groupby("code_commune_aldo")[["surface_ha", "population"]].transform("sum")
    faults = faults.assign(land=faults.surface_ha / whole.surface_ha, people=faults.population / whole.population)
    rows = pd.DataFrame({"aldo": codes}).merge(
        faults[["code_commune_aldo", "code_commune", "land", "people"]],
        how="left",
        left_on="aldo",
        right_on="code_commune_aldo",
    )
    rows = rows.assign(code=rows.code_commune.fillna(rows.aldo), land=rows.land.fillna(1), people=rows.people.fillna(1))
    rows = rows[["aldo", "code", "land", "people"]]
    areas = pd.read_parquet(mirror / "boundaries/communes_cog2026.parquet", columns=["code_commune", "surface_ha"])
    people = pd.read_csv(mirror / "cog/cog_communes_2026.csv.gz", dtype={"code_commune": str})
    measures = areas.merge(people[["code_commune", "population_municipale"]]).set_index("code_commune")
    with gzip.open(mirror / "cog/insee_raw/v_mvt_commune_2026.csv.gz", "rt", encoding="utf-8", newline="") as file:
        events = pd.DataFrame(csv.DictReader(file))
    events = events[(events.TYPECOM_AV == "COM") & (events.TYPECOM_AP == "COM") & (events.MOD != "10")]
    events = events[(events.DATE_EFF > LIST_DATE) & (f"{year}-01-01" >= events.DATE_EFF)]
    events = events.assign(phase=~events.MOD.isin(["41", "50"]))[
        ["DATE_EFF", "phase", "COM_AV", "COM_AP"]
    ].drop_duplicates()
    for _, step in events.groupby(["DATE_EFF", "phase"]):
        step = step.assign(
            land=step.COM_AP.map(measures.surface_ha), people=step.COM_AP.map(measures.population_municipale)
        )
        alone = step.groupby("COM_AV")["COM_AP"].transform("size") == 1
        for name in ("land", "people"):
            step[name] = (step[name] / step.groupby("COM_AV")[name].transform("sum")).where(~alone, 1.0)
        rows = rows.merge(step, how="left", left_on="code", right_on="COM_AV", suffixes=("", "_step"))
        rows = pd.DataFrame(
            {
                "aldo": rows.aldo,
                "code": rows.COM_AP.fillna(rows.code),
                "land": rows.land * rows.land_step.fillna(1),
                "people": rows.people * rows.people_step.fillna(1),
            }
        )
    return rows.groupby(["aldo", "code"], as_index=False).sum()


T = TypeVar("T")


def timed(function: Callable[[], T]) -> tuple[T, float]:
    """A result and the seconds it took."""
    start = time.perf_counter()
    found = function()
    return found, time.perf_counter() - start
