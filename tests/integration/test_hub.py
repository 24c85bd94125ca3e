"""The ministry's hub format, read by a reader written from its layout page alone; what is said to be summable is added up."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project.release.catalogue import read_catalogue
from dagster_project.settings import Settings

KEY = "ecospheres-indicateurs"
DATE = re.compile(r"[0-9]{4}-01-01T00:00:00\.000")
CODES = {"region": r"[0-9]{2}", "departement": r"[0-9]{2}|2[AB]|97[1-6]", "epci": r"[0-9]{9}"}
Cell = tuple[str, tuple[str, ...]]  # date and axes


@dataclass
class Indicator:
    """A data set of the hub, as its layout page says it is."""

    unit: str
    summable: bool
    meshes: dict[str, dict[str, dict[Cell, float | None]]]  # by mesh, code, then date and axes
    axes: tuple[str, ...]


def read(folder: Path) -> Indicator:
    """Read a data set: its extras, then each file by the extras of the file."""
    text = json.loads((folder / "extras.json").read_text("utf-8"))
    about, meshes, axes = text["jeu"][KEY], {}, ()
    assert set(about) == {"unite", "summable", "enable_visualization"} and isinstance(about["summable"], bool)
    for name, extras in text["fichiers"].items():
        mesh, value, axes = extras[KEY]["maille"], extras[KEY]["value-column"], tuple(extras[KEY]["axes"])
        assert name == f"{mesh}.csv" and mesh in CODES
        rows: dict[str, dict[Cell, float | None]] = defaultdict(dict)
        with (folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == ["date_mesure", f"geocode_{mesh}", f"libelle_{mesh}", *axes, value]
            for row in reader:
                assert DATE.fullmatch(row["date_mesure"]) and row[f"libelle_{mesh}"].strip(), row
                assert re.fullmatch(CODES[mesh], row[f"geocode_{mesh}"]), row
                cell = (row["date_mesure"], tuple(row[axis] for axis in axes))
                assert cell not in rows[row[f"geocode_{mesh}"]], f"{folder.name}/{name}: two values of {cell}"
                rows[row[f"geocode_{mesh}"]][cell] = float(row[value]) if row[value] else None
        meshes[mesh] = dict(rows)
    return Indicator(about["unite"], about["summable"], meshes, axes)


def added(parts: list[dict[Cell, float | None]]) -> dict[Cell, float]:
    """Rows of some territories, added."""
    results: dict[Cell, float] = defaultdict(float)
    for part in parts:
        for cell, value in part.items():
            results[cell] += value
    return dict(results)


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return (released.publication / "current").resolve()


@pytest.fixture(scope="module")
def indicators(folder: Path) -> dict[str, Indicator]:
    return {path.name: read(path) for path in sorted((folder / "indicateurs").iterdir())}


@pytest.fixture(scope="module")
def marts(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
        yield connection


def regions(marts: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Departements of each region."""
    rows = marts.execute(
        "select codes_regions, code_territoire from marts.territoires where maille = 'departement'"
    ).fetchall()
    results: dict[str, list[str]] = defaultdict(list)
    for region, departement in rows:
        results[region].append(departement)
    return results


def test_each_indicator_has_its_files_and_no_other(folder: Path, indicators: dict[str, Indicator]) -> None:
    assert len(indicators) > 20
    for name, item in indicators.items():
        assert item.unit and set(item.meshes) <= set(CODES)
        files = {path.name for path in (folder / "indicateurs" / name).iterdir()}
        assert files == {"extras.json", *(f"{mesh}.csv" for mesh in item.meshes)}, "no file for France"


def test_one_wood_approach_a_folder_and_the_period_as_an_axis(indicators: dict[str, Indicator]) -> None:
    both = {name.removesuffix("_recolte") for name in indicators if name.endswith("_recolte")}
    assert both == {name.removesuffix("_consommation") for name in indicators if name.endswith("_consommation")}
    for name in (f"{item}_{approach}" for item in both for approach in ("recolte", "consommation")):
        item = indicators[name]
        assert item.axes[0] == "periode" and "approche_bois" not in item.axes
        assert {cell[0] for rows in item.meshes["region"].values() for cell in rows} == {"2018-01-01T00:00:00.000"}
        assert {cell[1][0] for rows in item.meshes["region"].values() for cell in rows} == {"2012-2018"}


def test_what_is_summable_adds_up_to_the_parent_mesh(
    indicators: dict[str, Indicator], marts: duckdb.DuckDBPyConnection
) -> None:
    """Departements make regions, regions make France; the axes of two indicators of one quantity make the same total."""
    summable = {name: item for name, item in indicators.items() if item.summable}
    assert {"flux_net_recolte", "flux_par_nature_consommation", "stock_par_occupation"} <= set(summable)
    for name, item in summable.items():
        departements = item.meshes["departement"]
        for region, inside in regions(marts).items():
            if region in item.meshes["region"]:
                total = added([departements[code] for code in inside])
                assert total == pytest.approx(item.meshes["region"][region], rel=1e-9, abs=1e-9), (name, region)
    for approach in ("recolte", "consommation"):
        for split in ("flux_par_nature", "flux_par_usage_final"):
            parts, whole = indicators[f"{split}_{approach}"], indicators[f"flux_net_{approach}"]
            for mesh, rows in parts.meshes.items():
                for code, cells in rows.items():
                    (total,) = whole.meshes[mesh][code].values()
                    assert sum(cells.values()) == pytest.approx(total, rel=1e-9, abs=1e-9), (split, code)


@pytest.mark.parametrize(
    ("name", "table", "column", "where", "code"),
    [
        ("flux_net_recolte", "bilan_global", "flux_kt_co2e", "approche_bois = 'recolte'", "FR"),
        ("flux_net_consommation", "bilan_global", "flux_kt_co2e", "approche_bois = 'consommation'", "FR"),
        ("sequestration_recolte", "bilan_global", "sequestration_kt_co2e", "approche_bois = 'recolte'", "FR"),
        ("stock_par_occupation", "stocks_par_occupation", "stock_kt_c", "true", "FR"),
    ],
)  # fmt: skip
def test_regions_make_france(
    indicators: dict[str, Indicator],
    marts: duckdb.DuckDBPyConnection,
    name: str,
    table: str,
    column: str,
    where: str,
    code: str,
) -> None:
    query = (
        f"select sum({column}) from marts.{table} where maille = 'france' and code_territoire = '{code}' and {where}"
    )
    total = sum(value for rows in indicators[name].meshes["region"].values() for value in rows.values())
    assert total == pytest.approx(marts.execute(query).fetchone()[0], rel=1e-9)


def test_epci_and_communes_without_epci_make_france(
    released: Settings, indicators: dict[str, Indicator], marts: duckdb.DuckDBPyConnection
) -> None:
    """The file of EPCI lacks the islands that have none, and nothing else: ALDO's own rows say how much that is."""
    with duckdb.connect(str(released.warehouse), read_only=True) as connection:
        query = "select code_commune from intermediate.int_communes where siren_epci is null"
        islands = {code for (code,) in connection.execute(query).fetchall()}
    assert islands
    raw = pq.read_table(released.raw / "aldo_flux_total.parquet").to_pylist()
    left_out = sum(-float(row["flux_tCO2e_an-1"]) / 1000 for row in raw if row["insee"] in islands)
    assert left_out != 0
    epci = sum(value for rows in indicators["flux_net_recolte"].meshes["epci"].values() for value in rows.values())
    query = "select flux_kt_co2e from marts.bilan_global where maille = 'france' and approche_bois = 'recolte'"
    assert epci + left_out == pytest.approx(marts.execute(query).fetchone()[0], rel=1e-9)


def test_what_is_not_summable_does_not_add_up(
    indicators: dict[str, Indicator], marts: duckdb.DuckDBPyConnection
) -> None:
    """A ratio, whose parts do not make the whole; or a value that is not known somewhere."""
    for name, item in indicators.items():
        if item.summable:
            continue
        values = [value for rows in item.meshes.values() for cells in rows.values() for value in cells.values()]
        if any(value is None for value in values):
            continue
        sums = [
            added([item.meshes["departement"][code] for code in inside])
            == pytest.approx(item.meshes["region"][region], rel=1e-6)
            for region, inside in regions(marts).items()
            if region in item.meshes["region"] and len(inside) > 1
        ]
        assert not all(sums), f"{name} could be added"


def test_an_unknown_figure_forbids_adding(indicators: dict[str, Indicator]) -> None:
    """The footprint of Mayotte is not known: its row is there, empty, and nobody is told to add the others."""
    item = indicators["empreinte_par_poste"]
    assert not item.summable
    assert {value is None for value in item.meshes["region"]["06"].values()} == {True, False}


def test_figures_are_those_of_the_marts(indicators: dict[str, Indicator], marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select maille, code_territoire, secteur, annee, emissions_tco2e from marts.inventaire_ges"
        " where inventaire = 'orcae' and gaz = 'ges' and \"partition\" and maille in ('region', 'departement', 'epci')"
    ).fetchall()
    item = indicators["emissions_ges_orcae"]
    assert sum(len(cells) for mesh in item.meshes.values() for cells in mesh.values()) == len(rows) > 100
    known = [
        (mesh, code, date[:4], value)
        for mesh, of in item.meshes.items()
        for code, cells in of.items()
        for (date, _), value in cells.items()
    ]
    assert sorted(known, key=repr) == sorted(
        ((mesh, code, str(year), value) for mesh, code, _, year, value in rows), key=repr
    )


def test_the_catalogue_lists_the_files_with_their_extras(folder: Path, indicators: dict[str, Indicator]) -> None:
    listed = [item for item in read_catalogue(folder)["resources"] if item["path"].startswith("indicateurs/")]
    assert len(listed) == sum(len(item.meshes) for item in indicators.values())
    for item in listed:
        name, mesh = item["path"].split("/")[1:]
        assert item["extras"][KEY]["maille"] == mesh.removesuffix(".csv")
        assert item["extras_du_jeu"][KEY]["summable"] == indicators[name].summable
        assert item["licenses"] and item["title"] and item["description"]
