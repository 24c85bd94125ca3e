"""A refresh that is killed, starved, doubled or fed by a failing portal: `current` is whole, the next refresh succeeds.

Each fault prints one line (`pytest -s`): what was done, what was seen. `THOROUGH=1 make test PYTEST_ARGS=tests/integration/test_faults.py` kills at
twenty moments and after every step; without it, at one moment and after every twelfth step.
"""

from __future__ import annotations

import logging
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from dagster_project.command import cleaning
from dagster_project.command.nothing_to_do import DIGESTS
from dagster_project.core.digests import sha256
from dagster_project.release.switch import current, kept_releases
from dagster_project.settings import Settings, load_settings
from tests.conftest import THOROUGH

KILLS = 20 if THOROUGH else 1
SEED = int(os.environ.get("SEED", "2026"))
PRELOADED = ["dagster_project.command.refresh", "dbt.cli.main", "tests.conftest"]
FOREVER = 120
NOBODY = 65534
TRACEBACK = 70  # a refresh says what happened and what to do: it never ends so


@dataclass(frozen=True)
class Ended:
    """How a refresh ended: its status (negative: the signal), what it said, the seconds it took."""

    status: int
    said: str
    seconds: float


def work(environ: dict[str, str], options: list[str], output: str, prepare: Callable[[], None] | None) -> None:
    """One refresh, in a process of its own."""
    with Path(output).open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    for name in [name for name in os.environ if name.startswith(("FLUX_", "DAGSTER_"))]:
        del os.environ[name]
    os.environ.update(environ)
    if prepare:
        prepare()
    from dagster_project.command import start

    try:
        status = start.refresh(force="--force" in options)
    except BaseException:
        traceback.print_exc()
        status = TRACEBACK
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


class KillAfterStep:
    """Kills the process when as many steps have ended well."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self) -> None:
        from dagster_project.command.journal import Journal

        ended, emit = 0, Journal.emit

        def counted(journal: Journal, record: logging.LogRecord) -> None:
            nonlocal ended
            emit(journal, record)
            event = record.dagster_meta["dagster_event"]
            if event is not None and event.is_step_success:
                ended += 1
                if ended == self.steps:
                    print(f"killed after {event.step_key}", flush=True)
                    os.kill(os.getpid(), signal.SIGKILL)

        Journal.emit = counted


@dataclass
class House:
    """A data folder that refreshes share."""

    data: Path
    environ: dict[str, str]

    @property
    def settings(self) -> Settings:
        return load_settings(self.environ)

    def refresh(
        self, *options: str, prepare: Callable[[], None] | None = None, kill_after: float | None = None, **environ: str
    ) -> Ended:
        context = get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        output = self.data.with_suffix(".txt")
        process = context.Process(target=work, args=({**self.environ, **environ}, list(options), str(output), prepare))
        begun = time.monotonic()
        process.start()
        process.join(kill_after if kill_after is not None else FOREVER)
        if process.is_alive():
            process.kill()
        process.join()
        return Ended(process.exitcode, output.read_text("utf-8"), time.monotonic() - begun)

    def assert_whole(self) -> str:
        """`current` is a complete release, every file as it was written."""
        place = current(self.settings.publication)
        listed = dict(reversed(line.split("  ", 1)) for line in (place / DIGESTS).read_text("utf-8").splitlines())
        found = {one.relative_to(place).as_posix() for one in place.rglob("*") if one.is_file()}
        assert found == {*listed, DIGESTS}
        assert {name: sha256(place / name) for name in listed} == listed
        return place.name


def told(fault: str, seen: str) -> None:
    print(f"| {fault} | {seen} |")


@pytest.fixture(scope="module")
def house(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a first good release."""
    data = Path(shutil.copytree(released.data, tmp_path_factory.mktemp("house") / "data", symlinks=True))
    return House(data, {"FLUX_DATA": str(data), "FLUX_PRODUCTS": "none", "HOME": str(data.parent)})


@pytest.mark.thorough
def test_killed_after_each_step(house: House) -> None:
    """The state that each kill leaves is where the next refresh begins."""
    for steps in range(1, 99, 1 if THOROUGH else 12):
        before = house.assert_whole()
        ended = house.refresh(prepare=KillAfterStep(steps), FLUX_PUBLISHER=f"Observatoire {steps}")
        if ended.status == 0:
            break
        assert ended.status == -signal.SIGKILL, ended.said
        after = house.assert_whole()
        step = ended.said.rsplit("killed after ", 1)[1].splitlines()[0].strip()  # the journal may still say a line
        assert after == before or step in ("publication__release", "publication__postgresql", "publication__portails")
        told(
            f"kill -9 after {step}",
            f"`current` is {'the release before' if after == before else 'the new release'}, whole",
        )
    else:
        raise AssertionError("a refresh has fewer steps")
    assert steps > 20
    assert house.assert_whole() != before
    told("refresh after the last of them", "published")


@pytest.mark.thorough
def test_killed_at_random_moments(house: House) -> None:
    whole = house.refresh("--force")
    assert whole.status == 0, whole.said
    moments = random.Random(SEED)
    for _ in range(KILLS):
        before, moment = house.assert_whole(), moments.uniform(0, whole.seconds)
        ended = house.refresh("--force", kill_after=moment)
        assert ended.status in (-signal.SIGKILL, 0)
        after = house.assert_whole()
        told(
            f"kill -9 at {moment:.1f} s of {whole.seconds:.1f}",
            f"`current` is {'as before' if after == before else 'new'}, whole",
        )
        following = house.refresh("--force")
        assert following.status == 0, following.said
        assert house.assert_whole() != after
    assert_swept(house)


def assert_swept(house: House) -> None:
    """A sweep leaves nothing of the killed runs; releases stay."""
    kept = kept_releases(house.settings.publication)
    assert len(kept) <= house.settings.keep
    cleaning.sweep(cleaning.leftovers(house.settings))
    assert cleaning.leftovers(house.settings) == []
    hidden = [
        path
        for path in house.data.rglob(".*")
        if path.name != ".lock"
        and not path.name.startswith(".user")
        and not path.is_relative_to(house.settings.dagster_home)  # `.db`: what Dagster keeps of no run
    ]
    assert hidden == []
    assert kept_releases(house.settings.publication) == kept
    house.assert_whole()


class NoSpace:
    """No file may grow beyond as many bytes: what a full disk does to whoever writes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


@pytest.mark.thorough
@pytest.mark.parametrize("size", [1 << 16, 1 << 12, 1 << 20])
def test_a_disk_that_is_full(house: House, size: int) -> None:
    before = house.assert_whole()
    ended = house.refresh("--force", prepare=NoSpace(size))
    assert ended.status in (1, 2), ended.said
    assert house.assert_whole() == before
    told(f"no file beyond {size} bytes", ended.said.strip().splitlines()[-1][:120])
    following = house.refresh()
    assert following.status == 0, following.said


def test_two_refreshes_at_once(house: House) -> None:
    from dagster_project.core.lock import exclusive

    before = house.assert_whole()
    with exclusive(house.data) as alone:
        assert alone
        stamps = {path.name: path.read_bytes() for path in (house.data / "ledger").glob("*.json")}
        ended = house.refresh("--force")
        assert stamps and stamps == {path.name: path.read_bytes() for path in (house.data / "ledger").glob("*.json")}
    assert ended.status == 2
    assert "another refresh is running" in ended.said
    assert house.assert_whole() == before
    told("two refreshes at once", ended.said.strip()[-90:])


class Clock:
    """A clock that is wrong by some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> None:
        import datetime as module

        off = module.timedelta(seconds=self.seconds)

        class Wrong(module.datetime):
            @classmethod
            def now(cls, tz: object = None) -> module.datetime:
                return module.datetime.fromtimestamp(time.time(), tz) + off

        from dagster_project.assets import publication
        from dagster_project.sources import store

        for one in (publication, store):
            one.datetime = Wrong


@pytest.mark.thorough
@pytest.mark.parametrize("years", [-30, 30] if THOROUGH else [-30])
def test_a_clock_that_jumps(house: House, years: int) -> None:
    before = house.assert_whole()
    ended = house.refresh("--force", prepare=Clock(years * 365.25 * 86400))
    assert ended.status == 0, ended.said
    jumped = house.assert_whole()
    assert jumped != before
    following = house.refresh("--force")
    assert following.status == 0, following.said
    assert house.assert_whole() not in (before, jumped)
    told(f"clock {years:+} years", f"{jumped} then {house.assert_whole()}")


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root, with util-linux's setpriv, can give a right up"
)
def test_a_folder_that_may_not_be_written(house: House) -> None:
    """Somebody else's folder, for a process that may no longer write everywhere; it still reads its own code, wherever that is."""
    before = house.assert_whole()
    for path in (house.data, *house.data.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    right = ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLUX_", "DAGSTER_"))}
    ended = subprocess.run(
        [*right, sys.executable, "-m", "dagster_project", "refresh", "--force"],
        env={**kept, **house.environ},
        capture_output=True,
        text=True,
        timeout=FOREVER,
    )
    assert ended.returncode == 2, ended.stderr
    assert "cannot be written (Permission denied)" in ended.stderr
    assert house.assert_whole() == before
    told("a folder that may not be written", ended.stderr.strip()[-120:])


@pytest.mark.thorough
def test_a_helper_that_is_killed(house: House) -> None:
    """The process that judges dies (out of memory, say): the refresh says so, and nothing is published."""
    before = house.assert_whole()
    ended = house.refresh("--force", prepare=KillHelper())
    assert ended.status == 1, ended.said
    assert "FAILED at gate_1_raw" in ended.said
    assert "Nothing was published" in ended.said
    assert house.assert_whole() == before
    told("the helper process of the gates is killed", ended.said.strip().splitlines()[-1])


class KillHelper:
    """Has the helper processes of the gates killed as they are asked their first question."""

    def __call__(self) -> None:
        from dagster_project.checks import raw_rules

        raw_rules.verdict = killed


def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
