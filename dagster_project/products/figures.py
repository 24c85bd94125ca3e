"""How figures and codes are written for people: French digits to the decimals of the marts, French words of the seeds.

Rounds nothing: the marts' `arrondi_` columns are already rounded (dbt_project/macros/arrondis.sql).
"""

import csv
import math
import re
from collections.abc import Mapping
from functools import cache

from dagster_project.core.text import unaccented
from dagster_project.core.variables import variables
from dagster_project.settings import DBT_PROJECT_DIR

PREFIX, MAGNITUDE = "arrondi_", "ordre_de_grandeur_"  # columns that are shown: rounded for tables, and for a sentence
MINUS, THIN_SPACE = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"
UNKNOWN = "n. d."
PLURALS = {"epci": "Intercommunalités", "departement": "Départements", "region": "Régions", "france": "France"}
MOST_SENTENCE_DECIMALS = 2  # as the marts round (dbt_project/macros/arrondis.sql)
KIND_OF_EPCI = re.compile(r"(?:CC|CA|CU|Métropole)\b\s*(?:(?:du|des|de la|de l['’]|de|d['’])(?:\s+|(?<=['’])))?")


@cache
def decimals(column: str) -> int:
    """Decimals of a column that is shown, by the unit that ends its name; 0 for counts."""
    return next((number for unit, number in variables()["decimales"].items() if column.endswith(f"_{unit}")), 0)


def french(figure: float | None, column: str) -> str:
    """A figure of a presentation column, or a count, as French readers write it; `n. d.` where there is none.

    Args:
        figure: already rounded to the decimals of its column.
        column: its name.
    """
    if figure is None:
        return UNKNOWN
    digits = sentence_decimals(figure) if column.startswith(MAGNITUDE) else decimals(column)
    text = french_digits(f"{abs(figure):,.{digits}f}")
    return f"{MINUS}{text}" if figure < 0 else text


def sentence_decimals(figure: float) -> int:
    """Decimals of an order of magnitude: those that two significant digits have."""
    first = math.floor(math.log10(abs(figure))) if figure else 1
    return min(MOST_SENTENCE_DECIMALS, max(0, 1 - first))


def short_name(name: str) -> tuple[str, str]:
    """What an official name begins with in every list (`CC du `, with its space), and the name that readers look for."""
    start = KIND_OF_EPCI.match(name)
    prefix = start[0] if start and start.end() < len(name) else ""
    return prefix, name.removeprefix(prefix)


def spreadsheet_format(digits: int) -> str:
    """How a spreadsheet shows a number of so many decimals, with thousands."""
    return "#,##0" + ("." + "0" * digits if digits else "")


def french_digits(text: str) -> str:
    """A number as Python writes it with thousands, with French separators."""
    return text.replace(",", THIN_SPACE).replace(".", ",")


def plain(name: str) -> str:
    """A name without case nor accents: the order of a French index."""
    return unaccented(name.casefold())


@cache
def labels() -> Mapping[tuple[str, str], str]:
    """French words by (dimension, code), sectors of inventories and posts of the balance included."""
    seeds = DBT_PROJECT_DIR / "seeds"
    with (seeds / "libelles.csv").open(encoding="utf-8", newline="") as file:
        results = {
            (row["dimension"], row["code"]): row["libelle"] for row in csv.DictReader(file) if row["editeur"] == "fiche"
        }
    with (seeds / "inventaires" / "inventaires_secteurs.csv").open(encoding="utf-8", newline="") as file:
        results |= {("secteur", row["secteur"]): row["libelle"] for row in csv.DictReader(file)}
    with (seeds / "bilan" / "espass_postes.csv").open(encoding="utf-8", newline="") as file:
        return results | {("poste", row["poste"]): row["libelle"] for row in csv.DictReader(file)}


def label(dimension: str, code: str) -> str:
    """The French word of a code; the code itself where the seeds have none (a `maille` of the user's own)."""
    return labels().get((dimension, code), code)


def plural(mesh: str) -> str:
    """Territories of a mesh, in words; the code of a mesh of the user's own."""
    return PLURALS.get(mesh, mesh)


def order(dimension: str) -> list[str]:
    """Codes of a dimension in the order of the seeds, which is that of pages and workbooks."""
    return [code for name, code in labels() if name == dimension]
