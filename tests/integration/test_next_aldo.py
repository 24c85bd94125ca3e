"""The next ALDO beside the one in force: a YAML and a mapping, another period and divisor, never mixed, its defects refused.

The contracts are added to a copy of the project, as a maintainer would add them. The files are the demonstration's, written as the
exporters of ALDO's next version write them: more columns at the end, codes without their leading zero in the stocks, areas that
tell the two kinds of artificial land apart; figures are invented.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from dagster_project.sources.registry import load_registry
from tests import project_copy
from tests.project_copy import bounds_of_the_sample, copy_project

FILES = ("aldo_flux_total", "aldo_flux_unitaire", "aldo_accroissement_forets", "aldo_stocks")
INDICATORS = (
    "sequestration_nette_totale_tCO2e_an-1",
    "part_forets",
)  # the next exporters add some at the end of a line
SEALED, GRASSED, WOODED = (
    "sols artificiels imperméabilisés",
    "sols artificiels arbustifs",
    "sols artificiels arborés et buissonants",
)
Row = dict[str, str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked project whose contracts and seeds know an edition 2031."""
    home = copy_project(tmp_path_factory.mktemp("project"))
    for source_id in FILES:
        path = home / "dagster_project" / "sources" / f"{source_id}.yml"
        body = yaml.safe_load(path.read_text("utf-8"))
        body["layouts"]["suivante"] = {"format": "csv", "other_columns": "ignored"}
        body["editions"]["2031"] = {
            "release": "ALDO 2031-05-01",
            "vintage": "communes of ALDO's own list (IGN, 17/12/2018)",
            "attribution": "ADEME, ALDO 2031 ; IGN ; CITEPA",
            "period": {"label": "2021" if source_id == "aldo_stocks" else "2013-2023", "years": 10},
            "mirror": {"path": f"aldo/2031/{source_id}.csv.gz", "layout": "suivante"},
        }
        path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), "utf-8")
    seeds = home / "dbt_project" / "seeds" / "aldo"
    _again(seeds / "aldo_constantes.csv", lambda row: row["constante"] != "part_impermeabilisee")
    _again(seeds / "aldo_ecarts_methode.csv", lambda row: True)
    _again(seeds / "aldo_defauts_connus.csv", lambda row: True, {"artificiels_comptes_deux_fois": {"etat": "absent"}})
    return home


def _again(path: Path, wanted: Callable[[Row], bool], changes: dict[str, Row] | None = None) -> None:
    """Repeat the rows of edition 2023 for 2031."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    more = [{**row, "edition": "2031"} for row in rows if row["edition"] == "2023" and wanted(row)]
    more = [{**row, **(changes or {}).get(row.get("defaut", ""), {})} for row in more]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *more])


@pytest.fixture(scope="module")
def portals(sample_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration copy, with the files of edition 2031 beside those of 2023."""
    copy = Path(shutil.copytree(sample_copy, tmp_path_factory.mktemp("portals") / "copy"))
    (copy / "aldo" / "2031").mkdir()
    tables = {source_id: _read(copy / load_registry()[source_id].editions["2023"].mirror.path) for source_id in FILES}
    for code, row in tables["aldo_flux_total"].items():
        _next_total(row, tables["aldo_accroissement_forets"][code])
    for row in tables["aldo_stocks"].values():
        _next_stocks(row)
    for source_id, rows in tables.items():
        (copy / "aldo" / "2031" / f"{source_id}.csv.gz").write_bytes(_bytes(rows))
    return copy


def _read(path: Path) -> dict[str, Row]:
    text = gzip.decompress(path.read_bytes()).decode()
    return {row["insee"]: row for row in csv.DictReader(io.StringIO(text))}


def _bytes(rows: dict[str, Row]) -> bytes:
    out = io.StringIO()
    first = next(iter(rows.values()))
    writer = csv.DictWriter(out, [*first, *INDICATORS], lineterminator="\n", restval="0")
    writer.writeheader()
    writer.writerows(rows.values())
    return gzip.compress(out.getvalue().encode())


def _next_total(row: Row, forest: Row) -> None:
    """Conversions are half as large, and land given back by artificial soils is counted once, as sealed."""
    total = 0.0
    for label in [one for one in row if one.endswith("_surface_ha_an-1")]:
        pair = label.removesuffix("_surface_ha_an-1")
        kept = 0.0 if pair.startswith(f"{GRASSED}_vers_") else 0.5
        for one in (label, f"{pair}_tCO2e_an-1"):
            if row.get(one):
                row[one] = repr(float(row[one]) * kept)
        total += float(row.get(f"{pair}_tCO2e_an-1") or 0)
    total += sum(
        float(value)
        for label, value in forest.items()
        if label.startswith("forêt") and label.endswith("_flux_tCO2e_an-1")
    )
    row["flux_tCO2e_an-1"] = repr(total + float(forest["total_recolte_flux_tCO2e_an-1"] or 0))


def _next_stocks(row: Row) -> None:
    """Each kind of artificial land has its own area: no more 80/20."""
    gross, wooded = float(row[f"{SEALED}_surface_ha"]), float(row[f"{WOODED}_surface_ha"])
    sealed = min(gross, 0.8 * (gross + wooded))
    row[f"{SEALED}_surface_ha"], row[f"{GRASSED}_surface_ha"] = repr(sealed), repr(gross - sealed)


def run(project: Path, portals: Path, data: Path, **environ: str) -> subprocess.CompletedProcess:
    """A refresh of the copied project; the copy's inventories are the sample's, smaller than their contracts say."""
    return project_copy.run(project, portals, data, **{"FLUX_INVENTORIES": "none", **environ})


def catalogue(data: Path) -> dict:
    return json.loads((data / "publication" / "current" / "datapackage.json").read_text("utf-8"))


@pytest.fixture
def national_bounds(project: Path) -> None:
    bounds_of_the_sample(project)


@pytest.mark.thorough
def test_both_releases_side_by_side(project: Path, portals: Path, tmp_path: Path, national_bounds: None) -> None:
    first = run(project, portals, tmp_path, FLUX_ALDO="2023")
    assert first.returncode == 0, first.stdout + first.stderr
    assert catalogue(tmp_path)["edition_aldo"] == "2023"

    held = run(project, portals, tmp_path)  # the newest that is served: 2031; conversions halved, nobody announced it
    assert held.returncode == 1
    assert "comparaison_derniere_version" in held.stderr
    assert "FLUX_ANNOUNCED_CHANGE" in held.stderr
    assert catalogue(tmp_path)["edition_aldo"] == "2023"

    second = run(project, portals, tmp_path, FLUX_ANNOUNCED_CHANGE="ALDO 2031")
    assert second.returncode == 0, second.stdout + second.stderr
    said = catalogue(tmp_path)
    assert (said["edition_aldo"], said["periode"][:24]) == ("2031", "année moyenne 2013-2023 ")
    about = [one for one in said["sources"] if one["source"].startswith("aldo_")]
    assert {one["release"] for one in about} == {"ALDO 2031-05-01"}
    assert "CHANTERELLE" not in json.dumps(about)
    assert "2012-2018" not in json.dumps({key: value for key, value in said.items() if key != "sources"})
    place = (tmp_path / "publication" / "current").resolve()
    flux = pq.read_table(place / "tables" / "flux_carbone.parquet").to_pylist()
    assert {row["version_aldo"] for row in flux} == {"ALDO 2031-05-01"}
    assert {
        row["annee_de_reference"] for row in pq.read_table(place / "tables" / "pcaet_cadre_depot.parquet").to_pylist()
    } == {"moyenne annuelle 2013-2023"}
    assert not [
        row
        for row in flux
        if row["occupation_initiale"] == "artificiels_arbustifs" and row["occupation_finale"] == "cultures"
    ]

    (stored,) = (tmp_path / "bases").glob("changements_*.parquet")
    for row in pq.read_table(stored).to_pylist():  # same COG, same method: the new figures explain all of it
        assert row["donnees"] == pytest.approx(row["ecart"], abs=1e-9)
        assert (row["geographie"], row["methode"]) == (0.0, pytest.approx(0, abs=1e-9))
    assert any(abs(row["ecart"]) > 0.1 for row in pq.read_table(stored).to_pylist())


@pytest.mark.thorough
def test_an_edition_that_is_not_served_is_named(project: Path, portals: Path, tmp_path: Path) -> None:
    refused = run(project, portals, tmp_path, FLUX_ALDO="2027")
    assert refused.returncode != 0
    assert "has no edition 2027; known: 2023, 2031" in refused.stdout + refused.stderr


@pytest.mark.thorough
def test_two_editions_are_never_mixed(project: Path, portals: Path, tmp_path: Path) -> None:
    """One file of the next edition is missing from the contracts: nothing is read of the others."""
    home = Path(shutil.copytree(project, tmp_path / "project"))
    path = home / "dagster_project" / "sources" / "aldo_stocks.yml"
    body = yaml.safe_load(path.read_text("utf-8"))
    del body["editions"]["2031"]
    path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), "utf-8")
    refused = run(home, portals, tmp_path / "data")
    assert refused.returncode != 0
    assert "editions would be mixed" in refused.stdout + refused.stderr
    assert "aldo_stocks 2023" in refused.stdout + refused.stderr


DEFECTS = {
    "Corsican codes cut to 2": (
        "aldo_stocks",
        lambda code: "2" if code.startswith(("2A", "2B")) else code,
        ("rows hold '2'", "every Corsican code into 2"),
    ),
    "the export by EPCI": (
        "aldo_flux_total",
        lambda code: "2000" + code.replace("A", "0").replace("B", "0"),
        ("insee", "SIREN"),
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_of_the_next_exports_is_refused_with_its_reason(
    name: str, project: Path, portals: Path, tmp_path: Path, national_bounds: None
) -> None:
    source_id, change, expected = DEFECTS[name]
    copy = Path(shutil.copytree(portals, tmp_path / "copy"))
    path = copy / "aldo" / "2031" / f"{source_id}.csv.gz"
    rows = {code: {**row, "insee": change(row["insee"])} for code, row in _read(path).items()}
    path.write_bytes(
        _bytes({code: {k: v for k, v in row.items() if k not in INDICATORS} for code, row in rows.items()})
    )
    refused = run(project, copy, tmp_path / "data")
    assert refused.returncode == 1
    for text in expected:
        assert text in refused.stdout + refused.stderr
