"""An inventory in a layout that nobody has seen is added with a YAML and rows of a seed, in a copy of the project: no code.

Invented on purpose: pipes, cp1252, one row an EPCI of 2023 and a carrier, kteq and ktep, a flag for secret rows, `2024 p` for a
provisional year, `nd` for what is missing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.project_copy import bounds_of_the_sample, copy_project, run

CONTRACT = {
    "id": "observatoire_breizh",
    "publisher": "Observatoire invente",
    "title": "Bilan energie-climat des intercommunalites",
    "page": "https://example.org",
    "licence": "Licence Ouverte 2.0",
    "licence_url": "https://example.org",
    "attribution": "Observatoire invente, 2025",
    "vintage": "EPCI du 1er janvier 2023",
    "update_frequency": "annuelle",
    "release": "v7",
    "key": ["Epci", "Période", "Activité", "Vecteur", "Grandeur"],
    "layouts": {"pipes": {"format": "csv", "delimiter": "|", "encoding": "cp1252"}},
    "columns": ["Epci", "Nom", "Période", "Activité", "Vecteur", "Grandeur", "Quantité", "Unité", "Diffusion"],
    "editions": {"2025": {"mirror": {"path": "inventories/breizh.txt", "layout": "pipes"}}},
    "reading": {
        "mesh": "epci",
        "cog": 2023,
        "territory": {"code": "Epci", "name": "Nom"},
        "year": {"column": "Période", "first": 2020, "last": 2024},
        "long": {
            "value": "Quantité",
            "sector": "Activité",
            "energy": "Vecteur",
            "measure": "Grandeur",
            "unit": "Unité",
        },
        "decimal": ",",
        "thousands": " ",
        "missing": ["nd"],
        "secret": {"column": "Diffusion", "values": ["confidentiel"]},
        "provisional_mark": "p",
        "rows": [1, 100],
        "perimetre": "PCAET",
        "gwp_set": "AR6",
    },
}
MORCENAIS, BRIE = "244000691", "247700644"
ROWS = f"""\
Epci|Nom|Période|Activité|Vecteur|Grandeur|Quantité|Unité|Diffusion
{MORCENAIS}|Pays Morcenais|2023|Habitat|Élec|GES énergétiques|12,5|kteqCO2|libre
{MORCENAIS}|Pays Morcenais|2023|Habitat|Gaz|GES énergétiques|1 007,25|teqCO2|libre
{MORCENAIS}|Pays Morcenais|2023|Fermes|Élec|GES énergétiques|60|kteqCO2|libre
{MORCENAIS}|Pays Morcenais|2023|Habitat|Élec|Consommation|25|ktep|libre
{MORCENAIS}|Pays Morcenais|2024 p|Habitat|Élec|GES énergétiques|70|kteqCO2|libre
{BRIE}|Orée de la Brie|2023|Habitat|Élec|GES énergétiques|80|kteqCO2|libre
{BRIE}|Orée de la Brie|2023|Fermes|Élec|GES énergétiques|999|kteqCO2|confidentiel
{BRIE}|Orée de la Brie|2024 p|Habitat|Élec|GES énergétiques|nd|kteqCO2|libre
"""
SEED = """\
observatoire_breizh,secteur,Habitat,residentiel,"logements"
observatoire_breizh,secteur,Fermes,agriculture,"exploitations"
observatoire_breizh,energie,Élec,electricite,"meme energie"
observatoire_breizh,energie,Gaz,gaz_naturel,"meme energie"
observatoire_breizh,mesure,GES énergétiques,ges,"tous gaz"
observatoire_breizh,mesure,Consommation,consommation_energie,"energie finale"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_project(tmp_path_factory.mktemp("project"))
    contract = home / "dagster_project" / "sources" / "inventories" / "observatoire_breizh.yml"
    contract.write_text(yaml.safe_dump(CONTRACT, allow_unicode=True, sort_keys=False), "utf-8")
    seed = home / "dbt_project" / "seeds" / "inventaires" / "inventaires_correspondances.csv"
    seed.write_text(seed.read_text("utf-8") + SEED, "utf-8")
    bounds_of_the_sample(home)
    return home


@pytest.fixture(scope="module")
def portals(sample_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = Path(shutil.copytree(sample_copy, tmp_path_factory.mktemp("portals") / "copy"))
    (copy / "inventories" / "breizh.txt").write_bytes(ROWS.encode("cp1252"))
    return copy


def test_a_new_inventory_takes_a_yaml_and_a_seed(project: Path, portals: Path, tmp_path: Path) -> None:
    outcome = run(project, portals, tmp_path, FLUX_INVENTORIES="observatoire_breizh")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "Inventories: observatoire_breizh (v7, 8 rows)" in outcome.stdout
    tables = tmp_path / "publication" / "current" / "tables"
    ges = pd.read_parquet(tables / "inventaire_ges.parquet")
    ges = ges[ges["maille"] == "epci"].set_index(["code_territoire", "annee", "secteur"])
    assert set(ges["perimetre"]) == {"PCAET"} and set(ges["jeu_prg"]) == {"AR6"}

    # by hand: 12.5 kt + 1,007.25 t
    assert ges.loc[(MORCENAIS, 2023, "residentiel"), "emissions_tco2e"] == 13_507.25
    assert ges.loc[(MORCENAIS, 2023, "agriculture"), "emissions_tco2e"] == 60_000
    assert ges.loc[(MORCENAIS, 2024, "residentiel"), "est_provisoire"]
    assert not ges.loc[(MORCENAIS, 2023, "residentiel"), "est_provisoire"]
    secret = ges.loc[(BRIE, 2023, "agriculture")]
    assert secret["secret"] and secret["completude"] == "secrete"
    assert pd.isna(secret["emissions_tco2e"]) and pd.isna(secret["emissions_connues_tco2e"])
    missing = ges.loc[(BRIE, 2024, "residentiel")]
    assert missing["completude"] == "absente" and pd.isna(missing["emissions_connues_tco2e"]) and not missing["secret"]
    energy = pd.read_parquet(tables / "inventaire_energie.parquet")
    (consumed,) = energy[energy["maille"] == "epci"]["energie_gwh"]
    assert consumed == pytest.approx(25 * 11.63)


def test_a_seed_without_the_word_stops_with_the_word(project: Path, portals: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(portals, tmp_path / "copy"))
    (copy / "inventories" / "breizh.txt").write_bytes(ROWS.replace("Fermes", "Pêche").encode("cp1252"))
    outcome = run(project, copy, tmp_path / "data", FLUX_INVENTORIES="observatoire_breizh")
    assert outcome.returncode == 1
    assert (
        "libelle=Pêche" in outcome.stderr and "ligne=4" in outcome.stderr and "inventories/breizh.txt" in outcome.stderr
    )
