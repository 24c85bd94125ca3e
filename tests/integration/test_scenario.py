"""What if: figures derived by hand, the same tables, nothing written to the warehouse, rubbish refused with its line."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project.analysis.scenario import MARTS, POTENTIAL, RANKS, ScenarioError, run
from dagster_project.core.errors import SourceError
from dagster_project.ingest import scenarios
from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.warehouse.project import manifest_path

EPCI = ("epci", "200040764")
HEADER = "type,objet,vers,hectares,annees\n"


def lines(house: Settings, body: str, tmp_path: Path) -> list[scenarios.Line]:
    path = tmp_path / "essai.csv"
    path.write_text(HEADER + body, "utf-8")
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        uses = [row[0] for row in connection.execute(
            "select distinct occupation from intermediate.int_stocks_territoires where surface_ha is not null"
        ).fetchall()]  # fmt: skip
        practices = [row[0] for row in connection.execute("select pratique from intermediate.int_pratiques").fetchall()]
    return scenarios.read(path, uses, practices)


def scenario(house: Settings, body: str, tmp_path: Path, territory: tuple[str, str] = EPCI) -> Path:
    folder = tmp_path / "scenario"
    run(house.warehouse, manifest_path(house).parent / "compiled", territory, lines(house, body, tmp_path), folder)
    return folder


HARVEST = "approche_bois = 'recolte'"  # what both wood approaches share stands under each: one of them is enough


def read(folder: Path, table: str, where: str = "true") -> list[dict]:
    with duckdb.connect() as connection:
        found = connection.execute(f"from read_parquet('{folder / table}.parquet') where {where}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_forest_to_grassland_and_agroforestry_by_hand(released: Settings, tmp_path: Path) -> None:
    """200 ha of mixed forest a year turned to grassland, zone 4_3, and 1,000 ha of agroforestry on crops.

    Soil: grassland holds 87 tC, forest 81; ALDO counts 0.12 tC a year over 20 years: -2.4 tC, -8.8 t a hectare (a gain).
    Biomass: the 64 tC of the (invented) forest go at once: 64 x 44/12 = 234.6667 t. Litter: 9 x 44/12 = 33 t.
    N2O: soil and litter together lose 33 - 8.8 = 24.2 t; x 0.10491 = 2.538822 t, x 0.09555 = 2.31231 t once corrected.
    A hectare: 234.6667 + 33 - 8.8 + 2.538822 = 261.405489 t; 200 of them 52,281.097733 t.
    Agroforestry: 0.3 tC in the soil and 0.7 in the trees: 1 x 44/12 x 1,000 = 3,666.6667 t a year over 20 years.
    """
    body = "changement,foret_mixte,prairies_herbacees,200,\npratique,agroforesterie_cultures,,1000,\n"
    folder = scenario(released, body, tmp_path)

    (row,) = read(
        folder,
        "flux_carbone",
        f"{HARVEST} and occupation_initiale = 'foret_mixte' and occupation_finale = 'prairies_herbacees'",
    )
    assert row["surface_ha"] == 200
    assert row["flux_tco2e"] == pytest.approx(52_281.0977333, abs=1e-4)
    assert row["flux_sol_tco2e"] == pytest.approx(-1_760, abs=1e-6)
    assert row["flux_biomasse_tco2e"] == pytest.approx(46_933.3333333, abs=1e-4)
    assert row["flux_litiere_tco2e"] == pytest.approx(6_600, abs=1e-6)
    assert row["flux_n2o_tco2e"] == pytest.approx(507.7644, abs=1e-6)
    assert row["n2o_corrige_tco2e"] == pytest.approx(462.462, abs=1e-6)
    assert row["flux_tc"] == pytest.approx(14_120, abs=1e-6)  # 200 x (64 + 9 - 2.4)
    assert (row["emission_tco2e"], row["sequestration_tco2e"]) == (row["flux_tco2e"], 0)
    assert (row["scenario"], row["origine_des_donnees"]) == ("scenario", "local")

    (potential,) = read(folder, POTENTIAL)
    assert potential["flux_tco2e_par_an"] == pytest.approx(-3_666.6667, abs=1e-3)
    assert potential["flux_sol_tco2e_par_an"] == pytest.approx(-1_100, abs=1e-6)
    assert potential["duree_ans"] == 20


def test_the_account_moves_by_the_change_alone_and_the_potential_stays_out(released: Settings, tmp_path: Path) -> None:
    """The rest of the account is the release's; the balance moves by the change less what it replaces."""
    body = "changement,foret_mixte,prairies_herbacees,200,\npratique,agroforesterie_cultures,,1000,\n"
    folder = scenario(released, body, tmp_path)
    published = current(released.publication) / "tables"
    mine = f"maille = '{EPCI[0]}' and code_territoire = '{EPCI[1]}'"
    pair = "occupation_initiale = 'foret_mixte' and occupation_finale = 'prairies_herbacees'"
    before = read(published, "flux_carbone", f"{mine} and {pair} and {HARVEST}")
    replaced = before[0]["flux_tco2e"] if before else 0
    for table in MARTS:
        known = [{name: one for name, one in row.items() if name not in RANKS} for row in read(published, table, mine)]
        fresh = read(folder, table)
        keys = [
            name for name in known[0] if isinstance(known[0][name], (str, int, type(None))) and name != "surface_ha"
        ]
        index = {tuple(str(row[name]) for name in keys): row for row in known}
        for row in fresh:
            twin = index.get(tuple(str(row[name]) for name in keys))
            if row["origine_des_donnees"] == "defaut":
                assert twin is not None, (table, row)
                for name, value in twin.items():
                    assert row[name] == (
                        pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
                    ), name
    for approach in ("consommation", "recolte"):
        (now,) = read(folder, "bilan_global", f"approche_bois = '{approach}'")
        (then,) = read(published, "bilan_global", f"{mine} and approche_bois = '{approach}'")
        assert now["flux_kt_co2e"] - then["flux_kt_co2e"] == pytest.approx((52_281.0977333 - replaced) / 1000, abs=1e-6)


def test_own_areas_scale_stocks_and_growth(released: Settings, tmp_path: Path) -> None:
    """Twice the poplars, twice their stocks and growth; a land use given away has none."""
    published = current(released.publication) / "tables"
    mine = f"maille = '{EPCI[0]}' and code_territoire = '{EPCI[1]}'"
    (stock,) = read(published, "stocks_par_occupation", f"{mine} and occupation = 'foret_feuillu'")
    (growth,) = read(
        published,
        "flux_carbone",
        f"{mine} and {HARVEST} and nature = 'accroissement_biologique' and occupation_finale = 'foret_feuillu'",
    )
    folder = scenario(released, f"surface,foret_feuillu,,{2 * stock['surface_ha']!r},\nsurface,vignes,,0,\n", tmp_path)
    (twice,) = read(folder, "stocks_par_occupation", "occupation = 'foret_feuillu'")
    assert twice["stock_kt_c"] == pytest.approx(2 * stock["stock_kt_c"])
    assert twice["stock_tc_par_ha"] == pytest.approx(stock["stock_tc_par_ha"])
    assert twice["origine_des_donnees"] == "local"
    (grown,) = read(
        folder,
        "flux_carbone",
        f"{HARVEST} and nature = 'accroissement_biologique' and occupation_finale = 'foret_feuillu'",
    )
    assert (grown["surface_ha"], grown["flux_tco2e"]) == (
        pytest.approx(2 * growth["surface_ha"]),
        pytest.approx(2 * growth["flux_tco2e"]),
    )
    assert grown["origine_des_donnees"] == "local"
    (none,) = read(folder, "stocks_par_occupation", "occupation = 'vignes'")
    assert none["stock_kt_c"] == 0


def test_the_default_area_of_a_change_gives_the_default_flux(released: Settings, tmp_path: Path) -> None:
    """A user who types ALDO's own figure gets ALDO's own flux, shared as its conversions are."""
    mine = f"maille = '{EPCI[0]}' and code_territoire = '{EPCI[1]}' and nature = 'changement_usage_sol' and flux_tco2e > 0 and {HARVEST}"
    known = read(current(released.publication) / "tables", "flux_carbone", mine)[0]
    body = f"changement,{known['occupation_initiale']},{known['occupation_finale']},{known['surface_ha']!r},\n"
    where = f"occupation_initiale = '{known['occupation_initiale']}' and occupation_finale = '{known['occupation_finale']}' and {HARVEST}"
    (row,) = read(scenario(released, body, tmp_path), "flux_carbone", where)
    assert row["flux_tco2e"] == pytest.approx(known["flux_tco2e"], rel=1e-12)


def test_hectares_over_years_are_a_year_s(released: Settings, tmp_path: Path) -> None:
    folder = scenario(released, "changement,cultures,foret_mixte,60,6\n", tmp_path)
    (row,) = read(
        folder, "flux_carbone", f"{HARVEST} and occupation_initiale = 'cultures' and occupation_finale = 'foret_mixte'"
    )
    assert row["surface_ha"] == pytest.approx(10)
    # 0.40 tC a year over 20 years and 9 tC of litter: (8 + 9) x 44/12 = 62.3333 t a hectare stored
    assert row["flux_tco2e"] == pytest.approx(-623.3333333, abs=1e-6)


def test_a_scenario_is_no_release_and_leaves_the_warehouse_alone(released: Settings, tmp_path: Path) -> None:
    before = hashlib.sha256(released.warehouse.read_bytes()).hexdigest()
    folder = scenario(released, "pratique,bandes_enherbees,,3,\n", tmp_path)
    assert hashlib.sha256(released.warehouse.read_bytes()).hexdigest() == before
    assert {path.stem for path in folder.glob("*.parquet")} == {*MARTS, POTENTIAL}
    for table in MARTS:
        schema = pq.read_schema(folder / f"{table}.parquet").names
        assert schema[-2:] == ["scenario", "origine_des_donnees"]
        published = pq.read_schema(current(released.publication) / "tables" / f"{table}.parquet").names
        assert schema[:-2] == [name for name in published if name not in RANKS], "a territory alone has no rank"
    assert json.loads((folder / "scenario.json").read_text("utf-8"))["lignes"][0]["objet"] == "bandes_enherbees"
    assert (folder / "bilan_global.csv").read_bytes().startswith(b'\xef\xbb\xbf"maille"')


BAD = [
    ("plantation,cultures,,3,\n", "line 2, column type"),
    ("surface,routes,,3,\n", "line 2, column objet"),
    ("pratique,cultures,,3,\n", "line 2, column objet"),
    ("changement,cultures,,3,\n", "line 2, column vers"),
    ("surface,cultures,vignes,3,\n", "line 2, column vers"),
    ("changement,cultures,cultures,3,\n", "line 2, column vers"),
    ("changement,foret_mixte,foret_conifere,3,\n", "Give the areas of the forests instead"),
    ("surface,cultures,,-3,\n", "line 2, column hectares"),
    ('surface,cultures,,"3,5,1",\n', "line 2, column hectares"),
    ("surface,cultures,,nan,\n", "line 2, column hectares"),
    ("surface,cultures,,1e99,\n", "line 2, column hectares"),
    ("surface,cultures,,3,6\n", "line 2, column annees"),
    ("changement,cultures,vignes,3,0\n", "line 2, column annees"),
    ("changement,cultures,vignes,3,0.1\n", "line 2, column annees"),
    ("surface,cultures,,1_000,\n", "line 2, column hectares"),
    ("surface,cultures,,3,\nsurface,cultures,,4,\n", "already on line 2"),
    ("surface,cultures,3\n", "3 cells where the header has 5"),
    ("", "no row below the header"),
]


@pytest.mark.parametrize(("body", "said"), BAD)
def test_a_bad_line_is_refused_with_its_place(body: str, said: str, released: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=said):
        lines(released, body, tmp_path)


def test_land_that_the_territory_does_not_have_is_refused(released: Settings, tmp_path: Path) -> None:
    for body, said in (
        ("changement,vignes,cultures,9000000,\n", "line 2: .*of which the territory has"),
        (
            "changement,cultures,vignes,3000,\nchangement,cultures,foret_mixte,300000,\n",
            "line 3: 303000 ha a year of cultures in all",
        ),
        ("pratique,couverts_vignes,,9000000,\n", "line 2: .*ha of vignes in all"),
        ("surface,vignes,,9000000,\n", "line 2: .*in a territory of"),
        # Each fits alone, the four together do not.
        (
            "".join(f"surface,{use},,20000,\n" for use in ("cultures", "vignes", "vergers", "prairies_herbacees")),
            "line 2, 3, 4, 5: .*ha in all, in a territory of",
        ),
        ("changement,artificiels_arbores,foret_feuillu,10,\n", "line 2: ALDO does not estimate"),
    ):
        with pytest.raises(ScenarioError, match=said):
            scenario(released, body, tmp_path)
    for territory, said in (
        (("epci", "999999999"), "no territory 999999999 at mesh epci"),
        (("epci", "85"), "it stands at mesh departement"),
        (("epci", "249740119"), "ALDO does not describe"),
    ):
        with pytest.raises(ScenarioError, match=said):
            scenario(released, "surface,cultures,,3,\n", tmp_path, territory)


def test_every_published_change_comes_back(released: Settings, tmp_path: Path) -> None:
    """ALDO's own figures, typed as a scenario, give ALDO's own fluxes, pair by pair, in two EPCI."""
    published = current(released.publication) / "tables"
    for code in ("200040764", "200071918"):
        mine = f"maille = 'epci' and code_territoire = '{code}' and nature = 'changement_usage_sol' and flux_tco2e <> 0 and {HARVEST}"
        known = read(published, "flux_carbone", mine)
        assert len(known) > 20
        body = "".join(
            f"changement,{one['occupation_initiale']},{one['occupation_finale']},{one['surface_ha']:.12f},\n"
            for one in known
        )
        fresh = {
            (row["occupation_initiale"], row["occupation_finale"]): row
            for row in read(scenario(released, body, tmp_path, ("epci", code)), "flux_carbone", HARVEST)
        }
        for one in known:
            again = fresh[one["occupation_initiale"], one["occupation_finale"]]
            assert again["flux_tco2e"] == pytest.approx(one["flux_tco2e"], rel=1e-9)
            assert again["origine_des_donnees"] == "local"


def test_wood_by_harvest_follows_its_forests(released: Settings, tmp_path: Path) -> None:
    """No forest, no harvest: its flux and stock go, wood by consumption stays."""
    published = current(released.publication) / "tables"
    mine = f"maille = 'epci' and code_territoire = '{EPCI[1]}'"
    forests = read(published, "stocks_par_occupation", f"{mine} and occupation_n1 = 'forets' and surface_ha > 0")
    body = "".join(f"surface,{one['occupation']},,0,\n" for one in forests)
    folder = scenario(released, body, tmp_path)
    wood = {
        (row["approche_bois"], row["usage_bois"]): row
        for row in read(folder, "flux_carbone", "nature = 'produits_bois'")
    }
    known = {
        (row["approche_bois"], row["usage_bois"]): row
        for row in read(published, "flux_carbone", f"{mine} and nature = 'produits_bois'")
    }
    assert not [row for key, row in wood.items() if key[0] == "recolte" and row["flux_tco2e"] != 0]
    assert wood["consommation", "bo"]["flux_tco2e"] == pytest.approx(known["consommation", "bo"]["flux_tco2e"])
    assert {
        row["stock_kt_c"] for row in read(folder, "stocks_carbone", f"{HARVEST} and origine = 'produits_bois'")
    } == {0}
    assert {
        row["origine_des_donnees"] for row in read(folder, "stocks_carbone", f"{HARVEST} and origine = 'produits_bois'")
    } == {"local"}


def test_a_land_use_that_was_not_there_takes_the_density_of_the_place(released: Settings, tmp_path: Path) -> None:
    """Vineyards removed then given back at 10 ha hold what a hectare of vineyard holds in zone 4_3: 39 tC of soil and 5 of vines."""
    with duckdb.connect(str(released.warehouse), read_only=True) as house:
        (held,) = house.execute(
            "select max(surface_ha) from intermediate.int_stocks_territoires where code_territoire = ? and occupation = 'foret_peupleraie'",
            [EPCI[1]],
        ).fetchone()
    if not held:
        with pytest.raises(ScenarioError, match="ALDO gives no growth"):
            scenario(released, "surface,foret_peupleraie,,10,\n", tmp_path)
    (row,) = read(
        scenario(released, "surface,vignes,,10,\n", tmp_path), "stocks_par_occupation", "occupation = 'vignes'"
    )
    assert row["stock_kt_c"] == pytest.approx(10 * (39 + 5) / 1000)


def test_the_command_writes_and_refuses(released: Settings, tmp_path: Path) -> None:
    path = tmp_path / "boisement-2030.csv"
    path.write_text(HEADER + "changement,cultures,foret_feuillu,12,\n", "utf-8")
    command = [sys.executable, "-m", "dagster_project.command.app", "scenario", EPCI[1], str(path)]
    environ = {"FLUX_DATA": str(released.data), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    assert (released.scenarios / "boisement-2030" / "flux_carbone.csv").is_file()
    refused = subprocess.run(
        [*command, "--name", "../ailleurs"], capture_output=True, text=True, cwd=PROJECT_ROOT, env=environ, check=False
    )
    assert refused.returncode == 2
    assert "cannot name a scenario" in refused.stderr
