"""`python -m tests.mutation [part of a name]`: commit each fault in a copy of the project, and tell what catches it.

A refresh of the demonstration sample comes first, then the tests that the fault names. Exits 1 when a fault passes both.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT
from tests.mutation.fault import Fault
from tests.mutation.faults import FAULTS

REFUSED = re.compile(r"^REFUSED by (.+)$|^- (\S+): ", re.MULTILINE)  # a gate; a refresh that merely breaks is no catch
FAILURES = 1  # pytest's status: another one means that nothing was tested
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main(wanted: str) -> int:
    """Print the table of faults and catchers; the exit status."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        project, data = Path(folder) / "project", Path(folder) / "data"
        listing = subprocess.run(["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
        for name in listing.stdout.splitlines():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT_ROOT / name, project / name)
        if refused := refused_by(project, data):
            print(f"the project itself is refused by {refused}", file=sys.stderr)
            return 1
        chosen = [one for one in FAULTS if wanted in one.name]
        if not chosen:
            print(f"no fault is called {wanted}", file=sys.stderr)
            return 2
        if broken := failing(project, " ".join(dict.fromkeys(name for one in chosen for name in one.tests.split()))):
            print(f"the project itself: {broken}", file=sys.stderr)
            return 1
        caught = [tell(one, project, data) for one in chosen]
    print(f"{sum(caught)} of {len(caught)} caught")
    return 0 if all(caught) else 1


def tell(fault: Fault, project: Path, data: Path) -> bool:
    """Commit a fault, print what catches it, and take it back."""
    path = project / fault.path
    text = path.read_text("utf-8")
    if text.count(fault.old) != 1:
        raise SystemExit(f"{fault.name}: what it changes is not in {fault.path} once")
    path.write_text(text.replace(fault.old, fault.new), "utf-8")
    try:
        catcher = refused_by(project, Path(shutil.copytree(data, data.with_name("tried"), symlinks=True)))
        catcher = f"gate: {catcher}" if catcher else failing(project, fault.tests)
    finally:
        path.write_text(text, "utf-8")
        shutil.rmtree(data.with_name("tried"))
    print(f"{fault.name:48} {catcher or 'NOT CAUGHT'}", flush=True)
    return bool(catcher)


def refused_by(project: Path, data: Path) -> str | None:
    """The check or step that refuses a refresh of the copied project; None when a release is published."""
    chosen = {"FLUX_DATA": str(data), "FLUX_PRODUCTS": "none", "PATH": os.environ["PATH"], "HOME": str(data)}
    done = run(project, ["dagster_project"], chosen)
    found = [next(filter(None, groups)) for groups in REFUSED.findall(done.stdout + done.stderr)]
    return None if done.returncode == 0 else ", ".join(found[:2]) or None


def failing(project: Path, tests: str) -> str | None:
    """The first of some tests that fails."""
    options = ["pytest", "-x", "-q", "-p", "no:cacheprovider", "--numprocesses", "0", *tests.split()]
    done = run(project, options, {**os.environ, "FLUX_MIRROR": str(project / "no-mirror")})
    return f"test: {next(iter(FAILED.findall(done.stdout)), '')}" if done.returncode == FAILURES else None


def run(project: Path, module: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess:
    """A module of the copied project, run from there."""
    command = [sys.executable, "-m", *module]
    return subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    raise SystemExit(main(" ".join(sys.argv[1:])))
