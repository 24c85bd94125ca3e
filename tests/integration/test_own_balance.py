"""A filled balance workbook read back: the tables are its cells, the same file gives the same bytes, and what is wrong has its cell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.workbook import Workbook
from typer.testing import CliRunner

from dagster_project.analysis import balance_file, balance_tables
from dagster_project.analysis.balance_tables import KEYS_OF_TABLES
from dagster_project.command.app import app
from dagster_project.core import digests
from dagster_project.core.errors import SourceError
from dagster_project.products.balance import published, workbook
from dagster_project.products.balance.engine import Entry, Inputs
from dagster_project.products.balance.potential import ground
from dagster_project.products.facts import Release, load
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.opened import mart_figure, number
from tests.page import Page

CODE = "200071918"
FILLED = Inputs(
    {
        "C.population": Entry(70_000, 5),
        "A.gaz": Entry(40_000, 4),
        "A.avion": Entry(0),
        "R.travaux.construction": Entry(9_876.5, 2),
        "T.tertiaire.ges": Entry(1_234.5),
        "T.agriculture.nox": Entry(2_000),
        "P.couverts_intermediaires.ha": Entry(3),
        "G.ha": Entry(2),
    },
    {("A.gaz", "gaz_combustion"): 170.0},
    {
        "G.avant_travail": "labour",
        "G.avant_apports": "moyen",
        "G.apres_travail": "non-labour",
        "G.apres_apports": "faible",
        "G.zone": "tempéré chaud sec",
    },
    {"A.gaz": "relevés du distributeur, 2024"},
)


@pytest.fixture(scope="module")
def release(released: Settings) -> Release:
    folder = current(released.publication)
    assert folder
    return load(folder)


@pytest.fixture
def filled(release: Release, tmp_path: Path) -> Path:
    path = tmp_path / "rempli.xlsx"
    workbook.write(release, release.territories["epci", CODE], path, FILLED)
    return path


def bilan(released: Settings, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["bilan", *arguments], env={"FLUX_DATA": str(released.data)})
    assert result.exit_code == 0, result.output
    return result.output


def test_what_was_typed_comes_back(filled: Path, released: Settings) -> None:
    read = balance_file.read(filled, released.publication)
    assert read.inputs == FILLED
    assert (read.territory.maille, read.territory.code) == ("epci", CODE)


def test_tables_are_the_cells_of_the_workbook_that_libreoffice_saved(
    filled: Path, released: Settings, tmp_path: Path
) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "saved"), str(filled)], check=True, capture_output=True, timeout=120
    )
    saved = tmp_path / "saved" / filled.name
    before = bytes_of(current(released.publication))
    for name in ("un", "deux"):
        assert "ne fait pas foi" in bilan(released, str(saved), "--name", name)
    assert bytes_of(current(released.publication)) == before
    one, two = (released.data / "bilans" / name for name in ("un", "deux"))
    assert bytes_of(one) == bytes_of(two)
    sheet = openpyxl.load_workbook(saved, data_only=True)["GES"]
    cells = {
        (row[0], row[1]): row[9]
        for row in sheet.iter_rows(min_row=5, values_only=True)
        if row[2] in ("indirect", "direct des ménages")
    }
    lines = pq.read_table(one / "empreinte_consommation_local.parquet").to_pylist()
    assert len(lines) == len(cells) == 53
    assert [line["emissions_tco2e"] for line in lines] == pytest.approx(list(cells.values()), abs=0.005)
    assert {line["sous_poste"] for line in lines if line["origine"] == "local"} == {
        "gaz_combustion",
        "gaz_amont",
        "aerien",
        "construction",
    }
    posts = pq.read_table(one / "bilan_territorial_local.parquet").to_pylist()
    whole = {row["perimetre"]: row["emissions_tco2e"] for row in posts if row["poste"] == "ensemble"}
    assert whole["empreinte"] == pytest.approx(sum(line["emissions_tco2e"] for line in lines))
    assert whole["empreinte"] == pytest.approx(whole["direct_menages"] + whole["indirect"])
    assert whole["inventaire"] == pytest.approx(
        sum(row["emissions_tco2e"] or 0 for row in posts if row["perimetre"] == "inventaire") / 2
    )
    about = json.loads((one / "bilan.json").read_text())
    assert about["sha256_du_fichier"] == digests.sha256(saved) and "A.gaz" in about["saisies"]
    typed = {row["saisie"]: row for row in pq.read_table(one / "saisies_local.parquet").to_pylist()}
    assert (
        typed["A.gaz"]["source"] == "relevés du distributeur, 2024" and typed["F.gaz.gaz_combustion"]["valeur"] == 170
    )


def test_the_page_shows_the_tables(filled: Path, released: Settings) -> None:
    """Each figure of one's own page is that of the local tables; those beside it are the release's; nothing is a link of the site."""
    bilan(released, str(filled), "--name", "page")
    folder = released.data / "bilans" / "page"
    text = (folder / "bilan.html").read_text("utf-8")
    page, seen, elsewhere = Page(folder / "bilan.html"), 0, 0
    with duckdb.connect() as local, duckdb.connect(str(current(released.publication) / "carbone.duckdb")) as marts:
        for table in KEYS_OF_TABLES:
            local.execute(
                f"create schema if not exists marts; create table marts.{table} as from '{folder / table}.parquet'"
            )
        for one in page.readings:
            table, column, *rest = one.name.split("|")
            if table == "bilan_territorial_ensemble":  # before anything was typed
                keys = {
                    table: (
                        *KEYS_OF_TABLES["bilan_territorial_local"][:2],
                        *KEYS_OF_TABLES["bilan_territorial_local"][3:],
                    )
                }
                figure = mart_figure(marts, keys, table, column, ("epci", CODE, *rest))
            elif one.place:
                elsewhere += 1
                mesh, _, code = one.place.partition("-")
                keys = {table.removesuffix("_local"): KEYS_OF_TABLES[table]}
                if rest[0] == "ensemble":
                    keys = {"bilan_territorial_ensemble": (*KEYS_OF_TABLES[table][:2], *KEYS_OF_TABLES[table][3:])}
                    rest = rest[1:]
                figure = mart_figure(marts, keys, next(iter(keys)), column, (mesh, code, *rest))
            else:
                seen += 1
                figure = mart_figure(local, KEYS_OF_TABLES, table, column, ("epci", CODE, *rest))
            assert number(one.text) == figure, one
    assert seen > 140 and elsewhere > 40
    assert "Bilan local, ne fait pas foi" in text and "Données de démonstration" in text
    assert "relevés du distributeur, 2024" in text and "40\u202f000" in text
    links = set(re.findall(r'(?:href|src)="([^"#]+)"', text))
    assert len(links) == 7 and all((folder / link).is_file() for link in links)
    assert "9\u202f876" in text  # what stands for the whole line, beside its default


def test_a_balance_does_not_replace_that_of_another_territory(
    filled: Path, release: Release, released: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "autre.xlsx"
    workbook.write(release, release.territories["epci", "242000354"], other)
    assert "replaces" not in bilan(released, str(filled), "--name", "le_meme")
    assert "replaces" in bilan(released, str(filled), "--name", "le_meme")
    result = CliRunner().invoke(app, ["bilan", str(other), "--name", "le_meme"], env={"FLUX_DATA": str(released.data)})
    assert result.exit_code == 2 and "holds the balance of CC du Pays de Saint-Fulgent" in result.output


def test_works_that_are_typed_stand_outside_the_total(released: Settings, release: Release, tmp_path: Path) -> None:
    path = tmp_path / "travaux.xlsx"
    workbook.write(release, release.territories["epci", CODE], path, Inputs({"T.ges_travaux": Entry(500)}))
    posts = balance_tables.tables(balance_file.read(path, released.publication))["bilan_territorial_local"]
    inventory = {row["poste"]: row for row in posts if row["perimetre"] == "inventaire"}
    assert inventory["travaux"]["emissions_tco2e"] == 500
    known = published.load(release)["epci", CODE]
    assert inventory["ensemble"]["emissions_tco2e"] == known.posts[known.kept_inventory]["ensemble"]["emissions_tco2e"]
    empty = balance_tables.tables(balance_file.read(path, released.publication))["saisies_local"]
    assert [row["saisie"] for row in empty] == ["T.ges_travaux"]  # the zone that stands there is nobody's choice


def test_an_empty_workbook_is_written_and_read(
    released: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bilan(released, "--new", CODE).strip() == f"bilan_epci-{CODE}.xlsx"
    read = balance_file.read(tmp_path / f"bilan_epci-{CODE}.xlsx", released.publication)
    assert read.inputs.entries == {} and read.inputs.factors == {}
    again = CliRunner().invoke(app, ["bilan", "--new", CODE], env={"FLUX_DATA": str(released.data)})
    assert again.exit_code == 2  # it may have been filled in


def bytes_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digests.sha256(path) for path in folder.rglob("*") if path.is_file()}


def test_what_is_no_number_is_refused(computed: Path, released: Settings, tmp_path: Path) -> None:
    """No spreadsheet writes NaN; a program may."""
    book = openpyxl.load_workbook(computed)
    put("A.gaz", 40_000.125)(book)
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for item in source.infolist():
            target.writestr(item, source.read(item).replace(b"<v>40000.125</v>", b"<v>NaN</v>"))
    with pytest.raises(SourceError, match=r"sheet Saisie, cell E[0-9]+: not a number"):
        balance_file.read(tmp_path / "b.xlsx", released.publication)


def row_of(book: Workbook, identifier: str, sheet: str = "Saisie") -> int:
    return next(row[0].row for row in book[sheet].iter_rows(max_col=1) if row[0].value == identifier)


def put(identifier: str, value: object, column: str = "E", sheet: str = "Saisie") -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][f"{column}{row_of(book, identifier, sheet)}"] = value

    return change


def rename(book: Workbook) -> None:
    book["Saisie"][f"A{row_of(book, 'A.gaz')}"] = "A.charbon"


def twice(book: Workbook) -> None:
    book["Saisie"][f"A{row_of(book, 'A.fioul')}"] = "A.gaz"


def per_cent(book: Workbook) -> None:
    cell = book["Saisie"][f"E{row_of(book, 'A.gaz')}"]
    cell.value, cell.number_format = 0.5, "0%"


def on_a_title(book: Workbook) -> None:
    book["Saisie"][f"E{row_of(book, 'C.population') - 1}"] = 7


def beside(book: Workbook) -> None:
    book["Saisie"][f"L{row_of(book, 'A.gaz')}"] = 7


def without_identifier(book: Workbook) -> None:
    book["Saisie"][f"A{row_of(book, 'A.fioul')}"] = None


def rename_sheet(book: Workbook) -> None:
    book["Hypothèses"].title = "Facteurs"


def meta(name: str, value: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        row = next(row for row in book["_meta"].iter_rows() if row[0].value == name)
        row[1].value = value

    return change


HOSTILE: dict[str, tuple[Callable[[Workbook], None], str, str]] = {
    "an unknown identifier": (rename, "sheet Saisie, cell A", "'A.charbon' is no input"),
    "an identifier twice": (twice, "sheet Saisie, cell A", "stands twice"),
    "a decimal typed as text": (put("A.gaz", "12,5"), "sheet Saisie, cell E", "text '12,5'"),
    "a negative": (put("A.gaz", -1), "sheet Saisie, cell E", "-1 MWh PCS"),
    "beyond its bound": (put("A.gaz", 1e9), "sheet Saisie, cell E", "Between 0 and"),
    "a formula in an input": (put("A.gaz", "=1+1"), "sheet Saisie, cell E", "a formula"),
    "an error in an input": (put("A.gaz", "#DIV/0!"), "sheet Saisie, cell E", "an error"),
    "a truth value": (put("A.gaz", True), "sheet Saisie, cell E", "text 'True'"),
    "a note of six": (put("A.gaz", 6, "F"), "sheet Saisie, cell F", "6 is no quality note"),
    "a choice of its own": (put("G.avant_travail", "jachère"), "sheet Saisie, cell E", "'jachère' is no choice"),
    "a percentage": (per_cent, "sheet Saisie, cell E", "a percentage where a number is needed"),
    "a date": (put("A.gaz", datetime(2024, 1, 2)), "sheet Saisie, cell E", "a date where a number is needed"),
    "a value on a title": (on_a_title, "sheet Saisie, cell E", "stands on no line"),
    "a value beside the table": (beside, "sheet Saisie, cell L", "stands on no line"),
    "a line without identifier": (without_identifier, "sheet Saisie, cell", "stands on no line"),
    "a number as a source": (put("A.gaz", 12, "G"), "sheet Saisie, cell G", "where words are typed"),
    "hectares without a choice": (
        put("G.apres_apports", None),
        "sheet Saisie, cell E",
        "G.apres_apports is not chosen",
    ),
    "a sheet that was renamed": (rename_sheet, "", "call it Hypothèses again"),
    "another default": (put("A.gaz", 7, "D"), "sheet Saisie, cell D", "the default of A.gaz is 7"),
    "a factor as text": (put("F.gaz.gaz_amont", "35", sheet="Hypothèses"), "sheet Hypothèses, cell E", "text '35'"),
    "a factor ten times too high": (
        put("F.gaz.gaz_amont", 400, sheet="Hypothèses"),
        "sheet Hypothèses, cell E",
        "Between 0 and 357",
    ),
    "another zone": (put("G.zone", "tropicale", sheet="Hypothèses"), "sheet Hypothèses, cell E", "is no climate zone"),
    "another release": (
        meta("version", "20200101T000000Z-cog2020-sample"),
        "sheet _meta, cell B",
        "which is not kept here",
    ),
    "another schema": (meta("schema", "9"), "sheet _meta, cell B", "schema '9'"),
    "another EPCI": (meta("code_territoire", "242000354"), "sheet Saisie, cell D", "the default of C.population"),
    "no territory": (meta("code_territoire", "123456789"), "sheet _meta, cell B", "is no territory"),
    "a sheet that is gone": (lambda book: book.remove(book["Hypothèses"]), "", "has no sheet Hypothèses"),
}


@pytest.fixture(scope="module")
def computed(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled workbook whose results stand as values, as openpyxl, which damages it on purpose, stores no result of a formula."""
    path = tmp_path_factory.mktemp("computed") / "calcule.xlsx"
    workbook.write(release, release.territories["epci", CODE], path, FILLED)
    values, book = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    for row in book["Saisie"].iter_rows(min_row=5, min_col=4, max_col=4):
        row[0].value = values["Saisie"][row[0].coordinate].value or None
    book.save(path)
    return path


def test_the_workbook_that_is_damaged_is_right(computed: Path, released: Settings) -> None:
    assert balance_file.read(computed, released.publication).inputs == FILLED


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_sheet_and_cell(
    name: str, computed: Path, released: Settings, tmp_path: Path
) -> None:
    change, where, problem = HOSTILE[name]
    book = openpyxl.load_workbook(computed)
    change(book)
    book.save(tmp_path / "hostile.xlsx")
    with pytest.raises(SourceError) as refused:
        balance_file.read(tmp_path / "hostile.xlsx", released.publication)
    print(refused.value)
    assert where in refused.value.where and problem in str(refused.value)


def test_files_that_are_not_opened(filled: Path, released: Settings, tmp_path: Path) -> None:
    """Macros, five megabytes, an archive that is cut, one that would fill the disk; nothing is written."""
    macros, huge, cut, bomb = (tmp_path / name for name in ("a.xlsm", "b.xlsx", "c.xlsx", "d.xlsx"))
    shutil.copyfile(filled, macros)
    huge.write_bytes(filled.read_bytes() + bytes(5 << 20))
    cut.write_bytes(filled.read_bytes()[:-3000])
    shutil.copyfile(filled, bomb)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/plein.xml", bytes(60 << 20))
    for path, problem in ((macros, ".xlsm"), (huge, "5 MB"), (cut, "cut or damaged"), (bomb, "unpacks to 60 MB")):
        with pytest.raises(SourceError, match=problem):
            balance_file.read(path, released.publication)
        result = CliRunner().invoke(
            app, ["bilan", str(path), "--name", "refuse"], env={"FLUX_DATA": str(released.data)}
        )
        assert result.exit_code != 0 and not (released.data / "bilans" / "refuse").exists()


def test_hectares_of_one_land_use_are_refused_together(released: Settings, release: Release, tmp_path: Path) -> None:
    """Each below what is there, together above it: one option a hectare."""
    territory = release.territories["epci", CODE]
    there = ground(territory).hectares["cultures"]
    path = tmp_path / "trop.xlsx"
    typed = {"P.couverts_intermediaires.ha": Entry(0.6 * there), "G.ha": Entry(0.6 * there)}
    workbook.write(release, territory, path, Inputs(typed, choices=FILLED.choices))
    with pytest.raises(
        SourceError, match=r"sheet Saisie, cell E[0-9]+.*P.couverts_intermediaires.ha, G.ha are .* ha together"
    ):
        balance_file.read(path, released.publication)
    workbook.write(release, territory, path, Inputs({"G.ha": Entry(1.1 * there)}))
    with pytest.raises(SourceError, match=r"for G\.ha"):
        balance_file.read(path, released.publication)
