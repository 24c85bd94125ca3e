"""The house's report of a release: what geography did and what its totals expose. It names communes and stays beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

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


def applied_events(warehouse: Path) -> list[dict]:
    """Events between ALDO's list and the target COG, counted by date and kind: what a release may say of them."""
    query = f"""
        select date, mod, count(distinct code_avant) as communes_avant, count(distinct code_apres) as communes_apres
        from ({APPLIED}) group by all order by all
    """  # noqa: S608 - a constant
    return _records(warehouse, query)


def write_report(warehouse: Path, folder: Path, release: str, exposures: Sequence[str], contours: dict) -> Path:
    """Write `<release>.json` and `<release>.txt` below `folder`; returns the text.

    Args:
        warehouse: the DuckDB file behind the release.
        folder: where reports are kept.
        release: identifier of the release.
        exposures: combinations of totals that leave one commune, in words.
        contours: facts about the polygons (edition, repairs, communes astride).
    """
    facts = {
        "version": release,
        "evenements": _records(warehouse, APPLIED),
        "communes_partagees": _records(
            warehouse,
            """
            select distinct code_commune_aldo, code_commune, regle, poids_surface, poids_population, mesure_surface,
                mesure_population
            from intermediate.int_commune_lineage where poids_surface < 1 or poids_population < 1 order by all
            """,
        ),
        "surfaces": _records(
            warehouse,
            """
            select coalesce(origine_surface, 'inconnue') as origine, count(*) as communes
            from intermediate.int_communes group by all order by all
            """,
        ),
        "territoires_propres": _records(
            warehouse,
            """
            select maille, code_territoire, nom_territoire, n_communes, n_communes_partielles, n_epci, cog_composition
            from marts.territoires where maille not in ('epci', 'departement', 'region', 'france') order by all
            """,
        ),
        "communes_coupees": _records(
            warehouse,
            """
            select maille, code_territoire, code_commune, part_surface, part_population
            from intermediate.int_membres where part_surface < 1 or part_surface is null order by all
            """,
        ),
        "contours": contours,
        "differences_de_totaux": list(exposures),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{release}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    text = folder / f"{release}.txt"
    text.write_text(_in_words(facts), "utf-8")
    return text


def _in_words(facts: dict) -> str:
    lines = [HEADING, f"Version {facts['version']}", ""]
    lines.append(f"{len(facts['evenements'])} lignes d'evenements appliquees ; communes d'ALDO partagees :")
    for row in facts["communes_partagees"]:
        lines.append(
            f"- {row['code_commune_aldo']} > {row['code_commune']} : {row['regle']}, {row['poids_surface']:.4f} de la surface,"
            f" {row['poids_population']:.4f} de la population"
        )
    lines += ["", "Territoires propres a l'utilisateur :"]
    for row in facts["territoires_propres"]:
        cut = f", dont {row['n_communes_partielles']} en partie" if row["n_communes_partielles"] else ""
        astride = f", a cheval sur {row['n_epci']} EPCI" if row["n_epci"] > 1 else ""
        named = f"{row['maille']} {row['code_territoire']} {row['nom_territoire']}"
        lines.append(f"- {named} : {row['n_communes']} communes{cut}{astride}")
    for row in facts["communes_coupees"]:
        share = "part inconnue" if row["part_surface"] is None else f"{row['part_surface']:.4f} de sa surface"
        lines.append(f"  - {row['code_territoire']} contient {row['code_commune']} en partie : {share}")
    lines += ["", f"Contours : {json.dumps(facts['contours'], ensure_ascii=False)}", ""]
    lines.append(f"{len(facts['differences_de_totaux'])} communes se deduisent des totaux publies par difference :")
    for one in facts["differences_de_totaux"]:
        lines.append(f"- {one if len(one) <= WIDTH else one[:WIDTH] + ' ... (en entier dans le fichier json)'}")
    return "\n".join(lines) + "\n"


def _records(warehouse: Path, query: str) -> list[dict]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
