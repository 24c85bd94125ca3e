"""Inventories read by their contracts alone: every format and layout gives the same figures, and every wrong cell its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from pydantic import ValidationError

from dagster_project.core.errors import SourceError
from dagster_project.ingest.inventory_tables import ingest
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.sample import emissions as generator
from dagster_project.sources.store import Manifest, Snapshot

LONG = {
    "mesh": "commune",
    "cog": 2020,
    "territory": {"code": "code", "name": "nom"},
    "year": {"column": "annee", "first": 2000, "last": 2030},
    "long": {"value": "valeur", "sector": "secteur", "unit": "unite"},
    "measure": "ges",
    "decimal": ",",
    "thousands": " ",
    "missing": ["", "N/D"],
    "secret": {"codes": ["s"]},
    "provisional_mark": "(e)",
    "rows": [1, 100],
    "perimetre": "PCAET",
    "gwp_set": "AR5",
}
COLUMNS = ("code", "nom", "annee", "secteur", "valeur", "unite")
ROWS = [
    ("01001", "Abergement", "2020", "Résidentiel", "1 234,5", "tCO2e"),
    ("01001", "Abergement", "2020", "Agriculture", "0", "tCO2e"),
    ("2A004", "Ajaccio", "2021(e)", "Résidentiel", "s", "tCO2e"),
    ("2A004", "Ajaccio", "2021(e)", "Agriculture", "N/D", "tCO2e"),
]
READ = [
    ("01001", "2020", "false", "Résidentiel", "valeur", "1234.5"),
    ("01001", "2020", "false", "Agriculture", "valeur", "0"),
    ("2A004", "2021", "true", "Résidentiel", "secret", None),
    ("2A004", "2021", "true", "Agriculture", "manquant", None),
]


def inventory(layout: dict | None = None, columns: tuple[str, ...] = COLUMNS, **reading: object) -> Inventory:
    return Inventory.model_validate(
        {
            "id": "essai",
            "publisher": "Nous",
            "title": "Essai",
            "page": "https://example.org",
            "licence": "libre",
            "licence_url": "https://example.org",
            "attribution": "Nous",
            "vintage": "2020",
            "update_frequency": "jamais",
            "release": "Essai 1",
            "key": [one for one in ("code", "annee", "secteur") if one in columns],
            "columns": columns,
            "layouts": {"x": {"format": "csv", **(layout or {})}},
            "editions": {"1": {"mirror": {"path": "essai.csv", "layout": "x"}}},
            "reading": {**LONG, **reading},
        }
    )


def snapshot(path: Path, form: str = "csv") -> Snapshot:
    facts = dict.fromkeys(Manifest.__dataclass_fields__, "x")
    digest = str(abs(hash(path.read_bytes())))
    return Snapshot(path, Manifest(**{**facts, "edition": "1", "mode": "mirror", "format": form, "sha256": digest}))


def figures(one: Inventory, path: Path, form: str = "csv") -> list[tuple]:
    table = ingest(one, snapshot(path, form), path.parent / "tables")
    query = f"select code, annee, est_provisoire, secteur, etat, nombre from '{table}' order by _ligne, colonne"
    return duckdb.sql(query).fetchall()


def text(rows: list[tuple], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows([columns, *rows])
    return buffer.getvalue()


def test_every_format_gives_the_same_figures(tmp_path: Path) -> None:
    semicolons = text(ROWS, ";")
    (tmp_path / "bom.csv").write_bytes(b"\xef\xbb\xbf" + semicolons.encode())
    (tmp_path / "latin.csv").write_bytes(semicolons.encode("latin-1"))
    (tmp_path / "crlf.csv.gz").write_bytes(gzip.compress(text(ROWS).replace("\n", "\r\n").encode()))
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("donnees.csv", semicolons)
    book = openpyxl.Workbook()
    for row in (("preambule",), COLUMNS, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "classeur.xlsx")
    pages = [{"type": "FeatureCollection", "features": [{"properties": dict(zip(COLUMNS, row, strict=True))} for row in part]}
             for part in (ROWS[:3], ROWS[3:])]  # fmt: skip
    (tmp_path / "page.json").write_text(
        json.dumps({**pages[0], "features": pages[0]["features"] + pages[1]["features"]})
    )
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for number, page in enumerate(pages):
            archive.writestr(f"page-{number}.json", json.dumps(page))
    with zipfile.ZipFile(tmp_path / "data_fair.zip", "w") as archive:
        schema = [{"key": f"k_{one}", "x-originalName": one} for one in COLUMNS]
        archive.writestr("dataset.json", json.dumps({"schema": schema}))
        records = [{f"k_{name}": value for name, value in zip(COLUMNS, row, strict=True)} for row in ROWS]
        archive.writestr("page-0001.json", json.dumps({"results": records}))
    cases = {
        "bom.csv": {"delimiter": ";"},
        "latin.csv": {"delimiter": ";", "encoding": "latin-1"},
        "crlf.csv.gz": {},
        "archive.zip": {"delimiter": ";", "member": "*.csv"},
        "classeur.xlsx": {"format": "xlsx", "sheet": "Sheet", "header_row": 2},
        "page.json": {"format": "wfs"},
        "pages.zip": {"format": "wfs"},
        "data_fair.zip": {"format": "data_fair"},
    }
    for name, layout in cases.items():
        assert figures(inventory(layout), tmp_path / name, layout.get("format", "csv")) == READ, name


def test_a_wide_file_gives_a_row_a_figure_with_its_own_unit(tmp_path: Path) -> None:
    columns = ("code", "annee", "bois", "gaz")
    wide = {"bois": {"unit": "kg"}, "gaz": {"unit": "t", "announced_unit": "kg", "reason": "mille fois trop peu"}}
    one = inventory(columns=columns, long=None, wide=wide, sector="tous", measure=None, territory={"code": "code"})
    (tmp_path / "f.csv").write_text('code,annee,bois,gaz\n01001,2020,"1,5",s\n01002,2020,,2\n')
    table = ingest(one, snapshot(tmp_path / "f.csv"), tmp_path / "tables")
    found = duckdb.sql(
        f"select code, secteur, mesure, unite, etat, nombre, _ligne from '{table}' order by all"
    ).fetchall()
    assert found == [
        ("01001", "tous", "bois", "kg", "valeur", "1.5", 2),
        ("01001", "tous", "gaz", "t", "secret", None, 2),
        ("01002", "tous", "bois", "kg", "manquant", None, 3),
        ("01002", "tous", "gaz", "t", "valeur", "2", 3),
    ]


def test_a_column_may_flag_secret_rows(tmp_path: Path) -> None:
    """The figure beside the flag is dropped at once: nothing later can use it."""
    one = inventory(columns=(*COLUMNS, "diffusable"), secret={"column": "diffusable", "values": ["non"]})
    rows = [(*ROWS[0], "non"), (*ROWS[1], "oui")]
    (tmp_path / "f.csv").write_text(text(rows, columns=(*COLUMNS, "diffusable")))
    assert [row[-2:] for row in figures(one, tmp_path / "f.csv")] == [("secret", None), ("valeur", "0")]


def test_a_blank_is_a_zero_where_the_producer_says_so(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        text([("01001", "A", "2020", "Résidentiel", "", "t"), ("01001", "A", "2020", "R", "N/D", "t")])
    )
    found = figures(inventory(zero=[""], missing=["N/D"]), tmp_path / "f.csv")
    assert [row[-2:] for row in found] == [("valeur", "0"), ("manquant", None)]


@pytest.mark.parametrize(
    "row", [("01001", "A", "2021(e)", "Résidentiel", "2", "t"), (" 01001 ", "A", "2021", "Résidentiel ", "2", "t")]
)
def test_the_same_figure_in_other_letters_is_a_repetition(tmp_path: Path, row: tuple) -> None:
    """A provisional mark or a space must not make two figures of one."""
    (tmp_path / "f.csv").write_text(text([("01001", "A", "2021", "Résidentiel", "1", "t"), row]))
    with pytest.raises(SourceError, match=r"line 3, column code: .*appears 2 times"):
        ingest(inventory(), snapshot(tmp_path / "f.csv"), tmp_path / "tables")


ALTERED = {
    "not a number": (
        ("01001", "A", "2020", "Résidentiel", "12.5", "tCO2e"),
        "line 2, column valeur",
        "'12.5' is neither",
    ),
    "an undeclared code": (("01001", "A", "2020", "Résidentiel", "conf.", "tCO2e"), "line 2, column valeur", "'conf.'"),
    "a lost zero": (("1001", "A", "2020", "Résidentiel", "1", "tCO2e"), "line 2, column code", "'1001' is not a code"),
    "an EPCI among communes": (("200040764", "A", "2020", "R", "1", "t"), "line 2, column code", "'200040764' is not"),
    "a year out of range": (
        ("01001", "A", "1999", "R", "1", "t"),
        "line 2, column annee",
        "'1999' is not between 2000",
    ),
    "not a year": (("01001", "A", "moyenne", "R", "1", "t"), "line 2, column annee", "'moyenne' is not between"),
    "a year that a table made a number": (("01001", "A", "2020.0", "R", "1", "t"), "line 2, column annee", "'2020.0'"),
    "a year that became a mean": (("01001", "A", "2018.6", "R", "1", "t"), "line 2, column annee", "'2018.6'"),
    "a year in hexadecimal": (("01001", "A", "0x7E3", "R", "1", "t"), "line 2, column annee", "'0x7E3'"),
    "a year in scientific notation": (("01001", "A", "2e3", "R", "1", "t"), "line 2, column annee", "'2e3'"),
    "a year with an underscore": (("01001", "A", "2_019", "R", "1", "t"), "line 2, column annee", "'2_019'"),
    "a year with a sign": (("01001", "A", "+2019", "R", "1", "t"), "line 2, column annee", "'+2019'"),
    "a year of five digits": (("01001", "A", "02019", "R", "1", "t"), "line 2, column annee", "'02019'"),
    "a number with underscores": (
        ("01001", "A", "2020", "R", "1_000", "t"),
        "line 2, column valeur",
        "'1_000' is neither",
    ),
    "a number beyond measure": (("01001", "A", "2020", "R", "1e300", "t"), "line 2, column valeur", "larger than any"),
    "a removal too small to see": (("01001", "A", "2020", "R", "-1e-300", "t"), "line 2, column valeur", "is negative"),
    "a removal": (("01001", "A", "2020", "UTCATF", "-3,2", "t"), "line 2, column valeur", "-3.2 is negative"),
    "not finite": (("01001", "A", "2020", "R", "inf", "t"), "line 2, column valeur", "'inf' is neither"),
    "a repeated row": (
        ROWS[0],
        "line 3, column code",
        "code='01001', annee='2020', secteur='Résidentiel', mesure='ges' appears 2 times",
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_wrong_cell_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    row, where, problem = ALTERED[name]
    others = ROWS if name == "a repeated row" else ROWS[1:]
    (tmp_path / "f.csv").write_text(text([row, *others]))
    with pytest.raises(SourceError) as refused:
        ingest(inventory(), snapshot(tmp_path / "f.csv"), tmp_path / "tables")
    assert refused.value.file == "f.csv"
    assert refused.value.where == where
    assert problem in refused.value.problem
    assert not [path for path in (tmp_path / "tables").rglob("*") if path.is_file()]


def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path) -> None:
    cases = {
        b"": ("", "empty"),
        b"<!DOCTYPE html><p>Maintenance</p>\n": ("line 1", "HTML"),
        text(ROWS, ";").encode(): ("header row", "'code' is missing"),
        (text(ROWS) + "01002,A,2020\n").encode(): ("line 6", "3 cells where the header has 6"),
        text(ROWS).encode("latin-1"): ("line 2", "cannot be read as utf-8"),
        text([]).encode(): ("", "no data row"),
        text(ROWS).replace("unite", "valeur").encode(): ("header row", "more than once"),
    }
    for number, (body, (where, problem)) in enumerate(cases.items()):
        path = tmp_path / f"f{number}.csv"
        path.write_bytes(body)
        with pytest.raises(SourceError) as refused:
            ingest(inventory(), snapshot(path), tmp_path / "tables")
        assert (refused.value.where, problem in refused.value.problem) == (where, True), (body[:30], str(refused.value))
    (tmp_path / "coupe.csv.gz").write_bytes(gzip.compress(text(ROWS * 1000).encode())[:-40])
    with pytest.raises(SourceError, match="damaged or truncated"):
        ingest(inventory(), snapshot(tmp_path / "coupe.csv.gz"), tmp_path / "tables")


def test_a_file_is_read_once_for_the_same_contract(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(text(ROWS))
    first = ingest(inventory(), snapshot(tmp_path / "f.csv"), tmp_path / "tables")
    assert ingest(inventory(), snapshot(tmp_path / "f.csv"), tmp_path / "tables") == first
    other = ingest(inventory(missing=["", "N/D", "nc"]), snapshot(tmp_path / "f.csv"), tmp_path / "tables")
    assert other != first


BROKEN = {
    "an unknown column": ({"territory": {"code": "commune"}}, "reading names unknown columns"),
    "no territory": ({"territory": {}}, "a column of codes or of names is needed"),
    "two shapes": ({"wide": {"valeur": {"unit": "t"}}}, "either `wide` columns"),
    "no measure": ({"measure": None}, "no column and no constant says the measure"),
    "two years": ({"year": {"column": "annee", "value": 2020, "first": 1, "last": 2}}, "either a column or one value"),
    "a corrected unit without reason": (
        {"long": None, "wide": {"valeur": {"unit": "t", "announced_unit": "kg"}}},
        "needs a reason",
    ),
    "a zero that is missing": ({"zero": ["N/D"]}, "cannot be a zero and something else"),
    "EPCI before their compositions": ({"mesh": "epci", "cog": 2017}, "known from 2019 on"),
    "a point for thousands where numbers are typed": (
        {"layout": {"format": "xlsx", "sheet": "GES"}, "thousands": "."},
        "cannot mark thousands",
    ),
    "an unknown perimeter": ({"perimetre": "tout"}, "perimetre"),
    "an unknown word": ({"secteurs": {}}, "secteurs"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_contract_is_strict(name: str) -> None:
    change, said = BROKEN[name]
    with pytest.raises(ValidationError, match=said):
        inventory(**change)


def test_contracts_of_the_house_state_what_a_release_must_repeat() -> None:
    found = load_inventories()
    assert set(found) == {"airparif_epci", "atmo_data", "cigale", "igt", "igt_2023", "orcae"}
    for one in found.values():
        assert one.reading.gwp_set and one.licence and one.attribution and one.vintage


def test_a_generated_inventory_has_the_profile_it_was_asked_for(tmp_path: Path) -> None:
    """Counts are exact, means to the sixth decimal of a cell; every name says that figures are invented."""
    communes = [(f"{number:05d}", f"C{number}") for number in range(1000, 2000)]
    profile = {"Agriculture": (0.9, 100.0), "Tertiaire": (0.25, 7.5)}
    generator.write_igt(communes, tmp_path / "igt.csv", profile)
    with (tmp_path / "igt.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for label, (share, mean) in profile.items():
        filled = [float(row[label]) for row in rows if row[label]]
        assert len(filled) == 1000 * share
        assert sum(filled) / len(filled) == pytest.approx(mean, abs=1e-5)
    assert all(row["Commune"].startswith(generator.MARK) for row in rows)
    again = tmp_path / "encore.csv"
    generator.write_igt(communes, again, profile)
    assert again.read_bytes() == (tmp_path / "igt.csv").read_bytes()
