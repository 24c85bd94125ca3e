"""No netting, by construction: the project's manifest keeps the rules of accounting, and each way around them is seen."""

from __future__ import annotations

import copy
import csv
import json

import pytest

from dagster_project.checks.accounting import AVOIDED, violations
from dagster_project.settings import DBT_PROJECT_DIR, load_settings
from dagster_project.warehouse.project import ensure_manifest

PREFIX = "model.flux_carbone."


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    chosen = load_settings({"FLUX_DATA": str(tmp_path_factory.mktemp("data"))})
    return json.loads(ensure_manifest(chosen).read_text("utf-8"))


def with_model(manifest: dict, name: str, parents: tuple[str, ...], columns: dict[str, str]) -> dict:
    """The manifest with one model more; a parent with a dot is a source."""
    more = copy.deepcopy(manifest)
    more["nodes"][PREFIX + name] = {
        "unique_id": PREFIX + name,
        "name": name,
        "resource_type": "model",
        "original_file_path": f"models/marts/{name}.sql",
        "depends_on": {"nodes": [f"source.flux_carbone.{one}" if "." in one else PREFIX + one for one in parents]},
        "columns": {column: {"name": column, "data_type": kind} for column, kind in columns.items()},
    }
    return more


def test_the_project_keeps_the_rules(manifest: dict) -> None:
    assert violations(manifest) == []


CASES = {
    "a balance of fluxes and emissions": (
        ("bilan_carbone", ("bilan_global", "inventaire_ges"), {"bilan_tco2e": "double"}),
        "bilan_carbone joins",
    ),
    "the same, hidden one model further": (
        ("int_cache", ("int_flux_territoires", "int_inventaires_territoires"), {}),
        "int_cache joins",
    ),
    "a balance from staging": (
        ("bilan_net", ("stg_aldo__flux_total", "inventaire_ges"), {"total_net_tco2e": "double"}),
        "bilan_net joins",
    ),
    "a balance from the raw figures": (
        ("mon_bilan", ("flux_carbone", "raw.inventaires_chiffres"), {}),
        "mon_bilan joins",
    ),
    "a model on top of the comparison": (("resume", ("flux_et_emissions",), {"part_pct": "double"}), "resume joins"),
    "what is outside the total, added to it": (
        ("inventaire_total", ("inventaire_ges", "inventaire_hors_total"), {"total_tco2e": "double"}),
        "inventaire_total is built on inventaire_ges",
    ),
    "another door out of the inventories": (
        ("tout", ("int_inventaires_publiables",), {"total_tco2e": "double"}),
        "tout is built on int_inventaires_publiables",
    ),
    "removals among emissions": (
        ("inventaire_net", ("stg_inventaires__chiffres",), {"sequestration_tco2e": "double"}),
        "inventaire_net holds removals",
    ),
    "the footprint and an inventory in one sum": (
        ("bilan_complet", ("int_bilan_empreinte", "inventaire_ges"), {"total_tco2e": "double"}),
        "bilan_complet joins the footprint of consumption and emissions",
    ),
    "the footprint less what soils take up": (
        ("empreinte_nette", ("stg_sdes__empreinte", "int_flux_territoires"), {"total_tco2e": "double"}),
        "empreinte_nette joins the footprint of consumption and carbon fluxes",
    ),
    "a total over the perimeters of the balance": (
        ("bilan_somme", ("bilan_territorial",), {"total_tco2e": "double"}),
        "bilan_somme is built on bilan_territorial",
    ),
    "a total over the blocks of the form": (
        ("pcaet_total", ("pcaet_diagnostic",), {"total_kt_co2e": "double"}),
        "pcaet_total is built on pcaet_diagnostic",
    ),
    "the form's emissions less its sequestration": (
        ("pcaet_net", ("int_pcaet_inventaires", "pcaet_cadre_depot"), {"net_kt_co2e": "double"}),
        "pcaet_net joins carbon fluxes and emissions of inventories",
    ),
    "a trend of fluxes and emissions": (
        ("tendance_nette", ("inventaire_tendances", "bilan_global"), {"net_kt_co2e": "double"}),
        "tendance_nette joins carbon fluxes and emissions of inventories",
    ),
    "plumes beside an inventory": (
        ("panaches_territoire", ("panaches_co2", "inventaire_ges"), {"rapport": "double"}),
        "panaches_territoire joins plumes, which are instants, and emissions of inventories",
    ),
    "plumes less what soils take up": (
        ("panaches_nets", ("int_panaches", "int_flux_territoires"), {"debit_tco2_h": "double"}),
        "panaches_nets joins plumes, which are instants, and carbon fluxes",
    ),
    "a plume of a year": (
        ("panaches_annee", ("panaches_co2",), {"emission_tco2_an": "double"}),
        "panaches_annee.emission_tco2_an is a rate of a year",
    ),
    "plumes of a territory, summed": (
        ("panaches_par_epci", ("panaches_co2",), {"debit_tco2_h": "double"}),
        "panaches_par_epci has rates of plumes without the plume",
    ),
    "the nation's target divided by what ALDO says": (
        ("atteinte", ("int_flux_territoires", "stg_ue__objectifs"), {"atteinte_pct": "double"}),
        "atteinte reads targets",
    ),
    "a territory's target divided by the nation's record": (
        ("part_nationale", ("stg_objectifs_locaux", "stg_ue__releves"), {"part_pct": "double"}),
        "part_nationale reads targets",
    ),
    "avoided emissions": (
        ("actions", ("territoires",), {"emissions_evitees_tco2e": "double"}),
        "actions holds avoided",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_way_around_is_seen(manifest: dict, name: str) -> None:
    model, expected = CASES[name]
    broken = violations(with_model(manifest, *model))
    assert any(one.startswith(expected) for one in broken), broken
    assert all(one.startswith(model[0]) for one in broken)


def test_a_model_of_targets_takes_no_other_perimeter(manifest: dict) -> None:
    """Within the models that may read targets: another figure beside them, a ratio more, a record that says what is aimed at."""
    beside, ratio, record = copy.deepcopy(manifest), copy.deepcopy(manifest), copy.deepcopy(manifest)
    beside["nodes"][PREFIX + "objectifs"]["depends_on"]["nodes"].append(PREFIX + "flux_par_nature")
    ratio["nodes"][PREFIX + "objectifs"]["columns"]["part_de_l_objectif_pct"] = {"name": "part_de_l_objectif_pct"}
    record["nodes"][PREFIX + "stg_ue__releves"]["columns"]["objectif_kt_co2e"] = {"name": "objectif_kt_co2e"}
    assert "objectifs reads flux_par_nature beside targets: it is no record of the same line" in violations(beside)
    assert any(one.startswith("objectifs.part_de_l_objectif_pct is neither") for one in violations(ratio))
    ratio["nodes"][PREFIX + "objectifs"]["columns"]["avancement"] = {"name": "avancement", "data_type": "double"}
    assert any(one.startswith("objectifs.avancement is neither") for one in violations(ratio))
    for name in ("objectif_kt_co2e", "absorptions_nettes_2030_kt_co2e"):
        record["nodes"][PREFIX + "stg_ue__releves"]["columns"] = {name: {"name": name}}
        assert any(one.startswith("stg_ue__releves is a record") for one in violations(record))
    record["nodes"][PREFIX + "stg_ue__releves"]["columns"] = {}
    assert any(one.startswith("stg_ue__releves is a record") for one in violations(record))


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("solde_tco2e", "double"),
        ("emissions_nettes_tco2e", "decimal(38, 9)"),
        ("difference_tco2e", "bigint"),
        ("total", "varchar"),
    ],
)
def test_the_comparison_holds_ratios_only(manifest: dict, column: str, kind: str) -> None:
    more = copy.deepcopy(manifest)
    more["nodes"][PREFIX + "flux_et_emissions"]["columns"][column] = {"name": column, "data_type": kind}
    assert violations(more) == [f"flux_et_emissions.{column} is neither a ratio nor what names its sides"]


@pytest.mark.parametrize(("table", "column"), [("bilan_territorial", "perimetre"), ("pcaet_diagnostic", "identifiant")])
def test_a_listing_keeps_its_perimeters_apart(manifest: dict, table: str, column: str) -> None:
    more = copy.deepcopy(manifest)
    more["nodes"][PREFIX + table]["config"]["meta"]["cle"].remove(column)
    assert violations(more) == [f"{table} lists perimeters side by side: {column} must be in its key"]


def test_a_renamed_entry_does_not_silence_the_rule(manifest: dict) -> None:
    more = copy.deepcopy(manifest)
    more["nodes"][PREFIX + "inventaire_ges"]["name"] = "emissions"
    assert "is gone" in violations(more)[0]


def test_no_nomenclature_has_a_place_for_avoided_emissions() -> None:
    """Rule 2: neither a sector, nor a measure, nor a mapping to one."""
    for path in (DBT_PROJECT_DIR / "seeds" / "inventaires").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert not [row for row in rows for value in row.values() if AVOIDED.search(value)], path.name
