"""The rest of ALDO by the plain script: fluxes by reservoir, N2O, stocks. Rules are written again, nothing of the project's is imported.

Needs what benchmarks.plain has already made: total, forets, passage, communes, flux_carbone, territoires, USES.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

CARBON = 12 / 44
LOST = {"flux_tco2e": 1.76, "flux_n2o_corrige_tco2e": 44 / 28}  # tN2O a tN emitted, as ALDO has it and as it is
GROUPS = "grouping sets ((siren_epci), (code_departement), (code_region), ())"
PLACE = """case when grouping(siren_epci) = 0 then 'epci' when grouping(code_departement) = 0 then 'departement'
    when grouping(code_region) = 0 then 'region' else 'france' end maille,
    coalesce(siren_epci, code_departement, code_region, 'FR') code_territoire"""
KEPT = "having grouping(siren_epci) = 1 or siren_epci is not null"


def n2o(conversion: float) -> float:
    """N2O (t CO2e) for a tonne of CO2 lost by soil and litter."""
    return 273 / 15 * (0.01 * conversion + 0.3 * 0.0075 * 44 / 28) * CARBON


def write_reservoirs(
    con: duckdb.DuckDBPyConnection, uses: Mapping[str, tuple[str, str]], pairs: list[str], known: set[str]
) -> None:
    """Table flux_par_reservoir; `pairs` have an area, `known` are the labels of the unit fluxes."""
    sums, rows = [], []
    for pair in pairs:
        before, after = pair.split("_vers_")
        area = f'total."{pair}_surface_ha_an-1"'

        def unit(reservoir: str, pair: str = pair) -> str:
            label = f"{pair}_{reservoir}_tCO2e_ha-1"
            return f'coalesce(unitaire."{label}", 0)' if label in known else "0"

        litter = unit("litiere")
        wooded = after == "sols artificiels arborés et buissonants"
        if wooded and not before.startswith("forêt") and before != "sols artificiels imperméabilisés":
            litter = str(9 / CARBON)
        lost = f"greatest(-({unit('sol')} + {litter}), 0)"
        parts = {
            "sol": f"-{unit('sol')}",
            "biomasse": f"-{unit('biomasse')}",
            "litiere": f"-({litter})",
            "n2o": f"{n2o(1.76)} * {lost}",
        }
        for reservoir, per_ha in parts.items():
            i = len(rows)
            sums.append(f"sum(ws * {area} * {per_ha}) f{i}, bool_or({area} > 0 and {per_ha} <> 0) h{i}")
            rows.append((uses[before][0], *uses[after], reservoir))
    con.execute(
        f"create table reservoirs as select {PLACE}, {', '.join(sums)} from total join unitaire using (insee) "
        f"join passage on insee = source join communes using (code_commune) group by {GROUPS} {KEPT}"
    )
    values = ", ".join(f"({i}, '" + "', '".join(row) + "')" for i, row in enumerate(rows))
    pieces = ", ".join(f"(f{i}, h{i}) as '{i}'" for i in range(len(rows)))
    con.execute(
        f"""
        create table flux_par_reservoir as
        with lignes as (
            select maille, code_territoire, 'changement_usage_sol' nature, items.* exclude (i), approche approche_bois,
                null::varchar usage_bois, f flux_tco2e
            from (from reservoirs unpivot ((f, h) for item in ({pieces}))) wide
            join (values {values}) items (i, occupation_initiale, occupation_finale, occupation_finale_n1, reservoir) on item::int = i
            cross join approches
            where h
            union all by name
            select maille, code_territoire, nature, occupation_initiale, occupation_finale, occupation_finale_n1,
                case nature when 'produits_bois' then nature else 'biomasse' end reservoir, approche_bois, usage_bois, flux_tco2e
            from flux_carbone where nature <> 'changement_usage_sol' and flux_tco2e is not null
        )
        select maille, code_territoire, nom_territoire, cog, lignes.* exclude (maille, code_territoire),
            case when reservoir <> 'n2o' then flux_tco2e * {CARBON} end flux_tc,
            flux_tco2e * case when reservoir = 'n2o' then {n2o(44 / 28) / n2o(1.76)} else 1 end flux_n2o_corrige_tco2e
        from lignes join territoires using (maille, code_territoire)
        """
    )


def write_stocks(con: duckdb.DuckDBPyConnection, uses: Mapping[str, tuple[str, str]]) -> None:
    """Table stocks_par_occupation."""
    sealed, grassed, wooded = (
        f'stocks."sols artificiels {kind}_surface_ha"'
        for kind in ("imperméabilisés", "arbustifs", "arborés et buissonants")
    )
    covered = f"least({sealed}, 0.8 * ({sealed} + {wooded}))"
    selects = []
    for label, (code, level) in uses.items():
        area = {"artificiels_impermeabilises": covered, "artificiels_arbustifs": f"({grassed} - {covered})"}.get(
            code, f'stocks."{label}_surface_ha"'
        )
        forest = level == "forets"
        named = {"sol": "sol", "biomasse_vivante": "biomasse_vivante" if forest else "biomasse"}
        named |= {"biomasse_morte": "biomasse_morte", "litiere": "litiere"} if forest else {}
        columns = [
            f'sum(ws * {area} * stocks."{label}_{named[kind]}_stock_de_reference_tC_ha-1") / 1000 stock_{kind}_kt_c'
            if kind in named
            else f"null::double stock_{kind}_kt_c"
            for kind in ("sol", "biomasse_vivante", "biomasse_morte", "litiere")
        ]
        total = f'sum(ws * stocks."{label}_stock_total_tC") / 1000 stock_kt_c'
        selects.append(
            f"'{code}' occupation, '{level}' occupation_n1, sum(ws * {area}) surface_ha, null::double haies_km, {', '.join(columns)}, {total}"
        )
    lengths = " + ".join(
        f'coalesce(stocks."{use}_haies_km", 0)'
        for use in ("cultures", "prairies", "zones humides", "vergers", "vignes", "sols artificiels", "forêts")
    )
    hedges = 'sum(ws * stocks."haies_stock_total_tC") / 1000'
    empty = ", ".join(f"null::double stock_{kind}_kt_c" for kind in ("sol", "biomasse_morte", "litiere"))
    selects.append(
        f"'haies' occupation, 'haies' occupation_n1, null::double surface_ha, sum(ws * ({lengths})) haies_km,"
        f" {hedges} stock_biomasse_vivante_kt_c, {empty}, {hedges} stock_kt_c"
    )
    source = "from stocks join passage on insee = source join communes using (code_commune)"
    union = " union all by name ".join(f"(select {PLACE}, {one} {source} group by {GROUPS} {KEPT})" for one in selects)
    con.execute(
        f"""
        create table stocks_par_occupation as
        select lignes.*, nom_territoire, cog, stock_kt_c * 1000 / nullif(lignes.surface_ha, 0) stock_tc_par_ha
        from ({union}) lignes join territoires using (maille, code_territoire)
        """
    )
