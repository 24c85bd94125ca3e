"""National data: the same job on a user's own copy of the portals, against sums made straight from its files."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest

from dagster_project.assets.ingestion import ingestion_assets
from dagster_project.assets.inventories import inventory_assets
from dagster_project.assets.resources import RUN, run_resource
from dagster_project.delivery import targets
from dagster_project.release import deposit
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from dagster_project.warehouse import build
from tests.conftest import settings
from tests.unit.test_tet import KEY, PATHS, serving

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def marts(national: Settings) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(current(national.publication) / "carbone.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def by_hand(mirror: Path) -> dict[str, float]:
    """Sums of the producer's columns, by the csv module alone."""
    sums: dict[str, float] = {}
    for source_id in ("aldo_flux_total", "aldo_accroissement_forets"):
        path = mirror / load_registry()[source_id].editions["2023"].mirror.path
        rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode()))
        header = next(rows)
        wanted = [i for i, label in enumerate(header) if label.endswith("tCO2e_an-1") and "unitaire" not in label]
        for row in rows:
            for i in wanted:
                sums[header[i]] = sums.get(header[i], 0.0) + (float(row[i]) if row[i] else 0.0)
    return sums


def test_national_totals_are_the_producers_with_the_other_sign(marts: duckdb.DuckDBPyConnection, by_hand: dict) -> None:
    growth = sum(value for label, value in by_hand.items() if label.startswith("forêt") and "_vers_" not in label)
    change = sum(value for label, value in by_hand.items() if "_vers_" in label)
    expected = {
        ("accroissement_biologique", "consommation"): growth,
        ("accroissement_biologique", "recolte"): growth,
        ("changement_usage_sol", "consommation"): change,
        ("changement_usage_sol", "recolte"): change,
        ("produits_bois", "consommation"): by_hand["total_consommation_flux_tCO2e_an-1"],
        ("produits_bois", "recolte"): by_hand["total_recolte_flux_tCO2e_an-1"],
    }
    rows = marts.execute(
        "select nature, approche_bois, flux_kt_co2e from marts.flux_par_nature where maille = 'france'"
    ).fetchall()
    found = {(nature, approach): flux * 1000 for nature, approach, flux in rows}
    assert found == {key: pytest.approx(-value, rel=1e-9) for key, value in expected.items()}
    balance = marts.execute(
        "select flux_kt_co2e * 1000 from marts.bilan_global where maille = 'france' and approche_bois = 'recolte'"
    ).fetchone()[0]
    assert balance == pytest.approx(-by_hand["flux_tCO2e_an-1"], rel=1e-9)


def test_metropolitan_territories(marts: duckdb.DuckDBPyConnection) -> None:
    covered = dict(
        marts.execute(
            "select maille, count(*) from marts.territoires where couverture_aldo <> 'absente' group by all"
        ).fetchall()
    )
    assert covered == {"epci": 1230, "departement": 96, "region": 13, "france": 1}
    every = dict(marts.execute("select maille, count(*) from marts.territoires group by all").fetchall())
    assert every == {"epci": 1253, "departement": 101, "region": 18, "france": 2}


def test_epci_and_the_islands_without_one_make_france(marts: duckdb.DuckDBPyConnection, national: Settings) -> None:
    with duckdb.connect(str(national.warehouse), read_only=True) as house:
        alone = house.execute(
            "select code_commune from intermediate.int_communes where siren_epci is null order by all"
        ).fetchall()
    assert [row[0] for row in alone] == ["22016", "29083", "29155", "85113"]
    path = national.mirror / load_registry()["aldo_flux_total"].editions["2023"].mirror.path
    rows = csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode()))
    islands = -sum(float(row["flux_tCO2e_an-1"]) for row in rows if row["insee"] in {code for (code,) in alone}) / 1000
    totals = dict(
        marts.execute(
            "select maille, sum(flux_kt_co2e) from marts.bilan_global where approche_bois = 'recolte' group by all"
        ).fetchall()
    )
    assert totals["epci"] + islands == pytest.approx(totals["france"], rel=1e-9)
    assert totals["departement"] == pytest.approx(totals["france"], rel=1e-9)
    assert totals["region"] == pytest.approx(totals["france"], rel=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize("cog", range(2019, 2027))
def test_every_aldo_commune_reaches_every_vintage(cog: int, mirror: Path, tmp_path: Path) -> None:
    """The passage alone: image exactly the metropolitan list of the vintage, weights of both methods sum to 1."""
    chosen = settings(tmp_path, FLUX_SOURCE="mirror", FLUX_MIRROR=str(mirror), FLUX_COG=str(cog))
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize(
            [*ingestion_assets(), inventory_assets()[-1]],
            instance=instance,
            resources={RUN: run_resource(chosen)},
        )
    results = build.build(chosen, ["+passage_aldo_exact"])
    assert {one.name for one in results} >= {"passage_aldo_exact", "int_passage_aldo"}
    assert {one.status for one in results} <= {"pass", "success"}
    build.swap(chosen)
    with duckdb.connect(str(chosen.warehouse), read_only=True) as house:
        sources, targets, weight = house.execute(
            """
            select count(distinct code_commune_aldo), count(distinct code_commune), sum(poids_surface)
            from intermediate.int_passage_aldo
            """
        ).fetchone()
        expected = house.execute("select count(*) from intermediate.int_communes where est_metropole").fetchone()[0]
        swallowed = house.execute(
            """
            select code_commune, poids_surface, poids_population from intermediate.int_passage_aldo
            where code_commune in ('16406', '16421', '22101', '76045') order by all
            """
        ).fetchall()
    assert (sources, targets) == (35066, expected)
    assert weight == pytest.approx(35066, rel=1e-12)
    assert [row[0] for row in swallowed] == ["16406", "16421", "22101", "76045"]
    assert all(0 < weight < 1 for row in swallowed for weight in row[1:])
    print(f"COG {cog}: {sources} ALDO communes -> {targets} metropolitan communes; {swallowed}")


@pytest.fixture(scope="module")
def files(mirror: Path) -> dict[str, pd.DataFrame]:
    """ALDO's files as pandas reads them, by commune."""
    found = {}
    for source_id in ("aldo_flux_total", "aldo_flux_unitaire", "aldo_stocks"):
        path = mirror / load_registry()[source_id].editions["2023"].mirror.path
        frame = pd.read_csv(path, dtype={"insee": str}, keep_default_na=False, na_values=[""], low_memory=False)
        found[source_id] = frame.set_index(frame["insee"].str.zfill(5))
    return found


def test_reservoirs_and_n2o_make_every_published_pair(files: dict[str, pd.DataFrame], national: Settings) -> None:
    """35,066 communes x 170 pairs in pandas, from the files: area x (soil + biomass + litter) and N2O of what soil and litter lose.

    The only term that the files lack is the litter of trees in town: 9 tC a hectare. The warehouse gives the same parts.
    """
    total, unit = files["aldo_flux_total"], files["aldo_flux_unitaire"].loc[files["aldo_flux_total"].index]
    assert len(total) == 35_066
    wooded, sealed = "sols artificiels arborés et buissonants", "sols artificiels imperméabilisés"
    n2o = 273 / 15 * (0.01 * 44 / 25 + 0.3 * 0.0075 * 44 / 28) * 12 / 44
    sums = dict.fromkeys(("sol", "biomasse", "litiere", "n2o"), 0.0)
    worst, n_pairs = 0.0, 0
    for label in [one for one in total if one.endswith("_surface_ha_an-1")]:
        pair = label.removesuffix("_surface_ha_an-1")
        before, after = pair.split("_vers_")
        parts = {
            one: unit.get(f"{pair}_{one}_tCO2e_ha-1", pd.Series(0.0, total.index)).fillna(0)
            for one in sums
            if one != "n2o"
        }
        if after == wooded and not before.startswith("forêt") and before != sealed:
            parts["litiere"] = parts["litiere"] + 33
        parts["n2o"] = n2o * (parts["sol"] + parts["litiere"]).clip(upper=0)
        published = total.get(f"{pair}_tCO2e_an-1", pd.Series(0.0, total.index)).fillna(0)
        worst = max(worst, float((total[label] * sum(parts.values()) - published).abs().max()))
        n_pairs += 1
        for one, per_ha in parts.items():
            sums[one] -= float((total[label] * per_ha).sum())
    assert n_pairs == 170
    assert worst < 1e-6
    query = """
        select reservoir, sum(flux_tco2e) from read_parquet(?)
        where maille = 'france' and approche_bois = 'recolte' and nature = 'changement_usage_sol' group by all
    """
    with duckdb.connect() as connection:
        held = dict(
            connection.execute(
                query, [str(current(national.publication) / "tables" / "flux_par_reservoir.parquet")]
            ).fetchall()
        )
    assert held == {one: pytest.approx(value, rel=1e-9) for one, value in sums.items()}


def test_every_commune_and_item_is_recomputed(national: Settings) -> None:
    """The method from areas and reference values: all of the published rows to a millionth of a tonne, or with a known cause."""
    with duckdb.connect(str(national.warehouse), read_only=True) as house:
        rows, apart, worst = house.execute(
            "select count(*), count(*) filter (where abs(ecart) > 1e-6 and motif is null), max(abs(ecart))"
            " from intermediate.int_rapprochement_aldo"
        ).fetchone()
    assert (rows, apart) == (253_733, 0)
    assert worst < 1e-10


def test_stocks_before_and_after(files: dict[str, pd.DataFrame], marts: duckdb.DuckDBPyConnection) -> None:
    """The nation's stock is the sum of the file's column, and departements and regions add up to it; parts are the whole."""
    stocks = files["aldo_stocks"]
    query = """
        select maille, sum(stock_kt_c) * 1000 from marts.stocks_carbone
        where coalesce(approche_bois, 'recolte') = 'recolte' and maille <> 'epci' group by all
    """
    expected = pytest.approx(float(stocks["stock_tC"].sum()), rel=1e-9)
    assert dict(marts.execute(query).fetchall()) == {"france": expected, "region": expected, "departement": expected}
    by_use = dict(
        marts.execute(
            "select occupation, stock_kt_c * 1000 from marts.stocks_par_occupation where maille = 'france'"
        ).fetchall()
    )
    for use, label in (
        ("cultures", "cultures"),
        ("foret_mixte", "forêt mixte"),
        ("artificiels_arbustifs", "sols artificiels arbustifs"),
    ):
        assert by_use[use] == pytest.approx(float(stocks[f"{label}_stock_total_tC"].sum()), rel=1e-9)
    assert by_use["haies"] == pytest.approx(float(stocks["haies_stock_total_tC"].sum()), rel=1e-9)


def test_the_form_of_strasbourg_is_aldos(national: Settings, mirror: Path, marts: duckdb.DuckDBPyConnection) -> None:
    """Its four lines, from the producer's columns by the csv module alone: thousands of tonnes, ALDO's own sign."""
    siren, lines = "246700488", dict.fromkeys(("cae_63.b", "cae_63.c", "cae_63.d", "cae_63.e"), 0.0)
    for source_id in ("aldo_flux_total", "aldo_accroissement_forets"):
        path = mirror / load_registry()[source_id].editions["2023"].mirror.path
        for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())):
            if row["epci"] != siren:
                continue
            for label, text in row.items():
                if not (label.endswith("tCO2e_an-1") and text) or "unitaire" in label:
                    continue
                final = label.partition("_vers_")[2]
                if final.startswith("forêt") or ("_vers_" not in label and label.startswith("forêt")):
                    lines["cae_63.b"] += float(text)
                elif final.startswith(("cultures", "prairies", "vergers", "vignes")):
                    lines["cae_63.c"] += float(text)
                elif final.startswith(("zones humides", "sols artificiels")):
                    lines["cae_63.d"] += float(text)
                elif label == "total_recolte_flux_tCO2e_an-1":
                    lines["cae_63.e"] += float(text)
    query = """select identifiant, valeur_du_cadre, unite, convention_de_signe from marts.pcaet_diagnostic
               where code_territoire = ? and volet = 'sequestration' and a_deposer"""
    rows = marts.execute(query, [siren]).fetchall()
    print({line: (value, lines[line] / 1000) for line, value, *_ in rows})
    assert {line: value for line, value, *_ in rows} == {
        line: pytest.approx(value / 1000, rel=1e-9) for line, value in lines.items()
    }
    assert {row[2:] for row in rows} == {("kteq CO2", "positif = séquestration nette, négatif = émission nette")}


def test_a_typed_form_in_tonnes_is_not_sent(national: Settings, tmp_path: Path) -> None:
    """A real release: a slip of units stops before anything is asked; with --as-typed, or corrected, it goes."""
    release = current(national.publication)
    ours = deposit.retained(release, "246700488")
    slipped = [replace(item, value=item.value * 1000) for item in ours]
    deposit.write(slipped, tmp_path / "typed.csv")
    with serving() as service:
        service.known |= {"246700488": {"id": 5}} | {item.line: {"id": number} for number, item in enumerate(ours)}
        wanted = national.changed(tet=service.url, tet_key=KEY, tet_paths=PATHS)
        facts = {"typed": tmp_path / "typed.csv", "sent": True, "say": print}
        with pytest.raises(deposit.DepositError, match=r"(?s)1,000 times ours.*Nothing is sent") as refused:
            targets.to_form(wanted, "246700488", release, **facts)
        print(refused.value)
        assert service.requests == []
        assert targets.to_form(wanted, "246700488", release, as_typed=True, **facts).sent == len(slipped)
        assert targets.to_form(wanted, "246700488", release, sent=True, say=print).sent == len(ours) == 4
        assert [item["resultat"] for item in service.values[-4:]] == [item.value for item in ours]
