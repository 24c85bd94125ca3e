"""Inventories of the demonstration release against their own files read apart with pandas, and as Dagster assets."""

from __future__ import annotations

import fnmatch
import json
import zipfile
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest

from dagster_project.assets.inventories import CHECK
from dagster_project.core.errors import SourceError
from dagster_project.definitions import build_defs
from dagster_project.ingest.run import inventory_versions
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current, reports_folder
from dagster_project.settings import Settings
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.sample.emissions import INVENTED
from dagster_project.sources.store import Store
from tests.archives import ORCAE, edit_member
from tests.conftest import copy_of, messages, refresh, settings

FILES = {
    "cigale": "cigale_communes.csv",
    "igt_2023": "emissions-de-gaz-a-effet-de-serre-annuelles-par-secteur-commune.csv",
    "atmo_data": "national_emissions_epci_2022.csv",
}
OUTSIDE = ["Autres transports international", "CO2 biomasse hors-total"]
CODE_OF = dict(zip([*INVENTED["sectors"], "Branche énergie"], ("residentiel", "tertiaire", "transport_routier", "autres_transports",
                    "agriculture", "dechets", "industrie_hors_energie", "branche_energie"), strict=True))  # fmt: skip


@pytest.fixture(scope="module")
def marts(released: Settings) -> dict[str, pd.DataFrame]:
    folder = current(released.publication) / "tables"
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


@pytest.fixture(scope="module")
def files(released: Settings) -> dict[str, pd.DataFrame]:
    folder = released.data / "sample" / "inventories"
    return {
        "igt": pd.read_csv(folder / "igt_2016.csv", dtype={"INSEE commune": str}),
        **{name: folder / file for name, file in FILES.items()},
        **{kind: members(folder / "orcae", kind) for kind in ("conso", "eges")},
    }


def members(folder: Path, kind: str) -> pd.DataFrame:
    """One member of every archive of ORCAE, under the true labels; its figures as numbers."""
    frames = []
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            (name,) = fnmatch.filter(archive.namelist(), f"orcae_{kind}_*.csv")
            with archive.open(name) as file:
                frames.append(pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, encoding="cp1252"))
    frame = pd.concat(frames)
    (label,) = (one for one in frame.columns if one.startswith("valeur"))
    return frame.assign(nombre=pd.to_numeric(frame[label].str.replace(",", "."), errors="coerce"), cellule=frame[label])


def france(frame: pd.DataFrame, inventory: str) -> pd.DataFrame:
    return frame[(frame["code_territoire"] == "FR") & (frame["inventaire"] == inventory)]


def test_the_exact_total_of_the_eight_sectors_comes_out(marts: dict, files: dict) -> None:
    """What the file invites to sum holds two columns more; the rows of the mart do not."""
    igt = files["igt"].drop(columns=["INSEE commune", "Commune"])
    eight = igt.drop(columns=OUTSIDE).sum().sum()
    rows = france(marts["inventaire_ges"], "igt")
    assert len(rows) == 8
    assert rows["emissions_connues_tco2e"].sum() == pytest.approx(eight, abs=1e-4)
    assert igt.sum().sum() > 1.05 * eight
    outside = france(marts["inventaire_hors_total"], "igt").set_index("poste")["hors_total_connu_tco2e"]
    assert outside["co2_biomasse"] == pytest.approx(igt["CO2 biomasse hors-total"].sum(), abs=1e-4)
    assert outside["autres_transports_international"] == pytest.approx(igt[OUTSIDE[0]].sum(), abs=1e-4)


def test_a_column_with_holes_is_partial_and_says_so(marts: dict, files: dict) -> None:
    rows = france(marts["inventaire_ges"], "igt").set_index("secteur")
    holes = rows.loc["autres_transports"]
    assert holes["completude"] == "partielle"
    assert pd.isna(holes["emissions_tco2e"]) and holes["emissions_connues_tco2e"] > 0
    assert holes["n_territoires_renseignes"] == files["igt"]["Autres transports"].notna().sum()
    assert holes["n_territoires_attendus"] > holes["n_territoires_renseignes"]


def test_the_long_inventory_by_departement_sector_and_year(marts: dict, files: dict) -> None:
    """Every greenhouse-gas figure of Vendee, against pandas: the finest rows where all are known, else the producer's sum; the last year
    is provisional."""
    frame = files["eges"][files["eges"]["code insee"].str.startswith("85")]
    frame = frame.assign(annee=frame["année"].str[:4].astype(int), code=frame["secteur"].map(CODE_OF))
    frame = frame[frame["code"].notna()]
    fine = frame[(frame["usage"] != "Tous usages") | ~frame["secteur"].str.contains("Résidentiel")]
    fine = fine[(fine["énergie"] != "Toutes énergies") | (fine["secteur"] == "Branche énergie")]
    sums = frame[(frame["énergie"] == "Toutes énergies") & (frame["usage"] == "Tous usages")]
    keys = ["code insee", "annee", "code"]
    leaves = fine.groupby(keys)["nombre"].agg(lambda one: one.sum() if one.notna().all() else None)
    published = sums.set_index(keys)["nombre"]
    cells = leaves.fillna(published)
    expected = cells.groupby(["annee", "code"]).agg(lambda one: one.sum() if one.notna().all() else None)
    ges = marts["inventaire_ges"]
    found = ges[(ges["inventaire"] == "orcae") & (ges["maille"] == "departement") & (ges["code_territoire"] == "85")]
    found = found[found["partition"]]
    assert len(found) == 32 == len(expected)
    for row in found.itertuples():
        whole = expected[row.annee, row.secteur]
        assert pd.isna(whole) == pd.isna(row.emissions_tco2e)
        assert pd.isna(whole) or row.emissions_tco2e == pytest.approx(1000 * whole, abs=1e-6)
        assert row.est_provisoire == (row.annee == 2022)
    by_sum = (leaves.isna() & published.notna()).groupby(["annee", "code"]).any()
    assert by_sum.any()
    assert {key for key, value in by_sum.items() if value} == {
        (row.annee, row.secteur) for row in found.itertuples() if row.somme_publiee
    }
    whole = ges[ges["inventaire"] == "orcae"]
    assert whole["secret"].any()
    assert whole[whole["secret"] & (whole["maille"] == "epci")]["emissions_connues_tco2e"].isna().all()


def test_energy_and_pollutants_in_the_units_of_the_house(marts: dict, files: dict) -> None:
    gas = files["conso"]
    gas = gas[(gas["énergie"] == "DEMONSTRATION Gaz") & (gas["année"] == "2020") & (gas["usage"] == "Tous usages")]
    energy = france(marts["inventaire_energie"], "orcae")
    mine = energy[(energy["energie"] == "gaz_naturel") & (energy["annee"] == 2020) & energy["partition"]]
    shown = {code for code in CODE_OF if CODE_OF[code] in set(mine[mine["energie_connue_gwh"].notna()]["secteur"])}
    assert len(shown) == 6  # industry is secret in too few places to be told
    assert mine["energie_connue_gwh"].sum() == pytest.approx(gas[gas["secteur"].isin(shown)]["nombre"].sum(), abs=1e-6)
    cigale = pd.read_csv(files["cigale"], skiprows=5)
    nox = cigale[(cigale["Variable"] == "NOx") & (cigale["Année"] == 2020)].groupby("Activité")["Valeur"].sum().sum()
    kept = marts["inventaire_polluants"]
    kept = kept[(kept["inventaire"] == "cigale") & (kept["code_territoire"] == "FR_ENTIERE")]
    assert kept[(kept["polluant"] == "nox") & (kept["annee"] == 2020)]["emissions_connues_kg"].sum() == pytest.approx(
        nox, abs=1e-4
    )


def test_groups_of_sectors_have_a_level_and_a_total(marts: dict, files: dict) -> None:
    """IGT 2023: six sectors and Transports; Atmo Data: five groups, whose published total is checked and not counted."""
    seven = pd.read_csv(files["igt_2023"], dtype=str)
    seven = seven[seven["date_mesure"].str.startswith("2020") & ~seven["geocode_commune"].str.startswith("97")]
    ges = marts["inventaire_ges"]
    rows = france(ges[ges["annee"] == 2020], "igt_2023")
    assert dict(zip(rows["secteur"], rows["niveau"], strict=True))["transports"] == "groupe"
    assert len(rows) == 7 and rows["partition"].all()
    assert rows["emissions_connues_tco2e"].sum() == pytest.approx(seven["valeur"].astype(float).sum(), abs=1e-6)
    file = pd.read_csv(files["atmo_data"], dtype={"code": str})
    atmo = ges[(ges["inventaire"] == "atmo_data") & (ges["maille"] == "epci")]
    assert set(atmo["secteur"]) == {
        "residentiel_tertiaire",
        "industrie_energie_dechets",
        "agriculture",
        "transport_routier",
        "autres_transports",
    }
    totals = atmo.groupby("code_territoire")["emissions_tco2e"].sum()
    alls = file[file["code_pcaet"] == "All"].set_index("code")["ges"]
    for code, total in totals.items():
        assert total == alls[code]
    ratios = marts["flux_et_emissions"]
    assert (ratios[ratios["inventaire"] == "atmo_data"]["completude_inventaire"] == "complete").all()
    assert "complete" in set(ratios[ratios["inventaire"] == "igt_2023"]["completude_inventaire"])


def test_nothing_on_carbon_monoxide_nor_below_the_epci(marts: dict) -> None:
    assert set(marts["inventaire_polluants"]["polluant"]) == {"nox", "pm10", "pm25", "covnm", "so2", "nh3"}
    for name in (
        "inventaire_ges",
        "inventaire_hors_total",
        "inventaire_polluants",
        "inventaire_energie",
        "flux_et_emissions",
    ):
        assert set(marts[name]["maille"]) == {"epci", "departement", "region", "france"}


def test_the_comparison_is_the_ratio_of_two_published_figures(marts: dict) -> None:
    flux = marts["bilan_global"].set_index(["maille", "code_territoire", "approche_bois"])
    ges = marts["inventaire_ges"]
    rows = marts["flux_et_emissions"]
    assert set(rows["comparabilite"]) == {"sous réserve"}
    checked = 0
    for row in rows[rows["inventaire"] == "orcae"].itertuples():
        parts = ges[
            (ges["inventaire"] == "orcae")
            & (ges["maille"] == row.maille)
            & (ges["code_territoire"] == row.code_territoire)
            & (ges["annee"] == row.annee_inventaire)
            & ges["partition"]
        ]
        if parts["secret"].any():
            assert row.completude_inventaire == "secrete"
        if parts["emissions_tco2e"].isna().any() or row.couverture_aldo != "complete":
            assert pd.isna(row.flux_net_sur_emissions_pct) and pd.isna(row.sequestration_brute_sur_emissions_pct)
            continue
        ours = flux.loc[(row.maille, row.code_territoire, row.approche_bois)]
        total = parts["emissions_connues_tco2e"].sum()
        assert row.flux_net_sur_emissions_pct == pytest.approx(1e5 * ours["flux_kt_co2e"] / total, rel=1e-9)
        assert row.sequestration_brute_sur_emissions_pct == pytest.approx(
            1e5 * ours["sequestration_kt_co2e"] / total, rel=1e-9
        )
        checked += 1
    assert checked > 10


def test_each_table_states_its_own_sources(released: Settings) -> None:
    with duckdb.connect(str(current(released.publication) / "carbone.duckdb"), read_only=True) as connection:
        said = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
    assert "périmètre SECTEN" in said["inventaire_ges"] and "ALDO" not in said["inventaire_ges"].split("Source :")[1]
    assert "unités corrigées : co en t et non en kg" in said["inventaire_polluants"]
    assert "Airparif" not in said["flux_carbone"] and "Airparif" in said["flux_et_emissions"]
    catalogue = read_catalogue(current(released.publication))
    invented = {one["inventaire"]: one["version"] for one in catalogue["inventaires"]}
    assert invented["igt"].endswith("(données de démonstration)")


@pytest.mark.thorough
def test_a_refresh_without_inventories(tmp_path: Path) -> None:
    chosen_none = settings(tmp_path, FLUX_INVENTORIES="none")
    outcome = refresh(chosen_none)
    assert outcome.success, messages(outcome)
    place = current(chosen_none.publication)
    assert read_catalogue(place)["inventaires"] == []
    assert len(pd.read_parquet(place / "tables" / "inventaire_ges.parquet")) == 0


@pytest.mark.thorough
def test_an_inventory_that_is_not_asked_for_any_more_is_held(house: Settings) -> None:
    """What was published must not vanish in silence; a person may say why."""
    without = house.changed(inventories={"igt": None})
    said = messages(refresh(without))
    assert "comparaison_derniere_version" in said and "airparif_epci 2015" in said
    assert refresh(without.changed(announced_change="arret d'Airparif")).success


UNKNOWN = {
    "igtt": "no inventory 'igtt'",
    "igt:1999": "version 1999 is served in mode sample",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_inventory_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    one = settings(tmp_path, FLUX_INVENTORIES=text)
    with pytest.raises(SourceError, match=UNKNOWN[text]):
        inventory_versions(one, Store(one))


def test_live_mode_fetches_only_what_is_asked_for(tmp_path: Path) -> None:
    """A portal that could not be tried is never a surprise in a scheduled refresh."""
    live = settings(tmp_path, FLUX_SOURCE="live")
    assert inventory_versions(live, Store(live)) == []
    asked = settings(tmp_path, FLUX_SOURCE="live", FLUX_INVENTORIES="igt")
    assert [one.name for one in inventory_versions(asked, Store(asked))] == ["2016"]


def test_a_copy_without_the_file_has_no_inventory(tmp_path: Path, sample_copy: Path, released: Settings) -> None:
    mirror = settings(tmp_path, FLUX_SOURCE="mirror", FLUX_MIRROR=str(sample_copy))
    assert [one.inventory.id for one in inventory_versions(mirror, Store(mirror))] == list(load_inventories())
    assert inventory_versions(mirror, Store(mirror, copy=tmp_path / "vide")) == []


def test_inventories_are_assets_partitioned_by_version(tmp_path: Path, sample_copy: Path) -> None:
    one = settings(tmp_path)
    defs = build_defs(one, Store(one, copy=sample_copy))
    graph = defs.resolve_asset_graph()
    key = dg.AssetKey(["inventaires", "orcae"])
    assert graph.get(key).partitions_def.get_partition_keys() == ["2022"]
    assert dg.AssetKey(["inventaires", "orcae"]) in graph.get(dg.AssetKey(["raw", "inventaires"])).parent_keys
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = defs.resolve_job_def("inventaire_orcae").execute_in_process(instance=instance, partition_key="2022")
        assert outcome.success
        assert instance.get_materialized_partitions(key) == {"2022"}
    (check,) = outcome.get_asset_check_evaluations()
    assert check.check_name == CHECK and check.passed


def test_a_version_that_breaks_its_contract_fails_its_check(tmp_path: Path, altered_copy: Path) -> None:
    path = altered_copy / ORCAE.format(part="01")
    edit_member(path, "orcae_conso_*.csv", lambda text: text.replace(";2019;", ";1889;", 1))
    one = settings(tmp_path)
    job = build_defs(one, Store(one, copy=altered_copy)).resolve_job_def("inventaire_orcae")
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = job.execute_in_process(instance=instance, partition_key="2022", raise_on_error=False)
    assert not outcome.success
    (check,) = outcome.get_asset_check_evaluations()
    assert not check.passed and "line 2, column année" in check.metadata["violations"].value


def test_each_inventory_has_a_schedule_and_a_sensor_watches_them(tmp_path: Path, altered_copy: Path) -> None:
    one = settings(tmp_path)
    store = Store(one, copy=altered_copy)
    repository = build_defs(one, store).get_repository_def()
    schedule = repository.get_schedule_def("inventaire_igt_monthly")
    ticks = schedule.evaluate_tick(dg.build_schedule_context(repository_def=repository)).run_requests
    assert [tick.partition_key for tick in ticks] == ["2016"]
    sensor = repository.get_sensor_def("inventory_updates")
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, repository_def=repository))
        assert {(run.job_name, run.partition_key) for run in first.run_requests} == {
            ("inventaire_airparif_epci", "2015"),
            ("inventaire_atmo_data", "2022"),
            ("inventaire_cigale", "2020"),
            ("inventaire_igt", "2016"),
            ("inventaire_igt_2023", "2023"),
            ("inventaire_orcae", "2022"),
        }
        assert json.loads(first.cursor).keys() == set(load_inventories())
        again = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=first.cursor, repository_def=repository)
        )
        assert again.run_requests == [] and "nothing that is watched has changed" in again.skip_message
        path = altered_copy / "inventories" / "igt_2016.csv"
        path.write_bytes(path.read_bytes() + b"\n")
        moved = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=first.cursor, repository_def=repository)
        )
        assert [run.job_name for run in moved.run_requests] == ["inventaire_igt"]


def test_a_house_that_nets_is_not_built(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project.assets import warehouse

    monkeypatch.setattr(warehouse.accounting, "violations", lambda manifest: ["bilan_carbone joins the two"])
    before = current(house.publication)
    assert "Nothing was built" in messages(refresh(house))
    assert current(house.publication) == before


def test_the_report_says_how_names_were_matched(released: Settings) -> None:
    path = reports_folder(released.publication) / f"{current(released.publication).name}.txt"
    assert "airparif_epci : CC l'Orée de la Brie = 247700644 (nom officiel)" in path.read_text("utf-8")


@pytest.mark.thorough
def test_two_refreshes_read_a_file_once(house: Settings) -> None:
    tables = {path: path.stat().st_mtime_ns for path in house.inventory_tables.rglob("*.parquet")}
    assert len(tables) == 6
    outcome = refresh(copy_of(house, house.data.parent / "again"))
    assert outcome.success, messages(outcome)
    assert {path: path.stat().st_mtime_ns for path in house.inventory_tables.rglob("*.parquet")} == tables
