"""The user's own territories on the demonstration world: figures by hand from ALDO's rows, what is said, what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import geopandas as gpd
import pytest
from typer.testing import CliRunner

from dagster_project.command import app
from dagster_project.release.switch import current, reports_folder
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from dagster_project.sources.sample import geographic_code
from tests.conftest import copy_of, messages, refresh

HEADER = "code,nom,genre,membre,millesime\n"
# Of 2018: 40009 has merged since, into a commune (40197) of which the territory holds nothing else; 40006 has not changed.
MERGED = "T1,Deux communes de 2018,tepos,40009,2018\nT1,Deux communes de 2018,tepos,40006,2018\n"
# Of 2026: one of the three communes that 85084 became (ALDO knows the three as one), and one of another EPCI.
ASTRIDE = "S1,A cheval,scot,85165,2026\nS1,A cheval,scot,85112,2026\n"
# Two communes of 2018 that have merged, each with others: ALDO had already merged the second, whose people nobody counts apart.
PARTS = "M1,Deux parts,pnr,40009,2018\nM1,Deux parts,pnr,85060,2018\n"
# An EPCI by its SIREN, as it was in 2021, and a commune of its own.
WHOLE = "P1,Un EPCI et une commune,pays,200071918,2021\nP1,Un EPCI et une commune,pays,85112,2021\n"


@pytest.fixture(scope="module")
def house(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("territoires")
    path = data / "territoires.csv"
    path.write_text(HEADER + MERGED + ASTRIDE + PARTS + WHOLE)
    chosen = released.changed(data=data, territories=path)
    outcome = refresh(chosen)
    assert outcome.success, messages(outcome)
    return chosen


@pytest.fixture(scope="module")
def aldo(sample_copy: Path) -> dict[str, dict[str, float]]:
    """ALDO's rows under the recolte approach, and their wood by consumption, the sign turned."""
    found: dict[str, dict[str, float]] = {}
    for source_id, column, name in (
        ("aldo_flux_total", "flux_tCO2e_an-1", "recolte"),
        ("aldo_accroissement_forets", "total_recolte_flux_tCO2e_an-1", "bois_recolte"),
        ("aldo_accroissement_forets", "total_consommation_flux_tCO2e_an-1", "bois_consommation"),
    ):
        path = sample_copy / load_registry()[source_id].editions["2023"].mirror.path
        for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())):
            found.setdefault(row["insee"], {})[name] = -float(row[column] or 0)
    return found


def mart(house: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(current(house.publication) / "carbone.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def consumed(row: dict[str, float]) -> float:
    """Total by consumption: ALDO's total less wood by harvest plus wood by consumption."""
    return row["recolte"] - row["bois_recolte"] + row["bois_consommation"]


def test_fluxes_are_those_of_aldos_own_rows(house: Settings, aldo: dict) -> None:
    balances = {
        (maille, approach): flux
        for maille, approach, flux in mart(
            house, "select maille, approche_bois, flux_kt_co2e * 1000 from marts.bilan_global"
        )
        if maille in ("tepos", "scot", "pays", "pnr")
    }
    merged = [aldo["40009"], aldo["40006"]]  # whole rows: the merge of 2019 with neighbours blurs nothing
    assert balances["tepos", "recolte"] == pytest.approx(sum(row["recolte"] for row in merged))
    assert balances["tepos", "consommation"] == pytest.approx(sum(consumed(row) for row in merged))
    world = geographic_code.load()
    land = {
        code: sum(map(geographic_code.surface_ha, world.pieces(2026)[code])) for code in ("85084", "85165", "85212")
    }
    people = {code: geographic_code.population(code) for code in land}
    by_land, by_people = (of["85165"] / sum(of.values()) for of in (land, people))
    split, whole = aldo["85084"], aldo["85112"]
    assert balances["scot", "recolte"] == pytest.approx(by_land * split["recolte"] + whole["recolte"])
    assert balances["scot", "consommation"] == pytest.approx(
        by_land * (split["recolte"] - split["bois_recolte"]) + by_people * split["bois_consommation"] + consumed(whole)
    )
    pieces = geographic_code.load().pieces(2018)
    share = geographic_code.surface_ha("85060") / sum(
        geographic_code.surface_ha(one) for one in ("85060", "85166", "85194")
    )
    assert pieces["85060"] == ["85060"]
    assert balances["pnr", "recolte"] == pytest.approx(aldo["40009"]["recolte"] + share * aldo["85194"]["recolte"])
    assert balances["pnr", "consommation"] == pytest.approx(consumed(aldo["40009"]) + share * consumed(aldo["85194"]))
    epci = mart(
        house,
        "select flux_kt_co2e * 1000 from marts.bilan_global where code_territoire = '200071918' and approche_bois = 'recolte'",
    )
    assert balances["pays", "recolte"] == pytest.approx(epci[0][0] + whole["recolte"])


def test_what_a_territory_says_of_itself(house: Settings) -> None:
    found = {
        row[0]: row[1:]
        for row in mart(
            house,
            """
            select maille, nom_territoire, cog, cog_composition, n_communes, n_communes_partielles, n_epci, couverture_aldo,
                moins_de_10_communes, surface_ha
            from marts.territoires where maille in ('tepos', 'scot', 'pays')
            """,
        )
    }
    assert found["tepos"][:-1] == ("Deux communes de 2018", 2026, 2018, 2, 1, 1, "complete", True)
    assert found["scot"][:-1] == ("A cheval", 2026, 2026, 2, 0, 2, "complete", True)
    assert found["pays"][:-1] == ("Un EPCI et une commune", 2026, 2021, 13, 0, 2, "complete", False)
    assert found["tepos"][-1] == pytest.approx(
        geographic_code.surface_ha("40009") + geographic_code.surface_ha("40006")
    )
    names = json.loads((current(house.publication) / "datapackage.json").read_text())["sources"]
    assert any(one["source"] == "territoires_locaux" and one["release"] == "territoires.csv" for one in names)


def test_the_report_names_what_is_cut_and_astride(house: Settings) -> None:
    text = (reports_folder(house.publication) / f"{current(house.publication).name}.txt").read_text()
    assert "tepos T1 Deux communes de 2018 : 2 communes, dont 1 en partie" in text
    assert "T1 contient 40197 en partie" in text
    assert "scot S1 A cheval : 2 communes, à cheval sur 2 EPCI" in text
    exposed = text.split("par différence :")[1]
    assert "85112 L'Île-d'Olonne, ligne ALDO 85112 = pays P1" in exposed  # the EPCI and one commune, minus the EPCI
    assert "85113 L'Île-d'Yeu, ligne ALDO 85113 = departement 85" in exposed


def test_its_polygon_is_in_the_release(house: Settings) -> None:
    for resolution in ("carte", "telechargement"):
        frame = gpd.read_parquet(current(house.publication) / "contours" / f"territoires_{resolution}.parquet")
        drawn = frame[frame.geometry.notna()]
        assert {"scot", "pays", "epci", "france"} <= set(drawn.maille)
        assert drawn.is_valid.all()
        # No boundary follows the edge of a territory that cuts a commune: it has a row and no polygon.
        assert set(frame[frame.geometry.isna()].code_territoire) == {"T1", "M1"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            "S1,Nord,scot,85112,2026\nS1,Nord,scot,85060,2026\n",
            ("code_membre=85060", "commune inconnue au 1er janvier 2026"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            "S1,Nord,scot,200099999,2026\nS1,Nord,scot,85112,2026\n",
            ("code_membre=200099999", "EPCI inconnu au 1er janvier 2026"),
            marks=pytest.mark.thorough,
        ),
        ("S1,Nord,scot,85112,2026\n", ("code_territoire=S1", "tient dans une seule commune")),
        pytest.param(
            "S1,Nord,scot,40009,2018\nS1,Nord,scot,40107,2018\n",
            ("code_territoire=S1", "tient dans une seule commune"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            "S1,Nord,scot,85112,2026\nS1,Nord,scot,97411,2026\n",
            ("code_territoire=S1", "ses flux sont ceux d'une seule commune"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            "".join(f"S1,Nord,scot,{code},2026\n" for code in ("85084", "85165", "85212")),
            ("code_territoire=S1", "code_membre=85084", "ses flux sont ceux d'une seule commune"),
            marks=pytest.mark.thorough,
        ),
    ],
    ids=[
        "unknown commune",
        "unknown EPCI",
        "a single commune",
        "two communes of 2018 that are one today",
        "a commune and another that ALDO does not cover",
        "three communes that are one row of ALDO",
    ],
)
def test_refused_and_the_last_release_stays(rows: str, expected: tuple, house: Settings, tmp_path: Path) -> None:
    before = current(house.publication)
    path = tmp_path / "refuse.csv"
    path.write_text(HEADER + rows)
    outcome = refresh(house.changed(territories=path))
    assert not outcome.success
    for text in ("territoires_locaux_connus", *expected):
        assert text in messages(outcome)
    assert current(house.publication) == before


def test_an_epci_of_a_year_that_nobody_serves(house: Settings, tmp_path: Path) -> None:
    path = tmp_path / "refuse.csv"
    path.write_text(HEADER + "S1,Nord,scot,200071918,2016\nS1,Nord,scot,85112,2016\n")
    outcome = refresh(house.changed(territories=path))
    assert "epci_composition has no edition 2016" in messages(outcome)


@pytest.fixture
def command(house: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FLUX_DATA", str(house.data))
    return lambda *words: CliRunner().invoke(app.app, list(words))


def test_explain_adds_up_to_what_is_published(command, released: Settings, house: Settings) -> None:
    refreshed = refresh(house.changed(territories=house.data / "territoires.csv"))
    assert refreshed.success, messages(refreshed)
    for code in ("200071918", "T1", "S1", "85", "FR"):
        said = command("explain", code).stdout.splitlines()
        total = next(line for line in said if line.startswith("Sum of these rows"))
        published = next(line for line in said if line.startswith("Published total"))
        assert total.split(":")[1].strip() == published.split(":")[1].strip(), code


def test_explain_tells_events_rules_and_weights(command) -> None:
    said = command("explain", "200071918").stdout
    assert "85165 L'Oie" in said
    assert "events: 2024-01-01 MOD 21 85084 > 85165" in said
    assert "of the land" in said
    assert "9 communes unchanged since 2018" in said
    assert "the same commune under another code" in command("explain", "200060010").stdout
    assert "merged, wholly here" in command("explain", "244000691").stdout
    assert "33090" in command("explain", "243301165", "--all").stdout


def test_explain_refuses_what_it_does_not_know(command) -> None:
    done = command("explain", "200099999")
    assert done.exit_code == 2
    assert "territory '200099999': neither in marts.territoires nor an EPCI of ALDO's list" in done.stderr


@pytest.mark.thorough
def test_a_warehouse_that_gate_2_refused_explains_nothing(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it refused never takes the place of the warehouse before, which still answers; where there is none, nothing does."""
    path = tmp_path / "refuse.csv"
    path.write_text(HEADER + "S1,Nord,scot,85112,2018\nS1,Nord,scot,99999,2018\n")
    own = copy_of(house, tmp_path, territories=path)
    assert not refresh(own).success
    monkeypatch.setenv("FLUX_DATA", str(own.data))
    assert CliRunner().invoke(app.app, ("explain", "FR")).exit_code == 0
    own.warehouse.unlink()
    assert not refresh(own).success
    for words in (("explain", "FR"), ("passage", "2018", "2026")):
        done = CliRunner().invoke(app.app, words)
        assert done.exit_code == 2
        assert "entrepot.duckdb does not exist: run `make run` first" in done.stderr


def test_passage_on_a_terminal_and_in_a_file(command, tmp_path: Path) -> None:
    said = command("passage", "2018", "2026", "--code", "85084").stdout
    assert "partage" in said
    assert "85212" in said
    assert "commune '85999' is not in the list of 2018" in command("passage", "2018", "2026", "--code", "85999").stderr
    assert "vintage '2010' is not known" in command("passage", "2010", "2026").stderr
    command("passage", "2026", "2018", "--csv", str(tmp_path / "passage.csv"))
    rows = list(csv.DictReader((tmp_path / "passage.csv").open()))
    back = {row["code_cible"]: row for row in rows if row["code_source"] == "85194"}
    assert set(back) == {"85060", "85166", "85194"}
    assert {row["regle"] for row in back.values()} == {"defusion"}
    assert sum(float(row["poids_surface"]) for row in back.values()) == pytest.approx(1, abs=1e-12)


def test_no_warehouse_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLUX_DATA", str(tmp_path))
    done = CliRunner().invoke(app.app, ["explain", "FR"])
    assert done.exit_code == 2
    assert "run `make run` first" in done.stderr
