"""The page of a balance, published or of one's own: two perimeters side by side, each beside that of larger territories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dagster_project.products.balance import published
from dagster_project.products.balance.method import Method, method, word
from dagster_project.products.balance.published import DIRECT, FOOTPRINT, INDIRECT, INVENTORY, Balance
from dagster_project.products.facts import Release, Row, Territory
from dagster_project.products.figures import PREFIX, french_digits
from dagster_project.products.site.intervals import Interval, intervals
from dagster_project.products.site.render import render

PAGE = "bilan_territoire.html.j2"
A_HEAD = "emissions_tco2e_par_habitant"
OUTSIDE = "hors_perimetre"  # status of a post that a perimeter does not have
Posts = Mapping[str, Mapping[str, Row]]  # by perimeter, then by post and `ensemble`


@dataclass(frozen=True)
class Tables:
    """Where rows of a page come from: tables of posts, of all posts together, of lines, of pollutants, of practices."""

    posts: str = "bilan_territorial"
    whole: str = "bilan_territorial_ensemble"
    lines: str = "empreinte_consommation"
    air: str = "bilan_territorial_polluants"
    practices: str = ""


@dataclass(frozen=True)
class Local:
    """What a page of one's own says besides.

    Attributes:
        entries: what was typed.
        table: that holds it.
        practices: what practices could store.
        before: the published footprint.
        file: that was read.
        warning: what the page is not.
        published: origin of a row that nothing typed has changed.
        zone: climate zone of practices, and whether it was chosen.
    """

    entries: Sequence[Row]
    table: str
    practices: Sequence[Row]
    before: Row
    file: str
    warning: str
    published: str
    zone: str
    zone_chosen: bool


@dataclass(frozen=True)
class View:
    """Rows of a page.

    Attributes:
        territory: whose.
        posts: its rows, the perimeter of the inventory under `inventaire`.
        lines: lines of its footprint.
        air: posts of each pollutant of what it emits.
        wider: larger territories, with theirs of the same inventory.
        tables: which the rows are of.
        local: of a balance of one's own.
    """

    territory: Territory
    posts: Posts
    lines: Sequence[Row]
    air: Sequence[Row]
    wider: Sequence[tuple[Territory, Posts]]
    tables: Tables = Tables()
    local: Local | None = None


def view(release: Release, territory: Territory) -> View:
    """The published balance of a territory."""
    known = published.load(release)
    balance = known[territory.maille, territory.code]
    inventory = balance.kept_inventory
    return View(
        territory,
        posts_of(balance, inventory),
        balance.rows,
        balance.kept_air,
        [(item, posts_of(known[item.maille, item.code], inventory)) for item in published.wider(release, territory)],
    )


def posts_of(balance: Balance, inventory: str | None) -> Posts:
    """Posts by perimeter, with those of one inventory."""
    rows = {perimeter: balance.posts[perimeter] for perimeter in (FOOTPRINT, DIRECT, INDIRECT)}
    return rows | {INVENTORY: balance.posts.get(inventory, {}) if inventory else {}}


def page(seen: View, release: Release, **common: object) -> str:
    """The page as HTML.

    Args:
        seen: rows.
        release: that the figures are of, or are compared with.
        common: what every page of the site is given.
    """
    seeds = method()
    shown = {perimeter: _posts(seeds, seen.posts[perimeter]) for perimeter in (FOOTPRINT, INVENTORY)}
    return render(
        PAGE,
        release=release,
        t=seen.territory,
        vue=seen,
        postes=shown,
        air={(row["poste"], row["polluant"]): row for row in seen.air},
        nombre=number,
        mots=word,
        methode=seeds,
        dessins={name: chart(seeds, seen, name, posts) for name, posts in shown.items() if seen.posts[name]},
        **common,
    )


def number(value: float) -> str:
    """A typed number as French readers write it, with the decimals that it has."""
    digits = f"{value:,.9f}".rstrip("0").rstrip(".")
    return french_digits(digits)


def _posts(seeds: Method, rows: Mapping[str, Row]) -> list[str]:
    """Posts that a perimeter has, in order."""
    return [post for post in seeds.posts if post in rows and rows[post]["statut"] != OUTSIDE]


def chart(seeds: Method, seen: View, perimeter: str, posts: Sequence[str]) -> Markup:
    """Tonnes a head by post of one perimeter."""
    wider = [(item.name, rows[perimeter]) for item, rows in seen.wider if rows[perimeter]]
    bars = [
        Interval(
            seeds.posts[post][0],
            _shown(seen.posts[perimeter].get(post), A_HEAD),
            _shown(seen.posts[perimeter].get(post), "borne_basse_tco2e_par_habitant"),
            _shown(seen.posts[perimeter].get(post), "borne_haute_tco2e_par_habitant"),
            [_shown(rows.get(post), A_HEAD) for _, rows in wider],
        )
        for post in posts
    ]
    title = {
        FOOTPRINT: "Empreinte des habitants (B) par poste, en t CO2e par habitant",
        INVENTORY: "Émissions du territoire (A) par poste, en t CO2e par habitant",
    }[perimeter]
    return intervals(title, bars, [name for name, _ in wider], PREFIX + A_HEAD, perimeter)


def _shown(row: Mapping[str, Any] | None, column: str) -> float | None:
    return row[PREFIX + column] if row else None
