"""Plumes that the reference project published, and what our own detection makes of them: a page of comparison."""

from collections import Counter

from dagster_project.geography.world import WORLD, strokes
from dagster_project.products.facts import Release
from dagster_project.products.plume_facts import WORDS, Compared
from dagster_project.products.site.plumes_drawn import dot_map, number
from dagster_project.products.site.render import render

NAME = "panaches_reference"
FINDINGS = ("confirme", "possible", "refuse", "sans_candidat", "mois_non_lu")


def page(release: Release, compared: Compared, **common: object) -> str:
    """The page.

    Args:
        release: that it goes with.
        compared: published plumes, with what became of each.
        common: what every page is given.
    """
    by_year: dict[int, Counter[str]] = {}
    for row in compared:
        by_year.setdefault(row["annee"], Counter())[row["constat"]] += 1
    points = [WORLD.place(row["latitude_deg"], row["longitude_deg"]) for row in compared]
    return render(
        f"{NAME}.html.j2",
        release=release,
        panaches=len(compared),
        pics=sum(row["n_pics"] for row in compared),
        annees=sorted(by_year.items()),
        total=Counter(row["constat"] for row in compared),
        motifs=Counter(row["motif_rejet"] for row in compared if row["motif_rejet"]).most_common(),
        constats=FINDINGS,
        carte=dot_map("publiés par le projet de référence", points, WORLD.size, *strokes(WORLD)),
        mots=WORDS,
        n=number,
        **common,
    )
