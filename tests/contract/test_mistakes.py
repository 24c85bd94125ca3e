"""What is wrong with a contract, a mart or an indicator is one line that names the file and the key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.core.errors import FluxError
from dagster_project.products import indicators
from dagster_project.settings import PROJECT_ROOT, load_settings
from dagster_project.sources.contracts import ContractError, read_contracts
from dagster_project.sources.generated_columns import written_out
from dagster_project.sources.inventories import Inventory
from dagster_project.sources.registry import Source
from dagster_project.warehouse import marts
from dagster_project.warehouse.project import ensure_manifest

SOURCES = PROJECT_ROOT / "dagster_project" / "sources"


@pytest.mark.parametrize(
    ("file", "text", "instead", "message"),
    [
        ("insee_departements.yml", "layouts:", "layouts", "insee_departements.yml: not YAML"),
        ("insee_departements.yml", "key: [DEP]", "key: [DEPT]", "key names unknown columns ['DEPT']"),
        ("insee_departements.yml", "publisher: Insee", "", "insee_departements.yml: publisher: Field required"),
        (
            "inventories/igt.yml",
            "mesh: commune",
            "mesh: canton",
            "igt.yml: reading.mesh: Input should be 'commune' or 'epci'",
        ),
        ("aldo_flux_total.yml", "vergers: [prairies", "verger: [prairies", "no change from 'verger' to 'forêt"),
        ("aldo_flux_total.yml", "    only:", "    seulement:", "aldo_flux_total.yml: "),
    ],
)
def test_a_contract(tmp_path: Path, file: str, text: str, instead: str, message: str) -> None:
    content = (SOURCES / file).read_text("utf-8")
    assert text in content
    (tmp_path / Path(file).name).write_text(content.replace(text, instead, 1), "utf-8")
    with pytest.raises(ContractError) as refused:
        read_contracts(tmp_path, Inventory if "/" in file else Source)
    assert message in str(refused.value) and Path(file).name in str(refused.value) and "\n" not in str(refused.value)


def test_columns_of_pairs_are_written_out() -> None:
    labels = written_out(["insee", {"pairs": ["{initial} > {final}"], "only": {"vignes": ["vergers"]}}])
    assert labels == ["insee", "vignes > vergers"]
    every = written_out([{"pairs": ["{initial} > {final}"], "forests": ["{initial} > {final} (litter)"]}])
    assert len(every) == len(set(every)) == 170 + 80  # 14 x 13 less the 12 between forests; 4 x 10 x 2 with one forest
    assert "forêt mixte > forêt feuillu" not in every and "cultures > vergers (litter)" not in every


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    chosen = load_settings({"FLUX_DATA": str(tmp_path_factory.mktemp("data"))})
    return dict(json.loads(ensure_manifest(chosen).read_text("utf-8")))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda node: node["config"]["meta"].pop("cle"), "`config.meta.cle` is missing"),
        (
            lambda node: node["config"]["meta"].update(cle=["code"]),
            "`config.meta.cle` names 'code', which is no column",
        ),
        (lambda node: node["columns"].clear(), "has no contract"),
        (lambda node: node.update(description=""), "`description` is missing"),
        (lambda node: node["columns"]["cog"].update(data_type=None), "column cog: `data_type` is missing"),
        (lambda node: node["columns"]["cog"].update(description=""), "column cog: `description` is missing"),
    ],
)
def test_a_mart(manifest: dict[str, Any], tmp_path: Path, spoil: Any, message: str) -> None:
    body = json.loads(json.dumps(manifest))
    spoil(body["nodes"]["model.flux_carbone.territoires"])
    (tmp_path / "manifest.json").write_text(json.dumps(body), "utf-8")
    with pytest.raises(marts.ContractError) as refused:
        marts.published_tables(tmp_path / "manifest.json")
    assert f"dbt_project/models/marts/territoires.yml, territoires: {message}" in str(refused.value)


def test_an_indicator() -> None:
    shown = {(item.table, f"arrondi_{item.column}") for item in indicators.INDICATORS}
    indicators.refuse_unknown(shown)
    with pytest.raises(FluxError, match=r"indicators\.yml, entry 2: bilan_global has no column arrondi_flux_kt_co2e"):
        indicators.refuse_unknown(shown - {("bilan_global", "arrondi_flux_kt_co2e")})
