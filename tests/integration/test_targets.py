"""What is sent where, from the command line and by the refresh: messages, exit status, one rule of what is sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from dagster_project.assets.delivery import target_assets
from dagster_project.assets.resources import RUN, run_resource
from dagster_project.command import app, deliver
from dagster_project.command.refresh import refresh as refresh_on_a_terminal
from dagster_project.delivery import targets
from dagster_project.release import switch
from dagster_project.settings import Settings
from tests.conftest import copy_of, messages, refresh
from tests.opened import page_figures

SECRET = "tres-secret"
CLOSED = f"host=127.0.0.1 port=1 dbname=x user=x password={SECRET}"


@pytest.fixture
def run(released: Settings, monkeypatch: pytest.MonkeyPatch):
    def told(*arguments: str, **environ: str):
        for name in ("FLUX_POSTGRES", "FLUX_POSTGRES_SCHEMA", "FLUX_DATA_FAIR", "FLUX_DATA_GOUV", "FLUX_DATA_FAIR_KEY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"FLUX_DATA": str(released.data), **environ}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app.app, ["publish", *arguments])

    return told


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (("postgresql",), {}, "FLUX_POSTGRES is not set"),
        (("postgresql",), {"FLUX_POSTGRES": CLOSED}, "no connection to PostgreSQL: check FLUX_POSTGRES"),
        (("postgresql",), {"FLUX_POSTGRES": CLOSED, "FLUX_POSTGRES_SCHEMA": "x;y"}, "is not a name such as carbone_v2"),
        (("postgresql", "--dry-run", "--rollback"), {"FLUX_POSTGRES": CLOSED}, "--rollback goes alone"),
        (("portal", "data-fair"), {}, "FLUX_DATA_FAIR is not set"),
        (("portal", "opendatasoft"), {}, "no portal 'opendatasoft': one of data-fair, data-gouv"),
        (("portal", "data-fair", "--send"), {"FLUX_DATA_FAIR": "http://127.0.0.1:1"}, "demonstration"),
        (
            ("portal", "data-gouv"),
            {"FLUX_DATA": "/nowhere/at/all", "FLUX_DATA_GOUV": "http://127.0.0.1:1"},
            "holds no release",
        ),
    ],
)
def test_refusals_say_what_to_do(run, arguments: tuple[str, ...], environ: dict[str, str], expected: str) -> None:
    outcome = run(*arguments, **environ)
    assert outcome.exit_code == 2
    assert expected in outcome.output
    assert SECRET not in outcome.output
    assert "Traceback" not in outcome.output


def test_a_rollback_is_not_a_dry_run(run, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple] = []
    monkeypatch.setattr(deliver, "rollback", lambda *given: called.append(given) or "carbone_essai")
    run("postgresql", "--rollback", "--dry-run", FLUX_POSTGRES=CLOSED)
    assert called == []
    assert "carbone_v2 shows carbone_essai" in run("postgresql", "--rollback", FLUX_POSTGRES=CLOSED).output
    assert called == [(CLOSED, "carbone_v2")]


def test_the_release_stays_when_a_database_fails(
    released: Settings, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dg.DagsterInstance, "get", staticmethod(dg.DagsterInstance.ephemeral))
    house = copy_of(released, tmp_path, postgres=CLOSED)
    before = switch.current(house.publication)
    status = refresh_on_a_terminal(house)
    said = "".join(capsys.readouterr())
    assert status == 1
    assert switch.current(house.publication) != before
    assert "FAILED at publication__postgresql" in said
    assert "was not sent everywhere" in " ".join(said.split())
    assert SECRET not in said


@pytest.mark.thorough
def test_one_portal_that_fails_leaves_the_other_its_turn(released: Settings, tmp_path: Path) -> None:
    closed = "http://127.0.0.1:1"
    house = copy_of(released, tmp_path, data_fair=closed, data_gouv=closed, send=True)
    outcome = refresh(house)
    assert not outcome.success
    assert messages(outcome).count("demonstration") >= 2, "both were tried, and refused demonstration data"
    assert outcome.asset_materializations_for_node("publication__release")


def test_only_the_newest_cog_is_sent(released: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh on an older COG never moves what readers of a database or portal see."""
    sent: list[str] = []
    monkeypatch.setattr(targets, "to_postgres", lambda *_: sent.append("database"))
    monkeypatch.setattr(targets, "to_portal", lambda *_, **__: sent.append("portal"))
    monkeypatch.setattr(switch, "current", lambda _, cog=None: Path("ancienne" if cog else "nouvelle"))
    chosen = released.changed(postgres=CLOSED, data_fair="http://127.0.0.1:1")
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = dg.materialize(target_assets(), instance=instance, resources={RUN: run_resource(chosen)})
    events = [one.materialization for one in outcome.get_asset_materialization_events()]
    assert sent == []
    assert [one.metadata["skipped"].value for one in events] == [
        "ancienne is not `current`, which is on a newer COG and is what is sent"
    ] * 2


def test_assets_do_nothing_until_they_are_told_to(released: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = dg.materialize(target_assets(), instance=instance, resources={RUN: run_resource(released)})
    said = [
        one.metadata["skipped"].value
        for one in outcome.get_asset_materialization_events()
        for one in [one.materialization]
    ]
    assert sorted(said) == ["FLUX_POSTGRES is not set", "neither FLUX_DATA_FAIR nor FLUX_DATA_GOUV is set"]


def test_files_without_a_clear_licence_stay(released: Settings, tmp_path: Path) -> None:
    from dagster_project.delivery.portals.sending import read_release

    folder = Path(shutil.copytree(switch.current(released.publication), tmp_path / "release"))
    found = read_release(folder)
    assert {one.split("/")[-1].split(".")[0] for one in found.withheld} == {
        "bilan_territorial", "bilan_territorial_ensemble", "bilan_territorial_polluants",
        "carbone", "flux_et_emissions", "inventaire_energie", "inventaire_ges", "inventaire_hors_total", "inventaire_polluants",
        "panaches_co2", "panaches_couverture", "panaches_etalonnage", "panaches_sources", "sources_co2",
        "pcaet_diagnostic", "inventaire_tendances", "objectifs", "qualite_reference", "consommation_espaces",
        "cout_carbone_artificialisation", "rapprochement_national", "empreinte_consommation", "cles_empreinte", "epci", "departement", "region",
    }  # fmt: skip
    sent = {item.path for item in found.items}
    assert {"tables/bilan_global.csv", "indicateurs/flux_net_recolte/epci.csv"} <= sent
    unclear = {
        path
        for path in sent
        if path.startswith(("indicateurs/emissions_ges", "indicateurs/energie", "indicateurs/polluant"))
    }
    assert unclear | {path for path in sent if path.startswith("indicateurs/empreinte")} == set(), (
        "no producer said they may be"
    )


@pytest.mark.thorough
def test_an_older_vintage_without_populations_has_its_pages(released: Settings, tmp_path: Path) -> None:
    """The table of 2020 has no population: pages say n. d., and everything else is there."""
    house = copy_of(released, tmp_path, cog=2020, products=frozenset({"site", "classeurs", "geo"}))
    outcome = refresh(house)
    assert outcome.success, messages(outcome)
    page = switch.current(house.publication, 2020) / "site" / "territoires" / "france-FR.html"
    assert ("territoires", "population", "n. d.") in {
        (table, column, text) for _, table, column, _, text in page_figures(page)
    }
