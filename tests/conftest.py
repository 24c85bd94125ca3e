"""Shared fixtures: a guard against the network, the demonstration copy, and refreshes run as a user runs them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.assets.resources import RUN
from dagster_project.command.refresh import refusals
from dagster_project.definitions import build_defs
from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings
from dagster_project.sources.registry import load_registry
from dagster_project.sources.sample import generate
from dagster_project.sources.store import Store
from tests.copies import with_consumption

# Every vintage, every step, every case of a gate, not some of each: before a change is called done, and where an hour does not matter.
THOROUGH = os.environ.get("THOROUGH") == "1"
COMMANDED = "commanded.json"  # what the command said that made the shared release
MIRROR = Path(os.environ.get("FLUX_MIRROR") or PROJECT_ROOT.parent / "shared" / "data")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins; a file stays on one worker (--dist loadfile). Thorough tests are left out unless asked for."""
    items.sort(key=lambda item: (item.path.name != "test_mirror.py", item.path.parent.name != "integration"))
    left_out = [item for item in items if item.get_closest_marker("thorough") and not THOROUGH]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def quick(cases: Iterable[str], *first: str) -> list[object]:
    """Cases of a gate as parameters: the first are run always, the others when tests are thorough."""
    names = list(cases)
    assert set(first) <= set(names), set(first) - set(names)
    return [pytest.param(name, marks=() if name in first else pytest.mark.thorough) for name in names]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the network: a connection that leaves this machine is an error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> None:
    """Tests choose their settings themselves, whatever the developer's shell holds."""
    for name in [name for name in os.environ if name.startswith("FLUX_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The user's own copy of the portals."""
    if not (MIRROR / "aldo").is_dir():
        pytest.skip(f"no copy of the portals at {MIRROR}: set FLUX_MIRROR to run the tests on national data")
    return MIRROR


@pytest.fixture(scope="session")
def sample_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration copy, as generated; tests that alter it copy it first."""
    folder = tmp_path_factory.mktemp("copy") / "sample"
    generate(folder, load_registry())
    return folder


@pytest.fixture
def altered_copy(sample_copy: Path, tmp_path: Path) -> Path:
    """A demonstration copy of one's own to damage."""
    return Path(shutil.copytree(sample_copy, tmp_path / "copy"))


def settings(data: Path, **environ: str) -> Settings:
    """Settings of a test, from the variables a user would set; tables alone, unless it asks for what is made of them."""
    return load_settings({"FLUX_DATA": str(data), "FLUX_PRODUCTS": "none", **environ})


def refresh(chosen: Settings, copy: Path | None = None, **launch: object) -> dg.ExecuteInProcessResult:
    """The `refresh` job, as `make run` executes it; `launch` are choices of its run, as the launchpad of the UI takes them."""
    job = build_defs(chosen, Store(chosen, copy=copy)).resolve_job_def("refresh")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}, "resources": {RUN: {"config": launch}}}
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(run_config=quiet, instance=instance, raise_on_error=False)


def messages(outcome: dg.ExecuteInProcessResult) -> str:
    """Everything the run says of why it stopped."""
    return "\n".join(f"{title}\n{said}" for title, said in refusals(outcome))


def command(data: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`python -m dagster_project`, as `make run` calls it, in a process of its own."""
    env = {**os.environ, "FLUX_DATA": str(data), **environ}
    call = [sys.executable, "-m", "dagster_project", *arguments]
    return subprocess.run(call, cwd=PROJECT_ROOT, env=env, capture_output=True, text=True, check=False)


@contextmanager
def of_all_workers(tmp_path_factory: pytest.TempPathFactory, worker_id: str, name: str) -> Iterator[Path]:
    """A folder that the workers share, one after the other."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / name
    with shared.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield shared


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """Settings of a data folder that holds one good demonstration release, with all that is made of its tables.

    Made once, by the command that a newcomer types, whose words stay in COMMANDED; each worker has a copy of its own.
    """
    with of_all_workers(tmp_path_factory, worker_id, "released") as shared:
        if current(settings(shared).publication) is None:
            done = command(shared)
            assert done.returncode == 0, done.stdout + done.stderr
            (shared / COMMANDED).write_text(json.dumps([done.stdout, done.stderr]), "utf-8")
        own = Path(shutil.copytree(shared, tmp_path_factory.mktemp("released") / "data", symlinks=True))
    return settings(own, FLUX_PRODUCTS="")


def assert_refused(name: str, house: Settings, copy: Path, expected: Iterable[str]) -> None:
    """A refresh from `copy` publishes nothing and says each text; the current release stays, byte for byte."""
    before = current(house.publication)
    files = {path: path.read_bytes() for path in before.rglob("*") if path.is_file()}

    outcome = refresh(house, copy)

    said = messages(outcome)
    print(f"\n--- {name}\n{said[:1200]}")
    assert current(house.publication) == before
    assert {path: path.read_bytes() for path in before.rglob("*") if path.is_file()} == files
    assert not outcome.asset_materializations_for_node("publication__release")
    for text in expected:
        assert text in said


def copy_of(house: Settings, folder: Path, **changed: object) -> Settings:
    """The same settings on a copy of the data folder below `folder`, to refresh or damage; `changed` replaces other settings.

    What is made of the tables is left out of its refreshes unless `products` says otherwise.
    """
    copied = Path(shutil.copytree(house.data, folder / "data", symlinks=True))
    return house.changed(data=copied, **{"products": frozenset(), **changed})


def stricter(suites: Path, folder: Path, table: str, column: str, allowed: list[str]) -> Path:
    """A copy of a folder of suites, in which that of one table allows these values alone in a column."""
    copied = Path(shutil.copytree(suites, folder / "suites"))
    path = copied / f"{table}.json"
    suite = json.loads(path.read_text("utf-8"))
    rule = {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": column, "value_set": allowed}}
    path.write_text(json.dumps(suite | {"expectations": [*suite["expectations"], rule]}), "utf-8")
    return copied


@pytest.fixture
def house(released: Settings, tmp_path: Path) -> Settings:
    """A data folder with a good demonstration release, of the test's own."""
    return copy_of(released, tmp_path)


@pytest.fixture(scope="session")
def national(mirror: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """Settings of a data folder that holds one release made from the user's own copy of the portals, with an invented file of
    Cerema's in its true layout, which the copy lacks; all workers share it.

    Tables alone, unless tests are thorough: what is made of them takes as long again.
    """
    products = "" if THOROUGH else "none"
    with of_all_workers(tmp_path_factory, worker_id, "national") as shared:
        copy = shared / "portails"
        if not copy.is_dir():
            with_consumption(mirror, copy)
        chosen = settings(shared / "data", FLUX_SOURCE="mirror", FLUX_MIRROR=str(copy), FLUX_PRODUCTS=products)
        if current(chosen.publication) is None:
            outcome = refresh(chosen)
            assert outcome.success, messages(outcome)
    return chosen
