"""Words of the seeds against what the producers' documents say of each code (tests/golden), one by one."""

from __future__ import annotations

import csv
from pathlib import Path

from dagster_project.settings import DBT_PROJECT_DIR

GOLDEN = Path(__file__).parent.parent / "golden" / "nomenclature.csv"
SEEDS = DBT_PROJECT_DIR / "seeds"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_word_is_that_of_its_code() -> None:
    """Neither two words exchanged, nor a code without its meaning and the document that gives it."""
    golden = rows(GOLDEN)
    assert all(row["sens"] and row["document"] for row in golden)
    expected = {(row["editeur"], row["dimension"], row["code"]): row["mot"] for row in golden}
    assert len(expected) == len(golden)
    found = {(row["editeur"], row["dimension"], row["code"]): row["libelle"] for row in rows(SEEDS / "libelles.csv")}
    found |= {
        ("fiche", "secteur", row["secteur"]): row["libelle"]
        for row in rows(SEEDS / "inventaires" / "inventaires_secteurs.csv")
    }
    for dimension, seed in (("poste", "espass_postes"), ("sous_poste", "espass_sous_postes")):
        found |= {("fiche", dimension, row[dimension]): row["libelle"] for row in rows(SEEDS / "bilan" / f"{seed}.csv")}
    assert found == expected
