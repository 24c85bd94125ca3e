"""What the page of a territory says of its figures: how sure, among whom, beside what the State says, what sealing costs."""

from markupsafe import Markup

from dagster_project.products.context import Context, words
from dagster_project.products.figures import PREFIX, label
from dagster_project.products.site.shares import Share, shares_bar

SHARE = "part_de_la_note_pct"


def facts(context: Context) -> dict[str, object]:
    """Names of the template `reperes`."""
    return {"repere": context, "barre": bar(context), "mots_note": words}


def bar(context: Context) -> Markup:
    """The gross flux of a territory by grade."""
    shares = [
        Share(label("grade", row["grade"]), row[SHARE], row[PREFIX + SHARE], f"note-{row['grade'].lower()}")
        for row in context.by_grade()
    ]
    return shares_bar("Flux brut par note de la référence", shares, SHARE)
