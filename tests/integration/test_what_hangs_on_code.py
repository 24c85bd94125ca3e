"""An edit of a module changes what hangs on it and nothing else; so does a setting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT
from tests.project_copy import copy_project

MODULES = sorted(
    path.relative_to(PROJECT_ROOT).as_posix()
    for room in ("core", "release")
    for path in (PROJECT_ROOT / "dagster_project" / room).glob("[!_]*.py")
)
# What a refresh makes or judges, by the modules whose functions do it.
MAKERS = {
    "sample": ["dagster_project.sources.sample"],
    "raw tables": ["dagster_project.ingest.raw"],
    "inventories": ["dagster_project.ingest.inventory_tables"],
    "gate 1": ["dagster_project.checks.raw_rules"],
    "warehouse": ["dagster_project.warehouse.dbt"],
    "gate 4": ["dagster_project.checks.dossier_rules"],
    "documentation": ["dagster_project.warehouse.documentation"],
    "contours": [
        "dagster_project.geography.coverage",
        "dagster_project.release.contours",
        "dagster_project.ingest.boundary_table",
    ],
    "site": ["dagster_project.products.site.pages"],
}
ASK = """
import importlib, json, sys
from dagster_project.core import code, digests
def digest(modules):
    files = {file for module in modules for file in code.closure(module)}
    return digests.of_files(files, code.PROJECT_ROOT)
print(json.dumps({name: digest(modules) for name, modules in json.loads(sys.argv[1]).items()}))
"""


def digests_in(project: Path) -> dict[str, str]:
    """Digest of the code of each maker, as the copied project computes it."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(MAKERS)], cwd=project, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def imported_by(modules: list[str]) -> set[str]:
    """Files that modules import, by their bytecode: another way than that of the digest."""
    finder = ModuleFinder(path=[str(PROJECT_ROOT)], excludes=["dagster_project.settings"])
    for module in modules:
        finder.import_hook(module, None, ["*"])
    files = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    return {path.relative_to(PROJECT_ROOT).as_posix() for path in files if path.is_relative_to(PROJECT_ROOT)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.mark.thorough
def test_an_edit_changes_the_code_of_what_imports_the_module(project: Path) -> None:
    before = digests_in(project)
    imported = {name: imported_by(modules) for name, modules in MAKERS.items()}
    for module in MODULES:
        text = (project / module).read_text("utf-8")
        (project / module).write_text(f"{text}\n# edited\n", "utf-8")
        after = digests_in(project)
        (project / module).write_text(text, "utf-8")
        changed = {name for name in MAKERS if before[name] != after[name]}
        print(f"{module}: {', '.join(sorted(changed)) or 'nothing'}")
        assert changed == {name for name, files in imported.items() if module in files}, module
    assert digests_in(project) == before


def refreshed(project: Path, data: Path, **environ: str) -> str:
    """What a refresh of the copied project tells of what it made."""
    chosen = {"FLUX_DATA": str(data), "FLUX_PRODUCTS": "none", "PATH": os.environ["PATH"], "HOME": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "dagster_project"],
        cwd=project, env=chosen | environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = re.search(r"Made: (.*)", done.stdout)
    return made[1] if made else done.stdout.strip()


@pytest.mark.thorough
def test_a_refresh_makes_again_what_hangs_on_an_edit(project: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    refreshed(project, data)
    edited = project / "dagster_project" / "release" / "backup.py"  # no release is made by it
    edited.write_text(f"{edited.read_text('utf-8')}\n# edited\n", "utf-8")
    settings = project / "dagster_project" / "settings.py"
    text = settings.read_text("utf-8")
    unread = text.replace("    send: Annotated", '    colour: str | None = variable("COULEUR")\n    send: Annotated')
    assert unread != text
    settings.write_text(unread, "utf-8")
    assert refreshed(project, data) == "none", "neither module nor setting changes anything that is made"
    assert refreshed(project, data, FLUX_COULEUR="bleu") == "none", "nobody reads it"
    published = refreshed(project, data, FLUX_COULEUR="bleu", FLUX_PUBLISHER="Observatoire d'essai").split(", ")
    assert published == ["publication/candidate", "publication/dossier", "publication/release"]
    writer = project / "dagster_project" / "release" / "csv_files.py"
    writer.write_text(f"{writer.read_text('utf-8')}\n# edited\n", "utf-8")
    assert "publication/candidate" in refreshed(project, data, FLUX_PUBLISHER="Observatoire d'essai")
