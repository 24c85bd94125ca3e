"""Frames that gate 3 looks at, read from the candidate's own files as a user would read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.core.sql import templates
from dagster_project.core.text import is_legible
from dagster_project.release.catalogue import Resource

if TYPE_CHECKING:
    import pandas as pd


def read_csv(folder: Path, resource: Resource) -> pd.DataFrame:
    """A published CSV: texts stay texts (leading zeros), numbers have a decimal comma.

    Args:
        folder: the candidate.
        resource: the CSV's entry in datapackage.json.
    """
    import pandas as pd

    fields = resource["schema"]["fields"]
    texts = [field["name"] for field in fields if field["type"] == "string"]
    return pd.read_csv(
        folder / resource["path"],
        sep=";",
        decimal=",",
        encoding="utf-8-sig",
        dtype=dict.fromkeys(texts, "str"),
        keep_default_na=False,
        na_values={field["name"]: [""] for field in fields},
    )


def text_values(
    frames: Mapping[str, pd.DataFrame], codes: set[str], names: set[str], closed: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Every distinct text that is published: whether it is the code or the name of a commune, whether a reader sees all of it.

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
    result = pd.DataFrame(values, columns=["table", "colonne", "valeur"])
    result["est_lisible"] = [is_legible(value) for _, _, value in values]
    result["est_code_commune"] = [value in codes for _, _, value in values]
    result["est_nom_commune"] = [
        value in names and column != "nom_territoire" and (table, column) not in closed
        for table, column, value in values
    ]
    return result


def ratios(folder: Path) -> pd.DataFrame:
    """National tonnes per hectare of standing forest by composition, and per hectare sealed: signs and units show."""
    with duckdb.connect() as connection:
        result = connection.execute(SQL["ratios"].render(), [str(folder / "tables" / "flux_carbone.parquet")]).df()
    growth = result[result["nature"] == "accroissement_biologique"]["flux_tco2e_par_ha"].rename(
        "accroissement_t_par_ha"
    )
    sealing = result[result["nature"] != "accroissement_biologique"]["flux_tco2e_par_ha"].rename(
        "impermeabilisation_t_par_ha"
    )
    frame = growth.reset_index(drop=True).to_frame()
    return frame.assign(impermeabilisation_t_par_ha=sealing.iloc[0] if len(sealing) else None)


SQL = templates(Path(__file__).with_name("published_frames.sql.j2"))
INVENTORIES = {  # table -> what it measures, what else tells its cells apart, its known figures
    "inventaire_ges": ("gaz", "secteur", "emissions_connues_tco2e"),
    "inventaire_hors_total": ("poste", "gaz", "hors_total_connu_tco2e"),
    "inventaire_polluants": ("polluant", "secteur", "emissions_connues_kg"),
    "inventaire_energie": ("grandeur", "secteur || energie", "energie_connue_gwh"),
}


def comparison(folder: Path, last: Path, same_cog: bool = True) -> pd.DataFrame:
    """National flux by nature and approach, national stock by origin, now and in the last release, and their ratio.

    A figure that only one of them has gives an empty ratio; stocks are compared once the last release has some. Every measure of
    an inventory must still be there, year by year; a new one is welcome. On another COG other EPCI can be rebuilt from
    inventories by EPCI: these are compared on one and the same.
    """
    asked = [
        ("flux_par_nature", SQL["national"].render(key="nature", figure="flux_kt_co2e")),
        ("stocks_carbone", SQL["national"].render(key="origine", figure="stock_kt_c")),
    ]
    for table, (measure, detail, figure) in INVENTORIES.items() if same_cog else ():
        asked.append((table, SQL["inventory"].render(measure=measure, detail=detail, figure=figure)))
    frames = []
    with duckdb.connect() as connection:
        for table, query in asked:
            now, before = (place / "tables" / f"{table}.parquet" for place in (folder, last))
            if before.is_file():
                frames.append(connection.execute(query, {"now": str(now), "before": str(before)}).df())
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
