"""The sheet GES: lines of the footprint, each with its default, typed activity, typed result and what is kept; then posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from dagster_project.products.balance.cells import Data, Figure, Page, Places, cell, shown, span
from dagster_project.products.balance.engine import DEFAULT, KEYS, LOCAL, LOCAL_KEY, Kept, Total, total
from dagster_project.products.balance.method import DEFAULT_NOTE, NOTES, TEXTS, Method, word

GES = "GES"
HEADINGS = ("poste", "ligne", "périmètre", "clé", "rang", "défaut de la version", "défaut recalculé", "activité saisie",
            "résultat saisi", "RETENU", "origine", "GSD²", "ln(GSD²)")  # fmt: skip
FIRST = 4
RELEASED, RECOMPUTED, ACTIVITY, RESULT, KEPT, ORIGIN, ERROR, LN = range(5, 13)
PERIMETERS = {"direct_menages": "direct des ménages", "indirect": "indirect"}
TOTALS = (
    "poste",
    "t CO2e/an",
    "part connue",
    "GSD² indépendant",
    "GSD² corrélé",
    "borne basse",
    "borne haute",
    "saisi, t CO2e/an",
)


@dataclass(frozen=True)
class Names:
    """References of the cells that other formulas read."""

    people: str
    income: str
    households: str


@dataclass(frozen=True)
class Written:
    """Where the posts stand (rows of the block of posts, `ensemble` last), their results, and how much of them was typed."""

    rows: Mapping[str, int]
    totals: Mapping[str, Total]
    typed: Mapping[str, float]


def write(
    page: Page,
    method: Method,
    kept: list[Kept],
    inputs: Places,
    notes: Places,
    factors: Mapping[tuple[str, str], str],
    data: Data,
    names: Names,
    place: str,
) -> Written:
    """Write GES; returns where its posts stand."""
    formats = page.formats
    page.title(GES, TEXTS["ges"])
    page.heads(FIRST - 1, HEADINGS)
    for row, item in enumerate(kept, start=FIRST):
        line = item.line
        post, name = method.posts[line.post][0], method.lines[line.post, line.name]
        page.texts(row, (post, name, PERIMETERS[line.perimeter], method.keys[line.key].label))
        page.sheet.write_number(row, 4, line.rank)
        figure = Figure(
            "Empreinte, par défaut",
            f"{post} : {name}",
            "t CO2e/an",
            line.default,
            "empreinte_consommation",
            f"{place} | {line.post} | {line.name}",
        )
        released = data.refer(figure)
        page.formula(row, RELEASED, shown(released), line.default, formats.number())
        page.formula(row, RECOMPUTED, _default(method, line.key, row, inputs, names), item.default, formats.number())
        page.formula(row, ACTIVITY, *_activity(method, item, inputs, factors), formats.number())
        typed = inputs.get(f"R.{line.post}.{line.name}")
        page.formula(row, RESULT, shown(typed) if typed else '""', item.result, formats.number())
        here = [cell(GES, row, column) for column in (RESULT, ACTIVITY, RECOMPUTED)]
        page.formula(
            row,
            KEPT,
            f"IF(ISNUMBER({here[0]}),{here[0]},IF(ISNUMBER({here[1]}),{here[1]},{here[2]}))",
            item.kept,
            formats.number(bold=True),
        )
        page.formula(row, ORIGIN, _origin(method, line.key, here, inputs), word(item.origin))
        page.formula(row, LN, _error(method, item, here, inputs, notes, factors), item.ln_error, formats.number(6))
        page.formula(row, ERROR, f"EXP({cell(GES, row, LN)})", exp(item.ln_error), formats.number(4))
    written = _posts(page, method, kept)
    page.finish((24, 38, 18, 34, 7, 18, 18, 16, 16, 16, 12, 10, 12), frozen=FIRST)
    return written


def _default(method: Method, key: str, row: int, inputs: Places, names: Names) -> str:
    """The published default, moved by what was typed of people, income and households."""
    released = cell(GES, row, RELEASED)
    formula = released
    followed = method.keys[key].exponents
    for identifier, reference, power in zip(
        KEYS, (names.people, names.income, names.households), followed, strict=True
    ):
        if power:
            typed = inputs[identifier]
            formula += f"*IF(ISNUMBER({typed}),POWER({typed}/{reference},{power!r}),1)"
    return f'IF(ISNUMBER({released}),{formula},"")'


def _activity(
    method: Method, item: Kept, inputs: Places, factors: Mapping[tuple[str, str], str]
) -> tuple[str, float | None]:
    """The sum of the activities that are typed, each times its factor."""
    mine = method.factors_of(item.line.post, item.line.name)
    if not mine:
        return '""', None
    cells = [inputs[factor.activity] for factor in mine]
    terms = "+".join(
        f"N({typed})*{factors[factor.activity, factor.line]}" for typed, factor in zip(cells, mine, strict=True)
    )
    return f'IF(COUNT({",".join(cells)})>0,({terms})/1000,"")', item.activity


def _origin(method: Method, key: str, here: list[str], inputs: Places) -> str:
    followed = zip(KEYS, method.keys[key].exponents, strict=True)
    cells = ",".join(inputs[identifier] for identifier, power in followed if power)
    return (
        f'IF(COUNT({here[0]},{here[1]})>0,"{word(LOCAL)}",IF(COUNT({cells})>0,"{word(LOCAL_KEY)}","{word(DEFAULT)}"))'
    )


def note_error(method: Method, note: str) -> str:
    """ln(GSD2) of the note in a cell, that of the default note where there is none."""
    formula = f"{method.ln_of_note(DEFAULT_NOTE)!r}"
    for known in NOTES:
        if known != DEFAULT_NOTE:
            formula = f"IF(N({note})={known},{method.ln_of_note(known)!r},{formula})"
    return formula


def _error(
    method: Method, item: Kept, here: list[str], inputs: Places, notes: Places, factors: Mapping[tuple[str, str], str]
) -> str:
    """ln(GSD2) of what is kept: of the note of a result, of the notes and factors of activities, else the published one."""
    line = item.line
    formula = f"{line.ln_error!r}"
    mine = method.factors_of(line.post, line.name)
    if mine:
        squares = "+".join(
            f"POWER(N({inputs[factor.activity]})*{factors[factor.activity, factor.line]}/1000,2)"
            f"*(POWER({note_error(method, notes[factor.activity])},2)+POWER(LN(1+{factor.error_pct!r}/100),2))"
            for factor in mine
        )
        formula = f"IF(ISNUMBER({here[1]}),IF({here[1]}=0,0,SQRT({squares})/ABS({here[1]})),{formula})"
    identifier = f"R.{line.post}.{line.name}"
    if identifier in inputs:
        formula = f"IF(ISNUMBER({here[0]}),{note_error(method, notes[identifier])},{formula})"
    return formula


def _posts(page: Page, method: Method, kept: list[Kept]) -> Written:
    """A row a post, and all of them; each with its two errors and how much of it was typed."""
    start = FIRST + len(kept) + 2
    page.heads(start, TOTALS)
    rows, totals, typed, row = {}, {}, {}, start + 1
    groups = {post: [number for number, item in enumerate(kept) if item.line.post == post] for post in method.posts}
    groups = {post: numbers for post, numbers in groups.items() if numbers} | {"ensemble": list(range(len(kept)))}
    for post, numbers in groups.items():
        bold = post == "ensemble"
        name = "Ensemble des postes" if bold else method.posts[post][0]
        first, last = FIRST + numbers[0], FIRST + numbers[-1]
        mine = [kept[number] for number in numbers]
        rows[post], totals[post] = row, total(mine)
        typed[post] = sum(item.kept or 0 for item in mine if item.origin == LOCAL)
        spans = (span(GES, first, last, KEPT), span(GES, first, last, LN), span(GES, first, last, ORIGIN))
        _total(page, row, name, spans, len(numbers), totals[post], bold, typed[post])
        row += 1
    return Written(rows, totals, typed)


def _total(
    page: Page, row: int, name: str, spans: tuple[str, str, str], count: int, result: Total, bold: bool, typed: float
) -> None:
    values, errors, origins = spans
    formats, here = page.formats, [cell(GES, row, column) for column in range(8)]
    number = formats.number(bold=bold)
    page.texts(row, (name,), formats.of(bold=bold))
    page.formula(row, 1, f'IF(COUNT({values})<{count},"",SUM({values}))', result.value, number)
    page.formula(row, 2, f"SUM({values})", result.known, number)
    independent = f"IF({here[1]}=0,1,EXP(SQRT(SUMPRODUCT(({values}*{errors})^2))/ABS({here[1]})))"
    correlated = f"IF({here[1]}=0,1,EXP(SUMPRODUCT(ABS({values})*{errors})/ABS({here[1]})))"
    page.formula(row, 3, f'IF(ISNUMBER({here[1]}),{independent},"")', result.independent, formats.number(4))
    page.formula(row, 4, f'IF(ISNUMBER({here[1]}),{correlated},"")', result.correlated, formats.number(4))
    low, high = result.bounds
    page.formula(row, 5, f'IF(ISNUMBER({here[1]}),{here[1]}/{here[4]},"")', low, number)
    page.formula(row, 6, f'IF(ISNUMBER({here[1]}),{here[1]}*{here[4]},"")', high, number)
    page.formula(row, 7, f'SUMIFS({values},{origins},"{word(LOCAL)}")', typed, number)
