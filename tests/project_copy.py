"""A copy of the tracked project that a test may change as a maintainer would, and a refresh of it as `make run` does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT


def copy_project(home: Path) -> Path:
    """The tracked files but the tests, below `home`."""
    listing = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listing:
        pytest.skip("not a git checkout")
    for name in listing:
        if not name.startswith("tests/") and (PROJECT_ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT_ROOT / name, home / name)
    return home


def bounds_of_the_sample(project: Path) -> None:
    """The mirror mode expects national numbers of rows; a small copy of the portals takes the sample's bounds."""
    for path in (project / "expectations").rglob("*.json"):
        suite = json.loads(path.read_text("utf-8"))
        if bounds := suite.get("meta", {}).get("parametres"):
            bounds["national"] = bounds["sample"]
            path.write_text(json.dumps(suite), "utf-8")


def run(project: Path, portals: Path, data: Path, **environ: str) -> subprocess.CompletedProcess:
    """A refresh of the copied project, in mirror mode."""
    chosen = {
        "FLUX_SOURCE": "mirror",
        "FLUX_MIRROR": str(portals),
        "FLUX_DATA": str(data),
        "PATH": os.environ["PATH"],
        "HOME": str(data),
    }
    return subprocess.run(
        [sys.executable, "-m", "dagster_project"],
        cwd=project,
        env={**chosen, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
