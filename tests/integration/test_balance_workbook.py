"""The balance workbook: LibreOffice computes what the engine does, and no formula adds what must stay apart."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from dagster_project.products.balance import workbook
from dagster_project.products.balance.engine import Entry, Inputs
from dagster_project.products.facts import Release, load
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.conftest import THOROUGH

PLACES = ("200071918", "242000354", "200050532")  # the last is in Mayotte: most of its lines are not estimated
CASES = {
    "nothing": {},
    "population": {"C.population": Entry(65_000)},
    "income": {"C.revenu": Entry(26_000.5)},
    "gas": {"A.gaz": Entry(50_000, 4)},
    "construction": {"R.travaux.construction": Entry(9_999.5, 2)},
    "air": {"A.avion": Entry(0)},
}
CASES["all"] = {
    **{name: entry for case in CASES.values() for name, entry in case.items()},
    "C.menages": Entry(20_000),
    "A.maison_m2": Entry(1_000),
    "A.parking_m2": Entry(200, 5),
    "T.tertiaire.ges": Entry(1_234.5),
    "T.nox_2005": Entry(500_000),
    "T.electricite_mwh": Entry(100),
    "P.semis_direct_continu.ha": Entry(10),
    "G.ha": Entry(20),
}
CHOICES = {
    "G.avant_travail": "labour",
    "G.avant_apports": "moyen",
    "G.apres_travail": "non-labour",
    "G.apres_apports": "élevé sans fumier",
    "G.zone": "tempéré chaud sec",
}
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
CELL = re.compile(r"(?:'([^']+)'|(\w+))?!?(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")
KINDS = {  # what a figure is, by where it stands: heading of Données, or beginning of an identifier of Saisie
    "Empreinte, par défaut": "footprint", "Inventaire": "inventory", "Flux de carbone": "land", "Conversions de terres": "land",
    "A.": "footprint", "R.": "footprint", "T.": "inventory", "P.": "practice", "G.ha": "practice",
}  # fmt: skip
ALLOWED = {
    "IF",
    "ISNUMBER",
    "COUNT",
    "N",
    "SUM",
    "SUMIFS",
    "SUMPRODUCT",
    "INDEX",
    "MATCH",
    "POWER",
    "LN",
    "EXP",
    "SQRT",
    "ABS",
    "MAX",
    "MIN",
}


@pytest.fixture(scope="module")
def release(released: Settings) -> Release:
    folder = current(released.publication)
    assert folder
    return load(folder)


@pytest.fixture(scope="module")
def book(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "bilan.xlsx"
    workbook.write(release, release.territories["epci", PLACES[0]], path)
    return path


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell and formula of each formula."""
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield sheet.title, cell.coordinate, cell.value


def results(path: Path) -> dict[tuple[str, str], object]:
    """What is stored of each formula; empty texts as nothing."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {(sheet, cell): book[sheet][cell].value or None for sheet, cell, _ in formulas(path)}


def opened(paths: list[Path], folder: Path) -> None:
    """Have LibreOffice open workbooks, compute every formula, and save them below `folder/opened`."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "opened"), *map(str, paths)], check=True, capture_output=True, timeout=300
    )


def test_text_pasted_where_a_number_is_typed_is_flagged_in_the_workbook(book: Path, tmp_path: Path) -> None:
    """The default counts then, and whoever reads the workbook alone must know."""
    filled = openpyxl.load_workbook(book)
    sheet = filled["Saisie"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    sheet.cell(rows["A.gaz"], 5).value = "12 000 MWh"
    sheet.cell(rows["A.electricite"], 5).value = 12_000
    filled.save(tmp_path / "filled.xlsx")
    opened([tmp_path / "filled.xlsx"], tmp_path)
    read = openpyxl.load_workbook(tmp_path / "opened" / "filled.xlsx", data_only=True)["Saisie"]
    told = [read.cell(rows[name], 8).value or None for name in ("A.gaz", "A.electricite", "A.fioul")]
    assert told == ["texte : taper un nombre", "saisi", None]


def test_libreoffice_computes_what_the_engine_does(release: Release, tmp_path: Path) -> None:
    """Three EPCI, seven cases; zero is stored in what LibreOffice opens, so that a pass is no result read back."""
    for code in PLACES if THOROUGH else PLACES[:1]:
        for name, entries in CASES.items():
            for blank, folder in ((False, "engine"), (True, "blank")):
                (tmp_path / folder).mkdir(exist_ok=True)
                path = tmp_path / folder / f"{code}_{name}.xlsx"
                typed = Inputs(entries, choices=CHOICES if name == "all" else {})
                workbook.write(release, release.territories["epci", code], path, typed, blank)
    opened(sorted((tmp_path / "blank").iterdir()), tmp_path)
    for path in sorted((tmp_path / "opened").iterdir()):
        expected, found = results(tmp_path / "engine" / path.name), results(path)
        assert set(results(tmp_path / "blank" / path.name).values()) <= {None, 0}
        assert len(expected) > 1000
        apart = [
            abs(value - found[at]) for at, value in expected.items() if isinstance(value, (int, float)) and found[at]
        ]
        print(f"{path.stem}: {len(expected)} formulas, largest difference {max(apart):.1e}")
        assert {
            (*place, value, found[place]) for place, value in expected.items() if not alike(value, found[place])
        } == set(), path.name


def alike(one: object, other: object) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 0.005
    return (one or None) == (other or None)


def kinds_of(path: Path) -> dict[tuple[str, str], str]:
    """What each figure that others are made of is."""
    book, kinds = openpyxl.load_workbook(path), {}
    for row in book["Données"].iter_rows(min_row=2):
        if row[0].value in KINDS:
            kinds["Données", row[3].coordinate] = KINDS[row[0].value]
    for row in book["Saisie"].iter_rows(min_row=4):
        identifier = str(row[0].value)
        kind = next((kind for start, kind in KINDS.items() if identifier.startswith(start) and start[1:2] == "."), None)
        if kind and not identifier.endswith("_2005"):
            kinds["Saisie", row[4].coordinate] = kind
    return kinds


def read(formula: str, sheet: str) -> set[tuple[str, str]]:
    """Cells that a formula reads."""
    cells = set()
    for quoted, bare, reference in CELL.findall(formula):
        left, top, right, bottom = range_boundaries(reference.replace("$", ""))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                cells.add((quoted or bare or sheet, f"{openpyxl.utils.get_column_letter(column)}{row}"))
    return cells


def mixed(path: Path, extra: dict[tuple[str, str], str] | None = None) -> dict[tuple[str, str], set[str]]:
    """Cells made, directly or not, of figures of several kinds."""
    made = {(sheet, cell): read(formula, sheet) for sheet, cell, formula in formulas(path)}
    made |= {place: read(formula, place[0]) for place, formula in (extra or {}).items()}
    kinds, memory = kinds_of(path), dict[tuple[str, str], frozenset[str]]()

    def kind(place: tuple[str, str]) -> frozenset[str]:
        if place not in memory:
            memory[place] = frozenset()  # a cell that reads itself would be seen by LibreOffice
            own = {kinds[place]} if place in kinds else set()
            memory[place] = frozenset(own.union(*map(kind, made.get(place, ()))))
        return memory[place]

    return {place: set(kind(place)) for place in made if len(kind(place)) > 1}


def test_no_cell_is_made_of_two_perimeters(book: Path) -> None:
    assert set(kinds_of(book).values()) == {"footprint", "inventory", "land", "practice"}
    assert mixed(book) == {}


def test_a_cell_that_adds_two_perimeters_would_be_seen(book: Path) -> None:
    both = {("Synthèse", "Z1"): "='Synthèse'!$B$5+'Synthèse'!$C$5"}
    assert mixed(book, both) == {("Synthèse", "Z1"): {"footprint", "inventory"}}


def test_formulas_are_those_that_every_spreadsheet_has(book: Path) -> None:
    names = {name for _, _, formula in formulas(book) for name in re.findall(r"([A-Z][A-Z0-9.]+)\(", formula)}
    assert names <= ALLOWED


def test_the_file_is_small_and_leads_nowhere(book: Path) -> None:
    assert book.stat().st_size <= 80_000
    with zipfile.ZipFile(book) as archive:
        names = archive.namelist()
        assert not [name for name in names if "vba" in name or "externalLink" in name]
        drawings = "".join(archive.read(name).decode() for name in names if "drawing" in name and name.endswith(".xml"))
    assert drawings.count("descr=") == 2 and "Alimentation" in drawings


def test_only_inputs_are_unlocked(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    assert all(sheet.protection.sheet for sheet in opened if sheet.title != "Notes")
    free = {
        (sheet.title, cell.column_letter)
        for sheet in opened
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert free == {("Saisie", "E"), ("Saisie", "F"), ("Saisie", "G"), ("Hypothèses", "E")}
    assert opened["_meta"].sheet_state == "veryHidden"


def test_the_same_release_writes_the_same_bytes(release: Release, tmp_path: Path) -> None:
    for name in ("a", "b"):
        workbook.write(release, release.territories["epci", PLACES[1]], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
