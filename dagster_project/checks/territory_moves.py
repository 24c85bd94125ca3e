"""How far the totals of each EPCI and departement moved since the last release: what is listed, and what is held.

Two communes exchanged in a source leave France's totals alone; those of the two EPCI move. Bands are data
(expectations/published/mouvements_bandes.csv), each with its reason.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.checks.expectations import Violation
from dagster_project.core.sql import literal
from dagster_project.settings import EXPECTATIONS_DIR

BANDS = EXPECTATIONS_DIR / "published" / "mouvements_bandes.csv"
RULE = "mouvement_d_un_territoire"
SHOWN = 5
# measure -> table, SQL of what is compared apart and of the parts that add up, figure, and what a move is a part of: net fluxes
# may be near zero, and are weighed by all that is taken up and released.
MEASURES = {
    "flux": ("bilan_global", "approche_bois", "''", "flux_kt_co2e", "emission_kt_co2e - sequestration_kt_co2e"),
    "stock": ("bilan_stocks", "approche_bois", "''", "stock_kt_c", "stock_kt_c"),
    "population": ("territoires", "''", "''", "population", "population"),
    "inventaire": (
        "inventaire_ges",
        "concat_ws(' ', inventaire, annee, gaz)",
        "secteur",
        "emissions_tco2e",
        "emissions_tco2e",
    ),
}


@dataclass(frozen=True)
class Move:
    """A measure of a territory before and now; `part` is how far it moved, as a part of what it was."""

    territory: str
    measure: str
    detail: str
    before: float
    now: float
    part: float
    held: bool

    def __str__(self) -> str:
        what = " ".join(filter(None, (self.measure, self.detail)))
        return f"{self.territory}, {what}: {self.before:,.1f} -> {self.now:,.1f} ({self.part:+.1%})"


def moves(folder: Path, last: Path) -> list[Move]:
    """Every move beyond the band that lists it, the largest first; a figure that only one release has is not a move.

    Args:
        folder: the candidate.
        last: the release that it is to replace, on the same COG.
    """
    with BANDS.open(encoding="utf-8", newline="") as file:
        bands = {
            row["mesure"]: (float(row["liste_au_dela"]), float(row["retenu_au_dela"])) for row in csv.DictReader(file)
        }
    results = []
    with duckdb.connect() as connection:
        for measure, (table, group, detail, figure, weight) in MEASURES.items():
            listed, held = bands[measure]
            places = [place / "tables" / f"{table}.parquet" for place in (folder, last)]
            if not all(place.is_file() for place in places):
                continue
            now, before = (
                f"(select maille, code_territoire, {group} as groupe, {detail} as partie, {figure} as figure, {weight} as poids"  # noqa: S608
                f" from read_parquet({literal(place)}) where maille in ('epci', 'departement'))"
                for place in places
            )
            rows = connection.execute(f"""
                select maille || ' ' || code_territoire, groupe, sum(avant.figure), sum(maintenant.figure),
                    (sum(maintenant.figure) - sum(avant.figure)) / greatest(sum(avant.poids), 1e-6) as part, abs(part) > {held}
                from {now} as maintenant
                inner join {before} as avant using (maille, code_territoire, groupe, partie)
                group by maille, code_territoire, groupe having abs(part) > {listed}
            """).fetchall()  # noqa: S608 - constants of this module
            results += [Move(territory, measure, *row) for territory, *row in rows]
    return sorted(results, key=lambda item: (-abs(item.part), item.territory, item.measure, item.detail))


def violations(folder: Path, last: Path) -> list[Violation]:
    """Moves that are held."""
    if not (held := [move for move in moves(folder, last) if move.held]):
        return []
    shown = "; ".join(map(str, held[:SHOWN]))
    return [
        Violation(RULE, "code_territoire", f"{len(held)} totals moved beyond the band of {BANDS.name}, e.g. {shown}")
    ]
