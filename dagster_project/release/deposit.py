"""What an EPCI deposits in the PCAET form: our retained figures, or those that it typed itself, held against ours.

A typed file is what `write` wrote, edited: `identifiant,annee,valeur,unite`, in the units of the form.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.core import user_csv
from dagster_project.core.errors import FluxError, SourceError
from dagster_project.core.files import whole_file
from dagster_project.core.sql import queries, records
from dagster_project.core.variables import variables
from dagster_project.release.candidate import DATABASE

SQL = queries(Path(__file__).with_name("deposit.sql"))
COLUMNS = ("identifiant", "annee", "valeur", "unite")
FIRST_YEAR = 1990  # that the form takes
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
YEAR = re.compile(r"[0-9]{4}")


class DepositError(FluxError):
    """Nothing to deposit, or nothing that may be: the message says what to do."""


@dataclass(frozen=True)
class Line:
    """A line of the form: its unit, and whether it may be negative (sequestration: an emission, in the sign of the form)."""

    unit: str
    signed: bool


@dataclass(frozen=True)
class Figure:
    """One figure of the form.

    Attributes:
        line: identifier of the form.
        year: of the figure; the last one of a period.
        value: in the unit of the form.
        unit: that unit.
        comment: where it comes from.
        inventory: whose it is; empty where the territory typed it.
        status: of the figure (`statut_donnees`); empty where the territory typed it.
    """

    line: str
    year: int
    value: float
    unit: str
    comment: str
    inventory: str = ""
    status: str = ""


def retained(release: Path, siren: str, *, all_years: bool = False) -> list[Figure]:
    """Figures of an EPCI that a release retains, one a line and year.

    Args:
        release: its folder.
        siren: code of the EPCI.
        all_years: every year of the inventory that is filed of each line: years of several would make one false curve.

    Raises:
        DepositError: no such EPCI in the release.
    """
    with duckdb.connect(str(release / DATABASE), read_only=True) as connection:
        if not connection.execute(SQL["name"], [siren]).fetchone():
            raise DepositError(f"{release.name} has no EPCI {siren}: give the nine digits of its SIREN")
        rows = records(connection, SQL["retained"], [siren])
    filed = {row["identifiant"]: row["inventaire"] for row in rows if row["a_deposer"]}
    kept = (
        row for row in rows if row["a_deposer"] or (all_years and filed.get(row["identifiant"]) == row["inventaire"])
    )
    return [_figure(row, release.name) for row in kept]


def form(release: Path) -> dict[str, Line]:
    """Lines of the form, by identifier."""
    with duckdb.connect(str(release / DATABASE), read_only=True) as connection:
        return {name: Line(unit, signed) for name, unit, signed in connection.execute(SQL["lines"]).fetchall()}


def typed(path: Path, lines: Mapping[str, Line]) -> list[Figure]:
    """Figures that a territory typed.

    Args:
        path: the file.
        lines: of the form.

    Raises:
        SourceError: the first row that is not usable, with its line and column.
    """
    return list(_typed(path, lines))


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write figures as a file that may be edited and read again (`typed`).

    Raises:
        DepositError: a file of other figures is there, which somebody may have typed.
    """
    lines = io.StringIO(newline="")
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((item.line, item.year, repr(item.value), item.unit) for item in figures)
    if path.is_file() and path.read_bytes() != lines.getvalue().encode():
        raise DepositError(
            f"{path} holds other figures: give it with --typed, or move it away to have ours written anew"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        part.write_text(lines.getvalue(), "utf-8")


def slips(figures: Collection[Figure], ours: Collection[Figure]) -> list[str]:
    """Typed figures that are probably in a thousandth of the unit, against ours of that year or the nearest; a sentence each."""
    low, high = slip()
    known: dict[str, list[Figure]] = {}
    for item in ours:
        known.setdefault(item.line, []).append(item)
    results = []
    for item in figures:
        nearest = min(known.get(item.line, ()), key=lambda other: abs(other.year - item.year), default=None)
        if (
            nearest
            and nearest.value
            and (times := abs(item.value / nearest.value))
            and low <= max(times, 1 / times) <= high
        ):
            share = f"{times:,.0f} times ours" if times > 1 else f"ours divided by {1 / times:,.0f}"
            ratio = f"{item.value} is {share} ({nearest.value} in {nearest.year})"
            slipped = f"a probable slip of units, the form takes {item.unit}"
            results.append(f"{item.line} {item.year}: {ratio}: {slipped}")
    return results


def slip() -> tuple[float, float]:
    """From how many times to how many times ours a typed figure is probably in a thousandth of the unit."""
    low, high = variables()["glissement_d_unite"]
    return float(low), float(high)


def _figure(row: Mapping[str, Any], release: str) -> Figure:
    provisional = ", année provisoire" if row["est_provisoire"] else ""
    comment = f"{row['source']}, {row['edition']}, {row['periode']}{provisional} ; version {release}"
    return Figure(
        row["identifiant"], row["annee"], row["valeur"], row["unite"], comment, row["inventaire"], row["statut_donnees"]
    )


def _typed(path: Path, lines: Mapping[str, Line]) -> Iterator[Figure]:
    seen: dict[tuple[str, str], int] = {}
    this_year = datetime.now(UTC).year
    for line, row in user_csv.rows(path, COLUMNS, "--typed"):

        def refuse(column: str, problem: str, remedy: str, line: int = line) -> SourceError:
            return SourceError(path.name, problem, remedy, where=f"line {line}, column {column}")

        known = lines.get(row["identifiant"])
        if known is None:
            raise refuse(
                "identifiant", f"{row['identifiant']!r} is no line of the form", "Take those of the sheet PCAET"
            )
        if not (YEAR.fullmatch(row["annee"]) and FIRST_YEAR <= int(row["annee"]) <= this_year):
            raise refuse(
                "annee", f"{row['annee']!r} is no year of a record", f"Write one from {FIRST_YEAR} to {this_year}"
            )
        if row["valeur"].startswith("-") and not known.signed:
            raise refuse("valeur", f"{row['valeur']} is no emission or consumption", "Write a positive number")
        if not NUMBER.fullmatch(row["valeur"]):
            raise refuse("valeur", f"{row['valeur']!r} is not a number", "Write digits and a decimal point, no spaces")
        if row["unite"] != known.unit:
            problem = f"{row['unite']!r} is not the unit of this line"
            raise refuse("unite", problem, f"Convert the figure, and write {known.unit}")
        first = seen.setdefault((row["identifiant"], row["annee"]), line)
        if first != line:
            raise refuse("identifiant", f"{row['identifiant']} {row['annee']} is on line {first} already", "Keep one")
        value = float(row["valeur"].replace(",", "."))
        yield Figure(row["identifiant"], int(row["annee"]), value, row["unite"], "saisi par la collectivité")
