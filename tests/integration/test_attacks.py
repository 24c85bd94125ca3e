"""Attacks on what is published, by someone who knows the geography, which communes a producer knows, and numerical algebra: none
recovers a cell of a source from known sums, and a secret source stays closed. They know nothing of the rules (checks/).

Every published figure is an equation on the cells of the source. A cell is recovered when the figures determine it, whatever the rest.
What complete totals give away (an island: its departement minus its EPCI) is listed in the internal report, and closes the gate of a
secret source: attacks are counted beyond that.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dagster_project.checks import differencing_rules
from dagster_project.release.switch import current, reports_folder
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from tests.conftest import copy_of, messages, refresh

ZERO = 1e-9
IGT = "inventories/igt_2016.csv"
Figures = list[tuple[Path, Path]]  # a release and the warehouse that tells the geography it was made on


def recovered(known: Figures, inventory: str, complete_alone: bool = False) -> set[tuple[str, int, str]]:
    """(sector, year, commune) of the cells of an inventory that its published figures determine."""
    equations: dict[tuple[str, int], list[tuple[dict[str, float], bool]]] = defaultdict(list)
    for release, warehouse in known:
        weights, truth = geography(warehouse, inventory)
        table = release / "tables" / "inventaire_ges.parquet"
        rows = duckdb.execute(
            f"select maille, code_territoire, secteur, annee, completude = 'complete' from '{table}'"
            " where inventaire = ? and gaz = 'ges' and emissions_connues_tco2e is not null",
            [inventory],
        ).fetchall()
        for maille, code, sector, year, whole in rows:
            people = sector != "agriculture"
            cells = {row: pair[people] for row, pair in weights[maille, code].items() if (row, sector, year) in truth}
            equations[sector, year].append((cells, whole))
    found = set()
    for (sector, year), rows in equations.items():
        kept = [cells for cells, whole in rows if whole or not complete_alone]
        found |= {(sector, year, cell) for cell in determined(kept)}
    return found


def determined(equations: Sequence[dict[str, float]]) -> set[str]:
    """Unknowns that have one value in every solution: those on which the null space of the matrix does not move."""
    cells = sorted({cell for row in equations for cell in row})
    if not cells:
        return set()
    matrix = np.array([[row.get(cell, 0.0) for cell in cells] for row in equations])
    _, sizes, vectors = np.linalg.svd(matrix)
    free = vectors[int((sizes > ZERO).sum()) :]
    return {cell for column, cell in enumerate(cells) if not len(free) or np.abs(free[:, column]).max() < ZERO}


def geography(warehouse: Path, inventory: str) -> tuple[dict, set]:
    """Weights of each commune in each territory (by land, by people), and the cells that the producer knows."""
    weights: dict[tuple[str, str], dict[str, tuple[float, float]]] = defaultdict(dict)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            select parts.maille, parts.code_territoire, parts.code_source, parts.poids_surface, parts.poids_population
            from intermediate.int_inventaires_appartenances as parts
            inner join staging.stg_inventaires as contrats using (maille_source, millesime)
            where contrats.inventaire = ?
            """,
            [inventory],
        ).fetchall()
        cells = connection.execute(
            "select code_source, secteur, annee from intermediate.int_inventaires_cellules"
            " where inventaire = ? and mesure = 'ges' and etat = 'valeur'",
            [inventory],
        ).fetchall()
    for maille, code, row, land, people in rows:
        weights[maille, code][row] = (land, people)
    return weights, set(cells)


def beyond_complete_totals(known: Figures, inventory: str) -> set:
    return recovered(known, inventory) - recovered(known, inventory, complete_alone=True)


def released(house: Settings) -> tuple[Path, Path]:
    return current(house.publication), house.warehouse


def fill(copy: Path, commune: str | None = None) -> str:
    """Give a figure to the first blank of a column, as a producer's next version would; returns its commune."""
    path = copy / IGT
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("Autres transports")
    row = next(one for one in rows[1:] if one[column] == "" and commune in (None, one[0]))
    row[column] = "123.456"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return row[0]


@pytest.mark.parametrize("inventory", ["igt", "orcae"])
def test_known_sums(house: Settings, inventory: str) -> None:
    """The sample's columns have holes: with them, what was published before gave cells by themselves."""
    assert recovered([released(house)], inventory, complete_alone=True), "the attack works where it may"
    assert beyond_complete_totals([released(house)], inventory) == set()


def test_some_known_sums_are_still_there(house: Settings) -> None:
    """Withheld is not all: known sums with enough parts that give nobody away are published."""
    table = current(house.publication) / "tables" / "inventaire_ges.parquet"
    (shown, held) = duckdb.execute(
        f"select count(*) filter (where emissions_connues_tco2e is not null), count(*) filter (where emissions_connues_tco2e is null)"
        f" from '{table}' where completude = 'partielle'"
    ).fetchone()
    assert shown > 0 and held > 0


@pytest.mark.thorough
def test_two_versions_of_an_inventory(house: Settings, altered_copy: Path, tmp_path: Path) -> None:
    """The producer fills one blank: the known sums of both versions, one minus the other, do not give its figure."""
    before = copy_of(house, tmp_path / "before")
    filled = fill(altered_copy)
    after = copy_of(house, tmp_path / "after").changed(announced_change="nouvelle version")
    outcome = refresh(after, altered_copy)
    assert outcome.success, messages(outcome)
    both = [released(before), released(after)]
    assert beyond_complete_totals(both, "igt") == set()
    assert ("autres_transports", 2016, filled) not in recovered(both, "igt")


@pytest.mark.thorough
def test_two_vintages(house: Settings, tmp_path: Path) -> None:
    """The same inventory on the EPCI of 2021 and of 2026, side by side in one folder."""
    first = copy_of(house, tmp_path / "first")
    older = copy_of(house, tmp_path / "older").changed(cog=2021)
    outcome = refresh(older)
    assert outcome.success, messages(outcome)
    known = [released(first), ((older.publication / "current-cog2021").resolve(), older.warehouse)]
    assert beyond_complete_totals(known, "igt") == set()


@pytest.mark.thorough
def test_own_territories(house: Settings, tmp_path: Path) -> None:
    """Territories drawn so that they differ by one commune whose EPCI has holes: their known sums give nothing away."""
    weights, _ = geography(house.warehouse, "igt")
    epci = "200071918"
    members = sorted(weights["epci", epci])
    path = tmp_path / "territoires.csv"
    lines = ["code,nom,genre,membre,millesime"]
    for number in range(len(members)):
        kept = members[:number] + members[number + 1 :]
        lines += [f"A{number}a,Sans {number},scot,{member},2016" for member in kept]
    path.write_text("\n".join(lines) + "\n")
    own = copy_of(house, tmp_path / "own").changed(territories=path)
    outcome = refresh(own)
    assert outcome.success, messages(outcome)
    assert beyond_complete_totals([released(own)], "igt") == set()


@pytest.mark.thorough
def test_split_pieces_of_a_secret_source(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two territories hold two pieces of 85084, one commune for the source: their difference, divided, is its figure. The gate closes."""
    path = tmp_path / "territoires.csv"
    path.write_text(
        "code,nom,genre,membre,millesime\n"
        "S1,Un,scot,85165,2026\nS1,Un,scot,85112,2026\nS1,Un,scot,85194,2026\n"
        "S2,Deux,scot,85212,2026\nS2,Deux,scot,85112,2026\nS2,Deux,scot,85194,2026\n"
    )
    own = copy_of(house, tmp_path / "own").changed(territories=path)
    outcome = refresh(own)
    assert outcome.success, messages(outcome)
    report = (reports_folder(own.publication) / f"{current(own.publication).name}.json").read_text("utf-8")
    assert "ligne ALDO 85084" in report
    secret = {
        name: one.model_copy(update={"secret_statistique": name == "orcae"}) for name, one in load_inventories().items()
    }
    monkeypatch.setattr(differencing_rules, "load_inventories", lambda: secret)
    assert "orcae is secret" in str(differencing_rules.violations(own))
