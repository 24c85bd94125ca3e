"""Gate 3 closes on figures that together give away a commune or a secret cell, when the candidate shows what it should have left out."""

from __future__ import annotations

from types import ModuleType

import pytest

from dagster_project.assets import gates
from dagster_project.checks import partial_sums, secret_cells
from dagster_project.checks.differencing_rules import memberships
from dagster_project.release import candidate, known_sums, switch
from dagster_project.settings import Settings
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path
from tests.gates.test_published import CONTEXT

# In the demonstration world 85250 alone is secret in ORCAE's industry: the sum of all sectors of its EPCI, of Vendee or of its region
# less the sectors that are known would be its figure.
SECRET = {
    ("orcae", year, "tous_secteurs_hors_energie", "ges", "", mesh, code)
    for year in (2019, 2020, 2021, 2022)
    for mesh, code in (("epci", "200071165"), ("departement", "85"), ("region", "52"))
}


def write(house: Settings, left_out: set[known_sums.Cell]) -> set[known_sums.Cell]:
    """What a candidate shows that leaves these out."""
    switch.clear_candidate(house.publication)
    folder, tables = switch.candidate_folder(house.publication), published_tables(manifest_path(house))
    candidate.write_candidate(house.warehouse, house.contours, folder, tables, CONTEXT, left_out)
    return known_sums.shown(folder)


def test_a_sum_that_gives_a_secret_cell_closes_the_gate(house: Settings) -> None:
    left_out = secret_cells.withheld(house, memberships(house.warehouse))
    assert left_out == SECRET
    assert not write(house, left_out) & SECRET
    assert secret_cells.violations(house) == []
    for cell in [cell for cell in sorted(SECRET) if cell[1] == 2020]:
        assert write(house, left_out - {cell}) & SECRET == {cell}
        (broken,) = secret_cells.violations(house)
        assert broken.rule == "cellule_secrete"
        assert f"orcae {cell[1]} ges: 85250 industrie_hors_energie = {cell[5]} {cell[6]}" in str(broken)


@pytest.mark.thorough
def test_a_known_sum_that_gives_a_commune_closes_the_gate(house: Settings) -> None:
    """Of what an EPCI and its departement know of other transports, the difference is the figure of one commune."""
    left_out = partial_sums.withheld(house, memberships(house.warehouse))
    cell = ("igt", 2016, "autres_transports", "ges", "", "epci", "200071918")
    assert cell in left_out
    assert not write(house, left_out) & left_out
    assert partial_sums.violations(house) == []
    assert write(house, left_out - {cell}) & left_out == {cell}
    (broken,) = partial_sums.violations(house)
    assert broken.rule == "somme_connue_d_une_commune"
    assert "85112 = departement 85 - epci 200071918" in str(broken)


@pytest.mark.parametrize("judge", [partial_sums, secret_cells])
def test_the_gate_asks_each_judge(judge: ModuleType) -> None:
    assert judge.violations in gates.DIFFERENCING
