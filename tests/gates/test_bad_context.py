"""Bad files of Cerema and of the IGN's references are refused with their place and what to do; without them, a release says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.conftest import assert_refused, messages, quick, refresh
from tests.copies import CEREMA

IGN = "observatoires/aldo_ign/bilan-carbone-foret-par-localisation.csv"


def replace(place: str, old: str, new: str) -> Callable[[Path], None]:
    """Change the first occurrence of a text in a file of the copy."""

    def change(copy: Path) -> None:
        text = (copy / place).read_text("utf-8")
        assert old in text
        (copy / place).write_text(text.replace(old, new, 1), "utf-8")

    return change


def first_figure(value: str) -> Callable[[Path], None]:
    """Put a value in the first yearly cell of Cerema's first commune."""

    def change(copy: Path) -> None:
        lines = (copy / CEREMA).read_text("utf-8").splitlines()
        cells = lines[1].split(";")
        cells[lines[0].split(";").index('"naf09art10"')] = value
        lines[1] = ";".join(cells)
        (copy / CEREMA).write_text("\n".join(lines) + "\n", "utf-8")

    return change


CASES: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a year that is missing": (
        replace(CEREMA, '"naf15art16"', '"naf11art21b"'),
        ("obs_artif", "'naf15art16' is missing"),
    ),
    "square metres with a comma": (
        first_figure("1200,5"),
        ("cerema_consommation", "cellule illisible", "ensemble", "m2, avec un point"),
    ),
    "a sum that is not that of its parts": (first_figure("99999999"), ("cerema_consommation", "parties", "99999999")),
    "a code without its zero": (replace(CEREMA, "\n30003;", "\n3003;"), ("cerema_consommation", "idcom", "3003")),
    "a flag of the IGN that nobody knows": (replace(IGN, ",s,", ",S,"), ("ign_references_forets", "surface_ic")),
}


@pytest.mark.parametrize("name", quick(CASES, "square metres with a comma"))
def test_refused_with_its_place_and_current_stays(name: str, altered_copy: Path, house: Settings) -> None:
    spoil, expected = CASES[name]
    spoil(altered_copy)
    assert_refused(name, house, altered_copy, expected)


def test_without_these_files_a_release_says_what_it_lacks(altered_copy: Path, house: Settings) -> None:
    """Nothing is graded and nothing is consumed; the rest is published."""
    for place in (CEREMA, IGN, "aldo/commune_provenance.csv.gz"):
        (altered_copy / place).unlink()
    outcome = refresh(house, altered_copy)
    assert outcome.success, messages(outcome)
    with duckdb.connect(str(current(house.publication) / "carbone.duckdb"), read_only=True) as connection:
        causes = connection.execute("""select distinct grade, cause from marts.qualite_reference
            where nature = 'accroissement_biologique' and flux_brut_tco2e > 0""").fetchall()
        assert causes == [("non_retrouve", "reference_absente")]
        for table in ("consommation_espaces", "cout_carbone_artificialisation"):
            assert connection.execute(f"select count(*) from marts.{table}").fetchone() == (0,)
        assert connection.execute("""select count(*), count(autre_ha) from marts.rapprochement_national
            where comparaison = 'artificialisation' and poste = 'ensemble'""").fetchone() == (6, 0)
