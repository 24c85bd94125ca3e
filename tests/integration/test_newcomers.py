"""What CONTRIBUTING.md says, done word for word in a copy of the project: a source, a mart, an indicator; and what each mistake says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyogrio
import pytest

from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.project_copy import copy_project

BLOCK = re.compile(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
INDICATOR = """\
- {table: bilan_stocks, column: stock_sol_kt_c, title: Stock de carbone des sols, card: Stock des sols, workbook: true,
   map: [consommation], layers: {consommation: stock_sol_kt_c}, diverging: false}
"""
MART, SOURCE = "dbt_project/models/marts/densites.yml", "dagster_project/sources/superficies.yml"
INDICATORS = "dagster_project/products/indicators.yml"


def files() -> dict[str, str]:
    """Files that the page writes out, by their place."""
    return dict(BLOCK.findall((PROJECT_ROOT / "CONTRIBUTING.md").read_text("utf-8")))


def refresh(project: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    chosen = {"PATH": os.environ["PATH"], "HOME": str(project), **environ}
    command = [sys.executable, "-m", "dagster_project"]
    return subprocess.run(command, cwd=project, env=chosen, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_project(tmp_path_factory.mktemp("newcomer"))
    for place, text in files().items():
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        (home / place).write_text(text, "utf-8")
    with (home / INDICATORS).open("a", encoding="utf-8") as file:
        file.write(INDICATOR)
    return home


@pytest.fixture(scope="module")
def refreshed(project: Path) -> Path:
    done = refresh(project, FLUX_PRODUCTS="geo,site,classeurs")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def release(refreshed: Path) -> Iterator[Path]:
    place = current(refreshed / "data" / "publication")
    assert place
    yield place


def test_the_page_keeps_to_its_numbers_of_files() -> None:
    """Six for a source and four for a mart, the list of assets among them; it is the only one of the tests."""
    places = list(files())
    source = [place for place in places if "superficies" in place or "exemple" in place]
    mart = [place for place in places if "densites" in place]
    assert (len(source) + 1, len(mart) + 1) == (6, 4) and set(places) == {*source, *mart}


@pytest.mark.thorough
def test_the_source_is_judged_and_read(refreshed: Path) -> None:
    with duckdb.connect(str(refreshed / "data" / "warehouse" / "entrepot.duckdb"), read_only=True) as connection:
        rows = connection.execute("from staging.stg_exemple__superficies order by all").fetchall()
    assert rows == [("01", 5762.4), ("85", 6719.6)]


@pytest.mark.thorough
def test_the_mart_is_published_with_its_description(release: Path) -> None:
    with duckdb.connect(str(release / "carbone.duckdb"), read_only=True) as connection:
        query = (
            "from marts.densites join marts.territoires using (maille, code_territoire) where population is not null"
        )
        densities = connection.execute(f"select densite_hab_par_km2, population / surface_ha * 100 {query}").fetchall()
    assert len(densities) > 10
    assert all(ours == pytest.approx(again, rel=1e-3) for ours, again in densities)  # people are whole in `territoires`
    catalogue = json.loads((release / "datapackage.json").read_text("utf-8"))
    fields = {one["path"]: one for one in catalogue["resources"]}["tables/densites.csv"]["schema"]["fields"]
    assert {"habitants/km²"} == {field["unit"] for field in fields if "unit" in field}


@pytest.mark.thorough
def test_the_indicator_is_on_card_workbook_map_and_layers(release: Path) -> None:
    with duckdb.connect(str(release / "carbone.duckdb"), read_only=True) as connection:
        query = "select code_territoire, arrondi_stock_sol_kt_c from marts.bilan_stocks where maille = 'epci' and approche_bois = 'consommation'"
        shown = dict(connection.execute(query).fetchall())
    code = next(iter(shown))
    page = (release / "site" / "territoires" / f"epci-{code}.html").read_text("utf-8")
    assert "Stock des sols" in page
    assert "Stock de carbone des sols" in (release / "site" / "index.html").read_text("utf-8")
    frame = pyogrio.read_dataframe(release / "geo" / "territoires.gpkg", layer="epci", read_geometry=False)
    assert dict(zip(frame["code_territoire"], frame["arrondi_stock_sol_kt_c"], strict=True))[code] == shown[code]
    book = openpyxl.load_workbook(next((release / "classeurs").glob(f"*{code}*.xlsx")), data_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "Stock de carbone des sols" in {str(cell).split(" (")[0] for cell in cells}


MISTAKES = [  # one of each kind of file; the others are in tests/contract/test_mistakes.py
    (MART, "cle: &cle", "clef: &cle", f"{MART}, densites: `config.meta.cle` is missing"),
    (SOURCE, "key: [DEP]", "cle: [DEP]", "superficies.yml: key: Field required"),
    (INDICATORS, "column: stock_sol_kt_c", "column: stock_sol", "bilan_stocks has no column arrondi_stock_sol"),
    (INDICATORS, "layers: {consommation: stock_sol", "layer: {consommation: stock_sol", "layer: Extra inputs are not"),
]


@pytest.mark.parametrize(
    ("file", "text", "instead", "message"),
    [pytest.param(*mistake, marks=() if mistake[0] == SOURCE else pytest.mark.thorough) for mistake in MISTAKES],
)
def test_a_mistake_is_one_line_that_names_file_and_key(
    project: Path, tmp_path: Path, file: str, text: str, instead: str, message: str
) -> None:
    home = Path(shutil.copytree(project, tmp_path / "copy", ignore=shutil.ignore_patterns("publication")))
    content = (home / file).read_text("utf-8")
    assert text in content
    (home / file).write_text(content.replace(text, instead, 1), "utf-8")
    done = refresh(home, FLUX_PRODUCTS="geo")
    assert done.returncode, done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert [line for line in (done.stderr + done.stdout).splitlines() if message in line], done.stderr + done.stdout


@pytest.mark.thorough
def test_dbt_by_hand(released: Settings, tmp_path: Path) -> None:
    """`dbt build`, `dbt test` and `dbt docs generate` as its users type them, on the raw tables of the last refresh."""
    home = copy_project(tmp_path / "copy")
    shutil.copytree(released.data, home / "data")
    before = (home / "data" / "warehouse" / "entrepot.duckdb").read_bytes()
    for arguments in (["build"], ["test", "--select", "territoires"], ["docs", "generate"]):
        command = [str(Path(sys.executable).with_name("dbt")), *arguments]
        environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        done = subprocess.run(
            command, cwd=home / "dbt_project", env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(home / "data" / "dbt" / "by_hand.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.territoires").fetchone() == (31,)
    assert (home / "data" / "warehouse" / "entrepot.duckdb").read_bytes() == before
