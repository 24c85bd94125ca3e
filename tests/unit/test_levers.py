"""The State's levers: physical units alone, the fictitious region dropped, never in a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.analysis.levers import FILE, HEADER, levers
from dagster_project.core.errors import SourceError

ROWS = """Bretagne;True;reduc_artif;Sobriété foncière;Sols;Mieux préserver;100;kt;kha artificialisés (en 2030);2.5;-0.01;True;True;False
Bretagne;True;augm_haies;Gestion des haies;Sols;Mieux préserver;60;kt;milliers de km de haies supplémentaires;0;0.05;False;True;False
Bretagne;True;co2_foret;Gestion des forêts;Sols;Mieux préserver;500;kt;;0;0;False;False;True
PACA;True;augm_haies;Gestion des haies;Sols;Mieux préserver;20;kt;milliers de km de haies supplémentaires;0;0.05;False;True;False
Région exemple;True;augm_haies;Gestion des haies;Sols;Mieux préserver;999;kt;milliers de km de haies supplémentaires;0;0.05;False;True;False
"""


def write(folder: Path, rows: str = ROWS) -> Path:
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_text(";".join(HEADER) + "\n" + rows, "utf-8")
    return folder


def test_physical_units_by_hand(tmp_path: Path) -> None:
    """2.5 less 100 x 0.01 is 1.5 kha; 60 x 0.05 is 3 thousand km more; what has no physical unit is left out."""
    copy = write(tmp_path)
    found = [(lever.region, lever.name, lever.start, lever.aim) for lever in levers(copy)]
    assert found == [
        ("Bretagne", "Sobriété foncière", 2.5, pytest.approx(1.5)),
        ("Bretagne", "Gestion des haies", None, pytest.approx(3)),
        ("Provence-Alpes-Côte d'Azur", "Gestion des haies", None, pytest.approx(1)),
    ]
    assert {lever.region for lever in levers(copy, "Bretagne")} == {"Bretagne"}


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="FLUX_MIRROR"):
        levers(tmp_path)
    copy = write(tmp_path, ROWS.replace("2.5", "deux"))
    with pytest.raises(SourceError, match="line 2"):
        levers(copy)
    with pytest.raises(SourceError, match="no region is called 'Bretagn'"):
        levers(write(tmp_path / "autre"), "Bretagn")


@pytest.mark.mirror
def test_the_hectares_of_2019_are_those_of_thirteen_regions(mirror: Path) -> None:
    """The README's own sum: 19,338.2 ha without the fictitious region, 20,238.8 with it."""
    starts = [lever.start for lever in levers(mirror) if lever.name == "Sobriété foncière"]
    assert len(starts) == 13
    assert round(1000 * sum(starts), 1) == 19338.2
