"""Nothing is done twice: no work without a change, and only what hangs on one; a doubt about what is there makes it all again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.command import nothing_to_do
from dagster_project.core import ledger
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import literal
from dagster_project.ingest.raw import stored_files
from dagster_project.release.switch import current, kept_releases
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings
from dagster_project.warehouse import plan
from dagster_project.warehouse.project import manifest_path
from tests.conftest import THOROUGH, copy_of, messages, refresh

HEAVY = ("dagster", "dbt", "duckdb", "great_expectations", "pandas", "pyarrow", "requests")
INVENTORY = "inventories/airparif_emissions_epci_2015.csv"


def told(outcome: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Each materialized asset, and whether it was made."""
    seen = [
        one.step_materialization_data.materialization for one in outcome.all_node_events if one.is_step_materialization
    ]
    return {one.asset_key.to_user_string(): not {ledger.REUSED, ledger.SKIPPED} & set(one.metadata) for one in seen}


def made(outcome: dg.ExecuteInProcessResult) -> set[str]:
    assert outcome.success, messages(outcome)
    return {name for name, new in told(outcome).items() if new}


def judged(outcome: dg.ExecuteInProcessResult) -> set[str]:
    """Checks that looked again."""
    seen = outcome.get_asset_check_evaluations()
    assert all(one.passed for one in seen)
    return {one.check_name for one in seen if ledger.REUSED not in one.metadata}


def below(manifest: dict, source: str) -> set[str]:
    """Models and seeds that hang on a source, by dbt's own map of children: another way than that of the recipes."""
    found, waiting = set(), [name for name in manifest["sources"] if name.endswith(source)]
    assert waiting
    while waiting:
        for child in manifest["child_map"][waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    nodes = [manifest["nodes"][name] for name in found if name.startswith("model.")]
    return {f"{one['config']['schema']}/{one['name']}" for one in nodes if one["config"]["materialized"] != "ephemeral"}


def rows(house: Settings) -> dict[str, list]:
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        connection.execute(f"set file_search_path = {literal(house.raw)}")  # views read raw tables
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        return {name: sorted(map(repr, connection.execute(f"from {name}").fetchall())) for (name,) in names}


def change_a_figure(copy: Path) -> None:
    path = copy / INVENTORY
    header, first, *rest = path.read_text("utf-8").splitlines()
    cells = first.split(",")
    cells[-1] = str(int(float(cells[-1])) + 1)
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def settled_once(released: Settings, sample_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder of two releases, the last of tables alone."""
    house = copy_of(released, tmp_path_factory.mktemp("settled"))
    assert refresh(house, sample_copy).success
    return house


@pytest.fixture
def settled(settled_once: Settings, tmp_path: Path) -> Settings:
    """A copy of it to change; a refresh from an unaltered copy of the sample has nothing to make."""
    return copy_of(settled_once, tmp_path)


def test_the_same_sources_and_code_make_and_judge_nothing(settled: Settings, altered_copy: Path) -> None:
    before, kept = current(settled.publication), kept_releases(settled.publication)
    outcome = refresh(settled, altered_copy)
    assert made(outcome) == set()
    assert judged(outcome) == set()
    assert current(settled.publication) == before
    assert kept_releases(settled.publication) == kept
    assert not (settled.publication / "candidate").exists()


def test_one_row_of_an_inventory_makes_its_branch_again_and_rightly(
    settled: Settings, altered_copy: Path, tmp_path: Path
) -> None:
    before = current(settled.publication)
    change_a_figure(altered_copy)
    outcome = refresh(settled, altered_copy)

    tables = {name for name in made(outcome) if name.split("/")[0] in ("seeds", "staging", "intermediate", "marts")}
    manifest = json.loads(manifest_path(settled).read_text("utf-8"))
    branch = below(manifest, ".inventaires_chiffres")
    print("\n".join(["made again:", *sorted(made(outcome))]))
    assert tables == branch
    assert (
        len(tables)
        < len([one for one in told(outcome) if one.split("/")[0] in ("staging", "intermediate", "marts")]) / 3
    )
    assert not [name for name in made(outcome) if name.startswith(("raw/aldo", "raw/insee", "geography"))]
    assert current(settled.publication) != before

    if THOROUGH:
        whole = settled.changed(data=tmp_path / "whole")
        assert refresh(whole, altered_copy).success
        assert rows(settled) == rows(whole)


@pytest.mark.thorough
@pytest.mark.parametrize("damaged", ["warehouse", "notes"])
def test_a_warehouse_in_doubt_is_built_whole(settled: Settings, damaged: str) -> None:
    assert plan.plan(settled).stale == ()
    if damaged == "warehouse":  # what a killed build leaves: other bytes than those that gate 2 let through
        with settled.warehouse.open("ab") as file:
            file.write(b"\0")
    else:
        Ledger(settled.data).file("gate_2").write_text("{", "utf-8")
    todo = plan.plan(settled)
    assert todo.whole
    assert set(todo.stale) == set(todo.recipes)


@pytest.mark.thorough
def test_a_release_that_someone_touched_is_made_again(settled: Settings, altered_copy: Path) -> None:
    before = current(settled.publication)
    table = next((before / "tables").glob("*.csv"))
    table.chmod(0o644)
    table.write_text("tout autre chose", "utf-8")
    outcome = refresh(settled, altered_copy)
    assert "publication/candidate" in made(outcome)
    assert not [name for name in made(outcome) if name.startswith(("marts/", "raw/"))]
    now = current(settled.publication)
    assert now != before
    assert (now / "tables" / table.name).read_text("utf-8-sig") != "tout autre chose"


@pytest.mark.thorough
def test_a_raw_table_that_someone_touched_is_read_again(settled: Settings, altered_copy: Path) -> None:
    table = settled.raw / "insee_regions.parquet"
    table.write_bytes(table.read_bytes() + b"\0")
    outcome = refresh(settled, altered_copy)
    assert made(outcome) == {"raw/insee_regions"}
    assert judged(outcome) == set()  # the same bytes as those that gate 1 let through


@pytest.mark.thorough
def test_links_that_a_killed_run_left_behind_are_mended(settled: Settings, altered_copy: Path) -> None:
    now, older = current(settled.publication), kept_releases(settled.publication)[0]
    link = settled.publication / "current"
    link.unlink()
    link.symlink_to(Path("releases") / older)
    assert refresh(settled, altered_copy).success
    assert current(settled.publication) == now


@pytest.fixture
def portals(sample_copy: Path, tmp_path: Path) -> dict[str, str]:
    """Environment of a data folder of the demonstration sample, for whole processes."""
    return {
        "FLUX_DATA": str(tmp_path / "own"),
        "FLUX_PRODUCTS": "none",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }


@pytest.mark.thorough
def test_a_second_refresh_imports_and_writes_nothing(portals: dict[str, str], tmp_path: Path) -> None:
    first = run(portals)
    assert first.returncode == 0, first.stderr
    assert "Nothing to do" not in first.stdout

    data = tmp_path / "own"
    before = {path: path.lstat().st_mtime_ns for path in data.rglob("*")}
    second = run(portals)
    assert second.returncode == 0, second.stderr
    assert "Nothing to do: sources, settings and code are those of release" in second.stdout
    assert "imported: []\n" in second.stdout
    assert {path: path.lstat().st_mtime_ns for path in data.rglob("*")} == before
    for change in ({"FLUX_PUBLISHER": "Observatoire d'essai"}, {"FLUX_COG": "2025"}, {"FLUX_PRODUCTS": "geo"}):
        assert nothing_to_do.last_release(load_settings({**portals, **change})) is None


@pytest.mark.thorough
def test_boundaries_altered_in_the_store_are_not_drawn(settled: Settings, altered_copy: Path) -> None:
    before = current(settled.publication)
    for path in stored_files(settled, "contours_communes").values():
        path.write_bytes(path.read_bytes() + b" ")
    shutil.rmtree(settled.contours)
    outcome = refresh(settled, altered_copy)
    assert "was altered since it was stored" in messages(outcome)
    assert current(settled.publication) == before


@pytest.mark.thorough
def test_a_basis_that_a_killed_run_did_not_keep_is_kept_by_the_next(settled: Settings, altered_copy: Path) -> None:
    name = current(settled.publication).name
    kept = {path.name: path.read_bytes() for path in (settled.bases / name).iterdir()}
    shutil.rmtree(settled.bases / name)
    assert made(refresh(settled, altered_copy)) == set()
    assert {path.name: path.read_bytes() for path in (settled.bases / name).iterdir()} == kept


def run(environ: dict[str, str], *options: str) -> subprocess.CompletedProcess:
    """`python -m dagster_project refresh`, saying which heavy libraries it imported."""
    program = (
        "import sys; from dagster_project.command import start; status = start.refresh(force='--force' in sys.argv); "
        f"print('imported:', sorted(set(sys.modules) & set({HEAVY}))); raise SystemExit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *options],
        cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.thorough
def test_force_forgets_what_was_noted_and_no_release(settled: Settings) -> None:
    before = current(settled.publication)
    Ledger(settled.data).forget()
    assert nothing_to_do.last_release(settled) is None
    assert plan.plan(settled).whole
    assert current(settled.publication) == before
