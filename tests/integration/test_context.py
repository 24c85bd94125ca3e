"""Grades, reconciliation, peers and the cost of sealing on national data, against a second method: the producers' files, read by hand."""

from __future__ import annotations

import csv
import gzip
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from dagster_project.core.variables import variables
from dagster_project.release.switch import current, reports_folder
from dagster_project.settings import Settings
from dagster_project.sources.sample import land_consumption
from tests.copies import communes

pytestmark = pytest.mark.mirror

FORESTS = "aldo/published/aldo-flux-annuels-lies-a-laccroissement-net-de-la-biomasse-en-forets.csv.gz"
CHANGES = "aldo/published/aldo-flux-total-et-surfaces-converties.csv.gz"
REFERENCES = "observatoires/aldo_ign/bilan-carbone-foret-par-localisation.csv"
NAMES = {
    "forêt mixte": "Mixte",
    "forêt feuillu": "Feuillu",
    "forêt conifere": "Conifere",
    "forêt peupleraie": "Peupleraie",
}
LEVELS = {"A": ("groupeser", "groupe_ser"), "B": ("greco", "greco"), "C": ("rad13", "rad_13")}
SEALED, SHRUBS, TREES = (
    "sols artificiels imperméabilisés",
    "sols artificiels arbustifs",
    "sols artificiels arborés et buissonants",
)
ARTIFICIAL = (SEALED, SHRUBS, TREES)
PAIRS = "_vers_"


def read(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV of the copy."""
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def number(text: str) -> float:
    """A cell as a number; an empty one adds nothing."""
    return float(text or 0)


@pytest.fixture(scope="module")
def marts(national: Settings) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(current(national.publication) / "carbone.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def graded(mirror: Path) -> list[tuple[str, str, str, float, float]]:
    """Commune, composition, grade, area and gross flux of each forest of ALDO, by the rule and three values of a hectare."""
    table = {
        (row["type_localisation"], row["code_localisation"], row["composition"]): row
        for row in read(mirror / REFERENCES)
    }
    groups = {
        row["insee"]: int(row["groupes_ser_distincts"]) for row in read(mirror / "aldo" / "commune_provenance.csv.gz")
    }
    results = []
    for row in read(mirror / FORESTS):
        for kind, composition in NAMES.items():
            area = number(row[f"{kind}_surface_ha"])
            if not area:
                continue
            if kind == "forêt peupleraie":
                grade, place = "A", ("bassin_populicole", row["bassin_populicole"], composition)
            else:
                steps = [(letter, (level, row[label], composition)) for letter, (level, label) in LEVELS.items()]
                steps.append(("D", ("France", "France", composition)))
                grade, place = next(
                    (letter, key) for letter, key in steps if table.get(key, {}).get("surface_ic") == "s"
                )
            fits = all(abs(value - reference) < 1e-6 for value, reference in values(row, kind, table[place]))
            several = groups[row["insee"]] > 1 and row["groupe_ser"] not in ("NA", "") and kind != "forêt peupleraie"
            flux = abs(number(row[f"{kind}_flux_tCO2e_an-1"]))
            results.append((row["insee"], composition, grade if fits or several else "non_retrouve", area, flux))
    return results


def values(row: dict[str, str], kind: str, reference: dict[str, str]) -> Iterator[tuple[float, float]]:
    """Growth, harvest and flux of a hectare as a commune has them, and as the IGN has them for a zone."""
    for stem, label, times in (
        ("accroissement_biologique_unitaire", "production_volume_(m3∙ha-1∙an-1)", 1),
        ("prelevements_de_bois_unitaire", "prelevement_volume_(m3∙ha-1∙an-1)", 1),
        ("flux_total_unitaire", "bilan_carbone_(tC∙ha-1∙an-1)", 44 / 12),
    ):
        cell = next(row[item] for item in row if item.startswith(kind) and stem in item)
        yield number(cell), float(reference[label]) * times


def test_shares_make_the_whole_in_every_epci(marts: duckdb.DuckDBPyConnection) -> None:
    sums = marts.execute(
        "select code_territoire, approche_bois, sum(part_flux_brut_pct) from marts.qualite_reference where maille = 'epci' group by all"
    ).fetchall()
    assert len(sums) == 2 * 1230
    assert all(abs(total - 100) < 1e-9 for *_, total in sums)


def test_forest_by_grade_is_that_of_the_rule(marts: duckdb.DuckDBPyConnection, graded: list) -> None:
    """National areas by grade: the rule in Python, on the flux of a hectare alone, and the table, on six values."""
    expected: Counter[str] = Counter()
    for *_, grade, area, _ in graded:
        expected[grade] += area
    found = dict(
        marts.execute("""select grade, sum(surface_foret_ha) from marts.qualite_reference
        where code_territoire = 'FR' and approche_bois = 'recolte' and nature = 'accroissement_biologique' group by grade""").fetchall()
    )
    print("forest, ha by grade:", {grade: round(area, 1) for grade, area in sorted(found.items())})
    assert {grade: area for grade, area in found.items() if area} == pytest.approx(dict(expected))


def test_five_epci_by_hand(marts: duckdb.DuckDBPyConnection, graded: list, mirror: Path) -> None:
    """EPCI of all grades whose communes are ALDO's still: shares of growth by grade, wood and conversions besides, by harvest."""
    members, before = membership(mirror, 2026), membership(mirror, 2019)
    forests = {row["insee"]: row for row in read(mirror / FORESTS)}
    changes = {row["insee"]: row for row in read(mirror / CHANGES)}
    by_commune = defaultdict(Counter)
    for code, _, grade, _, flux in graded:
        by_commune[code][grade] += flux
    whole = [
        siren for siren, codes in members.items() if siren and codes == before.get(siren) and codes <= set(forests)
    ]
    whole = [siren for siren in whole if len(members[siren]) > 20]
    chosen = [
        next(siren for siren in sorted(whole) if any(by_commune[code][grade] for code in members[siren]))
        for grade in ("B", "C", "non_retrouve")
    ] + [siren for siren in ("246700488", "244400404") if siren in whole]
    chosen += sorted(set(whole) - set(chosen))[: 5 - len(chosen)]
    for siren in chosen:
        expected: Counter[str] = Counter()
        for code in members[siren]:
            expected += by_commune[code]
            expected["sans_grade"] += sum(
                abs(number(forests[code][f"{use}_recolte_flux_tCO2e_an-1"])) for use in ("bo", "bi")
            )
            for grade, flux in conversions(changes[code]):
                expected[grade] += flux
        total = sum(expected.values())
        found = dict(
            marts.execute(
                """select distinct grade, part_de_la_note_pct from marts.qualite_reference
            where code_territoire = ? and approche_bois = 'recolte' and part_de_la_note_pct > 0""",
                [siren],
            ).fetchall()
        )
        print(siren, {grade: round(share, 3) for grade, share in sorted(found.items())})
        assert found == pytest.approx({grade: 100 * flux / total for grade, flux in expected.items() if flux}, rel=1e-6)


def membership(mirror: Path, year: int) -> dict[str, set[str]]:
    """Communes of each EPCI on 1 January of a year."""
    results = defaultdict(set)
    for row in read(mirror / "cog" / f"cog_communes_{year}.csv.gz"):
        results[row["siren_epci"]].add(row["code_commune"])
    return results


def conversions(row: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Grade and gross flux of each conversion of a commune; both kinds of artificial soil are one class of Corine Land Cover."""
    pairs = [label.removesuffix("_surface_ha_an-1").split(PAIRS) for label in row if label.endswith("_surface_ha_an-1")]
    area = {(a, b): number(row[f"{a}{PAIRS}{b}_surface_ha_an-1"]) for a, b in pairs}
    kinds = (SEALED, SHRUBS)
    for (a, b), own in area.items():
        taken = sum(area.get((a, kind), 0) for kind in kinds) if b in kinds else own
        given = max(area.get((kind, b), 0) for kind in kinds) if a in kinds and b not in kinds else taken
        small = (given if a in kinds else taken) * 6 < 5
        yield "petite_conversion" if small else "sans_grade", abs(number(row.get(f"{a}{PAIRS}{b}_tCO2e_an-1", "")))


def test_communes_of_no_level_are_counted_and_named(national: Settings, graded: list) -> None:
    missing: Counter[str] = Counter()
    for code, _, grade, area, _ in graded:
        if grade == "non_retrouve":
            missing[code] += area
    release = current(national.publication)
    report = (reports_folder(national.publication) / f"{release.name}.txt").read_text("utf-8")
    lines = report[report.index("référence n'est pas retrouvée") :].splitlines()[:11]
    print(len(missing), "communes;", *lines, sep="\n")
    assert f"{len(missing)} communes d'ALDO, {sum(missing.values()):.1f} ha" in lines[0]
    assert [line.split()[1] for line in lines[1:]] == [code for code, _ in missing.most_common(10)]


def test_the_ratio_to_the_national_inventory(marts: duckdb.DuckDBPyConnection, mirror: Path) -> None:
    """ALDO's own total over the annex's mean of 2016 to 2018; and no row holds the target."""
    total = -sum(number(row["flux_tCO2e_an-1"]) for row in read(mirror / CHANGES)) / 1000
    annex = {row["iso3"]: row for row in read(mirror / "observatoires" / "eu" / "ue_2018_841_annexe_IIa.csv")}
    record = float(annex["FRA"]["moyenne_2016_2018_kt_co2e"])
    row = marts.execute("""select aldo_kt_co2e, autre_kt_co2e, rapport_aldo_sur_autre, periode, periode_autre, autre_source
        from marts.rapprochement_national where comparaison = 'puits_national' and poste = 'ensemble'""").fetchone()
    print("sink:", row)
    assert row[:3] == pytest.approx((total, record, total / record))
    assert round(row[2], 2) == 2.15
    target = float(annex["FRA"]["absorptions_nettes_2030_kt_co2e"])
    assert marts.execute(
        "select count(*) from marts.rapprochement_national where ? in (aldo_kt_co2e, autre_kt_co2e)", [target]
    ).fetchone() == (0,)
    assert marts.execute(
        "select objectif_du_cadre, reference_du_cadre from marts.objectifs where volet = 'utcatf'"
    ).fetchone() == (target, record)


def test_square_metres_are_all_in_the_epci(marts: duckdb.DuckDBPyConnection, mirror: Path) -> None:
    """36,000 communes, 16 years: the sum of the file's yearly columns is that of EPCI and of communes without one."""
    edition, alone = land_consumption.EDITION, {"22016", "29083", "29155", "85113"}
    years = range(2009, edition)
    expected = dict.fromkeys(years, 0.0)
    listed = communes(mirror, edition)
    for code, *_ in listed:
        if code not in alone:
            for year, parts in land_consumption.consumed_m2(code, years).items():
                expected[year] += sum(parts.values())
    found = dict(
        marts.execute("""select annee, sum(surface_ha) * 10000 from marts.consommation_espaces
        where maille = 'epci' and destination = 'ensemble' group by annee""").fetchall()
    )
    print(len(listed), "communes,", len(found), "years;", round(found[2012]), "m2 in 2012")
    assert found == pytest.approx(expected, rel=1e-9)


def test_hectares_of_a_region_by_hand(marts: duckdb.DuckDBPyConnection, mirror: Path) -> None:
    """Brittany: ALDO's hectares turned artificial, Cerema's mean of 2012 to 2017; every region is there."""
    aldo = 0.0
    for row in read(mirror / CHANGES):
        if row["region"] == "53":
            for label in (item for item in row if item.endswith("_surface_ha_an-1")):
                before, after = label.removesuffix("_surface_ha_an-1").split(PAIRS)
                aldo += number(row[label]) * (after in ARTIFICIAL and before not in ARTIFICIAL)
    years = range(2009, land_consumption.EDITION)
    squares = sum(
        sum(parts.values())
        for code, *_ in communes(mirror, land_consumption.EDITION)
        if code[:2] in ("22", "29", "35", "56")
        for year, parts in land_consumption.consumed_m2(code, years).items()
        if 2012 <= year <= 2017
    )
    rows = {
        row[0]: row[1:]
        for row in marts.execute("""select code_territoire, aldo_ha, autre_ha, periode_autre from marts.rapprochement_national
        where comparaison = 'artificialisation' and poste = 'ensemble' and maille = 'region'""").fetchall()
    }
    for code, row in sorted(rows.items()):
        print("region", code, *(round(value, 1) for value in row[:2]), row[2])
    assert len(rows) == 13
    assert rows["53"][:2] == pytest.approx((aldo, squares / 10_000 / 6), rel=1e-6)
    assert rows["53"][2] == "2012-2017"


def test_the_cost_of_sealing_by_hand(marts: duckdb.DuckDBPyConnection, mirror: Path) -> None:
    """Strasbourg in 2018: hectares, times conversions to sealed soil by former use, times what a hectare of each emits."""
    siren, year = "246700488", 2018
    codes = membership(mirror, 2026)[siren]
    area: Counter[str] = Counter()
    flux: Counter[str] = Counter()
    for row in read(mirror / CHANGES):
        if row["insee"] in codes:
            for use in (item["aldo"] for item in variables()["occupations"] if item["aldo"] not in ARTIFICIAL):
                area[use] += number(row[f"{use}{PAIRS}{SEALED}_surface_ha_an-1"])
                flux[use] -= number(row.get(f"{use}{PAIRS}{SEALED}_tCO2e_an-1", ""))
    consumed = sum(sum(land_consumption.consumed_m2(code, range(2009, 2025))[year].values()) for code in codes) / 10_000
    expected = sum(consumed * area[use] / sum(area.values()) * flux[use] / area[use] for use in area if area[use])
    row = marts.execute(
        """select surface_ha, cout_moyen_tco2e_par_ha, cout_tco2e, repartition from marts.cout_carbone_artificialisation
        where code_territoire = ? and annee = ?""",
        [siren, year],
    ).fetchone()
    print("Strasbourg, 2018:", row, {use: round(value, 3) for use, value in area.items() if value})
    assert row[0] == pytest.approx(consumed)
    assert row[2] == pytest.approx(expected)
    assert row[3] == "conversions_aldo"
    ways = marts.execute(
        "select repartition, count(distinct code_territoire), count(cout_tco2e) from marts.cout_carbone_artificialisation group by all"
    ).fetchall()
    print("EPCI by way:", ways)
    assert sum(count for _, count, _ in ways) == 1230


def test_peers_are_ranked_and_parted_as_statistics_do(marts: duckdb.DuckDBPyConnection) -> None:
    """A group of peers by the statistics module: quartiles, rank and the mean of all hectares together."""
    (group,) = (
        marts.execute("""select detail_du_groupe from marts.comparaison_territoires where groupe = 'pairs' and indicateur = 'flux_net'
        group by 1 having count(*) = max(n_epci) order by count(*) desc limit 1""").fetchone()
    )
    rows = marts.execute(
        """select c.flux_tco2e_par_ha, c.rang, c.n_epci, c.premier_quartile_tco2e_par_ha, c.mediane_tco2e_par_ha,
        c.troisieme_quartile_tco2e_par_ha, c.moyenne_tco2e_par_ha, t.surface_couverte_ha from marts.comparaison_territoires as c
        join marts.territoires as t using (maille, code_territoire) where c.detail_du_groupe = ? and c.indicateur = 'flux_net' order by c.rang""",
        [group],
    ).fetchall()
    values = [row[0] for row in rows]
    assert values == sorted(values)
    assert all(row[2] == len(rows) for row in rows)
    assert rows[0][3:6] == pytest.approx(statistics.quantiles(values, n=4, method="inclusive"))
    assert rows[0][6] == pytest.approx(sum(row[0] * row[7] for row in rows) / sum(row[7] for row in rows))
    assert all(later[1] > earlier[1] for earlier, later in pairwise(rows) if later[0] != earlier[0])
    groups = marts.execute(
        "select count(distinct detail_du_groupe), min(n_epci), max(n_epci) from marts.comparaison_territoires where groupe = 'pairs'"
    ).fetchone()
    print("peers:", groups, group)
    assert groups[1] >= variables()["pairs_au_moins"]
