"""Inventories in layouts that nobody has seen are added with a YAML and rows of seeds, in a copy of the project: no code.

Invented on purpose. One: pipes, cp1252, one row an EPCI of 2023 and a carrier, kteq and ktep, a flag for secret rows, `2024 p` for a
provisional year, `nd` for what is missing. Another: two archives, each with a table of gases and another of pollutants below a
preamble; a column a quantity whose unit is in the header, a row a group of sectors and their total, codes without their zero,
dates, flags for missing and secret in another column, a last column without a heading.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
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

AWKWARD = {
    "id": "observatoire_littoral",
    "publisher": "Observatoire inventé",
    "title": "Émissions des communes du littoral",
    "page": "https://example.org",
    "licence": "Licence Ouverte 2.0",
    "licence_url": "https://example.org",
    "attribution": "Observatoire inventé, 2026",
    "vintage": "communes du 1er janvier 2026",
    "update_frequency": "annuelle",
    "release": "v1",
    "key": ["No", "Relevé", "Poste"],
    "layouts": {
        "zip": {"format": "csv", "delimiter": ";", "encoding": "cp1252", "preamble": True, "other_columns": "empty"}
    },
    "columns": ["No", "Commune", "Relevé", "Poste", "Total ({unit})", "Statut"],
    "editions": {
        "2026": {"parts": ["nord", "sud"], "mirror": {"path": "inventories/littoral_{part}.zip", "layout": "zip"}}
    },
    "reading": {
        "mesh": "commune",
        "cog": 2026,
        "territory": {"code": "No", "name": "Commune", "lost_zeros": True},
        "year": {"column": "Relevé", "form": "date", "first": 2020, "last": 2026},
        "row": {"sector": "Poste"},
        "wide": {"Total ({unit})": {}},
        "members": {"gaz_*.txt": {"measure": "gaz"}, "polluants_*.txt": {"measure": "azote"}},
        "decimal": ",",
        "thousands": " ",
        "missing": {"codes": [""], "column": "Statut", "values": ["non transmis"]},
        "secret": {"column": "Statut", "values": ["caché"]},
        "rows": [1, 1000],
        "perimetre": "PCAET",
        "gwp_set": "AR6",
    },
}
WORDS = (("Logements et bureaux", "residentiel_tertiaire"), ("Route et rail", "transports"), ("Usines", "industrie_energie_dechets"),
         ("Terres", "agriculture"), ("Ensemble", "tous_secteurs"))  # fmt: skip
AWKWARD_SEED = "".join(f'observatoire_littoral,secteur,"{word}",{code},"essai"\n' for word, code in WORDS) + (
    'observatoire_littoral,mesure,gaz,ges,"essai"\nobservatoire_littoral,mesure,azote,nox,"essai"\n'
)


def awkward(people: dict[str, tuple[str, int]], folder: Path) -> dict[tuple[str, str, str], float | str]:
    """Two archives of two tables; returns figures of communes by sector and measure, in tonnes and kilograms."""
    truth: dict[tuple[str, str, str], float | str] = {}
    codes = sorted(people)
    for part, mine in (("nord", codes[::2]), ("sud", codes[1::2])):
        with zipfile.ZipFile(folder / f"littoral_{part}.zip", "w") as archive:
            for member, measure, unit, factor in (("gaz", "ges", "ktCO2e", 1000.0), ("polluants", "nox", "t", 1000.0)):
                lines = ["Bulletin de l'observatoire ; édition d'essai", "", "No ; ce qui suit est provisoire"]
                lines.append(f"No;Commune;Relevé;Poste;Total ({unit});Statut;")
                for code in mine:
                    name, count = people[code]
                    each, total, hidden = count * (0.0012 if measure == "ges" else 0.003), 0.0, False
                    for number, (word, sector) in enumerate(WORDS[:-1], start=1):
                        figure, status, cell = round(each * number, 3), "", ""
                        if code == codes[0] and sector in ("transports", "agriculture"):
                            status, hidden = "caché", True
                        elif code == codes[1] and sector == "agriculture":
                            status = "non transmis"
                        truth[code, sector, measure] = {"caché": "secret", "non transmis": "manquant"}.get(
                            status, figure * factor
                        )
                        cell = "" if status == "caché" else f"{figure:,.3f}".replace(",", " ").replace(".", ",")
                        total += figure
                        lines.append(f"{code.lstrip('0')};{name};2024-01-01;{word};{cell};{status};")
                    shown = f"{total:,.3f}".replace(",", " ").replace(".", ",")
                    lines.append(f"{code.lstrip('0')};{name};2024-01-01;Ensemble;{shown};;")
                    if hidden:
                        truth[code, "tous_secteurs", measure] = total * factor
                archive.writestr(f"{member}_{part}.txt", "\r\n".join(lines).encode("cp1252") + b"\r\n")
    return truth


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_project(tmp_path_factory.mktemp("project"))
    contract = home / "dagster_project" / "sources" / "inventories" / "observatoire_breizh.yml"
    contract.write_text(yaml.safe_dump(CONTRACT, allow_unicode=True, sort_keys=False), "utf-8")
    seed = home / "dbt_project" / "seeds" / "inventaires" / "inventaires_correspondances.csv"
    contract = contract.with_name("observatoire_littoral.yml")
    contract.write_text(yaml.safe_dump(AWKWARD, allow_unicode=True, sort_keys=False), "utf-8")
    seed.write_text(seed.read_text("utf-8") + SEED + AWKWARD_SEED, "utf-8")
    bounds_of_the_sample(home)
    return home


@pytest.fixture(scope="module")
def portals(sample_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = Path(shutil.copytree(sample_copy, tmp_path_factory.mktemp("portals") / "copy"))
    (copy / "inventories" / "breizh.txt").write_bytes(ROWS.encode("cp1252"))
    return copy


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_seed_without_the_word_stops_with_the_word(project: Path, portals: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(portals, tmp_path / "copy"))
    (copy / "inventories" / "breizh.txt").write_bytes(ROWS.replace("Fermes", "Pêche").encode("cp1252"))
    outcome = run(project, copy, tmp_path / "data", FLUX_INVENTORIES="observatoire_breizh")
    assert outcome.returncode == 1
    assert (
        "libelle=Pêche" in outcome.stderr and "ligne=4" in outcome.stderr and "inventories/breizh.txt" in outcome.stderr
    )


@pytest.mark.thorough
def test_the_most_awkward_layout_takes_no_code_either(project: Path, portals: Path, tmp_path: Path) -> None:
    with gzip.open(portals / "cog" / "cog_communes_2026.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["siren_epci"]]
    people = {row["code_commune"]: (row["nom_commune"], int(row["population_municipale"] or 1000)) for row in rows}
    truth = awkward(people, portals / "inventories")
    outcome = run(project, portals, tmp_path, FLUX_INVENTORIES="observatoire_littoral")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    tables = tmp_path / "publication" / "current" / "tables"
    checked = 0
    for measure, table, column in (
        ("ges", "inventaire_ges", "emissions_tco2e"),
        ("nox", "inventaire_polluants", "emissions_kg"),
    ):
        frame = pd.read_parquet(tables / f"{table}.parquet")
        frame = frame[frame["maille"] == "epci"]
        for row in frame.itertuples():
            members = [one["code_commune"] for one in rows if one["siren_epci"] == row.code_territoire]
            figures = [truth.get((code, row.secteur, measure)) for code in members]
            if row.secteur == "tous_secteurs":  # there for its EPCI with secret or missing parts alone
                assert row.somme_publiee and not row.partition
                assert {code for code in members if code in sorted(people)[:2]}
                continue
            assert row.partition and row.niveau == ("secteur" if row.secteur == "agriculture" else "groupe")
            if "secret" in figures:
                assert row.completude == "secrete" and pd.isna(getattr(row, column))
            elif "manquant" in figures:
                assert row.completude == "partielle" and pd.isna(getattr(row, column))
            else:
                assert getattr(row, column) == pytest.approx(sum(figures), rel=1e-12)
            checked += 1
    assert checked == 2 * 4 * len({one["siren_epci"] for one in rows})
    assert "tous_secteurs" in set(frame["secteur"])
