"""The main tables from the same files by a plain DuckDB script: no orchestration, no checks, no snapshots, no catalogue.

`python -m benchmarks.plain <copy of the portals> <output.duckdb>`. It is the yardstick of the benchmark, and a second way to
every figure: nothing of the project's is imported, the rules of projection are written again in Python.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

import duckdb

from benchmarks.plain_carbon import write_reservoirs, write_stocks

COG, LIST_DATE = 2026, "2018-12-17"
USES = {  # ALDO's label: (code, level 1)
    "cultures": ("cultures", "cultures"),
    "prairies zones arborées": ("prairies_arborees", "prairies"),
    "prairies zones herbacées": ("prairies_herbacees", "prairies"),
    "prairies zones arbustives": ("prairies_arbustives", "prairies"),
    "zones humides": ("zones_humides", "zones_humides"),
    "vergers": ("vergers", "vergers"),
    "vignes": ("vignes", "vignes"),
    "sols artificiels arbustifs": ("artificiels_arbustifs", "sols_artificiels"),
    "sols artificiels imperméabilisés": ("artificiels_impermeabilises", "sols_artificiels"),
    "sols artificiels arborés et buissonants": ("artificiels_arbores", "sols_artificiels"),
    "forêt mixte": ("foret_mixte", "forets"),
    "forêt feuillu": ("foret_feuillu", "forets"),
    "forêt conifere": ("foret_conifere", "forets"),
    "forêt peupleraie": ("foret_peupleraie", "forets"),
}
FAULTS = {  # communes that ALDO's list hides in another: (population, hectares)
    "16353": {"16353": (787, 1126.9), "16421": (411, 1044.1), "16406": (770, 2213.0)},
    "22264": {"22264": (2713, 2375.2), "22101": (1133, 1884.3)},
    "73003": {"73003": (3838, 2162.9), "76045": (358, 566.0)},
}


def main(copy: Path, target: Path) -> None:
    """Write the tables into `target`."""
    target.unlink(missing_ok=True)
    con = duckdb.connect(str(target))
    con.execute("set threads = 2")
    total = copy / "aldo/published/aldo-flux-total-et-surfaces-converties.csv.gz"
    forests = copy / "aldo/published/aldo-flux-annuels-lies-a-laccroissement-net-de-la-biomasse-en-forets.csv.gz"
    units = copy / "aldo/published/aldo-flux-unitaire.csv.gz"
    stocks = copy / "aldo/published/aldo-stocks-de-carbone.csv.gz"
    files = (("total", total), ("forets", forests), ("unitaire", units), ("stocks", stocks))
    labels = {path: load(con, name, path) for name, path in files}
    con.execute("update stocks set insee = lpad(insee, 5, '0')")
    con.execute(f"create table communes as from read_csv('{copy}/cog/cog_communes_{COG}.csv.gz', all_varchar = true)")
    con.execute(f"create table epci as from read_csv('{copy}/cog/cog_epci_{COG}.csv.gz', all_varchar = true)")
    con.execute(
        f"create table areas as select code_commune, surface_ha from '{copy}/boundaries/communes_cog{COG}.parquet'"
    )
    write_passage(con, copy)
    items = list(posts(labels[total]))
    write_territories(con, copy)
    write_fluxes(con, items)
    pairs = [label.removesuffix("_surface_ha_an-1") for label in labels[total] if label.endswith("_surface_ha_an-1")]
    write_reservoirs(con, USES, pairs, set(labels[units]))
    write_stocks(con, USES)
    con.close()


def load(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> list[str]:
    """Read one CSV with declared types."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    types = {
        label: "DOUBLE" if label.endswith(("_an-1", "_ha", "_ha-1", "_tC", "_km")) else "VARCHAR" for label in header
    }
    columns = ", ".join(f"'{label}': '{kind}'" for label, kind in types.items())
    con.execute(
        f"create table {name} as from read_csv('{path}', header = true, auto_detect = false, quote = '\"', columns = {{{columns}}})"
    )
    return header


def posts(header: list[str]):
    """(nature, initial, final, level 1, approach, use, flux expression, area expression, weight) of each item."""
    known = set(header)
    for before in USES:
        for after, (code, level) in USES.items():
            area, flux = f"{before}_vers_{after}_surface_ha_an-1", f"{before}_vers_{after}_tCO2e_an-1"
            if area in known:
                value = f'-total."{flux}"' if flux in known else "null::double"
                yield "changement_usage_sol", USES[before][0], code, level, None, None, value, f'total."{area}"', "ws"
    for label, (code, level) in USES.items():
        if level == "forets":
            flux, area = f'-forets."{label}_flux_tCO2e_an-1"', f'forets."{label}_surface_ha"'
            yield "accroissement_biologique", None, code, level, None, None, flux, area, "ws"
    for approach, weight in (("recolte", "ws"), ("consommation", "wp")):
        for use in ("bo", "bi"):
            flux = f'-forets."{use}_{approach}_flux_tCO2e_an-1"'
            yield "produits_bois", None, "produits_bois", "produits_bois", approach, use, flux, "null::double", weight


def write_passage(con: duckdb.DuckDBPyConnection, copy: Path) -> None:
    """Follow every commune of ALDO's list through the events."""
    people = dict(con.execute("select code_commune, population_municipale::double from communes").fetchall())
    areas = dict(con.execute("select code_commune, surface_ha from areas").fetchall())
    days: dict[tuple, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    with gzip.open(copy / f"cog/insee_raw/v_mvt_commune_{COG}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            inside = LIST_DATE < row["DATE_EFF"] <= f"{COG}-01-01"
            if inside and row["TYPECOM_AV"] == row["TYPECOM_AP"] == "COM":
                days[row["DATE_EFF"], row["MOD"] not in ("41", "50")][row["COM_AV"]].add(row["COM_AP"])
    rows = []
    for (source,) in con.execute("select insee from total").fetchall():
        parts = FAULTS.get(source)
        shares = [(source, 1.0, 1.0)]
        if parts:
            heads, hectares = (sum(part[i] for part in parts.values()) for i in (0, 1))
            shares = [(code, part[1] / hectares, part[0] / heads) for code, part in parts.items()]
        for day in sorted(days):
            moved = []
            for code, ws, wp in shares:
                after = days[day].get(code, {code})
                if len(after) == 1:
                    moved.append((*after, ws, wp))
                    continue
                hectares, heads = sum(areas[one] for one in after), sum(people[one] for one in after)
                moved += [(one, ws * areas[one] / hectares, wp * people[one] / heads) for one in after]
            shares = moved
        rows += [(source, *share) for share in shares]
    con.execute("create table passage (source varchar, code_commune varchar, ws double, wp double)")
    columns = list(zip(*rows, strict=True))
    con.execute(
        "insert into passage select unnest(?), unnest(?), unnest(?), unnest(?)", [list(column) for column in columns]
    )


def write_territories(con: duckdb.DuckDBPyConnection, copy: Path) -> None:
    """The meshes, what they hold and what ALDO covers of them."""
    con.execute(f"create table names as select 'departement' maille, code_departement code, nom_departement nom from read_csv('{copy}/cog/cog_departements_2026.csv', all_varchar = true)")  # fmt: skip
    con.execute(f"insert into names select 'region', code_region, nom_region from read_csv('{copy}/cog/cog_regions_2026.csv', all_varchar = true)")  # fmt: skip
    con.execute(
        "insert into names select 'epci', siren_epci, nom_epci from epci "
        " union all select 'france', 'FR', 'France métropolitaine' union all select 'france', 'FR_ENTIERE', 'France entière'"
    )
    con.execute(
        f"""
        create table members as
        from (
            select unnest(['epci', 'departement', 'region', 'france', 'france']) maille,
                unnest([siren_epci, code_departement, code_region, if(zone = 'metro', 'FR', null), 'FR_ENTIERE']) code, *
            from communes join (select code_region, zone from read_csv('{copy}/cog/cog_regions_2026.csv', all_varchar = true)) using (code_region)
        ) left join areas using (code_commune) where code is not null;
        create table territoires as
        with reached as (select code_commune, list(source) sources from passage group by all)
        select maille, code code_territoire, any_value(nom) nom_territoire, 2026 cog,
            replace(any_value(nature_epci), 'MET69', 'METRO') nature_epci, count(*) n_communes,
            len(list_distinct(flatten(list(sources)))) n_communes_source,
            case when count(*) = count(population_municipale) then sum(population_municipale::bigint) end population,
            sum(surface_ha) surface_ha, count(*) < 10 moins_de_10_communes,
            string_agg(distinct code_departement, ' ' order by code_departement) codes_departements,
            string_agg(distinct code_region, ' ' order by code_region) codes_regions,
            count(distinct siren_epci) n_epci, 0 n_communes_partielles, 2026 cog_composition,
            case count(sources) when count(*) then 'complete' when 0 then 'absente' else 'partielle' end couverture_aldo,
            sum(population_municipale::bigint) filter (where sources is not null) habitants,
            sum(surface_ha) filter (where sources is not null) hectares
        from members left join reached on reached.code_commune = members.code_commune and code <> 'FR_ENTIERE' join names using (maille, code)
        left join (select siren_epci code, nature_epci from epci) using (code) group by all
        """
    )


def write_fluxes(con: duckdb.DuckDBPyConnection, items: list[tuple]) -> None:
    """Project and aggregate while wide, then unpivot, then the three aggregates."""
    sums = []
    for i, (*_, flux, area, weight) in enumerate(items):
        sums.append(f"sum({weight} * {area}) a{i}, sum({weight} * least({flux}, 0)) filter (where {flux} is not null) s{i}, "
                    f"sum({weight} * greatest({flux}, 0)) filter (where {flux} is not null) e{i}")  # fmt: skip
    con.execute(
        f"""
        create table wide as
        select case when grouping(siren_epci) = 0 then 'epci' when grouping(code_departement) = 0 then 'departement'
            when grouping(code_region) = 0 then 'region' else 'france' end maille,
            coalesce(siren_epci, code_departement, code_region, 'FR') code_territoire, {", ".join(sums)}
        from total join forets using (insee) join passage on insee = source join communes using (code_commune)
        group by grouping sets ((siren_epci), (code_departement), (code_region), ())
        having grouping(siren_epci) = 1 or siren_epci is not null
        """
    )
    quoted = [", ".join("null" if value is None else f"'{value}'" for value in item[:6]) for item in items]
    con.execute("create table items as from (values " + ", ".join(f"({i}, {values})" for i, values in enumerate(quoted)) + ") t(i, nature, occupation_initiale, occupation_finale, occupation_finale_n1, approche_bois, usage_bois)")  # fmt: skip
    pieces = ", ".join(f"(a{i}, s{i}, e{i}) as '{i}'" for i in range(len(items)))
    con.execute(
        f"""
        create table lignes as
        select maille, code_territoire, nom_territoire, cog, items.* exclude (i), wide.surface_ha, s + e flux_tco2e,
            s sequestration_tco2e, e emission_tco2e
        from (from wide unpivot include nulls ((surface_ha, s, e) for item in ({pieces}))) wide
        join items on item::int = i join territoires using (maille, code_territoire)
        where wide.surface_ha > 0 or s < 0 or e > 0
        """
    )
    # Every table holds each way of counting wood whole.
    con.execute(
        """
        create table approches as from (values ('consommation'), ('recolte')) a(approche);
        create table flux_carbone as
        select lignes.* replace (approche as approche_bois)
        from lignes join approches on coalesce(approche_bois, approche) = approche
        """
    )
    kt = "sum(flux_tco2e) / 1000 flux_kt_co2e, sum(sequestration_tco2e) / 1000 sequestration_kt_co2e, sum(emission_tco2e) / 1000 emission_kt_co2e"  # fmt: skip
    zero = ", ".join(
        f"coalesce({one}, 0) {one}" for one in ("flux_kt_co2e", "sequestration_kt_co2e", "emission_kt_co2e")
    )
    for name, column, grid in (
        ("flux_par_nature", "nature", "(select distinct nature from flux_carbone)"),
        ("bilan_occupation_sols", "occupation_finale_n1", "(select distinct occupation_finale_n1 from flux_carbone)"),
        ("bilan", "part", "(select 'all' part)"),
    ):
        con.execute(
            f"""
            create table {name} as
            with sums as (
                select maille, code_territoire, approche_bois, {column}, {kt} from (select *, 'all' part from flux_carbone) group by all
            ),
            grid as (
                select maille, code_territoire, nom_territoire, cog, approche approche_bois, {column}
                from territoires cross join approches cross join {grid} where hectares is not null
            )
            select grid.*, {zero} from grid left join sums using (maille, code_territoire, approche_bois, {column})
            """
        )
    con.execute(
        """
        create table bilan_global as select bilan.*, flux_kt_co2e * 1000 / hectares flux_tco2e_par_ha,
            flux_kt_co2e * 1000 / habitants flux_tco2e_par_habitant
        from bilan join territoires using (maille, code_territoire, nom_territoire, cog)
        """
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
