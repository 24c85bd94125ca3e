"""What producers' true layouts ask of the reader, one trap a test: the contracts of the house on files of a few rows."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest.inventory_tables import ingest
from dagster_project.settings import load_settings
from dagster_project.sources.http import Http
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.store import Manifest, Snapshot, Store
from tests.unit.test_inventories import COLUMNS, inventory

HEAD = "nom territoire;code insee;nom commune;année;secteur;énergie;usage;valeur ({unit});\r\n"
ROW = "Ain;{code};Ambérieu-en-Bugey;{year};Branche énergie;Toutes énergies;Tous usages;{cell};\r\n"


def orcae(
    folder: Path, rows: dict[str, dict[str, str]], units: dict[str, str] | None = None
) -> tuple[Inventory, Snapshot]:
    """ORCAE's contract and an edition of the given archives: part -> member -> rows."""
    known = load_inventories()["orcae"]
    edition = known.editions["2022"].model_copy(update={"parts": tuple(rows)})
    one = known.model_copy(update={"editions": {"2022": edition}})
    copy = folder / "copy" / "inventories" / "orcae"
    copy.mkdir(parents=True)
    for part, members in rows.items():
        with zipfile.ZipFile(copy / f"donnees_detaillees_communes_{part}.zip", "w") as archive:
            archive.writestr("LISEZMOI.txt", "autre membre")
            for kind in ("conso", "eges"):
                unit = {"conso": "GWh", "eges": "kteqCO2", **(units or {})}[kind]
                body = HEAD.format(unit=unit) + members.get(kind, ROW.format(code="01999", year=1990, cell="0"))
                archive.writestr(f"orcae_{kind}_communes_{part}_2022-06-27.csv", body.encode("cp1252"))
    settings = load_settings({"FLUX_DATA": str(folder / "data")})
    return one, Store(settings, copy=folder / "copy").fetch(one, "2022")


def read(one: Inventory, kept: Snapshot, folder: Path, query: str) -> list[tuple]:
    table = ingest(one, kept, folder / "tables")
    return duckdb.sql(query.format(table=f"'{table}'")).fetchall()


def text_snapshot(name: str, body: bytes, folder: Path, form: str = "csv") -> tuple[Inventory, Snapshot]:
    one = load_inventories()[name]
    path = folder / f"{name}.csv"
    path.write_bytes(body)
    facts = dict.fromkeys(Manifest.__dataclass_fields__, "x")
    digest = hashlib.sha256(body).hexdigest()
    manifest = Manifest(**{**facts, "edition": one.newest, "mode": "mirror", "format": form, "sha256": digest})
    return one, Snapshot(path, manifest)


def test_secret_letters_both_ways_and_an_empty_cell(tmp_path: Path) -> None:
    rows = "".join(
        ROW.format(code=f"0100{n}", year=2019, cell=cell) for n, cell in enumerate(("S", "s", "", "0", "12,5"))
    )
    one, kept = orcae(tmp_path, {"01": {"conso": rows}})
    found = read(one, kept, tmp_path, "select etat, nombre from {table} where mesure = 'consommation' order by code")
    assert found == [("secret", None), ("secret", None), ("manquant", None), ("valeur", "0"), ("valeur", "12.5")]


def test_windows_letters_and_a_column_without_heading(tmp_path: Path) -> None:
    one, kept = orcae(tmp_path, {"01": {"conso": ROW.format(code="01004", year=2019, cell="1")}})
    found = read(one, kept, tmp_path, "select nom, secteur, energie from {table} where code = '01004'")
    assert found == [("Ambérieu-en-Bugey", "Branche énergie", "Toutes énergies")]
    one, kept = orcae(
        tmp_path / "x", {"01": {"conso": ROW.format(code="01004", year=2019, cell="1;oubli").replace(";\r", "\r")}}
    )
    with pytest.raises(SourceError, match="line 2: a cell in column 9, which has no heading"):
        read(one, kept, tmp_path / "x", "from {table}")


def test_two_members_of_an_archive_are_two_measures(tmp_path: Path) -> None:
    members = {
        "conso": ROW.format(code="01004", year=2019, cell="1"),
        "eges": ROW.format(code="01004", year=2019, cell="2"),
    }
    one, kept = orcae(tmp_path, {"01": members})
    found = read(one, kept, tmp_path, "select mesure, unite, nombre, fichier from {table} order by mesure")
    archive = "donnees_detaillees_communes_01.zip"
    assert found == [
        ("consommation", "GWh", "1", f"{archive}, orcae_conso_communes_*.csv"),
        ("émissions de gaz à effet de serre", "kteqCO2", "2", f"{archive}, orcae_eges_communes_*.csv"),
    ]


@pytest.mark.parametrize("missing", ["conso", "eges"])
def test_a_member_that_is_not_there_is_named(tmp_path: Path, missing: str) -> None:
    one, _ = orcae(tmp_path, {"01": {}})
    path = tmp_path / "copy" / "inventories" / "orcae" / "donnees_detaillees_communes_01.zip"
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if missing not in name}
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in kept.items():
            archive.writestr(name, body)
    again = Store(load_settings({"FLUX_DATA": str(tmp_path / "data")}), copy=tmp_path / "copy").fetch(one, "2022")
    with pytest.raises(SourceError, match=rf"0 entries match orcae_{missing}_communes"):
        read(one, again, tmp_path, "from {table}")


def test_the_unit_is_that_of_the_header(tmp_path: Path) -> None:
    """An edition in teq, another in kteq: the words of the header, which dbt converts."""
    row = {"eges": ROW.format(code="01004", year=2019, cell="2")}
    for number, unit in enumerate(("kteqCO2", "teqCO2")):
        folder = tmp_path / str(number)
        one, kept = orcae(folder, {"01": row}, {"eges": unit})
        assert read(one, kept, folder, "select unite from {table} where code = '01004'") == [(unit,)]
    units = Path(__file__).parents[2] / "dbt_project" / "seeds" / "inventaires" / "inventaires_unites.csv"
    factors = dict(line.split(",")[1:] for line in units.read_text("utf-8").splitlines() if line.startswith("ges,"))
    assert float(factors["kteqCO2"]) == 1000 * float(factors["teqCO2"]) == 1000


def test_the_rhone_is_in_two_archives_and_no_commune_in_both(tmp_path: Path) -> None:
    rows = {"69D": {"conso": ROW.format(code="69002", year=2019, cell="1")},
            "200046977": {"conso": ROW.format(code="69123", year=2019, cell="2")}}  # fmt: skip
    one, kept = orcae(tmp_path, rows)
    query = "select code, nombre from {table} where mesure = 'consommation' order by code"
    with pytest.raises(SourceError, match=r"code='01999'.*appears 2 times"):  # the commune that both archives hold
        read(one, kept, tmp_path, query)
    for part, code in (("69D", "69003"), ("200046977", "69029")):
        rows[part]["eges"] = ROW.format(code=code, year=2019, cell="3")
    one, kept = orcae(tmp_path / "x", rows)
    assert read(one, kept, tmp_path / "x", query) == [("69002", "1"), ("69123", "2")]


def test_a_year_that_is_estimated(tmp_path: Path) -> None:
    one, kept = orcae(tmp_path, {"01": {"conso": ROW.format(code="01004", year="2020 (e)", cell="1")}})
    found = read(one, kept, tmp_path, "select annee, est_provisoire from {table} where code = '01004'")
    assert found == [("2020", "true")]
    one, kept = orcae(tmp_path / "x", {"01": {"conso": ROW.format(code="01004", year="2020 (p)", cell="1")}})
    with pytest.raises(SourceError, match=r"line 2, column année: year '2020 \(p\)'"):
        read(one, kept, tmp_path / "x", "from {table}")


CIGALE = (
    '\ufeff"AtmoSud inventaire v6.x - Export CIGALE du 28/11/2026"\n\n'
    '"Conditions ; libre, citer la source ; ""termes"""\n"Autre ; ligne"\n\n'
    '"Année","Entité administrative","Id Entité","Activité","Energie","Variable","Valeur","Unite"\n'
    '"2007","NOM (04)","4001","Tous secteurs","Toutes énergies","PRG 100","","Secret Stat"\n'
    '"2010","NOM (13)","13001","Tous secteurs","Toutes énergies","PRG 100","12.5","t"\n'
    '"2010","NOM (04)","4001","Tous secteurs","Toutes énergies","PRG 100","","t"\n'
)


def test_a_preamble_identifiers_that_lost_their_zero_and_secrecy_by_the_unit(tmp_path: Path) -> None:
    one, kept = text_snapshot("cigale", CIGALE.encode(), tmp_path)
    found = read(one, kept, tmp_path, "select code, annee, etat, nombre, _ligne from {table} order by _ligne")
    assert found == [
        ("04001", "2007", "secret", None, 7),
        ("13001", "2010", "valeur", "12.5", 8),
        ("04001", "2010", "manquant", None, 9),
    ]
    assert {row[1] for row in found} == {"2007", "2010"}  # 2008 is absent, and not zero


def test_a_preamble_is_told_from_what_follows(tmp_path: Path) -> None:
    one, kept = text_snapshot("cigale", CIGALE.replace('"Valeur"', '"Montant"').encode(), tmp_path)
    with pytest.raises(
        SourceError, match="header row: column 'Valeur' is missing and column 'Montant' is not in the contract"
    ):
        read(one, kept, tmp_path, "from {table}")
    one, kept = text_snapshot("cigale", b"rien\nd'autre\n", tmp_path)
    with pytest.raises(SourceError, match="none of the first 200 lines holds the contract's labels"):
        read(one, kept, tmp_path, "from {table}")
    cut = CIGALE.replace('"2010","NOM (13)","13001"', '"2010","13001"')
    one, kept = text_snapshot("cigale", cut.encode(), tmp_path)
    with pytest.raises(SourceError, match="line 8: 7 cells where the header has 8"):
        read(one, kept, tmp_path, "from {table}")


def test_a_date_is_a_year_where_the_contract_says_so(tmp_path: Path) -> None:
    head = "date_mesure,geocode_commune,libelle_commune,secteur,valeur\n"
    body = head + "2018-01-01T00:00:00.000,01004,A,Transports,1.5\n2019-01-01,01004,A,Transports,\n"
    one, kept = text_snapshot("igt_2023", body.encode(), tmp_path)
    found = read(one, kept, tmp_path, "select annee, etat, nombre, secteur from {table} order by annee")
    assert found == [("2018", "valeur", "1.5", "Transports"), ("2019", "manquant", None, "Transports")]
    for wrong in ("2018", "2018-02-30", "01/01/2018", "2018-01-01 soir"):
        one, kept = text_snapshot("igt_2023", (head + f"{wrong},01004,A,Transports,1\n").encode(), tmp_path)
        with pytest.raises(SourceError, match=r"line 2, column date_mesure: year 'date "):
            read(one, kept, tmp_path, "from {table}")


ATMO = "aasqa,code,name,code_pcaet,ges,nox,pm10,pm25,population,superficie,date_maj\n"


def test_a_row_a_group_and_a_column_a_quantity(tmp_path: Path) -> None:
    body = (
        ATMO
        + "84,200069193,CC de la Dombes,219,10,20,,4,1,1,2024-01-01\n84,200069193,CC de la Dombes,All,10,20,3,4,1,1,2024-01-01\n"
    )
    one, kept = text_snapshot("atmo_data", body.encode(), tmp_path)
    found = read(
        one, kept, tmp_path, "select secteur, mesure, unite, etat, nombre, annee from {table} order by _ligne, colonne"
    )
    assert found[:4] == [
        ("219", "ges", "tCO2e", "valeur", "10", "2022"),
        ("219", "nox", "kg", "valeur", "20", "2022"),
        ("219", "pm10", "kg", "manquant", None, "2022"),
        ("219", "pm25", "kg", "valeur", "4", "2022"),
    ]
    assert len(found) == 8


def test_features_of_an_interface_give_the_same_rows(tmp_path: Path) -> None:
    known = load_inventories()["atmo_data"]
    row = {"aasqa": "84", "code": "200069193", "name": "CC de la Dombes", "code_pcaet": 219, "ges": 10, "nox": 20, "pm10": None,
           "pm25": 4.5, "population": 1, "superficie": 1, "date_maj": "2024-01-01", "gid": 7}  # fmt: skip
    body = json.dumps({"type": "FeatureCollection", "features": [{"properties": row, "geometry": None}]}).encode()
    path = tmp_path / "api.json"
    path.write_bytes(body)
    edition = {"live": {"layout": "api", "url": "https://admindata.example.org/api/data/1/x", "token": True}}
    one = Inventory.model_validate({**known.model_dump(), "editions": {"2022": edition}})
    facts = dict.fromkeys(Manifest.__dataclass_fields__, "x")
    kept = Snapshot(
        path, Manifest(**{**facts, "edition": "2022", "mode": "live", "format": "features", "sha256": "1" * 64})
    )
    found = read(one, kept, tmp_path, "select secteur, mesure, etat, nombre from {table} order by colonne")
    assert found == [("219", "ges", "valeur", "10"), ("219", "nox", "valeur", "20"), ("219", "pm10", "manquant", None),
                     ("219", "pm25", "valeur", "4.5")]  # fmt: skip


def test_a_flag_in_another_column_says_that_a_figure_is_missing(tmp_path: Path) -> None:
    columns = (*COLUMNS, "statut")
    one = inventory(columns=columns, missing={"codes": [""], "column": "statut", "values": ["nc"]})
    (tmp_path / "f.csv").write_text(",".join(columns) + "\n01001,A,2020,X,5,t,nc\n01002,B,2020,X,6,t,ok\n", "utf-8")
    facts = dict.fromkeys(Manifest.__dataclass_fields__, "x")
    kept = Snapshot(
        tmp_path / "f.csv", Manifest(**{**facts, "edition": "1", "mode": "mirror", "format": "csv", "sha256": "2" * 64})
    )
    assert read(one, kept, tmp_path, "select etat, nombre from {table} order by code") == [
        ("manquant", None),
        ("valeur", "6"),
    ]


def test_a_token_is_asked_for_before_the_portal_is(tmp_path: Path) -> None:
    known = load_inventories()["atmo_data"]
    edition = {"live": {"layout": "api", "url": "https://admindata.example.org/api/data/1/x", "token": True}}
    one = Inventory.model_validate({**known.model_dump(), "editions": {"2022": edition}})
    live = load_settings({"FLUX_DATA": str(tmp_path), "FLUX_SOURCE": "live"})
    with pytest.raises(
        SourceError, match=r"wants a token. Write <host>=<token> in FLUX_TOKENS, for admindata.example.org"
    ):
        Store(live, Http(attempts=1)).fetch(one, "2022")


MISTAKES = {
    "nothing says the unit": (
        {"long": None, "wide": {"valeur": {"sector": "a"}}, "measure": "ges"},
        "nothing says the unit of valeur",
    ),
    "a row of a long file": ({"row": {"sector": "secteur"}}, "`row` is for wide files"),
    "zeros of EPCI": ({"mesh": "epci", "territory": {"code": "code", "lost_zeros": True}}, "codes of communes alone"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_of_contracts_are_told(name: str) -> None:
    change, expected = MISTAKES[name]
    with pytest.raises(ValueError, match=expected):
        inventory(**change)  # type: ignore[arg-type]
