"""A filled balance workbook, read by identifier and never by position: what a territory typed, or what is wrong and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.analysis.balance_cells import FRESH, Sheets, note, number, text
from dagster_project.core.digests import sha256
from dagster_project.core.errors import SourceError
from dagster_project.products.balance import inputs_sheet as layout
from dagster_project.products.balance import published
from dagster_project.products.balance.engine import Entry, Inputs
from dagster_project.products.balance.form import DEFAULT_ZONE, TIMES_DEFAULT, ZONE, Field, defaults, fields, zones
from dagster_project.products.balance.method import DEFAULT_NOTE, method
from dagster_project.products.balance.potential import SOIL_HECTARES, ground, hectares_by_use, missing_choices
from dagster_project.products.balance.workbook import META, SCHEMA
from dagster_project.products.facts import Release, Territory, load
from dagster_project.products.figures import label
from dagster_project.release import switch

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

TOLERANCE = 1e-6  # relative, of a default against the release
FACTOR = 4  # column of Hypothèses
META_SHEET = "_meta"


@dataclass(frozen=True)
class Filled:
    """A workbook that was read.

    Attributes:
        release: it is of.
        territory: it is of.
        inputs: what was typed.
        fields: what may be typed, by identifier.
        name: of the file.
        digest: of its bytes.
    """

    release: Release
    territory: Territory
    inputs: Inputs
    fields: Mapping[str, Field]
    name: str
    digest: str


def read(path: Path, publication: Path) -> Filled:
    """Read a filled workbook.

    Args:
        path: the file.
        publication: folder of the releases.

    Raises:
        SourceError: a file that is no balance workbook of a kept release, or the first cell that cannot be taken.
    """
    sheets = Sheets(path)
    release, territory = _meta(sheets, publication)
    seeds, balance = method(), published.load(release)[territory.maille, territory.code]
    land = ground(territory).hectares
    listed = {field.identifier: field for field in fields(seeds, balance, land)}
    rows = _rows(sheets, layout.SAISIE, set(listed))
    _same_defaults(sheets, rows, defaults(seeds, balance))
    entries, choices, sources = {}, {}, {}
    for identifier, cells in rows.items():
        field, value = listed[identifier], cells[layout.VALUE]
        given = note(sheets, cells[layout.NOTE])
        if field.choices:
            if (word := text(sheets, value)) is not None:
                if word not in field.choices:
                    raise sheets.refuse(value, f"{word!r} is no choice", f"One of {', '.join(field.choices)}")
                choices[identifier] = word
        elif (amount := _bounded(sheets, value, field)) is not None:
            entries[identifier] = Entry(amount, given or DEFAULT_NOTE)
        if (source := text(sheets, cells[layout.SOURCE])) is not None:
            sources[identifier] = source
    factors, zone = _hypotheses(sheets)
    inputs = Inputs(entries, factors, choices | zone, sources)
    for identifier in missing_choices(inputs):
        problem = f"{SOIL_HECTARES} is typed, and {identifier} is not chosen"
        raise sheets.refuse(rows[identifier][layout.VALUE], problem, f"Choose it in the list, or empty {SOIL_HECTARES}")
    for use, typed in hectares_by_use(seeds, inputs).items():
        if sum(typed.values()) > land.get(use, 0.0):
            last, total = rows[list(typed)[-1]][layout.VALUE], sum(typed.values())
            problem = f"{', '.join(typed)} are {total:g} ha together, where {land.get(use, 0.0):g} ha are {label('usage', use)}"
            raise sheets.refuse(last, problem, "One practice or option a hectare: lower one of them")
    return Filled(release, territory, inputs, listed, path.name, sha256(path))


def _meta(sheets: Sheets, publication: Path) -> tuple[Release, Territory]:
    """The release and the territory that the workbook says it is of."""
    known = {str(row[0].value): row[1] for row in sheets.written(META_SHEET).iter_rows(max_row=len(META), max_col=2)}
    if missing := [name for name in META if name not in known]:
        raise SourceError(sheets.name, f"{missing[0]} is missing", FRESH, where=f"sheet {META_SHEET}")
    if str(known["schema"].value) != SCHEMA:
        raise sheets.refuse(known["schema"], f"schema {known['schema'].value!r}, where {SCHEMA} is read", FRESH)
    version = str(known["version"].value)
    kept = switch.kept_releases(publication)
    if version not in kept:
        problem = f"of release {version!r}, which is not kept here"
        remedy = f"Take the workbook of one of {', '.join(sorted(kept)) or 'none'}"
        raise sheets.refuse(known["version"], problem, remedy)
    release = load(publication / "releases" / version)
    place = (str(known["maille"].value), str(known["code_territoire"].value))
    if place not in release.territories:
        raise sheets.refuse(known["code_territoire"], f"{' '.join(place)} is no territory of that release")
    return release, release.territories[place]


def _rows(sheets: Sheets, name: str, known: set[str]) -> dict[str, tuple["Cell", ...]]:
    """Rows of a sheet by identifier, wherever they stand; titles have none."""
    results: dict[str, tuple[Cell, ...]] = {}
    for row in sheets.written(name).iter_rows(min_row=layout.FIRST + 1):
        first = row[0]
        _no_stray(sheets, row[len(layout.COLUMNS) :])
        if first.value is None or all(cell.value is None for cell in row[1:3]):
            _no_stray(sheets, row[1:])
            continue
        identifier = str(first.value)
        if identifier not in known:
            raise sheets.refuse(
                first, f"{identifier!r} is no input of the balance", "Take the line away, or restore its identifier"
            )
        if identifier in results:
            raise sheets.refuse(first, f"{identifier!r} stands twice", "Keep one line of it")
        results[identifier] = row
    if missing := sorted(known - set(results)):
        raise SourceError(sheets.name, f"the line {missing[0]!r} is missing", FRESH, where=f"sheet {name}")
    return results


def _no_stray(sheets: Sheets, cells: Sequence["Cell"]) -> None:
    """What is typed beside the lines would be lost without a word."""
    for cell in cells:
        if cell.value is not None:
            raise sheets.refuse(
                cell, f"{cell.value!r} stands on no line of the balance", "Move it to its line, or empty the cell"
            )


def _same_defaults(sheets: Sheets, rows: dict[str, tuple["Cell", ...]], expected: dict[str, float | None]) -> None:
    """Defaults are those of the release, as computed values: spreadsheets write formulas anew."""
    for identifier, value in expected.items():
        if identifier in rows:
            cell = rows[identifier][layout.COLUMNS.index("valeur par défaut")]
            held = sheets.computed(cell) or None
            if (
                isinstance(held, str)
                or (held is None) != (not value)
                or (held and value and abs(held / value - 1) > TOLERANCE)
            ):
                shown = "nothing" if value is None else f"{value:.6g}"
                remedy = (
                    "Type in the yellow cells only; take a fresh workbook of this territory and copy your values there"
                )
                raise sheets.refuse(
                    cell, f"the default of {identifier} is {held!r}, where the release has {shown}", remedy
                )


def _bounded(sheets: Sheets, cell: "Cell", field: Field) -> float | None:
    """A typed number within its bounds; None where nothing was typed."""
    value = number(sheets, cell)
    if value is None:
        return None
    if not field.least <= value <= field.most:
        raise sheets.refuse(
            cell,
            f"{value:,.10g} {field.unit} for {field.identifier}",
            f"Between {field.least:,.10g} and {field.most:,.0f} {field.unit}; look at the unit",
        )
    return value


def _hypotheses(sheets: Sheets) -> tuple[dict[tuple[str, str], float], dict[str, str]]:
    """Factors that were replaced, and the climate zone."""
    seeds = method()
    factors = {factor.identifier: factor for factor in seeds.factors}
    results, zone, seen = {}, {}, set()
    for row in _identified(sheets, {*factors, ZONE}):
        identifier, cell = str(row[0].value), row[FACTOR]
        if identifier in seen:
            raise sheets.refuse(row[0], f"{identifier!r} stands twice", "Keep one line of it")
        seen.add(identifier)
        if identifier == ZONE:
            word = text(sheets, cell)
            if word not in zones(seeds):
                raise sheets.refuse(cell, f"{word!r} is no climate zone", f"One of {', '.join(zones(seeds))}")
            zone = {} if word == DEFAULT_ZONE else {ZONE: word}
            continue
        value, factor = number(sheets, cell), factors[identifier]
        if value is None or not 0 <= value <= TIMES_DEFAULT * factor.kilograms:
            raise sheets.refuse(
                cell, f"{value} for the factor {identifier}", f"Between 0 and {TIMES_DEFAULT * factor.kilograms:g}"
            )
        if value != factor.kilograms:
            results[factor.activity, factor.line] = value
    if missing := sorted({*factors, ZONE} - seen):
        raise SourceError(sheets.name, f"the line {missing[0]!r} is missing", FRESH, where=f"sheet {layout.HYPOTHESES}")
    return results, zone


def _identified(sheets: Sheets, known: set[str]) -> Iterator[tuple["Cell", ...]]:
    """Rows of Hypothèses that are inputs: the others only say what the defaults rest on."""
    for row in sheets.written(layout.HYPOTHESES).iter_rows(min_row=layout.FIRST + 1, max_col=FACTOR + 1):
        identifier = str(row[0].value or "")
        if identifier.startswith(("F.", "G.")) and identifier not in known:
            raise sheets.refuse(row[0], f"{identifier!r} is no input of the balance", "Restore its identifier")
        if identifier in known:
            yield row
