"""The sheet Synthèse: what one would show to an elected official, on one page: a sentence, a figure, a comparison, two charts."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.products.context import Context
from dagster_project.products.facts import Release, Territory
from dagster_project.products.figures import (
    MAGNITUDE,
    PREFIX,
    UNKNOWN,
    decimals,
    label,
    sentence_decimals,
    spreadsheet_format,
)
from dagster_project.products.indicators import KEY_FIGURES, WORDS
from dagster_project.products.sentences import HARVEST, sentences
from dagster_project.products.standing import COLUMN, Standing, standings
from dagster_project.products.workbooks.lines import ESSENTIAL, STOCKS_BY_USE, Line
from dagster_project.products.workbooks.notes import on_a4

NAME = "Synthèse"
WIDTH = 10  # columns that texts are merged over
FIRST, OTHERS, LINE = 34, 15, 24  # widths, and height of a line of text, in characters and points
CHARACTERS = 150  # of a line of text at its size
SINK, SOURCE, STOCK = "#01665E", "#8C510A", "#54278F"
CHART_ROWS = 17
RATIOS = tuple(figure for indicator in KEY_FIGURES if (figure := indicator.under(HARVEST)).is_ratio)
Places: TypeAlias = Mapping[str, Sequence[int]]  # rows of the sheet Fiche by heading
Formats: TypeAlias = Mapping[str, Format]


def write(
    book: Workbook,
    sheet: Worksheet,
    release: Release,
    territory: Territory,
    around: Context,
    listed: Sequence[Line],
    places: Places,
) -> None:
    """Fill the sheet.

    Args:
        book, sheet: that are written.
        release: that the figures are of.
        territory: whose.
        around: its context.
        listed: lines of the sheet Données, which figures refer to.
        places: where the sheet Fiche has the figures of charts.
    """
    facts, words = release.catalogue, sentences(territory)
    sheet.set_column(0, 0, FIRST)
    sheet.set_column(1, WIDTH - 1, OTHERS)
    sheet.hide_gridlines(2)
    formats = _formats(book)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, territory.name, formats["name"])
    sheet.write_string(1, 0, f"{label('maille', territory.maille)} {territory.code}, COG {facts['cog_cible']}. "
                             f"{label('statut', facts['statut_donnees'])}.", formats["small"])  # fmt: skip
    row = 3
    if not words.headline:
        row = _text(
            sheet, row, "Aucun flux ni stock : ALDO ne décrit que la France métropolitaine.", formats["headline"]
        )
    else:
        row = _text(sheet, row, words.headline, formats["headline"])
        row = _figures(book, sheet, row, listed, formats)
        for text in (*words.reasons, words.other, words.stock):
            row = _text(sheet, row, text, formats["text"]) if text else row
        heads, beside = row + 1, standings(release, territory, around)
        row = _comparison(book, sheet, heads, release, beside, formats) if beside else heads
        row = _charts(book, sheet, row + 1, heads, release, beside, listed, places)
    note = (
        f"Négatif = séquestration nette, vu de l'atmosphère. Année moyenne {facts['annees_flux']}, pas une série temporelle ; "
        f"stocks de {facts['annees_stocks']}. Incertitude : non estimée par ALDO. Version {facts['id']}."
    )
    sheet.write_string(row, 0, note, formats["small"])
    on_a4(sheet, tall=1, landscape=True)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.activate()


def _formats(book: Workbook) -> Formats:
    return {
        "name": book.add_format({"bold": True, "font_size": 24, "font_color": SINK}),
        "headline": book.add_format({"bold": True, "font_size": 15, "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "font_size": 11}),
        "small": book.add_format({"font_color": "#4F5B58", "font_size": 10}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right", "valign": "bottom"}),
        "row": book.add_format({"bottom": 4, "text_wrap": True}),
    }


def _text(sheet: Worksheet, row: int, text: str, form: Format) -> int:
    """A text over the whole width, in a row high enough; returns the next row."""
    sheet.merge_range(row, 0, row, WIDTH - 1, "", form)
    sheet.write_string(row, 0, text, form)
    sheet.set_row(row, LINE * -(-len(text) // CHARACTERS) + 6)
    return row + 1


def _figures(book: Workbook, sheet: Worksheet, row: int, listed: Sequence[Line], formats: Formats) -> int:
    """The orders of magnitude, large, each a reference to its line; returns the next row."""
    column = 0
    sheet.set_row(row, 20)
    sheet.set_row(row + 1, 46)
    for number, line in enumerate(listed, start=1):
        if line.heading != ESSENTIAL or not line.column.startswith(MAGNITUDE):
            continue
        digits = 0 if line.figure is None else sentence_decimals(line.figure)
        colour = STOCK if "stock" in line.column else SINK if (line.figure or 0) < 0 else SOURCE
        large = book.add_format({
            "bold": True, "font_size": 32 if not column else 22, "font_color": colour, "align": "left", "valign": "vcenter",
            "num_format": spreadsheet_format(digits),
        })  # fmt: skip
        head = f"{line.title}{', bois : ' + line.approach if 'stock' not in line.column else ''} ({line.unit})"
        wide = 1 if not column else 2
        if wide > 1:
            sheet.merge_range(row, column, row, column + wide, head, formats["small"])
            sheet.merge_range(row + 1, column, row + 1, column + wide, "", large)
        else:
            sheet.write_string(row, column, head, formats["small"])
        sheet.write_formula(
            row + 1, column, f"=Données!$E${number + 1}", large, UNKNOWN if line.figure is None else line.figure
        )
        column += wide + 1 if column else 1
    return row + 2


def _comparison(
    book: Workbook, sheet: Worksheet, row: int, release: Release, beside: Sequence[Standing], formats: Formats
) -> int:
    """Ratios of the territory beside those of its peers and of what it lies in, one column each; returns the next row."""
    sheet.set_row(row, 46)
    sheet.write_string(row, 0, f"À côté d'autres (bois : {WORDS[HARVEST]})", formats["head"])
    for column, item in enumerate(beside, start=1):
        sheet.write_string(row, column, item.name, formats["head"])
    for row, figure in enumerate(RATIOS, start=row + 1):  # noqa: B020 - rows follow the heads
        shown = book.add_format(
            {"num_format": spreadsheet_format(decimals(figure.column)), "bottom": 4, "align": "right"}
        )
        sheet.write_string(row, 0, f"{figure.title} ({release.unit(figure.table, figure.column)})", formats["row"])
        sheet.set_row(row, 30)
        for column, item in enumerate(beside, start=1):
            # The mean of peers is known of one ratio alone, the one that they are compared by.
            mean = item.figure if figure.column == COLUMN else None
            value = figure.figure(item.territory) if item.territory else mean
            if value is None:
                sheet.write_string(row, column, UNKNOWN if item.territory else "–", shown)
            else:
                sheet.write_number(row, column, value, shown)
    return row + 1


def _charts(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    heads: int,
    release: Release,
    beside: Sequence[Standing],
    listed: Sequence[Line],
    places: Places,
) -> int:
    """The comparison and the stocks, side by side; returns the row below."""
    if len(beside) > 1:
        first = heads + 1 + next(rank for rank, figure in enumerate(RATIOS) if figure.column == COLUMN)
        words = "; ".join(f"{item.name} {item.figure}" for item in beside)
        chart = _chart(book, f"Flux net par hectare, {release.unit(beside[0].table, beside[0].column)}")
        ends = [(NAME, line, 1, line, len(beside)) for line in (heads, first)]
        fills = [{"fill": {"color": SINK if (item.figure or 0) < 0 else SOURCE}} for item in beside]
        chart.add_series(
            {
                "categories": list(ends[0]),
                "values": list(ends[1]),
                "points": fills,
                "data_labels": {"value": True},
                "gap": 40,
            }
        )
        sheet.insert_chart(row, 0, chart, {"description": f"Flux net par hectare, négatif = séquestration : {words}"})
    if rows := places.get(STOCKS_BY_USE):
        known = [line for line in listed if line.heading == STOCKS_BY_USE and line.column == PREFIX + "stock_kt_c"]
        words = "; ".join(f"{line.title} {line.figure}" for line in known)
        unit = known[0].unit
        chart = _chart(book, f"Stocks de carbone par occupation du sol, {unit}")
        ends = [("Fiche", min(rows), column, max(rows), column) for column in (0, 2)]
        chart.add_series({"categories": list(ends[0]), "values": list(ends[1]), "fill": {"color": STOCK}, "gap": 30})
        sheet.insert_chart(row, 5, chart, {"description": f"Stocks de carbone par occupation du sol, {unit} : {words}"})
    return row + CHART_ROWS


def _chart(book: Workbook, title: str) -> Chart:
    """A bar chart without a grid."""
    chart = book.add_chart({"type": "bar"})
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "label_position": "low"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 640, "height": 320})
    return chart
