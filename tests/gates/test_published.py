"""Gate 3 closes on each kind of wrong release: the marts are spoilt on purpose, written out, and looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import duckdb
import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from dagster_project.assets import gates
from dagster_project.assets.resources import RUN
from dagster_project.checks import contour_rules, differencing_rules, published_rules
from dagster_project.checks.suites import Suite
from dagster_project.core.ledger import Ledger
from dagster_project.release import candidate, switch
from dagster_project.release.catalogue import CATALOGUE, read_catalogue
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path
from tests.conftest import quick, stricter
from tests.gates import balance_cases, form_cases, plume_cases, quality_cases

CONTEXT = {
    "id": "essai",
    "created": "2026-01-01T00:00:00+00:00",
    "statut_donnees": "données de démonstration",
    "mode": "sample",
    "cog_cible": 2026,
    "edition_aldo": "2023",
    "periode": "année moyenne 2012-2018",
    "periode_stocks": "état de 2018",
    "annees_flux": "2012-2018",
    "annees_stocks": "2018",
    "changement_annonce": None,
    "revision": "essai",
    "evenements_appliques": [],
    "inventaires": [],
    "sources": [],
}


def spoilt(house: Settings, *statements: str) -> dict[str, list]:
    """Verdicts of gate 3 on a candidate written from marts changed by these statements."""
    with duckdb.connect(str(house.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    write(house)
    return verdicts(house)


def write(house: Settings) -> Path:
    folder = switch.candidate_folder(house.publication)
    candidate.write_candidate(house.warehouse, house.contours, folder, published_tables(manifest_path(house)), CONTEXT)
    return folder


def verdicts(house: Settings) -> dict[str, list]:
    contract = published_rules.contract_of(house)
    return {name: published_rules.verdict(house, name, contract) for name in published_rules.JUDGED}


def closed(found: dict[str, list]) -> set[str]:
    return {name for name, broken in found.items() if broken}


def test_an_untouched_candidate_passes(house: Settings) -> None:
    book = Ledger(house.data)
    for name in book.names("gate_3*"):
        book.file(name).unlink()
    assert closed(spoilt(house)) == set()


COPY_ROW = "insert into marts.{table} by name select * replace ({change}) from marts.{table} where {where} limit 1"

CASES = {
    "a row at mesh commune": (
        COPY_ROW.format(
            table="bilan_global",
            change="'commune' as maille, '85113' as code_territoire, 'Yeu' as nom_territoire",
            where="maille = 'epci'",
        ),
        {"bilan_global", "maille_minimale"},
    ),
    "a commune code passed off as an EPCI": (
        COPY_ROW.format(table="territoires", change="'85113' as code_territoire", where="maille = 'epci'"),
        {"territoires", "maille_minimale"},
    ),
    "a Corsican commune code in a text column": (
        "update marts.territoires set codes_departements = '2A041' where code_territoire = '200040764'",
        {"territoires", "maille_minimale"},
    ),
    "a commune name in a text column": (
        "update marts.territoires set codes_departements = 'Bonifacio' where code_territoire = '200040764'",
        {"territoires", "maille_minimale"},
    ),
    "a mark of direction in a text": (
        "update marts.flux_et_emissions set reserve = reserve || chr(8238)",
        {"maille_minimale"},
    ),
    "a letter and its accent apart in a text": (
        "update marts.flux_et_emissions set pratique = pratique || 'e' || chr(769)",
        {"maille_minimale"},
    ),
    "a sink with the sign of a source": (
        "update marts.flux_par_nature set sequestration_kt_co2e = -sequestration_kt_co2e, flux_kt_co2e = -flux_kt_co2e",
        {"flux_par_nature", "comparaison_derniere_version"},
    ),
    "kt given for t": (
        "update marts.flux_carbone set flux_tco2e = flux_tco2e / 1000, sequestration_tco2e = sequestration_tco2e / 1000,"
        " emission_tco2e = emission_tco2e / 1000",
        {"ordres_de_grandeur"},
    ),
    "a stock in tonnes under a heading in kilotonnes": (
        "update marts.bilan_stocks set stock_terres_tc_par_ha = stock_terres_tc_par_ha * 1000",
        {"bilan_stocks"},
    ),
    "a leading zero lost": (
        "update marts.territoires set code_territoire = '4' where code_territoire = '04'",
        {"territoires"},
    ),
    "a commune in the disguise of an EPCI": (
        "update marts.bilan_global set code_territoire = '212000418', nom_territoire = 'Bonifacio'"
        " where code_territoire = '200040764'",
        {"maille_minimale"},
    ),
    "no sealing to judge signs by": (
        "delete from marts.flux_carbone where occupation_finale = 'artificiels_impermeabilises'",
        {"ordres_de_grandeur"},
    ),
    "a territory lost": (
        "delete from marts.bilan_global where code_territoire = '200040764'",
        {"bilan_global"},
    ),
    "an unknown land use": (
        "update marts.bilan_occupation_sols set occupation_finale_n1 = 'routes' where occupation_finale_n1 = 'vignes'",
        {"bilan_occupation_sols"},
    ),
    "a removal in an inventory": (
        "update marts.inventaire_ges set emissions_tco2e = -1 where inventaire = 'igt' and completude = 'complete'",
        {"inventaire_ges"},
    ),
    "a partial figure given as whole": (
        "update marts.inventaire_ges set emissions_tco2e = emissions_connues_tco2e where completude = 'partielle'",
        {"inventaire_ges"},
    ),
    "a secret pollutant": (
        "update marts.inventaire_polluants set secret = true where inventaire = 'airparif_epci'",
        {"inventaire_polluants"},
    ),
    "a seventh pollutant": (
        "update marts.inventaire_polluants set polluant = 'co' where polluant = 'nox'",
        {"inventaire_polluants"},
    ),
    "a total among what is outside it": (
        "update marts.inventaire_hors_total set poste = 'residentiel'",
        {"inventaire_hors_total"},
    ),
    "energy of no kind": (
        "update marts.inventaire_energie set grandeur = 'energie'",
        {"inventaire_energie"},
    ),
    "a comparison without reserve": (
        "update marts.flux_et_emissions set comparabilite = 'comparable'",
        {"flux_et_emissions"},
    ),
    "an inventory that was published and is gone": (
        "delete from marts.inventaire_ges where inventaire = 'airparif_epci'",
        {"comparaison_derniere_version"},
    ),
    "an unknown status": (
        "update marts.flux_carbone set statut_donnees = 'provisoire'",
        {"flux_carbone"},
    ),
    "wood under a third approach": (
        "update marts.flux_par_nature set approche_bois = 'production' where approche_bois = 'recolte'",
        {"flux_par_nature", "comparaison_derniere_version"},
    ),
    "a form in the sign of the house": (
        "update marts.pcaet_cadre_depot set bilan_tco2e = -bilan_tco2e",
        {"pcaet_cadre_depot"},
    ),
    "TerriSTORY's sinks as sources": (
        "update marts.terristory_flux_carbone set bilan_kt_co2e = -bilan_kt_co2e",
        {"terristory_flux_carbone"},
    ),
    "Hauts-de-France in ALDO's sign": (
        "update marts.hauts_de_france_bilan_occupation_sols set flux_net_kt_co2e = -flux_net_kt_co2e",
        {"hauts_de_france_bilan_occupation_sols"},
    ),
    "gross parts of Hauts-de-France exchanged": (
        "update marts.hauts_de_france_bilan_global set sequestration_nette_kt_co2e = emission_nette_kt_co2e",
        {"hauts_de_france_bilan_global"},
    ),
    "carbon in N2O": (
        "update marts.flux_par_reservoir set flux_tc = flux_tco2e * 12 / 44 where reservoir = 'n2o'",
        {"flux_par_reservoir"},
    ),
    "a negative stock": (
        "update marts.stocks_carbone set stock_kt_c = -stock_kt_c where origine = 'haies'",
        {"stocks_carbone"},
    ),
    "stocks in tonnes": (
        "update marts.stocks_par_occupation set stock_kt_c = 1000 * stock_kt_c",
        {"plausibilite"},
    ),
    "stocks that doubled since the last release": (
        "update marts.stocks_carbone set stock_kt_c = 2 * stock_kt_c",
        {"comparaison_derniere_version"},
    ),
    "totals of two EPCI exchanged, France's as they were": (
        "update marts.bilan_global as un set flux_kt_co2e = autre.flux_kt_co2e, sequestration_kt_co2e = autre.sequestration_kt_co2e,"
        " emission_kt_co2e = autre.emission_kt_co2e from marts.bilan_global as autre"
        " where un.maille = 'epci' and autre.maille = 'epci' and un.approche_bois = autre.approche_bois"
        " and un.code_territoire in ('200071918', '200071165') and autre.code_territoire in ('200071918', '200071165')"
        " and un.code_territoire <> autre.code_territoire",
        {"comparaison_derniere_version"},
    ),
    "an unknown origin of stock": (
        "update marts.terristory_stocks_carbone set origine_du_stock = 'Tourbe' where origine_du_stock = 'Haies'",
        {"terristory_stocks_carbone"},
    ),
    "an unknown land use of stocks": (
        "update marts.stocks_par_occupation set occupation = 'friches' where occupation = 'vignes'",
        {"stocks_par_occupation"},
    ),
    "a row that does not say its release of ALDO": (
        "update marts.flux_carbone set version_aldo = '2023' where maille = 'region'",
        {"flux_carbone"},
    ),
    "sealing that stores": (
        "update marts.flux_carbone set flux_tco2e = -flux_tco2e where occupation_finale = 'artificiels_impermeabilises'"
        " and maille = 'departement'",
        {"plausibilite"},
    ),
    "areas of conversions in another unit": (
        "update marts.flux_carbone set surface_ha = surface_ha / 100 where nature = 'changement_usage_sol'",
        {"plausibilite"},
    ),
    **balance_cases.PUBLISHED,
    **plume_cases.PUBLISHED,
    **form_cases.PUBLISHED,
    **quality_cases.PUBLISHED,
    "an absurd flux per hectare": (
        "update marts.bilan_global set flux_tco2e_par_ha = 250 where maille = 'france'",
        {"bilan_global"},
    ),
}


QUICK = ("a row at mesh commune", "a sink with the sign of a source", "kt given for t",
         "a footprint and an inventory added")  # fmt: skip


@pytest.mark.parametrize("name", quick(CASES, *QUICK))
def test_a_spoilt_mart_is_refused(name: str, house: Settings) -> None:
    statement, expected = CASES[name]
    verdicts = spoilt(house, statement)
    print({check: [str(one)[:300] for one in verdicts[check]] for check in closed(verdicts)})
    assert expected <= closed(verdicts)


def tamper(folder: Path) -> None:
    path = folder / "tables" / "bilan_global.csv"
    path.write_bytes(path.read_bytes().replace(b"-", b"", 1))


def smuggle_table(folder: Path) -> None:
    with duckdb.connect(str(folder / candidate.DATABASE)) as connection:
        connection.execute("create table marts.communes as select '85113' as code_commune")
    restate(folder)


def restate(folder: Path) -> None:
    """Make the catalogue agree with the files' bytes, as a careful culprit would."""
    catalogue = read_catalogue(folder)
    for one in catalogue["resources"]:
        one |= candidate.fingerprint(folder / one["path"])
    (folder / CATALOGUE).write_text(json.dumps(catalogue))


def add_column(folder: Path) -> None:
    with duckdb.connect(str(folder / candidate.DATABASE)) as connection:
        connection.execute("alter table marts.bilan_global add column code_commune varchar default '85113'")
    restate(folder)


def widen_parquet(folder: Path) -> None:
    path = folder / "tables" / "bilan_global.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("code_commune", [["85113"] * table.num_rows]), path)
    restate(folder)


FILE_CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "an unlisted file": (lambda folder: (folder / "communes.csv").write_text("85113"), "is not in the catalogue"),
    "a missing file": (lambda folder: (folder / "tables" / "territoires.parquet").unlink(), "is missing"),
    "a file changed after it was written": (tamper, "its bytes are not those of the catalogue"),
    "a column more inside the database": (add_column, "code_commune"),
    "a column more inside a Parquet file": (widen_parquet, "code_commune"),
    "a communal table inside the database": (smuggle_table, "marts.communes"),
}


@pytest.mark.parametrize("name", quick(FILE_CASES, "an unlisted file", "a communal table inside the database"))
def test_a_folder_that_is_not_its_catalogue_is_refused(name: str, house: Settings) -> None:
    change, expected = FILE_CASES[name]
    change(write(house))
    assert expected in " ".join(map(str, published_rules.file_violations(switch.candidate_folder(house.publication))))


def test_a_column_outside_the_contract_never_leaves(house: Settings) -> None:
    assert (
        closed(spoilt(house, "alter table marts.bilan_global add column code_commune varchar default '85113'")) == set()
    )
    columns = pq.read_schema(switch.candidate_folder(house.publication) / "tables" / "bilan_global.parquet").names
    assert "code_commune" not in columns


def erase_one(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.loc[frame.index[0], "geometry"] = None
    return frame


def drop_one(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.iloc[1:]


def move_one(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One departement a little to the side: it overlaps its neighbour."""
    row = frame.index[frame.code_territoire == "91"][0]
    frame.loc[row, "geometry"] = shapely.affinity.translate(frame.geometry[row], -0.001, 0)
    return frame


def shrink_one(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One EPCI a little smaller: nothing overlaps, and a strip of France is in none."""
    row = frame.index[frame.code_territoire == "247700644"][0]
    frame.loc[row, "geometry"] = frame.geometry[row].buffer(-0.005)
    return frame


def twist_one(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.loc[frame.index[0], "geometry"] = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    return frame


CONTOUR_CASES: dict[str, tuple[Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], dict, str]] = {
    "a territory lost": (drop_one, {}, "contours_de_cette_version"),
    "a territory without polygon": (erase_one, {}, "un_contour_par_territoire"),
    "polygons of another release": (lambda frame: frame.assign(cog=2025), {}, "contours_de_cette_version"),
    "a strip that no EPCI covers": (shrink_one, {}, "sans_vide"),
    "a border that does not match": (move_one, {}, "couverture_valide"),
    "a polygon that crosses itself": (twist_one, {}, "geometrie_valide"),
    "another coordinate system": (lambda frame: frame.to_crs(2154), {}, "systeme_de_coordonnees"),
    "a communal column": (lambda frame: frame.assign(code_commune="85113"), {}, "colonnes_des_contours"),
    "no bounding boxes": (lambda frame: frame, {"write_covering_bbox": False}, "geoparquet"),
}


@pytest.mark.parametrize("name", quick(CONTOUR_CASES, "a border that does not match", "a communal column"))
def test_polygons_that_must_not_leave(name: str, house: Settings) -> None:
    change, options, expected = CONTOUR_CASES[name]
    folder = write(house)
    assert contour_rules.violations(folder) == []
    path = folder / "contours" / "territoires_carte.parquet"
    frame = change(gpd.read_parquet(path))
    frame.to_parquet(path, index=False, **{"schema_version": "1.1.0", "write_covering_bbox": True, **options})
    assert expected in {one.rule for one in contour_rules.violations(folder)}


def test_missing_polygons(house: Settings) -> None:
    folder = write(house)
    (folder / "contours" / "territoires_carte.parquet").unlink()
    (broken,) = contour_rules.violations(folder)
    assert "is missing" in str(broken)


def test_totals_that_expose_a_commune_close_the_gate_for_a_secret_source(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the demonstration world, Vendee minus its two EPCI is the island of Yeu; ALDO is public, an inventory may not be."""
    assert differencing_rules.violations(house) == []
    assert "85113 L'Île-d'Yeu, ligne ALDO 85113" in {
        one.commune for one in differencing_rules.exposed(house, differencing_rules.memberships(house.warehouse))
    }
    registry = {
        name: one.model_copy(update={"secret_statistique": name == "aldo_flux_total"})
        for name, one in load_registry().items()
    }
    monkeypatch.setattr(differencing_rules, "load_registry", lambda: registry)
    (broken,) = differencing_rules.violations(house)
    assert "aldo_flux_total is secret" in str(broken)


def test_a_secret_inventory_closes_the_gate_where_its_own_communes_are_exposed(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Yeu is in the long inventory (Vendee); an inventory of Corsica and Vendee apart from it would not expose the island."""
    known = load_inventories()
    secret = {name: one.model_copy(update={"secret_statistique": name == "orcae"}) for name, one in known.items()}
    monkeypatch.setattr(differencing_rules, "load_inventories", lambda: secret)
    (broken,) = differencing_rules.violations(house)
    assert "orcae is secret" in str(broken) and "Yeu" in str(broken)
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("delete from intermediate.int_inventaires_cellules where code_source = '85113'")
    own = differencing_rules.memberships(house.warehouse)
    assert not [one for one in differencing_rules.exposed(house, own, ["orcae"]) if "Yeu" in one.commune]


def test_every_published_suite_can_fail(house: Settings) -> None:
    """The cases above close each check of the gate at least once."""
    seen = {check for _, expected in CASES.values() for check in expected} | {"fichiers"}
    assert seen == set(published_rules.CHECKS)


@pytest.mark.thorough
def test_a_table_that_passed_is_not_judged_again(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mart changed: its suite is asked, those of the others are not; a table that was refused is asked again."""
    assert closed(spoilt(house)) == set()  # known sums that the release leaves out are in this candidate
    asked: list[str] = []
    validate = published_rules.validate

    def noted(frame: object, suite: Suite, **options: object) -> list:
        asked.append(suite.name)
        return validate(frame, suite, **options)

    monkeypatch.setattr(published_rules, "validate", noted)
    for _ in range(2):
        asked.clear()
        switch.clear_candidate(house.publication)
        broken = spoilt(house, "update marts.territoires set n_communes = -1 where maille = 'france'")
        assert broken["territoires"] and not broken["flux_carbone"]
        assert [name for name in asked if name in published_rules.TABLES] == ["territoires"]


def test_another_suite_judges_again(tmp_path: Path) -> None:
    file, book, calls = tmp_path / "t.csv", Ledger(tmp_path), []
    file.write_text("a")

    def judge() -> list[str]:
        calls.append(file.read_text())
        return ["wrong"] if file.read_text() == "b" else []

    for content, rules in (("a", "1"), ("a", "1"), ("a", "2"), ("b", "2"), ("b", "2"), ("a", "2")):
        file.write_text(content)
        assert book.judged("t", rules, file, judge) == (["wrong"] if content == "b" else [])
    assert calls == ["a", "a", "b", "b"]  # each new pair once, what is wrong each time, what passed no more


def test_a_stricter_suite_judges_a_table_that_passed(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(house)
    assert not closed(verdicts(house))
    monkeypatch.setattr(
        published_rules, "SUITES", stricter(published_rules.SUITES, tmp_path, "territoires", "maille", ["epci"])
    )
    assert closed(verdicts(house)) == {"territoires"}


def test_gate_3_looks_at_nothing_in_a_folder_that_is_not_its_catalogue(house: Settings) -> None:
    tamper(write(house))
    context = dg.build_asset_check_context(resources={RUN: SimpleNamespace(settings=house)})
    results = {one.check_name: one for one in gates.gate_published()(context)}
    assert len(results) == len(published_rules.CHECKS) + 2
    assert not any(one.passed for one in results.values())
    said = {name: one.metadata["violations"].text for name, one in results.items()}
    assert "its bytes are not those of the catalogue" in said.pop("fichiers")
    assert all("not evaluated" in text for text in said.values())
