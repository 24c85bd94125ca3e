"""Parsers and header rules: dialects, archives, workbooks, and what they refuse."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
import shapely
import xlsxwriter

from dagster_project.core.errors import SourceError
from dagster_project.ingest import raw
from dagster_project.ingest.readers import read
from dagster_project.ingest.run import editions_of
from dagster_project.settings import load_settings
from dagster_project.sources.editions import Edition
from dagster_project.sources.registry import Layout, Source, load_registry
from dagster_project.sources.store import Manifest, Snapshot, Store
from tests.conftest import settings


def snapshot(path: Path, form: str, source: Source, mode: str = "mirror", edition: str | None = None) -> Snapshot:
    known = dict.fromkeys(
        ("address", "sha256", "retrieved_at", "publisher", "release", "vintage", "licence", "attribution"), ""
    )
    return Snapshot(
        path,
        Manifest(
            source=source.id, edition=edition or source.newest, mode=mode, format=form, file=path.name, bytes=0, **known
        ),
    )


def test_both_dialects_of_the_forest_file_give_the_same_raw_table(sample_copy: Path, tmp_path: Path) -> None:
    source = load_registry()["aldo_accroissement_forets"]
    portal = sample_copy / source.editions["2023"].mirror.path
    back = {label: other for other, label in source.layouts["portail"].rename.items()}
    rows = list(csv.reader(io.StringIO(gzip.decompress(portal.read_bytes()).decode())))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([back.get(label, label) for label in rows[0]])
    buffer.write("\n")  # the generator leaves the second line blank
    writer.writerows(rows[1:])
    generator = tmp_path / "accroissement-biomasse.csv"
    generator.write_text(buffer.getvalue(), "utf-8")

    one = raw.build(source, [snapshot(portal, "csv", source)])
    other = raw.build(source, [snapshot(generator, "csv", source)])

    assert one.drop_columns("_ligne").equals(other.drop_columns("_ligne"))
    assert one["_ligne"][0].as_py() == 2
    assert other["_ligne"][0].as_py() == 3


def test_columns_that_a_portal_drops_are_null_not_empty(sample_copy: Path) -> None:
    source = load_registry()["aldo_flux_total"]
    table = raw.build(source, [snapshot(sample_copy / source.editions["2023"].mirror.path, "csv", source)])
    assert table.column_names[:-2] == list(source.columns)
    dropped = table["cultures_vers_prairies zones arborées_tCO2e_an-1"]
    assert dropped.null_count == table.num_rows
    assert table["epci"].null_count == 0
    assert "" in table["epci"].to_pylist()  # L'Ile-d'Yeu has no EPCI: empty in the file, empty here


@pytest.mark.parametrize("form", ["text", "gz", "zip"])
def test_archives(form: str, tmp_path: Path) -> None:
    body = "a;b\n01;l'été\n".encode()
    path = tmp_path / f"f.csv{'' if form == 'text' else '.' + form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("lisezmoi.txt", "x")
            archive.writestr("donnees.csv", body)
    else:
        path.write_bytes(gzip.compress(body) if form == "gz" else body)
    layout = Layout(format="csv", delimiter=";", member="*.csv")
    table, lines = read(path, "csv", layout, load_registry()["epci_liste"])
    assert (table.to_pylist(), list(lines)) == ([{"a": "01", "b": "l'été"}], [2])


def test_an_archive_without_the_expected_member(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("autre.txt", "x")
    with pytest.raises(SourceError, match=r"f\.zip: 0 entries match \*\.csv"):
        read(path, "csv", Layout(format="csv", member="*.csv"), load_registry()["epci_liste"])


def test_cp1252_is_transcoded_and_bom_dropped(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("code;nom\r\n01;Forêt\r\n".encode("cp1252"))
    table, _ = read(path, "csv", Layout(format="csv", delimiter=";", encoding="cp1252"), load_registry()["epci_liste"])
    assert table["nom"].to_pylist() == ["Forêt"]
    path.write_bytes("\ufeffcode;nom\r\n01;Forêt\r\n".encode())
    table, _ = read(path, "csv", Layout(format="csv", delimiter=";"), load_registry()["epci_liste"])
    assert table.column_names == ["code", "nom"]


def insee_workbook(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    """A workbook laid out as Insee's: five lines of preamble, then the header, in an archive."""
    book = openpyxl.Workbook()
    book.active.title = "Documentation"
    sheet = book.create_sheet("Composition_communale")
    for line in range(5):
        sheet.append([f"preambule {line}"])
    for row in (header, *rows):
        sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("EPCI_au_01-01-2026.xlsx", body.getvalue())
    return path


def test_insees_workbook_of_epci(tmp_path: Path) -> None:
    source = load_registry()["epci_composition"]
    header = ["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG"]
    path = insee_workbook(
        tmp_path / "epci.zip", header, [["01001", "L'Abergement", "200069193", "CC", "01", "84"], ["85113", "Yeu", "ZZZZZZZZZ", None, "85", "52"]]
    )  # fmt: skip
    table = raw.build(source, [snapshot(path, "xlsx", source, mode="live")])
    assert table.select(["CODGEO", "EPCI", "LIBEPCI", "_ligne"]).to_pylist() == [
        {"CODGEO": "01001", "EPCI": "200069193", "LIBEPCI": "CC", "_ligne": 7},
        {"CODGEO": "85113", "EPCI": "ZZZZZZZZZ", "LIBEPCI": "", "_ligne": 8},
    ]


def test_a_workbook_whose_header_moved_is_refused(tmp_path: Path) -> None:
    source = load_registry()["epci_composition"]
    path = insee_workbook(tmp_path / "epci.zip", ["Code", "Nom"], [["01001", "x"]])
    with pytest.raises(SourceError, match="header row: column 'CODGEO' is missing"):
        raw.build(source, [snapshot(path, "xlsx", source, mode="live")])


def test_a_workbook_without_its_sheet_is_refused(tmp_path: Path) -> None:
    source = load_registry()["epci_liste"]
    path = insee_workbook(tmp_path / "epci.zip", ["CODGEO"], [["01001"]])
    with pytest.raises(SourceError, match="no sheet 'EPCI'; it has Documentation, Composition_communale"):
        raw.build(source, [snapshot(path, "xlsx", source, mode="live")])


def test_a_repeated_column_is_refused(tmp_path: Path) -> None:
    source = load_registry()["epci_liste"]
    path = tmp_path / "f.csv"
    path.write_text("siren_epci,nom_epci,nature_epci,n_communes,nom_epci\n1,a,CC,2,b\n")
    with pytest.raises(SourceError, match="column 'LIBEPCI' appears more than once"):
        raw.build(source, [snapshot(path, "csv", source)])


def test_a_line_with_a_missing_cell_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b\n1,2\n3\n4,5\n")
    with pytest.raises(SourceError, match=r"f\.csv, line 3: 1 cells where the header has 2"):
        read(path, "csv", Layout(format="csv"), load_registry()["epci_liste"])


def test_a_file_without_final_newline_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b\n1,"x, y"')
    table, _ = read(path, "csv", Layout(format="csv"), load_registry()["epci_liste"])
    assert table.to_pylist() == [{"a": "1", "b": "x, y"}]


def test_editions_are_stacked_and_marked(sample_copy: Path, tmp_path: Path) -> None:
    source = load_registry()["insee_population"]
    store = Store(settings(tmp_path), copy=sample_copy)
    table = raw.build(
        source, [store.fetch(source, edition) for edition in editions_of(source, load_settings({}), 2023)]
    )
    assert set(table["_edition"].to_pylist()) == {str(year) for year in range(2019, 2027)}


def test_raw_tables_carry_their_lineage_and_no_half_file(sample_copy: Path, tmp_path: Path) -> None:
    source = load_registry()["epci_liste"]
    kept = Store(settings(tmp_path), copy=sample_copy).fetch(source, "2026")
    rows = raw.write(
        raw.build(source, [kept]), tmp_path / "raw" / "epci_liste.parquet", {"snapshots": [kept.manifest.sha256]}
    )
    schema = pq.read_schema(tmp_path / "raw" / "epci_liste.parquet")
    assert json.loads(schema.metadata[b"flux_carbone"]) == {"snapshots": [kept.manifest.sha256], "rows": rows}
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["epci_liste.parquet"]


def test_snapshots_are_immutable_and_shared(sample_copy: Path, tmp_path: Path) -> None:
    source = load_registry()["epci_liste"]
    store = Store(settings(tmp_path), copy=sample_copy)
    first, second = store.fetch(source, "2026"), store.fetch(source, "2026")
    assert (first.path, first.manifest.sha256) == (second.path, second.manifest.sha256)
    assert first.path.read_bytes() == (sample_copy / source.editions["2026"].mirror.path).read_bytes()


def test_a_copy_may_hold_what_ign_serves(tmp_path: Path) -> None:
    """The contract's own layouts on an unpacked GeoPackage (edition 4) and a zipped Shapefile (edition 3)."""
    source = load_registry()["contours_communes"]
    square = gpd.GeoDataFrame(
        {"code": ["01001"]}, geometry=[shapely.box(700_000, 6_600_000, 701_000, 6_601_000)], crs=2154
    )
    square.rename(columns={"code": "code_insee"}).to_file(tmp_path / "ade.gpkg", layer="commune")
    square.rename(columns={"code": "INSEE_COM"}).to_file(tmp_path / "COMMUNE.shp")
    with zipfile.ZipFile(tmp_path / "ade3.zip", "w") as archive:
        for part in sorted(tmp_path.glob("COMMUNE.*")):
            archive.write(part, part.name)
    for name, layout in (("ade.gpkg", "ign_4"), ("ade3.zip", "ign_3")):
        edition = Edition.model_validate({"mirror": {"path": name, "layout": layout}})
        served = source.model_copy(update={"editions": {"2024": edition}})
        table = raw.build(served, [snapshot(tmp_path / name, layout, served, edition="2024")])
        (row,) = table.to_pylist()
        assert (row["code"], row["surface"], row["generalisation"], row["crs"]) == ("01001", None, "", "EPSG:2154")
        assert float(row["surface_calculee"]) == pytest.approx(100, rel=1e-6)


def grid(path: Path, *rows: list[object], merged: str = "", dimension: str = "") -> Path:
    """A workbook of one sheet; `dimension` is the size that it states of itself, right or wrong."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    body = io.BytesIO()
    book.save(body)
    with zipfile.ZipFile(body) as written, zipfile.ZipFile(path, "w") as archive:
        for name in written.namelist():
            text = written.read(name)
            if dimension and name.startswith("xl/worksheets/"):
                text, times = re.subn(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), text)
                assert times == 1
            archive.writestr(name, text)
    return path


SHEET = Layout(format="xlsx", sheet="Sheet")


def read_grid(path: Path) -> tuple[list[dict], list[int]]:
    table, lines = read(path, "xlsx", SHEET, load_registry()["epci_liste"])
    return table.to_pylist(), list(lines)


def test_a_cell_of_a_workbook_stands_under_its_own_heading(tmp_path: Path) -> None:
    """An empty column before or between, an empty row between: positions and line numbers are those that a person sees."""
    path = grid(tmp_path / "f.xlsx", [None, "a", None, "b"], [None, 1, None, 2], [], [None, 3, None, None])
    assert read_grid(path) == ([{"a": "1", "b": "2"}, {"a": "3", "b": ""}], [2, 4])


@pytest.mark.parametrize("dimension", ["A1:B2", "A1", "A1:ZZ900000"])
def test_the_size_that_a_workbook_states_is_not_believed(tmp_path: Path, dimension: str) -> None:
    path = grid(tmp_path / "f.xlsx", ["a", "b", "c"], [1, 2, 3], [4, 5, 6], dimension=dimension)
    assert read_grid(path) == ([{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}], [2, 3])


GRIDS = {
    "a heading over two columns": ((["a", "b", "c"], [1, 2, 3]), "B1:C1", "cells B1:C1 are merged"),
    "a figure over two rows": ((["a", "b"], [1, 2], [3, None]), "B2:B3", "cells B2:B3 are merged"),
    "cells without a heading": ((["a", None, "c"], [1, 2, 3]), "", "cell B2: column B has no heading, and holds 2"),
    "cells beyond the headings": ((["a", "b"], [1, 2, "note"]), "", "cell C2: column C has no heading"),
    "a formula without a result": ((["a", "b"], [1, "=4+6"]), "", "cell B2: a formula without a stored result"),
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_that_cannot_be_read_for_sure_is_refused(tmp_path: Path, name: str) -> None:
    rows, merged, said = GRIDS[name]
    with pytest.raises(SourceError, match=re.escape(said)):
        read_grid(grid(tmp_path / "f.xlsx", *rows, merged=merged))


def test_a_formula_with_its_result_is_the_result(tmp_path: Path) -> None:
    """Written by XlsxWriter, which stores results as a spreadsheet does."""
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet("Sheet")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1])
        sheet.write_formula(1, 1, "=4+6", None, 10)
    assert read_grid(tmp_path / "f.xlsx") == ([{"a": "1", "b": "10"}], [2])


def test_a_merged_title_above_the_header_is_no_matter(tmp_path: Path) -> None:
    path = grid(tmp_path / "f.xlsx", ["titre", None], ["a", "b"], [1, 2], merged="A1:B1")
    table, lines = read(path, "xlsx", Layout(format="xlsx", sheet="Sheet", header_row=2), load_registry()["epci_liste"])
    assert (table.to_pylist(), list(lines)) == ([{"a": "1", "b": "2"}], [3])


def test_a_workbook_that_comes_bare_is_read(tmp_path: Path) -> None:
    """DGCL serves the workbook itself where Insee serves an archive; nothing else takes the place of an archive."""
    path = grid(tmp_path / "f.xlsx", ["a"], ["01"])
    layout = Layout(format="xlsx", sheet="Sheet", member="*.xlsx")
    assert read(path, "xlsx", layout, load_registry()["epci_liste"])[0].to_pylist() == [{"a": "01"}]
    with pytest.raises(SourceError, match=r"a workbook, where an archive that holds \*\.csv is expected"):
        read(path, "csv", Layout(format="csv", member="*.csv"), load_registry()["epci_liste"])


DECOMPOSED = "Re\u0301sidentiel"


def test_text_is_composed_in_every_format(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(f"{DECOMPOSED},b\n{DECOMPOSED},2\n", "utf-8")
    grid(tmp_path / "f.xlsx", [DECOMPOSED, "b"], [DECOMPOSED, 2])
    (tmp_path / "f.json").write_text(json.dumps({"features": [{"properties": {DECOMPOSED: DECOMPOSED, "b": 2}}]}))
    for name, layout in (("f.csv", Layout(format="csv")), ("f.xlsx", SHEET), ("f.json", Layout(format="wfs"))):
        table, _ = read(tmp_path / name, layout.format, layout, load_registry()["epci_liste"])
        assert table.to_pylist() == [{"Résidentiel": "Résidentiel", "b": "2"}], name


def test_a_message_names_what_the_eye_cannot_tell() -> None:
    """A Cyrillic letter in a heading: without its code point the message would show the same word twice."""
    with pytest.raises(
        SourceError, match=r"column 'EPCI' is missing.* and column '\u0415<U\+0415>PCI' is not in the contract"
    ):
        raw.labels_of(["\u0415PCI"], Layout(format="csv"), load_registry()["epci_liste"], "f.csv")


@pytest.mark.parametrize("label", ["numberMatched", "totalFeatures", "numberReturned"])
def test_a_copy_that_holds_less_than_was_announced_is_refused(tmp_path: Path, label: str) -> None:
    path = tmp_path / "page.json"
    for announced in (2, 3):
        path.write_text(
            json.dumps({label: announced, "features": [{"properties": {"a": 1}}, {"properties": {"a": 2}}]})
        )
        if announced == 2:
            assert read(path, "wfs", Layout(format="wfs"), load_registry()["epci_liste"])[0].num_rows == 2
        else:
            with pytest.raises(SourceError, match="announces 3 records and the file holds 2"):
                read(path, "wfs", Layout(format="wfs"), load_registry()["epci_liste"])


def test_pages_of_a_data_fair_copy_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dataset.json", json.dumps({"schema": [{"key": "a"}]}))
        archive.writestr("page-0001.json", json.dumps({"total": 2, "results": [{"a": "1"}]}))
    with pytest.raises(SourceError, match="announces 2 records and the file holds 1"):
        read(path, "data_fair", Layout(format="data_fair"), load_registry()["epci_liste"])
