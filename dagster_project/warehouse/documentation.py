"""dbt's documentation of the warehouse, as one page."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.core import code, digests
from dagster_project.core.ledger import Ledger
from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse.dbt import artefacts, places, run
from dagster_project.warehouse.project import project_digest

PAGE = "documentation"
LEFT_OUT = ("_unit_tests.yml", "target", "logs")  # invented rows of unit tests bear real codes of communes


def documentation(settings: Settings) -> Path:
    """The page, made again when the project changed, of the project without its unit tests."""
    ledger, folder = Ledger(settings.data), artefacts(settings) / PAGE
    page, digest = folder / "static_index.html", digests.of(project_digest(), code.digest(documentation))
    if not ledger.whole(PAGE, digest):
        with TemporaryDirectory() as work:
            project = Path(work) / DBT_PROJECT_DIR.name
            shutil.copytree(DBT_PROJECT_DIR, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
            run(["docs", "generate", "--static"], folder, places(settings), project=project)
            page.write_text(page.read_text("utf-8").replace(work, "."), "utf-8")
        ledger.enter(PAGE, ledger.seen(digest, page))
    return page
