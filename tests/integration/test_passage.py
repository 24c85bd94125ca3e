"""Passage between any two vintages on INSEE's real lists and events: exact images, weights, golden families, conservation."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dagster_project.settings import DBT_PROJECT_DIR, Settings

pytestmark = pytest.mark.mirror

VINTAGES = range(2014, 2027)
# Communes of metropolitan France and of the five overseas departements on 1 January (Insee).
COUNTS = {2015: 36658, 2016: 35885, 2017: 35416, 2018: 35357}


@pytest.fixture(scope="module")
def house(national: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{national.raw}'")
        connection.execute("create temp table passage as from intermediate.int_passage")
        yield connection


@pytest.fixture(scope="module")
def lists(mirror: Path) -> dict[int, set[str]]:
    """INSEE's lists: its files from 2018 on; before, every code whose first event since that day starts from it."""
    found = {
        year: set(pd.read_csv(mirror / f"cog/cog_communes_{year}.csv.gz", dtype=str)["code_commune"])
        for year in range(2019, 2027)
    }
    found[2018] = set(
        pd.read_parquet(mirror / "boundaries/communes_cog2018.parquet", columns=["code_commune"])["code_commune"]
    )
    with gzip.open(mirror / "cog/insee_raw/v_mvt_commune_2026.csv.gz", "rt", encoding="utf-8", newline="") as file:
        events = sorted(
            (row["DATE_EFF"], row["MOD"] not in ("41", "50"), row["COM_AV"], row["COM_AP"])
            for row in csv.DictReader(file)
            if row["TYPECOM_AV"] == row["TYPECOM_AP"] == "COM" and row["MOD"] != "10"
        )
    for year in range(2014, 2018):
        since = [event for event in events if f"{year}-01-01" < event[0] <= "2018-01-01"]
        first = {code: (date, phase) for date, phase, *codes in reversed(since) for code in codes}
        started = {before for date, phase, before, _ in since if first[before] == (date, phase)}
        found[year] = (found[2018] - set(first)) | started
    return found


def test_lists_before_2018_have_the_published_size(lists: dict[int, set[str]]) -> None:
    assert {year: len(lists[year]) for year in COUNTS} == COUNTS


@pytest.mark.thorough
def test_every_forward_pair_has_the_exact_image_and_whole_weights(
    house: duckdb.DuckDBPyConnection, lists: dict[int, set[str]]
) -> None:
    """78 pairs: nothing missing, nothing extra, both sums within 1e-12 of 1."""
    pairs = [(a, b) for a in VINTAGES for b in VINTAGES if a < b]
    assert len(pairs) == 78
    rows = house.execute(
        """
        select millesime_source, millesime_cible, list(distinct code_source), list(distinct code_cible)
        from passage where millesime_source < millesime_cible group by all
        """
    ).fetchall()
    codes = {(source, target): (set(left), set(right)) for source, target, left, right in rows}
    for source, target in pairs:
        assert codes[str(source), str(target)] == (lists[source], lists[target]), (source, target)
    worst = house.execute(
        """
        select max(abs(surface - 1)), max(abs(population - 1)), count(*), count(surface), count(population) from (
            select sum(poids_surface) filter (where poids_surface is not null) as surface, sum(poids_population) as population
            from passage where millesime_source < millesime_cible and millesime_source <> 'aldo' and millesime_cible <> 'aldo'
            group by millesime_source, code_source, millesime_cible
        )
        """
    ).fetchone()
    print("forward pairs: worst departures from 1, families:", worst)
    assert worst[0] <= 1e-12
    assert worst[1] <= 1e-12
    assert worst[2] == worst[3] == worst[4]


def test_backwards_pairs_are_complete_and_say_so(house: duckdb.DuckDBPyConnection, lists: dict[int, set[str]]) -> None:
    """A merge undone is shared by weights and called `defusion`; where nothing measures the pieces, both weights are unknown.

    People are counted apart where a census of the years between knew the communes; elsewhere they follow the land, and the row says so.
    """
    for source, target in ((2026, 2018), (2024, 2019), (2026, 2014)):
        rows = house.execute(
            "select code_source, code_cible, regle, n_pieces, poids_surface, poids_population from passage where millesime_source = ? and millesime_cible = ?",
            [str(source), str(target)],
        ).fetchall()
        assert {row[0] for row in rows} == lists[source]
        assert {row[1] for row in rows} == lists[target]
        assert {row[2] for row in rows if row[3] > 1} == {"defusion"}
        undefined = {row[0] for row in rows if row[4] is None}
        assert undefined == {row[0] for row in rows if row[5] is None}
        print(
            f"{source} -> {target}: {len({r[0] for r in rows if r[3] > 1})} merges undone, {len(undefined)} of them unmeasured"
        )
        if target >= 2018:
            assert undefined == set()
        for position in (4, 5):
            sums = defaultdict(float)
            for row in rows:
                sums[row[0]] += row[position] or 0
            assert all(sums[code] == pytest.approx(1, abs=1e-12) for code in lists[source] - undefined)


def test_people_of_a_merge_undone_are_counted_where_a_census_knew_them(house: duckdb.DuckDBPyConnection) -> None:
    counted = dict(
        house.execute(
            """
            select split_part(mesure_population, ' ', 1) = 'surface', count(distinct code_source) from passage
            where millesime_source = '2026' and millesime_cible = '2024' and n_pieces > 1 group by all
            """
        ).fetchall()
    )
    assert counted == {False: 46}  # PMUN of COG 2024 has all of them


SPLIT = "partage"
FAMILIES = {  # (from, code, to): communes of the target, all of the source's land going to a single one unless several are named
    ("2018", "60455", "2024"): {"60694"},  # merged into 60054 in 2019, given back to Les Hauts-Talican in 2024
    ("2018", "60694", "2024"): {"60694"},
    ("2018", "60054", "2024"): {"60054"},
    ("2019", "60054", "2024"): {"60054", "60694"},  # from 2019 on only the merged commune is known
    ("2018", "15141", "2025"): {"15031", "15035", "15047", "15141", "15171"},
    ("2016", "15031", "2025"): {"15031"},  # merged 2016-12-01, restored 2025: its own land
    ("2015", "85030", "2024"): {"85084"},  # Boulogne was not restored
    ("2015", "85165", "2024"): {"85165"},
    ("2018", "85084", "2024"): {"85084", "85165", "85212"},
    ("2016", "14666", "2020"): {"14666"},  # merged 2017, restored 2019-12-31
    ("2018", "14712", "2019"): {"14712"},  # an event of 2019-12-31 is not yet in COG 2019
    ("2018", "14712", "2020"): {"14666", "14712"},
    ("2014", "76676", "2017"): {"76601", "76676"},  # Saint-Lucien, associated since 1973
    ("2016", "27676", "2021"): {"27058"},  # the code that leaves and comes back
    ("2016", "27676", "2026"): {"27676"},
    ("2016", "27058", "2026"): {"27676"},
    ("2017", "49144", "2018"): {"44180"},  # changes departement (44225) and merges into Vallons-de-l'Erdre on one day
    ("2017", "14513", "2018"): {"50592"},  # the same: 14513 > 50649 > Tessy-Bocage
    ("2016", "02344", "2017"): {"51171"},  # 51664 on 2016-12-31, merged into Cormicy the next day
    ("2015", "44060", "2016"): {"49160"},  # 2015-12-31 to Maine-et-Loire, merged the next day
    ("2014", "14697", "2015"): {"14472"},
    ("2024", "12076", "2025"): {"12218"},  # in mid-year
    ("2024", "69159", "2025"): {"69114"},
    ("2024", "14011", "2025"): {"14581"},
    ("2018", "85060", "2019"): {"85194"},
    ("2018", "76045", "2026"): {"76045"},
    ("2014", "75056", "2026"): {"75056"},
    ("2025", "15171", "2018"): {"15141"},
    ("2019", "85194", "2018"): {"85060", "85166", "85194"},
}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: "-".join(one))
def test_golden_families(family: tuple[str, str, str], house: duckdb.DuckDBPyConnection) -> None:
    rows = house.execute(
        "select code_cible, regle, poids_surface, poids_population from passage"
        " where millesime_source = ? and code_source = ? and millesime_cible = ?",
        list(family),
    ).fetchall()
    assert {row[0] for row in rows} == FAMILIES[family]
    if len(rows) == 1:
        assert rows[0][2:] == (1, 1)
    else:
        assert {row[1] for row in rows} == {SPLIT if family[0] < family[2] else "defusion"}
        assert all(0 < row[2] < 1 for row in rows)


def test_neussargues_keeps_a_seventh_of_its_land_and_half_of_its_people(house: duckdb.DuckDBPyConnection) -> None:
    """15141: 1,381.2 of 9,167 ha (full boundaries of 2026) and 824 of 1,555 inhabitants (PMUN 2023)."""
    area, people, vintage = house.execute(
        "select poids_surface, poids_population, mesure_surface from passage where millesime_source = '2018'"
        " and code_source = '15141' and millesime_cible = '2025' and code_cible = '15141'"
    ).fetchone()
    print(f"15141: {area:.4f} of its land, {people:.4f} of its people, measured in {vintage}")
    assert (round(area, 2), round(people, 2), vintage) == (0.15, 0.53, "2026")


def test_codes_that_must_not_appear(house: duckdb.DuckDBPyConnection) -> None:
    """14114 has been an associated commune since 1972; 85030 was not re-created; an unknown code is in no list."""
    seen = house.execute(
        "select distinct millesime_cible from passage where code_cible in ('14114', '99999')"
    ).fetchall()
    assert seen == []
    later = house.execute(
        "select max(millesime_cible) from passage where code_cible = '85030' and millesime_cible <> 'aldo'"
    ).fetchone()[0]
    assert later == "2015"


def test_national_and_regional_totals_are_the_same_before_and_after(
    house: duckdb.DuckDBPyConnection, mirror: Path
) -> None:
    """For every vintage and measure, straight from ALDO's files; and where the two methods differ."""
    total = pd.read_csv(next(mirror.glob("aldo/published/aldo-flux-total*")), dtype={"insee": str})
    forest = pd.read_csv(next(mirror.glob("aldo/published/aldo-flux-annuels*")), dtype={"insee": str}).set_index(
        "insee"
    )
    pairs = [one for one in total.columns if one.endswith("_tCO2e_an-1") and "_vers_" in one]
    growths = [one for one in forest.columns if one.startswith("forêt") and one.endswith("_flux_tCO2e_an-1")]
    measures = pd.DataFrame(
        {
            "changement_usage_sol": total.set_index("insee")[pairs].sum(axis=1),
            "accroissement_biologique": forest[growths].sum(axis=1),
            "bois_recolte": forest["total_recolte_flux_tCO2e_an-1"].fillna(0),
            "bois_consommation": forest["total_consommation_flux_tCO2e_an-1"].fillna(0),
        }
    )
    method = {**dict.fromkeys(measures.columns, "surface"), "bois_consommation": "population"}
    faults = pd.read_csv(
        DBT_PROJECT_DIR / "seeds/corrections_aldo.csv", dtype={"code_commune_aldo": str, "code_commune": str}
    )
    departements = pd.read_csv(mirror / "cog/cog_departements_2026.csv", dtype=str)
    region_of = departements.set_index("code_departement")["code_region"].to_dict()

    def parts(column: str, of: str) -> dict[str, float]:
        """ALDO's rows told apart as the corrections say."""
        values = measures[column].to_dict()
        for row, family in faults.groupby("code_commune_aldo"):
            whole = values.pop(row)
            for _, part in family.iterrows():
                values[part.code_commune] = whole * part[of] / family[of].sum()
        return values

    for vintage in range(2019, 2027):
        rows = house.execute(
            "select code_source, code_cible, poids_surface, poids_population from passage"
            " where millesime_source = 'aldo' and millesime_cible = ?",
            [str(vintage)],
        ).fetchall()
        for measure in measures.columns:
            values = parts(measure, {"surface": "surface_ha", "population": "population"}[method[measure]])
            before, after = defaultdict(float), defaultdict(float)
            for code, value in values.items():
                before[region_of[code[:2]]] += value
            whole = measures[measure].to_dict()  # rows of the passage are rows of ALDO, corrections applied
            for source, target, area, people in rows:
                after[region_of[target[:2]]] += whole[source] * (area if method[measure] == "surface" else people)
            assert after.keys() == before.keys()
            assert len(before) == 13
            for region, value in before.items():
                assert after[region] == pytest.approx(value, rel=1e-9), (vintage, measure, region)
            assert sum(after.values()) == pytest.approx(measures[measure].sum(), rel=1e-9)
    differing = house.execute(
        """
        select code_source, code_cible, n_pieces, poids_surface, poids_population from passage
        where millesime_source = 'aldo' and millesime_cible = '2026' and poids_surface <> poids_population order by all
        """
    ).fetchall()
    for row in differing:
        print("{} > {} ({} pieces): {:.4f} of the land, {:.4f} of the people".format(*row))
    assert {row[0] for row in differing} == {"14712", "15141", "60054", "85084", *faults.code_commune_aldo}
    assert all(row[2] > 1 for row in differing)


def test_epci_of_2026_are_the_real_ones(house: duckdb.DuckDBPyConnection, mirror: Path) -> None:
    """DGCL's own file: 34,871 communes; 45 are not where they were in 2025."""
    dgcl = pd.read_csv(
        mirror / "cog/insee_raw/dgcl_epcicom2026_extrait.csv.gz", sep=";", dtype=str, encoding="utf-8-sig"
    )
    siren = next(one for one in dgcl.columns if "siren" in one.lower() and "membre" not in one.lower())
    insee = next(one for one in dgcl.columns if "insee" in one.lower())
    expected = dict(zip(dgcl[insee], dgcl[siren], strict=True))
    found = dict(
        house.execute(
            "select code_commune, siren_epci from intermediate.int_communes where siren_epci is not null"
        ).fetchall()
    )
    assert len(expected) == 34871
    assert found == expected
    before = (
        pd.read_csv(mirror / "cog/cog_communes_2025.csv.gz", dtype=str)
        .set_index("code_commune")["siren_epci"]
        .dropna()
        .to_dict()
    )
    assert sum(found.get(code) != siren for code, siren in before.items()) == 45


def test_weights_of_corrections_are_those_of_one_census(mirror: Path) -> None:
    """Insee's populations of 2019 (its table of 2021), the oldest that counts every piece; the weights of a row sum to 1."""
    faults = pd.read_csv(DBT_PROJECT_DIR / "seeds/corrections_aldo.csv", dtype=str)
    people = pd.read_csv(mirror / "cog/cog_communes_2021.csv.gz", dtype=str).set_index("code_commune")
    assert set(faults.recensement) == set(people.population_annee[faults.code_commune]) == {"2019"}
    assert faults.population.tolist() == people.population_municipale[faults.code_commune].tolist()


def test_rows_of_aldo_are_answered_as_the_warehouse_has_them(house: duckdb.DuckDBPyConnection) -> None:
    """Same rows, same weights as those that the release was made with; nothing that is no row of ALDO."""
    found = house.execute(
        """
        select count(*), count(distinct code_source), max(abs(asked.poids_surface - used.poids_surface)),
            max(abs(asked.poids_population - used.poids_population))
        from (from passage where millesime_source = 'aldo' and millesime_cible = '2026') as asked
        full join (from intermediate.int_passage_aldo where millesime_cible = '2026') as used
            on asked.code_source = used.code_commune_aldo and asked.code_cible = used.code_commune
        """
    ).fetchone()
    assert found == (35078, 35066, 0, 0)
    land = house.execute(
        "select code_cible, round(poids_surface, 4) from passage where code_source = '73003'"
        " and millesime_source = 'aldo' and millesime_cible = '2026' order by all"
    ).fetchall()
    assert land == [("73003", 0.7926), ("76045", 0.2074)]
