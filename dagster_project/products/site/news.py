"""What the page `nouveautes` says: the release, the geography it followed, and territories whose figures moved since the last."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.core.sql import literal, queries, records
from dagster_project.products.facts import Release
from dagster_project.release.candidate import DATABASE
from dagster_project.release.catalogue import Catalogue, read_catalogue
from dagster_project.release.switch import is_demonstration

SQL = queries(Path(__file__).with_name("news.sql"))
LARGEST = 20


@dataclass(frozen=True)
class Changed:
    """Since which release, why nothing can be compared (or None), territories that moved most, and how many did.

    `rows` hold maille, code, nom, avant, apres (kt CO2e a year as they are shown, consommation), disparu, nouveau.
    """

    last: Catalogue | None
    reason: str | None
    rows: list[dict[str, Any]]
    moved: int


def changed(release: Release, last: Path | None) -> Changed:
    """Compare with the release that this one replaces.

    Args:
        release: the checked candidate.
        last: folder of the current release, None before the first.
    """
    if last is None:
        return Changed(None, "c'est la première version publiée ici", [], 0)
    before = read_catalogue(last)
    if is_demonstration(before["statut_donnees"]) != is_demonstration(release.catalogue["statut_donnees"]):
        return Changed(before, "l'une des deux versions est une démonstration", [], 0)
    with duckdb.connect() as connection:
        for name, folder in (("nouvelle", release.folder), ("ancienne", last)):
            connection.execute(f"attach {literal(folder / DATABASE)} as {name} (read_only)")
        columns = {row[0] for row in connection.execute("describe ancienne.marts.bilan_global").fetchall()}
        if "arrondi_flux_kt_co2e" not in columns:
            return Changed(before, "la version précédente ne porte pas les chiffres arrondis", [], 0)
        rows = records(connection, SQL["query"])
    return Changed(before, None, rows[:LARGEST], len(rows))
