"""Pages from templates: French figures in cells that say which figure each is.

`data-f` holds the rank of its table and column in the list `data-figures` of the page, then the rest of its key.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from dagster_project.core.templates import environment
from dagster_project.products.facts import Territory
from dagster_project.products.figures import PREFIX, french, label, order, plural
from dagster_project.products.geo import SOURCE
from dagster_project.products.indicators import MAPPED
from dagster_project.products.site.typography import typeset
from dagster_project.release.catalogue import tables
from dagster_project.settings import STATUTS

NAMED, CONTENT = re.compile(r'data-f="([a-z0-9_]+\|[a-z0-9_]+)'), '<main id="contenu"'
STATIC = Path(__file__).with_name("static")


def cell(
    keys: Mapping[str, Sequence[str]],
    table: str,
    row: Mapping[str, Any] | None,
    column: str,
    tag: str = "td",
    of: Territory | None = None,
) -> Markup:
    """One figure as a cell that says which it is; a count keeps its name, a measure has its presentation column.

    Args:
        keys: of the tables, which name the figure.
        table: where it stands.
        row: of the table, None for a dash.
        column: name of the measure or count.
        tag: of the cell.
        of: the territory, where it is not that of the page.
    """
    if row is None:
        return Markup(f"<{tag}>\N{EN DASH}")  # noqa: S704 - a constant
    name, shown = escape(name_of(keys, table, row, column)), shown_of(row, column)
    place = Markup(' data-t="{}"').format(of.slug) if of else ""
    return Markup(f'<{tag}{place} data-f="{name}">{french(row[shown], column)}')  # noqa: S704 - escaped, or digits


def shown_of(row: Mapping[str, Any], column: str) -> str:
    """The column that is shown of a measure: its presentation column where it has one."""
    return PREFIX + column if PREFIX + column in row else column


def name_of(keys: Mapping[str, Sequence[str]], table: str, row: Mapping[str, Any], column: str) -> str:
    """Which figure of a territory one is: table, column, rest of the key."""
    rest = ["" if row[key] is None else str(row[key]) for key in keys[table][2:]]
    return "|".join((table, shown_of(row, column), *rest))


def render(template: str, **facts: object) -> str:
    """A page from one of the templates beside this file, typeset, its figures named shortly."""
    return shortened(typeset(_templates().get_template(template).render(**facts)))


def shortened(page: str) -> str:
    """A page whose figures are named by the rank of their table and column among `data-figures`, instead of both each time."""
    names = list(dict.fromkeys(NAMED.findall(page)))
    ranks = {name: str(rank) for rank, name in enumerate(names)}
    page = NAMED.sub(lambda named: f'data-f="{ranks[named[1]]}', page)
    return page.replace(CONTENT, f'{CONTENT} data-figures="{" ".join(names)}"', 1)


@cache
def _templates() -> Environment:
    result = environment(Path(__file__).with_name("templates"))
    result.globals |= {
        "cell": cell,
        "tables": tables,
        "label": label,
        "order": order,
        "french": french,
        "indicateurs": MAPPED,
        "pluriel": plural,
        "source": SOURCE,
        "demonstration": STATUTS["sample"],
    }
    return result
