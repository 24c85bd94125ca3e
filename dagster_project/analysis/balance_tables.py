"""A territory's own balance as tables, flagged local: never in a release, never read by dbt. Same file, same bytes."""

import json
from collections.abc import Mapping
from math import exp
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.analysis.balance_file import Filled
from dagster_project.core.files import whole_folder
from dagster_project.products.balance import published, workbook
from dagster_project.products.balance.engine import Kept, footprint, posts_of_sectors, total
from dagster_project.products.balance.method import method
from dagster_project.products.balance.published import GREENHOUSE, POLLUTANTS, SECTORS, Balance
from dagster_project.release.csv_files import write_csv

LOCAL, PUBLISHED, MIXED = "saisie du territoire", "version publiée", "saisie du territoire et version publiée"
WARNING = "bilan local, ne fait pas foi"
Row = dict[str, Any]
Tables = Mapping[str, list[Row]]


def tables(filled: Filled) -> Tables:
    """Rows of each local table."""
    balance = published.load(filled.release)[filled.territory.maille, filled.territory.code]
    kept = footprint(method(), balance.lines, balance.reference, filled.inputs)
    return {
        "empreinte_consommation_local": [_line(filled, balance, item) for item in kept],
        "bilan_territorial_local": [*_footprint(filled, balance, kept), *_inventory(filled, balance)],
        "bilan_territorial_polluants_local": _pollutants(filled, balance),
        "saisies_local": _typed(filled),
    }


def write(filled: Filled, folder: Path) -> dict[str, int]:
    """Write tables (Parquet, CSV), the filled workbook and bilan.json below `folder`, all or nothing; returns row counts."""
    rows = tables(filled)
    with whole_folder(folder) as work:
        with duckdb.connect() as connection:
            for name, listed in rows.items():
                table = pa.Table.from_pylist(listed) if listed else pa.table({"territoire": pa.array([], pa.string())})
                pq.write_table(table, work / f"{name}.parquet")
                connection.register("lues", table)
                write_csv(connection, "lues", "all", work / f"{name}.csv")
                connection.unregister("lues")
        workbook.write(filled.release, filled.territory, work / f"bilan_{filled.territory.slug}.xlsx", filled.inputs)
        about = {
            "avertissement": WARNING,
            "territoire": filled.territory.name,
            "maille": filled.territory.maille,
            "code_territoire": filled.territory.code,
            "version": filled.release.catalogue["id"],
            "statut_donnees": filled.release.catalogue["statut_donnees"],
            "sha256_du_fichier": filled.digest,
            "saisies": sorted([*filled.inputs.entries, *filled.inputs.choices]),
        }
        (work / "bilan.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return {name: len(listed) for name, listed in rows.items()}


def _place(filled: Filled) -> Row:
    about, facts = filled.territory, filled.release.catalogue
    return {
        "maille": about.maille,
        "code_territoire": about.code,
        "nom_territoire": about.name,
        "cog": facts["cog_cible"],
    }


def _line(filled: Filled, balance: Balance, item: Kept) -> Row:
    line = item.line
    return {
        **_place(filled),
        "poste": line.post,
        "sous_poste": line.name,
        "perimetre": line.perimeter,
        "annee": balance.year,
        "edition": balance.edition,
        "cle": line.key,
        "rang": 1 if item.origin == "local" else line.rank,
        "emissions_tco2e": item.kept,
        "emissions_par_defaut_tco2e": line.default,
        "origine": item.origin,
        "gsd2": None if item.kept is None else exp(item.ln_error),
        "origine_des_donnees": LOCAL if item.origin == "local" else MIXED if item.origin == "cle_locale" else PUBLISHED,
    }


def _footprint(filled: Filled, balance: Balance, kept: list[Kept]) -> list[Row]:
    """Posts of the footprint and all of them, each with its two errors."""
    results = []
    for post in [*dict.fromkeys(item.line.post for item in kept), "ensemble"]:
        mine = [item for item in kept if post in (item.line.post, "ensemble")]
        summed = total(mine)
        typed = {item.origin for item in mine} - {"defaut"}
        results.append(
            {
                **_place(filled),
                "poste": post,
                "perimetre": "empreinte",
                "annee": balance.year,
                "edition": balance.edition,
                "emissions_tco2e": summed.value,
                "part_connue_tco2e": summed.known,
                "gsd2_independant": summed.independent,
                "gsd2_correle": summed.correlated,
                "statut": "non_estime" if summed.value is None else "estime",
                "origine_des_donnees": MIXED if typed else PUBLISHED,
            }
        )
    return results


def _sectors(filled: Filled, balance: Balance, measure: str) -> tuple[dict[str, float | None], bool]:
    """Sectors of a measure as the territory's inputs make them, and whether one was typed."""
    known = balance.sectors.get(measure, dict.fromkeys(SECTORS))
    typed = {sector: filled.inputs.value(f"T.{sector}.{measure}") for sector in SECTORS}
    kept = {sector: known[sector] if typed[sector] is None else typed[sector] for sector in SECTORS}
    return kept, any(value is not None for value in typed.values())


def _inventory(filled: Filled, balance: Balance) -> list[Row]:
    """Posts of what the territory emits; another perimeter, in rows of its own."""
    kept, typed = _sectors(filled, balance, GREENHOUSE)
    _, version, year = balance.inventory.get(GREENHOUSE, ("", "", None))
    return [
        {
            **_place(filled),
            "poste": post,
            "perimetre": "inventaire",
            "annee": year,
            "edition": version or None,
            "emissions_tco2e": value,
            "part_connue_tco2e": known,
            "gsd2_independant": None,
            "gsd2_correle": None,
            "statut": "non_estime" if value is None else "estime",
            "origine_des_donnees": MIXED if typed else PUBLISHED,
        }
        for post, (value, known) in posts_of_sectors(method(), "ges", kept).items()
    ]


def _pollutants(filled: Filled, balance: Balance) -> list[Row]:
    """Posts of the six pollutants."""
    results = []
    for pollutant in POLLUTANTS:
        kept, typed = _sectors(filled, balance, pollutant)
        _, version, year = balance.inventory.get(pollutant, ("", "", None))
        for post, (value, known) in posts_of_sectors(method(), "polluants", kept).items():
            names = {"poste": post, "polluant": pollutant, "annee": year, "edition": version or None}
            figures = {
                "emissions_kg": value,
                "part_connue_kg": known,
                "statut": "non_estime" if value is None else "estime",
            }
            results.append({**_place(filled), **names, **figures, "origine_des_donnees": MIXED if typed else PUBLISHED})
    return results


def _typed(filled: Filled) -> list[Row]:
    """What was typed, with its note and source."""
    inputs = filled.inputs
    factors = {(factor.activity, factor.line): factor.identifier for factor in method().factors}
    listed: list[tuple[str, float | None, str | None, int | None]] = [
        *((name, entry.value, None, entry.note) for name, entry in inputs.entries.items()),
        *((factors[key], value, None, None) for key, value in inputs.factors.items()),
        *((name, None, word, None) for name, word in inputs.choices.items()),
    ]
    return [
        {
            **_place(filled),
            "saisie": name,
            "valeur": value,
            "choix": word,
            "note": note,
            "source": inputs.sources.get(name),
            "origine_des_donnees": LOCAL,
        }
        for name, value, word, note in sorted(listed, key=lambda row: row[0])
    ]
