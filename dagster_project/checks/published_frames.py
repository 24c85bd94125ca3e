"""Frames that gate 3 looks at, read from the candidate's own files as a user would read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

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
    found = pd.DataFrame(values, columns=["table", "colonne", "valeur"])
    found["est_lisible"] = [is_legible(value) for _, _, value in values]
    found["est_code_commune"] = [value in codes for _, _, value in values]
    found["est_nom_commune"] = [
        value in names and column != "nom_territoire" and (table, column) not in closed
        for table, column, value in values
    ]
    return found


def ratios(folder: Path) -> pd.DataFrame:
    """National tonnes per hectare of standing forest by composition, and per hectare sealed: signs and units show."""
    query = """
        select occupation_finale, nature, sum(flux_tco2e) / nullif(sum(surface_ha), 0) as flux_tco2e_par_ha
        from read_parquet(?)
        where
            maille = 'france' and approche_bois = 'recolte' and (
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


INVENTORIES = {  # table -> what it measures, what else tells its cells apart, its known figures
    "inventaire_ges": ("gaz", "secteur", "emissions_connues_tco2e"),
    "inventaire_hors_total": ("poste", "gaz", "hors_total_connu_tco2e"),
    "inventaire_polluants": ("polluant", "secteur", "emissions_connues_kg"),
    "inventaire_energie": ("grandeur", "secteur || energie", "energie_connue_gwh"),
}
# Over the cells that both releases show: one that is withheld now, or is new, moves nothing. A measure without any row is gone.
INVENTORY = """
    with maintenant as (
        select inventaire || ' ' || annee || ' ' || {measure} as nature, code_territoire, {detail} as detail,
            {figure} as figure
        from read_parquet($now) where maille = 'epci'
    ),
    avant as (
        select inventaire || ' ' || annee || ' ' || {measure} as nature, code_territoire, {detail} as detail,
            {figure} as figure
        from read_parquet($before) where maille = 'epci'
    ),
    communes as (
        select nature, sum(maintenant.figure) as total, sum(avant.figure) as total_derniere_version
        from avant inner join maintenant using (nature, code_territoire, detail)
        where maintenant.figure is not null and avant.figure is not null group by all
    )
    select nature, cast(null as varchar) as approche_bois, total, total_derniere_version,
        case
            when nature not in (select nature from maintenant) then null
            when coalesce(total_derniere_version, 0) = 0 then 1
            else total / total_derniere_version
        end as rapport
    from (select distinct nature from avant where figure is not null) left join communes using (nature) order by all
"""


FRANCE = "maille = 'france' and code_territoire = 'FR'"
# In releases of the first version of the set, rows that both wood approaches share had none.
COMMON = (
    "inner join (values ('consommation'), ('recolte')) as approches (approche_bois)"
    " on coalesce(avant.approche_bois, approches.approche_bois) = approches.approche_bois"
)


def comparison(folder: Path, last: Path, same_cog: bool = True) -> pd.DataFrame:
    """National flux by nature and approach, national stock by origin, now and in the last release, and their ratio.

    A figure that only one of them has gives an empty ratio; stocks are compared once the last release has some. Every measure of
    an inventory must still be there, year by year; a new one is welcome. On another COG other EPCI can be rebuilt from
    inventories by EPCI: these are compared on one and the same.
    """
    parts = (("flux_par_nature", "nature", "flux_kt_co2e"), ("stocks_carbone", "origine", "stock_kt_c"))
    query = """
        with maintenant as (from read_parquet($now)), avant as (from read_parquet($before))
        select coalesce(maintenant.nature, avant.nature) as nature,
            coalesce(maintenant.approche_bois, avant.approche_bois) as approche_bois,
            maintenant.total, avant.total as total_derniere_version,
            maintenant.total / nullif(avant.total, 0) as rapport
        from (
            select {key} as nature, approche_bois, sum({figure}) as total from maintenant where {france} group by all
        ) as maintenant
        full join (
            select {key} as nature, approches.approche_bois, sum({figure}) as total from avant {common} where {france}
            group by all
        ) as avant
            on maintenant.nature = avant.nature and maintenant.approche_bois is not distinct from avant.approche_bois
        order by all
    """
    frames = []
    with duckdb.connect() as connection:
        for table, key, figure in parts:
            places = {
                name: place / "tables" / f"{table}.parquet" for name, place in (("now", folder), ("before", last))
            }
            if not places["before"].is_file():
                continue
            chosen = {name: str(place) for name, place in places.items()}
            frames.append(
                connection.execute(query.format(key=key, figure=figure, france=FRANCE, common=COMMON), chosen).df()
            )
        for table, (measure, detail, figure) in INVENTORIES.items() if same_cog else ():
            places = {
                name: place / "tables" / f"{table}.parquet" for name, place in (("now", folder), ("before", last))
            }
            if places["before"].is_file():
                chosen = {name: str(place) for name, place in places.items()}
                frames.append(
                    connection.execute(INVENTORY.format(measure=measure, detail=detail, figure=figure), chosen).df()
                )
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
