"""The house's report of a release: what geography did and what its totals expose. It names communes and stays beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

WIDTH = 240
HEADING = "Rapport interne : ne pas publier (il nomme des communes)."


# Steps that moved land from ALDO's list to the target: what ALDO had already merged on 2019-01-01 is not among them, nor is a
# commune that merely takes others in.
APPLIED = """
    select distinct cast(filiation.date_effet as varchar) as date, filiation.code_mouvement as mod, filiation.code_avant,
        filiation.code_commune as code_apres
    from intermediate.int_filiation as filiation
    inner join staging.stg_execution as execution
        on filiation.date_effet > execution.date_liste_aldo and filiation.date_effet <= execution.date_cog
    inner join intermediate.int_composition as aldo
        on filiation.atome = aldo.atome and aldo.millesime = 'aldo'
    inner join intermediate.int_composition as avant
        on filiation.atome = avant.atome and avant.millesime = '2018'
    where (filiation.code_avant <> filiation.code_commune or filiation.n_successeurs > 1)
        and not (filiation.date_effet = date '2019-01-01' and aldo.code_commune <> avant.code_commune)
    order by all
"""


# How far ALDO's published fluxes are from those computed anew, and where most.
METHOD = """
    select famille, count(*) as lignes, count(*) filter (where abs(ecart) <= 1e-6) as a_un_millionieme_de_tonne,
        max(abs(ecart)) as pire_ecart_t, sum(publie) as publie_t, sum(recalcule) as recalcule_t
    from intermediate.int_rapprochement_aldo group by all order by all
"""
WORST = """
    select code_commune_aldo, cle, publie, recalcule, ecart,
        coalesce(motif, case when abs(ecart) <= 1e-6 then 'arrondi des nombres flottants' else 'inconnu' end) as cause
    from intermediate.int_rapprochement_aldo order by abs(ecart) desc, code_commune_aldo, cle limit 10
"""
# The flux of a hectare of forest is not growth less deaths and harvest, times the carbon factor: ALDO applies IGN's carbon
# balance (two decimals of tC where a commune has one group of ecoregions), which is not published.
FOREST_REFERENCES = """
    select cle, count(*) as lignes, count(*) filter (where abs(publie - recalcule) <= 0.05) as a_5_centiemes,
        avg(publie) as publie_moyen_t_ha, avg(recalcule) as recalcule_moyen_t_ha
    from intermediate.int_methode_references group by all order by all
"""
COUNTED_TWICE = """
    select occupation_initiale, sum(surface_ha) as surface_ha_an, sum(flux_tco2e) as flux_tco2e
    from intermediate.int_conversions
    where initiale_n1 = 'sols_artificiels' and finale_n1 <> 'sols_artificiels' group by all order by all
"""

# EPCI of which some item is that of one commune of ALDO's list alone: a reader who knows which one knows its figure.
ONE_COMMUNE = """
    with lignes as (
        select appartenances.code_territoire, flux.cle, count(distinct flux.code_commune_aldo) as communes
        from intermediate.int_flux_communes as flux
        inner join intermediate.int_appartenances as appartenances using (code_commune_aldo)
        where appartenances.maille = 'epci' group by all
    )
    select count(*) as cellules, count(*) filter (where communes = 1) as cellules_d_une_commune,
        count(distinct code_territoire) filter (where communes = 1) as epci_concernes
    from lignes
"""

INVENTORIES = "select inventaire, version_inventaire, perimetre, jeu_prg from staging.stg_inventaires order by all"
MATCHED_NAMES = "select * exclude (ligne) from intermediate.int_inventaires_epci order by all"
NOT_REBUILT = """
    select distinct inventaire, code_territoire from intermediate.int_inventaires_territoires
    where maille = 'epci' and not est_reconstituable order by all
"""


def applied_events(warehouse: Path) -> list[dict[str, Any]]:
    """Events between ALDO's list and the target COG, counted by date and kind: what a release may say of them."""
    query = f"""
        select date, mod, count(distinct code_avant) as communes_avant, count(distinct code_apres) as communes_apres
        from ({APPLIED}) group by all order by all
    """  # noqa: S608 - a constant
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return _records(connection, query)


def write_report(
    warehouse: Path,
    folder: Path,
    release: str,
    *,
    exposures: Sequence[str],
    moves: Sequence[str],
    left_out: Sequence[str],
    contours: Mapping[str, Any],
) -> Path:
    """Write `<release>.json` and `<release>.txt` below `folder`; returns the text.

    Args:
        warehouse: the DuckDB file behind the release.
        folder: where reports are kept.
        release: identifier of the release.
        exposures: combinations of totals that leave one commune, in words.
        moves: totals of territories that moved since the last release, in words.
        left_out: known sums of inventories that are not published, in words.
        contours: facts about the polygons (edition, repairs, communes astride).
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:  # opening it reads thousands of columns
        facts = {
            "version": release,
            "evenements": _records(connection, APPLIED),
            "communes_partagees": _records(
                connection,
                """
                select distinct code_commune_aldo, code_commune, regle, poids_surface, poids_population, mesure_surface,
                    mesure_population
                from intermediate.int_commune_lineage where poids_surface < 1 or poids_population < 1 order by all
                """,
            ),
            "surfaces": _records(
                connection,
                """
                select coalesce(origine_surface, 'inconnue') as origine, count(*) as communes
                from intermediate.int_communes group by all order by all
                """,
            ),
            "territoires_propres": _records(
                connection,
                """
                select maille, code_territoire, nom_territoire, n_communes, n_communes_partielles, n_epci, cog_composition
                from marts.territoires where maille not in ('epci', 'departement', 'region', 'france') order by all
                """,
            ),
            "communes_coupees": _records(
                connection,
                """
                select maille, code_territoire, code_commune, part_surface, part_population
                from intermediate.int_membres where part_surface < 1 or part_surface is null order by all
                """,
            ),
            "methode": _records(connection, METHOD),
            "methode_pires_ecarts": _records(connection, WORST),
            "methode_references_forestieres": _records(connection, FOREST_REFERENCES),
            "artificiels_comptes_deux_fois": _records(connection, COUNTED_TWICE),
            "inventaires": _records(connection, INVENTORIES),
            "inventaires_noms_epci": _records(connection, MATCHED_NAMES),
            "inventaires_non_reconstituables": _records(connection, NOT_REBUILT),
            "contours": contours,
            "mouvements": list(moves),
            "sommes_connues_retenues": list(left_out),
            "epci_d_une_seule_commune_source": _records(connection, ONE_COMMUNE),
            "differences_de_totaux": list(exposures),
        }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{release}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    text = folder / f"{release}.txt"
    text.write_text(_in_words(facts), "utf-8")
    return text


def _in_words(facts: dict[str, Any]) -> str:
    lines = [HEADING, f"Version {facts['version']}", ""]
    lines.append(f"{len(facts['evenements'])} lignes d'événements appliquées ; communes d'ALDO partagées :")
    for row in facts["communes_partagees"]:
        lines.append(
            f"- {row['code_commune_aldo']} > {row['code_commune']} : {row['regle']}, {row['poids_surface']:.4f} de la surface,"
            f" {row['poids_population']:.4f} de la population"
        )
    lines += ["", "Territoires propres à l'utilisateur :"]
    for row in facts["territoires_propres"]:
        cut = f", dont {row['n_communes_partielles']} en partie" if row["n_communes_partielles"] else ""
        astride = f", à cheval sur {row['n_epci']} EPCI" if row["n_epci"] > 1 else ""
        named = f"{row['maille']} {row['code_territoire']} {row['nom_territoire']}"
        lines.append(f"- {named} : {row['n_communes']} communes{cut}{astride}")
    for row in facts["communes_coupees"]:
        share = "part inconnue" if row["part_surface"] is None else f"{row['part_surface']:.4f} de sa surface"
        lines.append(f"  - {row['code_territoire']} contient {row['code_commune']} en partie : {share}")
    lines += ["", "Méthode d'ALDO recalculée (t CO2e/an) :"]
    for row in facts["methode"]:
        lines.append(
            f"- {row['famille']} : {row['a_un_millionieme_de_tonne']} lignes sur {row['lignes']} à un millionième de tonne,"
            f" pire écart {row['pire_ecart_t']:.2g} t"
        )
    lines += [
        f"  - {row['code_commune_aldo']} {row['cle']} : {row['ecart']:.2g} t, {row['cause']}"
        for row in facts["methode_pires_ecarts"]
    ]
    for row in facts["methode_references_forestieres"]:
        lines.append(
            f"- {row['cle']}, flux d'un hectare : {row['publie_moyen_t_ha']:.2f} t publié, {row['recalcule_moyen_t_ha']:.2f} t"
            " par les volumes (ALDO applique le bilan carbone de l'IGN, qui n'est pas publié)"
        )
    for row in facts["artificiels_comptes_deux_fois"]:
        lines.append(
            f"- sols rendus par {row['occupation_initiale']} : {row['surface_ha_an']:.1f} ha/an, {row['flux_tco2e'] or 0:.0f} t"
        )
    lines += ["", "Inventaires d'émissions :"]
    lines += [f"- {row['inventaire']} {row['version_inventaire']}" for row in facts["inventaires"]]
    lines += [
        f"  - {row['inventaire']} : {row['nom_source']} = {row['code_source']} ({row['rapprochement']})"
        for row in facts["inventaires_noms_epci"]
    ]
    lines += [
        f"  - {row['inventaire']} : EPCI {row['code_territoire']}, composition changée, non reconstituable"
        for row in facts["inventaires_non_reconstituables"]
    ]
    for row in facts["epci_d_une_seule_commune_source"]:
        lines += [
            "",
            f"Postes d'EPCI qui reposent sur une seule commune d'ALDO : {row['cellules_d_une_commune']} sur {row['cellules']},"
            f" dans {row['epci_concernes']} EPCI (ALDO publie ses communes : rien n'est révélé)",
        ]
    lines += [
        "",
        f"{len(facts['mouvements'])} totaux d'EPCI et de départements ont bougé depuis la version précédente :",
    ]
    lines += [f"- {one}" for one in facts["mouvements"]]
    held = facts["sommes_connues_retenues"]
    lines += [
        "",
        f"{len(held)} sommes connues d'inventaires retenues, d'où d'autres totaux auraient tiré une commune :",
    ]
    lines += [f"- {one}" for one in held]
    lines += ["", f"Contours : {json.dumps(facts['contours'], ensure_ascii=False)}", ""]
    lines.append(f"{len(facts['differences_de_totaux'])} communes se déduisent des totaux publiés par différence :")
    for one in facts["differences_de_totaux"]:
        lines.append(f"- {one if len(one) <= WIDTH else one[:WIDTH] + ' ... (en entier dans le fichier json)'}")
    return "\n".join(lines) + "\n"


def _records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
