"""What changed between two releases: parts derived by hand, and geography alone between two vintages of the same data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.command import changes_report
from dagster_project.release import changes, switch
from dagster_project.settings import PROJECT_ROOT, STATUTS, Settings
from tests.conftest import copy_of, messages, refresh

MEASURES = ("changement_usage_sol", "accroissement_biologique", "bois_recolte", "bois_consommation", "stock_des_sols",
            "stock_bois_recolte", "stock_bois_consommation")  # fmt: skip


def a_release(
    publication: Path, name: str, cog: int, rows: dict[str, tuple[float, float]], weights: dict, mode: str = "mirror"
) -> Path:
    """A release reduced to what a comparison reads: growth of each row (kept, published), weights of rows in territories."""
    place = publication / "releases" / name
    (place / "tables").mkdir(parents=True)
    catalogue = {"cog_cible": cog, "statut_donnees": STATUTS[mode]}
    (place / "datapackage.json").write_text(json.dumps(catalogue), "utf-8")
    territories = sorted({(mesh, code) for mesh, code, _ in weights})
    pq.write_table(
        pa.table({"maille": [m for m, _ in territories], "code_territoire": [c for _, c in territories],
                  "nom_territoire": [f"CC {c}" for _, c in territories]}),
        place / "tables" / "territoires.parquet",
    )  # fmt: skip
    basis = changes.basis_folder(publication / "bases", name)
    basis.mkdir(parents=True)
    lines = {"code_commune_aldo": list(rows)}
    for measure in MEASURES:
        lines[f"retenu__{measure}"] = [
            kept if measure == "accroissement_biologique" else 0.0 for kept, _ in rows.values()
        ]
        lines[f"publie__{measure}"] = [
            said if measure == "accroissement_biologique" else 0.0 for _, said in rows.values()
        ]
    pq.write_table(pa.table(lines), basis / "lignes.parquet")
    parts = {"maille": [m for m, _, _ in weights], "code_territoire": [c for _, c, _ in weights],
             "code_commune_aldo": [a for _, _, a in weights]}  # fmt: skip
    parts |= {f"poids__{measure}": list(weights.values()) for measure in MEASURES}
    pq.write_table(pa.table(parts), basis / "poids.parquet")
    return place


def parts(table: pa.Table, code: str) -> dict[str, float]:
    (row,) = [
        one for one in table.to_pylist()
        if one["code_territoire"] == code and one["grandeur"] == "flux" and one["approche_bois"] == "recolte"
    ]  # fmt: skip
    return {
        name: row[name] if row[name] is None else round(row[name], 9)
        for name in ("avant", "apres", "ecart", *changes.PARTS)
    }


def test_geography_data_and_method_by_hand(tmp_path: Path) -> None:
    """Row a: -1,000 t, then -1,100 as published, of which the house keeps -1,150; half of it, then three quarters, is in E1.

    E1 goes from -0.5 to -0.8625 kt: geography -1 x (0.75 - 0.5) = -0.25; data -0.1 x 0.75 = -0.075; method -0.05 x 0.75 = -0.0375.
    E2 holds the rest: +0.25, -0.025, -0.0125. E3 had row b (-400 t) and is gone: geography +0.4.
    """
    before = a_release(
        tmp_path, "ancienne", 2019, {"a": (-1000.0, -1000.0), "b": (-400.0, -400.0)},
        {("epci", "E1", "a"): 0.5, ("epci", "E2", "a"): 0.5, ("epci", "E3", "b"): 1.0},
    )  # fmt: skip
    after = a_release(
        tmp_path, "nouvelle", 2026, {"a": (-1150.0, -1100.0), "b": (-400.0, -400.0)},
        {("epci", "E1", "a"): 0.75, ("epci", "E2", "a"): 0.25},
    )  # fmt: skip
    table = changes.compare(tmp_path / "bases", before, after)
    assert parts(table, "E1") == {
        "avant": -0.5,
        "apres": -0.8625,
        "ecart": -0.3625,
        "geographie": -0.25,
        "donnees": -0.075,
        "methode": -0.0375,
    }
    assert parts(table, "E2") == {
        "avant": -0.5,
        "apres": -0.2875,
        "ecart": 0.2125,
        "geographie": 0.25,
        "donnees": -0.025,
        "methode": -0.0125,
    }
    assert parts(table, "E3") == {
        "avant": -0.4,
        "apres": None,
        "ecart": 0.4,
        "geographie": 0.4,
        "donnees": 0.0,
        "methode": 0.0,
    }
    assert {row["unite"] for row in table.to_pylist() if row["grandeur"] == "flux"} == {"kt CO2e/an"}


@pytest.mark.thorough
def test_weights_that_move_on_one_cog_are_method(tmp_path: Path) -> None:
    rows = {"a": (-1000.0, -1000.0)}
    before = a_release(tmp_path, "une", 2026, rows, {("epci", "E1", "a"): 0.5})
    after = a_release(tmp_path, "deux", 2026, rows, {("epci", "E1", "a"): 0.6})
    found = parts(changes.compare(tmp_path / "bases", before, after), "E1")
    assert (found["geographie"], found["donnees"], found["methode"]) == (0.0, 0.0, -0.1)


def test_a_territory_drawn_on_one_cog_is_geography(tmp_path: Path) -> None:
    """A SCoT that was not there has no figure before, and nothing of it is the method's."""
    rows = {"a": (-1000.0, -1000.0)}
    before = a_release(tmp_path, "une", 2026, rows, {("epci", "E1", "a"): 1.0})
    after = a_release(tmp_path, "deux", 2026, rows, {("epci", "E1", "a"): 1.0, ("scot", "S1", "a"): 0.5})
    found = parts(changes.compare(tmp_path / "bases", before, after), "S1")
    assert found == {"avant": None, "apres": -0.5, "ecart": -0.5, "geographie": -0.5, "donnees": 0.0, "methode": 0.0}


def test_a_row_that_a_new_release_of_aldo_brings_is_data(tmp_path: Path) -> None:
    before = a_release(tmp_path, "une", 2026, {"a": (-1000.0, -1000.0)}, {("epci", "E1", "a"): 1.0})
    after = a_release(
        tmp_path,
        "deux",
        2026,
        {"a": (-1000.0, -1000.0), "b": (-30.0, -30.0)},
        {("epci", "E1", "a"): 1.0, ("epci", "E1", "b"): 1.0},
    )
    found = parts(changes.compare(tmp_path / "bases", before, after), "E1")
    assert (found["ecart"], found["donnees"], found["methode"]) == (-0.03, -0.03, 0.0)


def test_demonstration_and_real_releases_are_not_compared(tmp_path: Path) -> None:
    rows, weights = {"a": (-1.0, -1.0)}, {("epci", "E1", "a"): 1.0}
    one = a_release(tmp_path, "une", 2026, rows, weights)
    other = a_release(tmp_path, "essai", 2026, rows, weights, mode="sample")
    with pytest.raises(changes.ChangesError, match="demonstration"):
        changes.compare(tmp_path / "bases", one, other)
    with pytest.raises(changes.ChangesError, match="there are: essai, une"):
        changes_report.find_release(tmp_path, "cog2031")


def test_a_basis_of_another_shape_is_said_not_raised(tmp_path: Path) -> None:
    rows, weights = {"a": (-1.0, -1.0)}, {("epci", "E1", "a"): 1.0}
    one = a_release(tmp_path, "une", 2026, rows, weights)
    other = a_release(tmp_path, "deux", 2026, rows, weights)
    path = changes.basis_folder(tmp_path / "bases", "une") / "lignes.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["publie__stock_des_sols"]), path)
    with pytest.raises(changes.ChangesError, match="une left no basis, or that of another version"):
        changes.compare(tmp_path / "bases", one, other)


def explained_by_geography(house: Settings) -> pa.Table:
    """The comparison of the current releases of 2019 and 2026, checked row by row."""
    places = [switch.current(house.publication, cog) for cog in (2019, 2026)]
    table = pq.read_table(changes.store(house.bases, *places))
    for row in table.to_pylist():
        assert row["geographie"] == pytest.approx(row["ecart"], abs=1e-9, rel=1e-9), row
        assert row["donnees"] == pytest.approx(0, abs=1e-9), row
        assert row["methode"] == pytest.approx(0, abs=1e-9), row
    return table


def on_2019(house: Settings) -> Settings:
    chosen = house.changed(cog=2019)
    outcome = refresh(chosen)
    assert outcome.success, messages(outcome)
    return chosen


@pytest.mark.thorough
def test_between_two_vintages_geography_explains_all(house: Settings, tmp_path: Path) -> None:
    table = explained_by_geography(on_2019(house))
    assert {row["maille"] for row in table.to_pylist()} == {"epci", "departement", "region", "france"}
    command = [
        sys.executable,
        "-m",
        "dagster_project.command.app",
        "changes",
        "cog2019",
        "cog2026",
        "--csv",
        str(tmp_path / "c.csv"),
    ]
    environ = {"FLUX_DATA": str(house.data), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT, env=environ, check=False)
    assert said.returncode == 0, said.stderr
    assert "geographie" in said.stdout
    assert len((tmp_path / "c.csv").read_text("utf-8").splitlines()) == table.num_rows + 1


@pytest.mark.thorough
@pytest.mark.mirror
def test_between_two_national_vintages_geography_explains_all(national: Settings, tmp_path: Path) -> None:
    house = copy_of(national, tmp_path)
    rows = explained_by_geography(on_2019(house)).to_pylist()
    moved = [row for row in rows if abs(row["ecart"]) > 1]
    assert len(moved) > 50  # it is a real change that geography explains
    france = [row["ecart"] for row in rows if row["maille"] == "france"]
    assert france == [pytest.approx(0, abs=1e-6)] * 4


@pytest.mark.thorough
def test_a_refresh_stores_what_it_changed(house: Settings) -> None:
    """Two releases of the same files: nothing changed, and the table says so."""
    last = switch.current(house.publication)
    outcome = refresh(house)
    assert outcome.success, messages(outcome)
    table = pq.read_table(changes.changes_file(house.bases, last.name, switch.current(house.publication).name))
    assert {row["ecart"] for row in table.to_pylist()} == {0.0}
