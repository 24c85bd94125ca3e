"""What the page of a territory says of its PCAET form: lines to file, series of inventories, targets."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from dagster_project.products.diagnosis import SHOWN_TOTALS, Diagnosis, reasons, sources
from dagster_project.products.facts import Row
from dagster_project.products.figures import label
from dagster_project.products.site.trend_lines import trend_lines

Series = Mapping[str, Sequence[Row]]  # years of the totals that are drawn, by the words that name each


def facts(diagnosis: Diagnosis) -> dict[str, object]:
    """Names of the templates `diagnostic` and `tendances`."""
    return {
        "forme": diagnosis,
        "courbes": [(name, *_drawn(diagnosis, name)) for name in diagnosis.shown(diagnosis.inventories())],
        "totaux": SHOWN_TOTALS,
        "origines": sources,
        "motifs": reasons,
        "annees": years,
        "provisoires": provisional_years,
    }


def _drawn(diagnosis: Diagnosis, inventory: str) -> tuple[Markup | None, Series]:
    """The chart of one inventory and the series that it draws; without any total, no chart, and the series of its sectors."""
    totals = diagnosis.drawn(inventory)
    series = {label("volet", rows[0]["volet"]): rows for rows in totals}
    if series:
        return trend_lines(f"Indice de l'inventaire {totals[0][0]['edition']}", series), series
    return None, {rows[0]["ligne"]: rows for rows in diagnosis.sectors(inventory)}


def years(series: Series) -> list[int]:
    """Years that some series has."""
    return sorted({row["annee"] for rows in series.values() for row in rows})


def provisional_years(series: Series) -> set[int]:
    """Years that some series marks as provisional."""
    return {row["annee"] for rows in series.values() for row in rows if row["est_provisoire"]}
