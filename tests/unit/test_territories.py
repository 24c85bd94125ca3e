"""The user's own territories: what the CSV must say, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest import territories

HEADER = "code,nom,genre,membre,millesime\n"


def read(tmp_path: Path, body: str | bytes) -> territories.Territories:
    path = tmp_path / "territoires.csv"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return territories.read(path, 2026)


def test_no_file_is_no_territory() -> None:
    nothing = territories.read(None, 2026)
    assert (nothing.table.num_rows, nothing.epci_vintages) == (0, ())
    assert nothing.table.column_names == [*territories.COLUMNS, "_ligne"]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rows_keep_their_line_and_epci_say_their_vintage(tmp_path: Path, delimiter: str) -> None:
    body = (
        HEADER
        + 'S1,"SCoT, du nord",scot,01001,2018\n\nS1,"SCoT, du nord",scot,2A004,2018\nP1,Parc,pnr,200071918,2021\n'
    )
    if delimiter == ";":
        body = body.replace('"SCoT, du nord"', "SCoT du nord").replace(",", ";").replace("\n", "\r\n")
    found = read(tmp_path, b"\xef\xbb\xbf" + body.encode())
    assert found.table["membre"].to_pylist() == ["01001", "2A004", "200071918"]
    assert found.table["_ligne"].to_pylist() == [2, 4, 5]
    assert found.epci_vintages == ("2021",)


GOOD = "S1,Nord,scot,01001,2018\n"
BAD = {
    "another header": ("code,nom,membre\n", r"line 1: the header reads 'code,nom,membre'"),
    "nothing below": (HEADER, "no row below the header"),
    "a lost leading zero": (HEADER + "S1,Nord,scot,1001,2018\n", r"line 2, column membre: '1001' is neither"),
    "a mesh of ours": (HEADER + "S1,Nord,epci,01001,2018\n", r"column genre: 'epci' \(reserved"),
    "a mesh below EPCI": (HEADER + "S1,Nord,commune,01001,2018\n", r"column genre: 'commune' \(reserved"),
    "an accented kind": (HEADER + "S1,Nord,Pôle,01001,2018\n", "column genre: 'Pôle'"),
    "a code like a commune's": (HEADER + "01001,Nord,scot,01002,2018\n", "could be taken for a commune"),
    "a code with a space": (HEADER + "S 1,Nord,scot,01002,2018\n", "column code: 'S 1' is not a code"),
    "a code that ends in a dot": (HEADER + "S1.,Nord,scot,01002,2018\n", "column code: 'S1.' is not a code"),
    "codes of one file": (HEADER + GOOD + "s1,Sud,scot,01002,2018\n", "line 3, column code: S1 and s1 differ by case"),
    "a formula": (HEADER + 'S1,"=HYPERLINK(""http://x"")",scot,01002,2018\n', "column nom: .* as a formula"),
    "a name that calls": (HEADER + "S1,@SUM(A1),scot,01002,2018\n", "column nom: .* as a formula"),
    "a name that adds": (HEADER + "S1,+33 Nord,scot,01002,2018\n", "column nom: .* as a formula"),
    "a name on two lines": (HEADER + 'S1,"Nord\nOuest",scot,01002,2018\n', "column nom: .*U[+]000A"),
    "a name with a tab": (HEADER + "S1,No\trd,scot,01002,2018\n", "column nom: .*U[+]0009"),
    "a name that reads from the right": (HEADER + "S1,Nord\u202eduS,scot,01002,2018\n", "RIGHT-TO-LEFT OVERRIDE"),
    "a name with a space of no width": (HEADER + "S1,No\u200brd,scot,01002,2018\n", "ZERO WIDTH SPACE"),
    "a name with a soft hyphen": (HEADER + "S1,No\u00adrd,scot,01002,2018\n", "SOFT HYPHEN"),
    "a name that draws nothing": (HEADER + "S1,\u3164,scot,01002,2018\n", "HANGUL FILLER"),
    "a name in blank Braille": (HEADER + "S1,No\u2800rd,scot,01002,2018\n", "BRAILLE PATTERN BLANK"),
    "a formula of full width": (HEADER + "S1,\uff1dcmd,scot,01002,2018\n", "as a formula"),
    "a formula after a hard space": (HEADER + 'S1,"\u00a0=1+1",scot,01002,2018\n', "as a formula"),
    "a name of 201 characters": (HEADER + f"S1,{'x' * 201},scot,01002,2018\n", "201 characters, where 200"),
    "no name": (HEADER + "S1,,scot,01001,2018\n", "column nom: territory S1 has no name"),
    "a vintage too old": (HEADER + "S1,Nord,scot,01001,2010\n", "column millesime: '2010' is no known COG"),
    "a vintage to come": (HEADER + "S1,Nord,scot,01001,2031\n", "column millesime: '2031' is no known COG"),
    "a member twice": (HEADER + GOOD + GOOD, r"line 3, column membre: 01001 is already in S1"),
    "two names": (HEADER + GOOD + "S1,Sud,scot,01002,2018\n", r"line 3, column nom: S1 is 'Nord' above and 'Sud' here"),
    "two vintages": (HEADER + GOOD + "S1,Nord,scot,01002,2019\n", r"line 3, column millesime: S1 is '2018' above"),
    "a cell too many": (HEADER + "S1,Nord, ouest,scot,01001,2018\n", r"line 2: 6 cells where the header has 5"),
    "another encoding": ((HEADER + "S1,Pôle,scot,01001,2018\n").encode("latin-1"), "cannot be read as UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_first_bad_row_is_named(name: str, tmp_path: Path) -> None:
    body, expected = BAD[name]
    with pytest.raises(SourceError, match=expected):
        read(tmp_path, body)


def test_the_same_code_under_two_kinds_is_two_territories(tmp_path: Path) -> None:
    """Files are named after both."""
    assert read(tmp_path, HEADER + GOOD + "s1,Parc,pnr,01001,2018\n").table.num_rows == 2
