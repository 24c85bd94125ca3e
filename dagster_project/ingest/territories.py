"""The user's own territories (SCoT, PNR, pays, TEPOS, EPT...): one CSV, one row a member, checked row by row before all else.

Header `code,nom,genre,membre,millesime` (comma or semicolon, UTF-8). `genre` becomes the published `maille`; `membre` is a
commune or the SIREN of an EPCI; `millesime` is the COG in which the territory is defined. Whether a member exists is the
warehouse's business.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dagster_project.core import user_csv
from dagster_project.core.errors import SourceError
from dagster_project.core.text import fault_of_name
from dagster_project.ingest.given_files import GivenFile

FILE = GivenFile(
    "territoires_locaux", "Territoires de l'utilisateur", "colonne millésime", "territoires de l'utilisateur"
)
COLUMNS = ("code", "nom", "genre", "membre", "millesime")
FIRST_VINTAGE = 2014
RESERVED = {"epci", "departement", "region", "france", "commune", "canton", "arrondissement", "iris"}
COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
SIREN = re.compile(r"[0-9]{9}")
YEAR = re.compile(r"[0-9]{4}")
KIND = re.compile(r"[a-z][a-z0-9_]{1,29}")
CODE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Territories:
    """Checked rows as a raw table, and the vintages for which a composition of EPCI is needed."""

    table: pa.Table
    epci_vintages: tuple[str, ...]


def read(path: Path | None, newest: int) -> Territories:
    """The raw table of the user's territories, empty when there is no file.

    Args:
        path: the CSV, or None.
        newest: the newest vintage of the COG that is known.

    Raises:
        SourceError: the first unusable row, with its line and column.
    """
    rows = list(_checked(path, newest)) if path else []
    columns = {name: pa.array([row[name] for _, row in rows], pa.string()) for name in COLUMNS}
    table = pa.table({**columns, "_ligne": pa.array([line for line, _ in rows], pa.int64())})
    return Territories(table, tuple(sorted({row["millesime"] for _, row in rows if SIREN.fullmatch(row["membre"])})))


def _checked(path: Path, newest: int) -> Iterator[tuple[int, dict[str, str]]]:
    members: set[tuple[str, str, str]] = set()
    spelled: dict[tuple[str, str], str] = {}
    described: dict[tuple[str, str], tuple[str, str]] = {}
    for line, row in user_csv.rows(path, COLUMNS, "FLUX_TERRITORIES"):

        def refuse(column: str, problem: str, remedy: str, line: int = line) -> SourceError:
            return SourceError(path.name, problem, remedy, where=f"line {line}, column {column}")

        territory = (row["genre"], row["code"])
        if not CODE.fullmatch(row["code"]):
            raise refuse(
                "code",
                f"{row['code']!r} is not a code",
                "Letters, digits, dot, dash or underscore, 40 at most, a letter or digit at both ends",
            )
        if COMMUNE.fullmatch(row["code"]):
            raise refuse(
                "code", f"{row['code']!r} could be taken for a commune", "Give it another form, such as SCOT-01"
            )
        other = spelled.setdefault((row["genre"], row["code"].lower()), row["code"])
        if other != row["code"]:
            problem = f"{other} and {row['code']} differ by case alone"
            raise refuse("code", problem, "Their files would be one file on Windows and macOS: give one another code")
        if not row["nom"]:
            raise refuse("nom", f"territory {row['code']} has no name", "Every row repeats the name")
        if fault := fault_of_name(row["nom"]):
            raise refuse("nom", f"territory {row['code']}: {fault}", "Write a plain name of one line")
        if not KIND.fullmatch(row["genre"]) or row["genre"] in RESERVED:
            taken = " (reserved for our own meshes)" if row["genre"] in RESERVED else ""
            raise refuse(
                "genre", f"{row['genre']!r}{taken}", "Write scot, pnr, pays, tepos, ept... in plain lower case"
            )
        if not (COMMUNE.fullmatch(row["membre"]) or SIREN.fullmatch(row["membre"])):
            remedy = "Five characters for a commune (leading zero kept), nine digits for the SIREN of an EPCI"
            raise refuse("membre", f"{row['membre']!r} is neither", remedy)
        if not (YEAR.fullmatch(row["millesime"]) and FIRST_VINTAGE <= int(row["millesime"]) <= newest):
            raise refuse(
                "millesime", f"{row['millesime']!r} is no known COG", f"A year from {FIRST_VINTAGE} to {newest}"
            )
        if (*territory, row["membre"]) in members:
            raise refuse("membre", f"{row['membre']} is already in {row['code']}", "Keep one row a member")
        members.add((*territory, row["membre"]))
        text = described.setdefault(territory, (row["nom"], row["millesime"]))
        for column, value in zip(("nom", "millesime"), text, strict=True):
            if row[column] != value:
                problem = f"{row['code']} is {value!r} above and {row[column]!r} here"
                raise refuse(column, problem, "A territory has one name and one vintage")
        yield line, row
