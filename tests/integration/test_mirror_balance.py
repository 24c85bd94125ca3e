"""The territorial balance on national data: the figures that its method states, closure, and who is left out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.products.balance.engine import posts_of_sectors
from dagster_project.products.balance.method import method
from dagster_project.settings import Settings

NATIONAL = 582_558_000
ISLANDS = ("22016", "29083", "29155", "85113")  # without EPCI
STRASBOURG = {
    "alimentation": 1.654,
    "biens_consommation": 1.040,
    "residentiel": 1.133,
    "deplacements": 1.733,
    "services": 1.552,
    "travaux": 1.002,
}


@pytest.fixture(scope="module")
def warehouse(national: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        yield connection


def test_every_line_closes_on_the_nation(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = warehouse.execute("""
        select lignes.sous_poste, lignes.emissions_tco2e, sum(lignes.emissions_tco2e * poids.poids) from intermediate.int_bilan_lignes as lignes
        inner join intermediate.int_bilan_poids as poids using (cle) group by all
    """).fetchall()
    print(*sorted(lines, key=lambda line: -abs(line[2] - line[1]))[:3], sep="\n")
    assert len(lines) == 54 and sum(line[1] == 0 for line in lines) == 1
    assert all(abs(made - nation) <= 0.01 for _, nation, made in lines)
    assert sum(line[1] for line in lines) == pytest.approx(NATIONAL, abs=1)


def test_epci_and_the_islands_make_the_nation(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Shares of every key, known or not, as the 15 EPCI that are not estimated are left out of sums of figures."""
    made = """
        select sum(lignes.emissions_tco2e * poids.poids) from intermediate.int_bilan_lignes as lignes
        inner join intermediate.int_bilan_poids as poids using (cle) inner join intermediate.int_communes as communes using (code_commune)
        where {}
    """
    (epci,) = warehouse.execute(made.format("siren_epci is not null")).fetchone()
    (islands,) = warehouse.execute(made.format(f"code_commune in {ISLANDS}")).fetchone()
    print(epci, islands)
    assert epci == pytest.approx(582_502_505.76, abs=0.01)
    assert islands == pytest.approx(55_494.24, abs=0.01)


def test_parameters_are_those_of_the_method(warehouse: duckdb.DuckDBPyConnection) -> None:
    income, exponent = warehouse.execute("from intermediate.int_bilan_reference").fetchone()
    (households,) = warehouse.execute("select sum(menages) from intermediate.int_bilan_communes").fetchone()
    (electricity,) = warehouse.execute("""
        select sum(residentiel_mwh) / (select sum(menages) from intermediate.int_bilan_communes)
        from staging.stg_ore__residentiel where annee = 2021 and energie = 'electricite'
    """).fetchone()
    print(income, exponent, households, electricity)
    assert exponent == pytest.approx(-0.1497558863, abs=1e-9)
    assert income == pytest.approx(23_324.2374573, abs=1e-6)
    assert households == pytest.approx(30_919_546.67, abs=0.01)
    assert electricity == pytest.approx(5.4848719, abs=1e-6)


def test_one_epci_line_by_line(warehouse: duckdb.DuckDBPyConnection) -> None:
    where = "where code_territoire = '246700488' and perimetre = 'empreinte'"
    a_head = dict(
        warehouse.execute(
            f"select poste, emissions_tco2e_par_habitant from marts.bilan_territorial {where} and statut = 'estime'"
        ).fetchall()
    )
    assert a_head == pytest.approx(STRASBOURG, abs=0.0005)
    total, head, independent, correlated, low, high = warehouse.execute(
        "select emissions_tco2e, emissions_tco2e_par_habitant, gsd2_independant, gsd2_correle, borne_basse_tco2e, borne_haute_tco2e"
        f" from marts.bilan_territorial_ensemble {where}"
    ).fetchone()
    print(total, head, independent, correlated, low, high)
    assert (total, head) == (pytest.approx(4_239_521.40, abs=0.01), pytest.approx(8.1124, abs=1e-4))
    assert (independent, correlated) == pytest.approx((1.0851, 1.3754), abs=5e-5)
    assert (low / 1e6, high / 1e6) == pytest.approx((3.082, 5.831), abs=5e-4)


def test_fifteen_epci_are_not_estimated(warehouse: duckdb.DuckDBPyConnection) -> None:
    missing = warehouse.execute("""
        select count(*), sum(population), count(emissions_tco2e), min(left(codes_departements, 2)), max(left(codes_departements, 2))
        from marts.bilan_territorial_ensemble inner join marts.territoires using (maille, code_territoire)
        where maille = 'epci' and perimetre = 'empreinte' and statut = 'non_estime'
    """).fetchone()
    assert missing == (15, 934_674, 0, "97", "97")
    quantiles = warehouse.execute("""
        select quantile_cont(emissions_tco2e_par_habitant, [0, 0.05, 0.5, 0.95, 1]), count(emissions_tco2e)
        from marts.bilan_territorial_ensemble where maille = 'epci' and perimetre = 'empreinte'
    """).fetchone()
    print(quantiles)
    assert quantiles[1] == 1238
    assert quantiles[0][1] == pytest.approx(8.2, abs=0.1) and quantiles[0][3] == pytest.approx(9.3, abs=0.1)


def test_the_whole_of_france_is_the_national_line(warehouse: duckdb.DuckDBPyConnection) -> None:
    """And carries the error of the national model alone."""
    total, head = warehouse.execute(
        "select emissions_tco2e, emissions_tco2e_par_habitant from marts.bilan_territorial_ensemble"
        " where code_territoire = 'FR_ENTIERE' and perimetre = 'empreinte'"
    ).fetchone()
    assert (total, round(head, 3)) == (NATIONAL, 8.523)
    errors = warehouse.execute(
        "select distinct gsd2 from marts.empreinte_consommation where code_territoire = 'FR_ENTIERE'"
    ).fetchall()
    assert [one for (one,) in errors] == [pytest.approx(1.115038, abs=1e-6)]


IGT = {
    "Agriculture": "agriculture",
    "Autres transports": "autres_transports",
    "Déchets": "dechets",
    "Energie": "branche_energie",
    "Industrie hors-énergie": "industrie_hors_energie",
    "Résidentiel": "residentiel",
    "Routier": "transport_routier",
    "Tertiaire": "tertiaire",
}


def test_posts_of_real_rows_of_igt_are_its_total(mirror: Path) -> None:
    """Two whole rows and the sums of all of them: the posts add up to the sectors; international and biomass columns are in neither."""
    with (mirror / "observatoires" / "igt" / "igt_2016_ain_19_lignes.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = {row["INSEE commune"]: row for row in csv.DictReader(file)}
    figures = {
        code: {sector: float(row[name]) if row[name] else None for name, sector in IGT.items()}
        for code, row in rows.items()
    }
    sums = {sector: sum(known[sector] or 0 for known in figures.values()) for sector in IGT.values()}
    for sectors in (figures["01004"], figures["01053"], sums):
        posts = posts_of_sectors(method(), "ges", sectors)
        assert sum(value for value, _ in posts.values()) == pytest.approx(sum(sectors.values()), rel=1e-14)
    assert sum(figures["01004"].values()) == pytest.approx(52946.2426, abs=0.001)
    posts = posts_of_sectors(method(), "ges", figures["01001"])  # no figure of other transports
    assert posts["deplacements"][0] is None and posts["deplacements"][1] == pytest.approx(793.156500797939 * 0.606)
    assert posts["services"] == (pytest.approx(367.036172334044),) * 2
