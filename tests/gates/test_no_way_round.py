"""A gate holds even for a person who materializes one asset alone: the next room asks for the gate's stamp."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.assets.gates import candidate_page, dossier_page
from dagster_project.assets.publication import publication_assets
from dagster_project.assets.resources import RUN, run_resource
from dagster_project.assets.warehouse import warehouse_assets
from dagster_project.core.ledger import Ledger, NotCheckedError
from dagster_project.core.lock import exclusive
from dagster_project.products import dossier
from dagster_project.release.switch import candidate_folder, current
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.conftest import refresh


def said_of(asset: dg.AssetsDefinition, house: Settings) -> str:
    """What materializing one asset by itself says, empty when it succeeds."""
    with dg.DagsterInstance.ephemeral() as instance:
        given = {RUN: run_resource(house)}
        outcome = dg.materialize([asset], instance=instance, raise_on_error=False, resources=given)
    failures = [event.step_failure_data.error for event in outcome.all_events if event.is_step_failure]
    return " ".join(str(error.cause or error) for error in failures)


def test_models_need_raw_tables_that_gate_1_saw(house: Settings) -> None:
    path = house.raw / "epci_liste.parquet"
    path.write_bytes((house.raw / "insee_regions.parquet").read_bytes())
    assert "Gate 1 has not let these files through" in said_of(warehouse_assets(house), house)


def test_a_candidate_needs_a_warehouse_that_gate_2_saw(house: Settings) -> None:
    write_candidate, _ = publication_assets(house)
    assert said_of(write_candidate, house) == ""
    with house.warehouse.open("ab") as file:
        file.write(b"x")
    assert "Gate 2 has not let these files through" in said_of(write_candidate, house)


def test_a_candidate_that_gate_3_did_not_see_is_not_promoted(house: Settings) -> None:
    write_candidate, promote = publication_assets(house)
    before = current(house.publication)
    assert said_of(write_candidate, house) == ""
    assert "Gate 3 has not let these files through" in said_of(promote, house)
    assert current(house.publication) == before
    book = Ledger(house.data)
    book.enter("gate_3", candidate_page(house))
    assert "Gate 4 has not let these files through" in said_of(promote, house)
    folder = candidate_folder(house.publication)
    dossier.complete(folder, "essai")
    book.enter("gate_4", dossier_page(house))
    (folder / "LISEZMOI.txt").open("a").write("autre chose")
    assert "The folder is not what gate 4 let through" in said_of(promote, house)
    dossier.complete(folder, "essai")
    book.enter("gate_4", dossier_page(house))
    assert said_of(promote, house) == ""
    assert current(house.publication) != before
    assert not candidate_folder(house.publication).exists()


def test_nothing_is_not_let_through(tmp_path: Path) -> None:
    with pytest.raises(NotCheckedError, match="run the whole job"):
        Ledger(tmp_path).require("gate_1")
    Ledger(tmp_path).enter("gate_1", Ledger(tmp_path).seen("rules", tmp_path / "*.parquet"))
    with pytest.raises(NotCheckedError, match="Gate 1 has not let these files through"):
        Ledger(tmp_path).require("gate_1")


def test_one_refresh_at_a_time(tmp_path: Path) -> None:
    with exclusive(tmp_path) as first:
        assert first
        assert elsewhere(tmp_path) == "False"
        with exclusive(tmp_path) as inside:  # a step of the very refresh that holds it
            assert inside
        assert elsewhere(tmp_path) == "False"
    assert elsewhere(tmp_path) == "True"


def elsewhere(data: Path) -> str:
    """Whether another process may write there."""
    program = (
        "import sys; from pathlib import Path; from dagster_project.core.lock import exclusive\n"
        "with exclusive(Path(sys.argv[1])) as alone: print(alone)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(data)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.thorough
def test_a_run_of_the_ui_waits_for_no_other(house: Settings) -> None:
    """What the UI starts is another process, which does not come through `python -m dagster_project`."""
    before = current(house.publication)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(house.data)], cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline().strip() == b"True"
        outcome = refresh(house)
    finally:
        holder.communicate()
    assert not outcome.success
    said = " ".join(str(event.event_specific_data) for event in outcome.all_events if event.is_failure)
    assert "another refresh is running" in said
    assert current(house.publication) == before
    assert refresh(house).success


HOLD = (
    "import sys; from pathlib import Path; from dagster_project.core.lock import exclusive\n"
    "with exclusive(Path(sys.argv[1])) as alone: print(alone, flush=True); sys.stdin.read()"
)
