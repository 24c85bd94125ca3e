"""Inventories on the user's own copy: Airparif's real file, the two real rows and the column profile of the national IGT."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dagster_project.ingest.inventory_tables import ingest
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.sample.emissions import write_igt
from dagster_project.sources.store import Store
from tests.conftest import copy_of, messages, refresh, settings
from tests.integration.layouts import IGT as SECTORS

pytestmark = pytest.mark.mirror
REAL_ROWS = Path("observatoires") / "igt" / "igt_2016_ain_19_lignes.csv"
FILES = {"airparif": "airparif_emissions_epci_2015.csv", "rows": "igt_2016_sample_rows.csv", "profile": "igt_2016_column_profile.csv"}  # fmt: skip
OUTSIDE = ("Autres transports international", "CO2 biomasse hors-total")
IGT = {**SECTORS, OUTSIDE[0]: "autres_transports_international", OUTSIDE[1]: "co2_biomasse"}


@pytest.fixture(scope="module")
def inventories(mirror: Path) -> dict[str, Path]:
    found = {name: mirror / "inventories" / file for name, file in FILES.items()}
    if not all(path.is_file() for path in found.values()):
        pytest.skip("the copy of the portals has no inventories")
    return found


def test_names_of_epci_are_matched_whole_or_by_the_seed(national: Settings, inventories: dict) -> None:
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select nom_source, code_source, rapprochement from intermediate.int_inventaires_epci"
        ).fetchall()
    names = set(pd.read_csv(inventories["airparif"])["lib_epci"])
    assert {name for name, _, _ in rows} == names and len(names) == 53
    assert len({code for _, code, _ in rows}) == 53
    by_seed = {name for name, _, how in rows if how.startswith("graine")}
    assert by_seed == {"CA Versailles Grand Parc (C.A.V.G.P.)", "CC du Pays Houdanais (C.C.P.H.)"}


def test_only_unchanged_epci_are_published(national: Settings, inventories: dict) -> None:
    """Kept figures are the file's own, and the EPCI that have changed since 2019 are named as such, with nothing in them."""
    file = pd.read_csv(inventories["airparif"])
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{national.raw}'")
        names = dict(
            connection.execute("select code_source, nom_source from intermediate.int_inventaires_epci").fetchall()
        )
        composition = connection.execute("""
            select siren_epci, edition, list(distinct code_commune order by code_commune)
            from staging.stg_insee__epci_composition where siren_epci is not null group by all
        """).fetchall()
        moved = connection.execute("""
            select distinct code_avant, code_apres from intermediate.int_evenements
            where date_effet > date '2019-01-01' and code_avant <> code_apres
                and code_avant[:2] in ('75', '77', '78', '91', '92', '93', '94', '95')
        """).fetchall()
    communes = {(code, edition): tuple(listed) for code, edition, listed in composition}
    now = dict(moved)  # every commune that went, in one: Ile-de-France has only had merges since
    then = {code: {now.get(one, one) for one in communes[code, 2019]} for code in names}
    unchanged = {code for code in names if then[code] == set(communes.get((code, 2026), ()))}
    rows = pd.read_parquet(current(national.publication) / "tables" / "inventaire_polluants.parquet")
    rows = rows[rows["maille"] == "epci"]
    kept = rows[rows["completude"] == "complete"]
    assert set(kept["code_territoire"]) == unchanged
    for row in kept.itertuples():
        expected = file.loc[file["lib_epci"] == names[row.code_territoire], row.polluant].item()
        assert row.emissions_kg == expected
    lost = rows[rows["completude"] == "non_reconstituable"]
    assert len(set(kept["code_territoire"])) >= 45 and len(lost) > 0
    assert lost["emissions_kg"].isna().all() and lost["emissions_connues_kg"].isna().all()


def test_larger_territories_are_the_sum_of_the_epci_inside(national: Settings, inventories: dict) -> None:
    """A departement or region is whole where no EPCI crosses its limit: the Pays Houdanais has communes in Eure-et-Loir, so that
    Ile-de-France is not; its known part is that of the other 52."""
    file = pd.read_csv(inventories["airparif"]).set_index("lib_epci")
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{national.raw}'")
        names = dict(
            connection.execute("select code_source, nom_source from intermediate.int_inventaires_epci").fetchall()
        )
        members = connection.execute(
            "select siren_epci, code_commune from staging.stg_insee__epci_composition where edition = 2019 and siren_epci is not null"
        ).fetchall()
        region_of = dict(
            connection.execute(
                "select distinct code_departement, code_region from intermediate.int_communes"
            ).fetchall()
        )
    places: dict[str, set[str]] = {code: set() for code in names}
    for code, commune in members:
        if code in places:
            places[code].add(commune[:2])
    table = current(national.publication) / "tables" / "inventaire_polluants.parquet"
    rows = pd.read_parquet(table)
    rows = rows[(rows["inventaire"] == "airparif_epci") & (rows["polluant"] == "nox")]
    for mesh, of in (("departement", {one: one for one in region_of}), ("region", region_of)):
        for row in rows[rows["maille"] == mesh].itertuples():
            touching = {code for code, held in places.items() if row.code_territoire in {of.get(one) for one in held}}
            inside = {code for code in touching if {of.get(one) for one in places[code]} == {row.code_territoire}}
            if not touching:
                continue
            known = file.loc[[names[code] for code in inside], "nox"].sum() if inside else None
            print(
                mesh,
                row.code_territoire,
                row.completude,
                f"{len(inside)} of {len(touching)} EPCI inside",
                row.emissions_connues_kg,
            )
            assert row.completude == ("complete" if inside == touching else "non_reconstituable")
            assert row.emissions_connues_kg == known or (pd.isna(row.emissions_connues_kg) and known is None)
            assert row.n_territoires_renseignes == len(inside)
            if "11" in {
                row.code_territoire,
                region_of.get(row.code_territoire),
            }:  # elsewhere the inventory has not all EPCI
                assert row.n_territoires_attendus == len(touching)
    region = rows[(rows["maille"] == "region") & (rows["code_territoire"] == "11")].iloc[0]
    print("Ile-de-France, NOx: 53 EPCI", file["nox"].sum(), "kg; 52 wholly inside", region["emissions_connues_kg"])


def test_tonnes_under_the_name_of_kilograms_are_caught(national: Settings) -> None:
    """The copy's `co` is in tonnes whatever its layer says: read in kg, seven grams an inhabitant close the gate."""
    compiled = national.data / "dbt" / "compiled" / "flux_carbone" / "tests" / "inventaires_unites_plausibles.sql"
    query = compiled.read_text("utf-8")
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{national.raw}'")
        assert connection.execute(query).fetchall() == []
        connection.execute("""
            create temp table int_inventaires_territoires as
            select * replace (case when mesure = 'co' then valeur / 1000 else valeur end as valeur)
            from intermediate.int_inventaires_territoires
        """)
        spoilt = query.replace(
            '"entrepot"."intermediate"."int_inventaires_territoires"', "temp.int_inventaires_territoires"
        )
        (found,) = connection.execute(spoilt).fetchall()
    assert found[0] == "airparif_epci" and found[3] == "co" and found[4] == pytest.approx(0.013, abs=0.01)


def test_the_two_real_rows_of_igt_are_its_contract(inventories: dict, tmp_path: Path, mirror: Path) -> None:
    igt = load_inventories()["igt"]
    with inventories["rows"].open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert set(header) == set(igt.columns)
    copy = tmp_path / "copy" / "inventories"
    copy.mkdir(parents=True)
    (copy / "igt_2016.csv").write_bytes(inventories["rows"].read_bytes())
    one = settings(tmp_path / "data", FLUX_SOURCE="mirror", FLUX_MIRROR=str(mirror))
    table = ingest(igt, Store(one, copy=copy.parent).fetch(igt, "2016"), one.inventory_tables)
    found = duckdb.sql(f"select code, secteur, etat, nombre from '{table}'").fetchall()
    assert len(found) == 20
    for row in rows:
        for label, cell in zip(header[2:], row[2:], strict=True):
            assert (row[0], label, "valeur" if cell else "manquant", cell or None) in found


def placed(path: Path, rows: Path) -> list[tuple[str, str, str]]:
    """Put real rows in the place of the generated ones of their communes; returns code, column and cell."""
    with rows.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    real = {row["INSEE commune"]: row for row in listed}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, lines = reader.fieldnames or [], [real.get(row["INSEE commune"], row) for row in reader]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return [(code, label, row[label]) for code, row in real.items() for label in header[2:]]


@pytest.fixture(scope="module")
def profile(inventories: dict) -> dict[str, tuple[int, float]]:
    with inventories["profile"].open(encoding="utf-8", newline="") as file:
        return {
            row["column"]: (int(row["non_null"]), float(row["mean"])) for row in csv.DictReader(file) if row["mean"]
        }


@pytest.mark.thorough
def test_the_national_inventory_gives_the_exact_total_of_its_eight_sectors(
    national: Settings, profile: dict, mirror: Path, tmp_path: Path
) -> None:
    """35,798 rows with the counts and means of the real file: summing all its columns overstates France by 19 %, the mart does not."""
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        listed = connection.execute(
            "select distinct code_commune from intermediate.int_composition where millesime = '2016' and code_commune not like '97%'"
        ).fetchall()
    with (mirror / "cog" / "cog_arrondissements_municipaux.csv").open(encoding="utf-8") as file:
        districts = [next(iter(row.values())) for row in csv.DictReader(file)]
    codes = sorted({code for (code,) in listed} - {"75056", "69123", "13055"} | set(districts))
    assert len(codes) == 35_798
    copy = tmp_path / "copy"
    (copy / "inventories").mkdir(parents=True)
    for folder in ("aldo", "cog", "boundaries", "espass"):
        (copy / folder).symlink_to(mirror / folder)
    shares = {label: (count / len(codes), mean) for label, (count, mean) in profile.items()}
    path = copy / "inventories" / "igt_2016.csv"
    write_igt([(code, code) for code in codes], path, shares)
    real = placed(path, mirror / REAL_ROWS)
    house = copy_of(national, tmp_path).changed(mirror=copy, announced_change="IGT", inventories={"igt": None})
    outcome = refresh(house)
    assert outcome.success, messages(outcome)

    frame = pd.read_csv(path, dtype={"INSEE commune": str}).drop(columns=["INSEE commune", "Commune"])
    everything, eight = frame.sum().sum(), frame.drop(columns=list(OUTSIDE)).sum().sum()
    assert everything / eight == pytest.approx(1.19, abs=0.005)
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        cells = connection.execute(
            "select code_source, secteur, valeur from intermediate.int_inventaires_cellules where code_source like '01%' and etat = 'valeur'"
        ).fetchall()
    held = {(code, sector): float(value) for code, sector, value in cells}
    for code, label, cell in real:
        assert held.get((code, IGT[label])) == (pytest.approx(float(cell), abs=1e-8) if cell else None)
    print(f"{len({code for code, _, _ in real})} real rows of IGT 2016, {len(real)} cells equal in the warehouse")
    tables = current(house.publication) / "tables"
    ges = pd.read_parquet(tables / "inventaire_ges.parquet")
    ges = ges[ges["code_territoire"] != "FR_ENTIERE"]
    for mesh in ("france", "region", "departement"):
        assert ges[ges["maille"] == mesh]["emissions_connues_tco2e"].sum() == pytest.approx(eight, rel=1e-9)
    outside = pd.read_parquet(tables / "inventaire_hors_total.parquet")
    memo = outside[outside["code_territoire"] == "FR"]["hors_total_connu_tco2e"].sum()
    assert memo == pytest.approx(everything - eight, rel=1e-9)
    assert set(ges["version_inventaire"]) == {"IGT 2016 (données de démonstration)"}
    print(f"eight sectors {eight:.0f} t, all columns {everything:.0f} t ({everything / eight:.4f}), mart "
          f"{ges[ges['maille'] == 'france']['emissions_connues_tco2e'].sum():.0f} t")  # fmt: skip
