"""The demonstration data from snapshot to release, read back, against sums made another way."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project.release.catalogue import read_catalogue, tables
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.registry import load_registry
from dagster_project.sources.sample import geographic_code
from tests.conftest import COMMANDED, command, messages, refresh


def records(copy: Path, source_id: str) -> list[dict[str, str]]:
    source = load_registry()[source_id]
    body = gzip.decompress((copy / source.editions[source.newest].mirror.path).read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(body)))


def number(text: str | None) -> float:
    return float(text) if text else 0.0


@pytest.fixture(scope="module")
def by_hand(sample_copy: Path) -> dict[str, dict[str, float]]:
    """Sequestration (ALDO's sign, t) by territory and item, summed in plain Python from the producer's files.

    In the demonstration world no commune changes EPCI, so ALDO's own EPCI column gives the EPCI of every row.
    """
    total = {row["insee"]: row for row in records(sample_copy, "aldo_flux_total")}
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in records(sample_copy, "aldo_accroissement_forets"):
        code = row["insee"]
        change = sum(number(v) for k, v in total[code].items() if "_vers_" in k and k.endswith("_tCO2e_an-1"))
        growth = sum(number(v) for k, v in row.items() if k.startswith("forêt") and k.endswith("_flux_tCO2e_an-1"))
        for place in filter(None, (row["epci"], row["departement"], row["region"], "FR")):
            kind = "region " if place == row["region"] and place is not row["departement"] else ""
            sums[kind + place]["changement_usage_sol"] += change
            sums[kind + place]["accroissement_biologique"] += growth
            for approach in ("recolte", "consommation"):
                sums[kind + place][f"produits_bois {approach}"] += number(row[f"total_{approach}_flux_tCO2e_an-1"])
            sums[kind + place]["total publie"] += number(total[code]["flux_tCO2e_an-1"])
    return sums


@pytest.fixture(scope="module")
def marts(released: Settings) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(current(released.publication) / "carbone.duckdb"), read_only=True) as connection:
        yield connection


def test_every_territory_equals_minus_the_producers_sum(marts: duckdb.DuckDBPyConnection, by_hand: dict) -> None:
    rows = marts.execute(
        "select maille, code_territoire, nature, approche_bois, flux_kt_co2e from marts.flux_par_nature"
    ).fetchall()
    assert {row[1] for row in rows if row[0] == "epci"} == {place for place in by_hand if re.fullmatch(r"\d{9}", place)}
    for maille, code, nature, approach, flux in rows:
        place = f"region {code}" if maille == "region" else code
        item = f"{nature} {approach}" if nature == "produits_bois" else nature
        assert flux == pytest.approx(-by_hand[place][item] / 1000, rel=1e-9, abs=1e-9), (code, item)


def test_the_recolte_balance_is_aldos_own_total(marts: duckdb.DuckDBPyConnection, by_hand: dict) -> None:
    rows = marts.execute(
        "select code_territoire, flux_kt_co2e from marts.bilan_global where approche_bois = 'recolte' and maille = 'epci'"
    ).fetchall()
    for code, flux in rows:
        assert flux == pytest.approx(-by_hand[code]["total publie"] / 1000, rel=1e-9)


def test_the_two_approaches_differ_by_wood_alone(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select code_territoire, sum(case approche_bois when 'consommation' then flux_kt_co2e else -flux_kt_co2e end)
        from marts.{table} where {where} group by all order by all
    """
    whole = marts.execute(query.format(table="bilan_global", where="true")).fetchall()
    wood = marts.execute(query.format(table="flux_par_nature", where="nature = 'produits_bois'")).fetchall()
    assert len(whole) == len(wood) > 20
    for (code, gap), (other, part) in zip(whole, wood, strict=True):
        assert code == other
        assert gap == pytest.approx(part, abs=1e-9)
        assert gap != 0


def test_territories(marts: duckdb.DuckDBPyConnection) -> None:
    rows = {
        row[0]: row[1:]
        for row in marts.execute(
            """
            select code_territoire, n_communes, n_communes_source, moins_de_10_communes, codes_departements, couverture_aldo
            from marts.territoires where maille = 'epci'
            """
        ).fetchall()
    }
    assert rows["200071918"] == (12, 10, False, "85", "complete")  # one commune split in three
    assert rows["244000691"] == (6, 9, True, "40", "complete")  # four communes merged in one
    assert rows["247700644"] == (4, 4, True, "77 91", "complete")  # across two departements
    assert rows["249740119"] == (3, 0, True, "974", "absente")  # overseas: listed, not covered
    assert marts.execute(
        "select count(*) from marts.flux_carbone where code_territoire in ('249740119', '974', '04')"
    ).fetchone() == (0,)


def test_the_island_counts_in_its_departement_only(marts: duckdb.DuckDBPyConnection, sample_copy: Path) -> None:
    yeu = next(row for row in records(sample_copy, "aldo_accroissement_forets") if row["insee"] == "85113")
    expected = -sum(number(yeu[f"{use}_consommation_flux_tCO2e_an-1"]) for use in ("bo", "bi")) / 1000
    query = """
        select sum(flux_kt_co2e) filter (where maille = 'departement') - sum(flux_kt_co2e) filter (where maille = 'epci')
        from marts.flux_par_nature
        where nature = 'produits_bois' and approche_bois = 'consommation'
            and code_territoire in ('85', '200071165', '200071918')
    """
    assert marts.execute(query).fetchone()[0] == pytest.approx(expected, rel=1e-9)


def test_comments_travel_with_the_tables(marts: duckdb.DuckDBPyConnection) -> None:
    comments = marts.execute("select table_name, comment from duckdb_tables()").fetchall()
    assert len(comments) == 38
    for name, comment in comments:
        for fact in ("[données de démonstration]", "Géographie des tables (Code officiel géographique) : 2026"):
            assert fact in comment
        if name.startswith("inventaire_"):
            assert "émissions seules" in comment and "périmètre SECTEN" in comment and "ALDO CHANTERELLE" not in comment
            continue
        if (
            name.startswith(("empreinte_", "bilan_territorial", "cles_empreinte"))
            and name != "bilan_territorial_polluants"
        ):
            assert (
                "émissions seules" in comment
                and "Empreinte carbone de la France" in comment
                and "hypothèses" in comment
            )
            assert ("périmètre SECTEN" in comment) == name.startswith("bilan_") and "Aldo" not in comment
            continue
        if name == "bilan_territorial_polluants":
            assert "émissions seules" in comment and "périmètre SECTEN" in comment
            continue
        if name in ("pcaet_diagnostic", "objectifs"):
            assert (
                "selon la colonne `unite`" in comment
                and "périmètre SECTEN" in comment
                and "Stocks de carbone" not in comment
            )
            assert ("`recolte`, celle du cadre" in comment and "ALDO CHANTERELLE" in comment) == (
                name == "pcaet_diagnostic"
            )
            continue
        if name.startswith(("panaches_", "sources_co2")):
            assert "des instants" in comment and "EUTL" in comment and "ALDO" not in comment
            continue
        if name in ("consommation_espaces", "cout_carbone_artificialisation"):
            assert "Cerema" in comment and "positifs" in comment and "n'a pas de signe" not in comment
            continue
        assert "ADEME" in comment
        stocks = "un stock n'a pas de signe" in comment
        assert ("état de 2018" in comment) == stocks
        assert ("année moyenne 2012-2018" in comment) != stocks
        if name == "qualite_reference":
            assert "flux brut, sans signe" in comment and "négatif = séquestration" not in comment
            continue
        assert stocks or "négatif = séquestration" in comment or "positif = séquestration" in comment
    columns = marts.execute(
        "select count(*), count(comment) from duckdb_columns() where schema_name = 'marts'"
    ).fetchone()
    assert columns[0] == columns[1] > 40


def test_csv_parquet_and_database_hold_the_same_figures(released: Settings) -> None:
    from dagster_project.checks.published_frames import read_csv

    folder = current(released.publication)
    catalogue = read_catalogue(folder)
    for one in tables(catalogue).values():
        frame = read_csv(folder, one)
        table = pq.read_table(folder / one["path"].replace(".csv", ".parquet")).to_pandas()
        assert len(frame) == len(table) == one["rows"]
        for column in table.select_dtypes("number").columns:
            assert (
                frame[column].astype(float).fillna(-1e99).tolist() == table[column].astype(float).fillna(-1e99).tolist()
            )
        text = (folder / one["path"]).read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")


def test_the_catalogue_states_everything(released: Settings) -> None:
    catalogue = read_catalogue(current(released.publication))
    for name in (
        "convention_de_signe",
        "unites",
        "approche_bois",
        "periode",
        "jeu_prg",
        "cog_cible",
        "cog_source",
        "revision",
    ):
        assert catalogue[name]
    assert catalogue["statut_donnees"] == "données de démonstration"
    assert {one["source"] for one in catalogue["sources"]} == {*load_registry(), *load_inventories()}
    for one in catalogue["sources"]:
        assert one["licence"] and one["attribution"] and one["release"] and re.fullmatch(r"[0-9a-f]{64}", one["sha256"])
    for one in catalogue["resources"]:
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", one["hash"])


def test_no_commune_code_stands_in_any_file(released: Settings) -> None:
    """As a field of a CSV, as a value of the catalogue, or as a text of the database."""
    world = geographic_code.load()
    codes = {*world.aldo, *world.communes(2026)}
    folder = current(released.publication)
    field = re.compile(r'(?:^|[;"\s,])(' + "|".join(codes) + r')(?=$|[;"\s,])', re.MULTILINE)
    for path in folder.rglob("*.csv"):
        quoted = re.findall(r'"([^"]*)"', path.read_text("utf-8-sig"))
        assert not field.findall("\n".join(quoted)), path
    for name in ("datapackage.json", "LISEZMOI.txt"):
        assert not field.findall((folder / name).read_text("utf-8")), name


@pytest.mark.thorough
@pytest.mark.parametrize("cog", [2019, 2020, 2024])
def test_any_target_vintage(cog: int, released: Settings, tmp_path: Path) -> None:
    """Chosen at launch: the process, and its schedules, stay on theirs."""
    chosen = released.changed(data=tmp_path, products=frozenset())
    outcome = refresh(chosen, cog=cog)
    assert outcome.success, messages(outcome)
    with duckdb.connect(str(current(chosen.publication) / "carbone.duckdb"), read_only=True) as connection:
        vintage, communes, people, per_ha = connection.execute(
            """
            select cog, n_communes, population, flux_tco2e_par_ha
            from marts.territoires join marts.bilan_global using (maille, code_territoire, cog)
            where code_territoire = '200071918' and approche_bois = 'recolte'
            """
        ).fetchone()
        france = connection.execute(
            "select flux_kt_co2e from marts.bilan_global where maille = 'france' order by all"
        ).fetchall()
    with duckdb.connect(str(current(released.publication) / "carbone.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "select flux_kt_co2e from marts.bilan_global where maille = 'france' order by all"
        ).fetchall()
    assert (vintage, communes) == (cog, 12 if cog == 2024 else 10)
    assert per_ha is not None  # before its split, 85084 is measured as the sum of what it became
    assert (people is None) == (cog == 2020)  # no census table for that vintage: unknown, not zero
    assert [row[0] for row in france] == pytest.approx([row[0] for row in expected], rel=1e-9)


def test_the_command_a_newcomer_types(released: Settings, tmp_path: Path) -> None:
    """What it says; the second time, that there is nothing to do."""
    said, problems = json.loads((released.data / COMMANDED).read_text("utf-8"))
    for text in (
        "données de démonstration",
        "accroissement_biologique",
        "consommation",
        "Seconds by step",
        "epci 11 (9)",
    ):
        assert text in said
    assert "0 failed" in problems
    again = command(Path(shutil.copytree(released.data, tmp_path / "data", symlinks=True)))
    assert (again.returncode, "Nothing to do" in again.stdout) == (0, True), again.stdout


@pytest.mark.thorough
def test_a_second_refresh_gives_the_same_tables(released: Settings, tmp_path: Path) -> None:
    chosen = released.changed(data=tmp_path, products=frozenset())
    outcome = refresh(chosen)
    assert outcome.success, messages(outcome)
    for path in (current(released.publication) / "tables").glob("*.csv"):
        assert (current(chosen.publication) / "tables" / path.name).read_bytes() == path.read_bytes()


def test_unusable_settings_are_said_in_one_line(tmp_path: Path) -> None:
    for environ, expected in (
        ({"FLUX_COG": "1789"}, "error: FLUX_COG=1789 is not served"),
        ({"FLUX_SOURCE": "ftp"}, "error: FLUX_SOURCE='ftp' is not one of"),
        ({"FLUX_DATA": "/proc/nowhere"}, "error: FLUX_DATA=/proc/nowhere cannot be written"),
    ):
        done = command(tmp_path, **environ)
        assert (done.returncode, expected in done.stderr) == (2, True), done.stderr
    assert command(tmp_path, "publish").returncode == 2


@pytest.mark.thorough
def test_a_temporary_folder_of_too_long_a_path_is_named(tmp_path: Path) -> None:
    """Helpers are reached by a socket there, and the path of a socket has 107 characters."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    done = command(tmp_path, TMPDIR=str(long))
    assert done.returncode == 1
    assert f"cannot be started from {long}" in done.stderr
    assert "set TMPDIR" in done.stderr
    assert not (tmp_path / "publication" / "releases").exists()


def test_demonstration_data_is_refused_before_any_work(tmp_path: Path) -> None:
    folder = tmp_path / "publication" / "releases" / "v1"
    folder.mkdir(parents=True)
    (folder / "datapackage.json").write_text(json.dumps({"statut_donnees": "données d'une copie locale"}))
    (tmp_path / "publication" / "current").symlink_to(Path("releases") / "v1")
    done = command(tmp_path)
    assert done.returncode == 2
    assert "must not stand beside it" in done.stderr
    assert not (tmp_path / "snapshots").exists()
