"""The workbooks of a territory: of its figures, and of its balance for an EPCI (products/balance).

Each figure stands once, in the sheet Données; Fiche and PCAET refer to it.

Figures are the marts' presentation columns. Texts are written as texts: none can become a formula.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.core.workers import in_parallel
from dagster_project.products import context, diagnosis, plume_facts
from dagster_project.products.balance import workbook as balance
from dagster_project.products.context import Context
from dagster_project.products.diagnosis import Diagnosis
from dagster_project.products.facts import Release, Territory, alerts, load
from dagster_project.products.figures import MAGNITUDE, UNKNOWN, decimals, label, sentence_decimals, spreadsheet_format
from dagster_project.products.indicators import WORDS
from dagster_project.products.plume_facts import Sky
from dagster_project.products.workbooks import context_sheet, pcaet_sheet, plumes_sheet, title_sheet, trends_sheet
from dagster_project.products.workbooks.book import workbook
from dagster_project.products.workbooks.lines import BY_OCCUPATION, ESSENTIAL, STOCKS_BY_USE, Line, lines
from dagster_project.products.workbooks.national import write_national
from dagster_project.products.workbooks.notes import notes, on_a4

FOLDER, NATIONAL = "classeurs", "france_entiere.xlsx"
COLUMNS = ("rubrique", "ligne", "approche", "unité", "chiffre", "table", "colonne", "clé")
FIGURE = COLUMNS.index("chiffre")
APPROACHED, BY_UNIT = tuple(WORDS.values()), STOCKS_BY_USE  # heading whose columns are units
COLUMNS_OF = {  # heading of Fiche -> what its columns are, when not the wood approaches
    "Territoire": ("",),
    "Stocks par nature": (WORDS["recolte"],),
    "Bois des forêts": ("",),
}
CHARTED = ("Flux net par nature", "Flux net par usage final du sol")
SINK, SOURCE = "#01665E", "#8C510A"


def build(folder: Path, author: str = "", done: Callable[[int], None] = lambda _: None) -> int:
    """Write all workbooks of a checked candidate below `folder/classeurs`, replacing what was there.

    Args:
        folder: the candidate.
        author: who publishes them.
        done: told how many more are written.

    Returns:
        how many there are.
    """
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    release = load(folder)
    write_national(release, target / NATIONAL, author)
    done(1)
    places = sorted(release.territories)
    in_parallel(partial(write_workbooks, folder, author), places, done)
    return len(list(target.iterdir()))


def write_workbooks(folder: Path, author: str, places: Sequence[tuple[str, str]]) -> None:
    """Write the workbooks of some territories (in a process of its own)."""
    release = load(folder)
    plumes, forms, contexts = plume_facts.load(release), diagnosis.load(folder, places), context.load(folder, places)
    for place in places:
        territory = release.territories[place]
        sky = plume_facts.of_territory(plumes, territory)
        path = folder / FOLDER / f"{territory.slug}.xlsx"
        write_workbook(release, territory, forms[place], contexts[place], sky, path, author)
        if len(names := files(territory.slug)) > 1:
            balance.write(release, territory, folder / FOLDER / names[1], author=author)


def files(slug: str) -> list[str]:
    """Names of the workbooks of a territory: its figures, and its balance where it is an EPCI."""
    return [f"{slug}.xlsx", *([f"bilan_{slug}.xlsx"] if slug.startswith("epci-") else [])]


def write_workbook(
    release: Release, territory: Territory, form: Diagnosis, around: Context, sky: Sky, path: Path, author: str = ""
) -> None:
    """Write one workbook: Synthèse, Fiche, Données, PCAET, Notes; Repères, Tendances, Panaches where they say something."""
    with workbook(path, release, f"{territory.name} : flux et stocks de carbone", author) as book:
        sheets = {name: book.add_worksheet(name) for name in (title_sheet.NAME, "Fiche", "Données", "PCAET", "Notes")}
        listed = [*lines(release, territory), *pcaet_sheet.lines(form)]
        formats = Formats(book)
        _data(sheets["Données"], listed, formats)
        places = _card(book, sheets["Fiche"], release, territory, listed, formats)
        title_sheet.write(book, sheets[title_sheet.NAME], release, territory, around, listed, places)
        pcaet_sheet.write(book, form, listed)
        notes(sheets["Notes"], release, formats.title, formats.text)
        context_sheet.write(book, around)
        trends_sheet.write(book, form)
        plumes_sheet.write(book, release, plumes_sheet.of_territory(sky))


class Formats:
    """Cell formats of one workbook, one a number of decimals."""

    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.heading = book.add_format({"bold": True, "bottom": 1, "font_size": 12})
        self.unit = book.add_format({"indent": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.alert = book.add_format({"bold": True, "bg_color": "#FFF3BF", "text_wrap": True, "valign": "top"})
        self.right = book.add_format({"bold": True, "bottom": 1, "font_size": 12, "align": "right"})
        self._book, self._figures = book, dict[int, Format]()

    def figure(self, column: str, figure: float | None) -> Format:
        """Format of a figure: thousands, and the decimals of its column (two for an order of magnitude)."""
        number = sentence_decimals(figure or 0) if column.startswith(MAGNITUDE) else decimals(column)
        if number not in self._figures:
            self._figures[number] = self._book.add_format({"num_format": spreadsheet_format(number)})
        return self._figures[number]


def _data(sheet: Worksheet, report: Sequence[Line], formats: Formats) -> None:
    """The one table of figures, with the place of each in the published tables."""
    sheet.add_table(
        0, 0, max(len(report), 1), len(COLUMNS) - 1,
        {"name": "Données", "columns": [{"header": item} for item in COLUMNS], "style": "Table Style Light 9"},
    )  # fmt: skip
    for number, line in enumerate(report, start=1):
        texts = (line.heading, line.title, line.approach, line.unit, None, line.table, line.column)
        for column, text in enumerate(texts):
            if text is not None:
                sheet.write_string(number, column, text)
        sheet.write_string(number, len(COLUMNS) - 1, " | ".join(map(str, line.rest)))
        if line.figure is None:
            sheet.write_string(number, FIGURE, UNKNOWN)
        else:
            sheet.write_number(number, FIGURE, line.figure, formats.figure(line.column, line.figure))
    for column, width in enumerate((34, 42, 14, 22, 16, 22, 34, 28)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    on_a4(sheet, landscape=True)
    sheet.repeat_rows(0)


def _refer(sheet: Worksheet, row: int, column: int, number: int, line: Line, formats: Formats) -> None:
    """A cell that shows a line of Données: a formula with its result, for readers that compute nothing."""
    cached = UNKNOWN if line.figure is None else line.figure
    sheet.write_formula(row, column, f"=Données!$E${number + 1}", formats.figure(line.column, line.figure), cached)


def _card(
    book: Workbook, sheet: Worksheet, release: Release, territory: Territory, report: Sequence[Line], formats: Formats
) -> dict[str, list[int]]:
    """Figures by heading, one column an approach, and native charts beside them; returns the rows of each heading."""
    facts = release.catalogue
    sheet.write_string(0, 0, territory.name, formats.title)
    sheet.write_string(1, 0, f"{label('maille', territory.maille)} {territory.code}, COG {facts['cog_cible']}. "
                             f"{label('statut', facts['statut_donnees'])}.")  # fmt: skip
    sheet.write_string(2, 0, "Signe vu de l'atmosphère : négatif = séquestration nette, positif = émission nette. "
                             f"Année moyenne {facts['annees_flux']}, pas une série temporelle.")  # fmt: skip
    row = 3
    for alert in alerts(territory):
        sheet.write_string(row, 0, alert, formats.alert)
        row += 1
    row += 1
    units = tuple(release.unit("stocks_par_occupation", column) for column in BY_OCCUPATION)
    heading, places = None, {}
    for number, line in enumerate(report, start=1):
        if line.heading == ESSENTIAL or line.table.startswith("inventaire") or line.table == diagnosis.LINES:
            continue  # the first is Synthèse; PCAET has another sign and a sheet of its own; inventories stand in Données
        by_unit = line.heading == BY_UNIT
        columns = units if by_unit else COLUMNS_OF.get(line.heading, APPROACHED)
        if line.heading != heading:
            row += heading is not None
            heading = line.heading
            for column, text in enumerate((heading, *columns, *([] if by_unit else ["unité"]))):
                figures = 0 < column <= len(columns)
                sheet.write_string(row, column, text, formats.right if figures else formats.heading)
            row += 1
        key = (heading, line.title, "" if by_unit else line.unit)
        if key not in places:
            places[key] = row
            sheet.write_string(row, 0, line.title)
            if not by_unit:
                sheet.write_string(row, len(columns) + 1, line.unit, formats.unit)
            row += 1
        column = columns.index(line.unit if by_unit else line.approach) + 1
        _refer(sheet, places[key], column, number, line, formats)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 3, 18)
    on_a4(sheet, tall=1, landscape=True)
    by_heading: dict[str, list[int]] = defaultdict(list)
    for (name, *_), place in places.items():
        by_heading[str(name)].append(place)
    for rank, title in enumerate(CHARTED):
        if rows := by_heading.get(title):
            _chart(book, sheet, title, min(rows), max(rows), rank, report)
    return by_heading


def _chart(
    book: Workbook, sheet: Worksheet, title: str, first: int, last: int, rank: int, listed: Sequence[Line]
) -> None:
    """Bars to the left and to the right of zero; the alternative text says every figure."""
    bars = [item for item in listed if item.heading == title and item.approach == WORDS["recolte"]]
    unit = bars[0].unit
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": f"{title} ({unit}, bois : récolte)",
            "categories": ["Fiche", first, 0, last, 0],
            "values": ["Fiche", first, 1, last, 1],
            "points": [{"fill": {"color": SINK if (item.figure or 0) < 0 else SOURCE}} for item in bars],
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    chart.set_title({"name": f"{title}, {unit}", "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "label_position": "low"})
    figures = [0.0, *(item.figure for item in bars if item.figure is not None)]
    room = 0.3 * (max(figures) - min(figures))  # for the figures beyond their bars
    bounds = {"min": min(figures) - room * (min(figures) < 0), "max": max(figures) + room * (max(figures) > 0)}
    chart.set_x_axis({"num_format": "#,##0.00", "visible": False, "major_gridlines": {"visible": False}, **bounds})
    chart.set_size({"width": 620, "height": 320})
    words = "; ".join(f"{item.title} {UNKNOWN if item.figure is None else item.figure}" for item in bars)
    sheet.insert_chart(4 + 17 * rank, 5, chart, {"description": f"{title}, {unit}, négatif = séquestration : {words}"})
