"""Frames that gate 3 looks at, read from the candidate's own files as a user would read them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd


def read_csv(folder: Path, resource: dict) -> pd.DataFrame:
    """A published CSV: texts stay texts (leading zeros), numbers have a decimal comma.

    Args:
        folder: the candidate.
        resource: the CSV's entry in datapackage.json.
    """
    import pandas as pd

    texts = [field["name"] for field in resource["schema"]["fields"] if field["type"] == "string"]
    return pd.read_csv(
        folder / resource["path"],
        sep=";",
        decimal=",",
        encoding="utf-8-sig",
        dtype=dict.fromkeys(texts, "str"),
        keep_default_na=False,
        na_values={field["name"]: [""] for field in resource["schema"]["fields"]},
    )


def text_values(
    frames: Mapping[str, pd.DataFrame], codes: set[str], names: set[str], closed: set[tuple[str, str]] = frozenset()
) -> pd.DataFrame:
    """Every distinct text that is published, and whether it is the code or the name of a commune.

    Args:
        frames: published tables by name.
        codes: commune codes held by the house.
        names: commune names held by the house.
        closed: (table, column) whose values their suite lists: some words (Cultures, Vignes) are also names of communes.
    """
    import pandas as pd

    # `nom_territoire` is left out of the name test: it is compared with the official list instead.
    values = [
        (table, column, value)
        for table, frame in frames.items()
        for column in frame.select_dtypes(exclude="number").columns
        for value in frame[column].dropna().astype(str).unique()
    ]
    found = pd.DataFrame(values, columns=["table", "colonne", "valeur"])
    found["est_code_commune"] = found["valeur"].isin(codes)
    listed = pd.Series([place in closed for place in zip(found["table"], found["colonne"], strict=True)], dtype=bool)
    found["est_nom_commune"] = found["valeur"].isin(names) & (found["colonne"] != "nom_territoire") & ~listed
    return found


def ratios(folder: Path) -> pd.DataFrame:
    """National tonnes per hectare of standing forest by composition, and per hectare sealed: signs and units show."""
    query = """
        select occupation_finale, nature, sum(flux_tco2e) / nullif(sum(surface_ha), 0) as flux_tco2e_par_ha
        from read_parquet(?)
        where
            maille = 'france' and (
                nature = 'accroissement_biologique'
                or (occupation_initiale = 'cultures' and occupation_finale = 'artificiels_impermeabilises')
            )
        group by all
    """
    with duckdb.connect() as connection:
        found = connection.execute(query, [str(folder / "tables" / "flux_carbone.parquet")]).df()
    growth = found[found["nature"] == "accroissement_biologique"]["flux_tco2e_par_ha"].rename("accroissement_t_par_ha")
    sealing = found[found["nature"] != "accroissement_biologique"]["flux_tco2e_par_ha"].rename(
        "impermeabilisation_t_par_ha"
    )
    frame = growth.reset_index(drop=True).to_frame()
    return frame.assign(impermeabilisation_t_par_ha=sealing.iloc[0] if len(sealing) else None)


def comparison(folder: Path, last: Path) -> pd.DataFrame:
    """National flux by nature and approach, now and in the last release, and their ratio.

    A figure that only one of them has gives an empty ratio.
    """
    query = """
        select nature, approche_bois, now.flux_kt_co2e, before.flux_kt_co2e as flux_kt_co2e_derniere_version,
            now.flux_kt_co2e / nullif(before.flux_kt_co2e, 0) as rapport
        from (from read_parquet(?) where maille = 'france') as now
        full join (from read_parquet(?) where maille = 'france') as before using (nature, approche_bois)
        order by all
    """
    paths = [str(place / "tables" / "flux_par_nature.parquet") for place in (folder, last)]
    with duckdb.connect() as connection:
        return connection.execute(query, paths).df()
