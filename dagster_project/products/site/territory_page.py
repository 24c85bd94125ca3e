"""The page of a territory: a sentence and a figure, what it is compared with, then everything that the tables know of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dagster_project.products import plume_facts
from dagster_project.products.context import Context
from dagster_project.products.diagnosis import Diagnosis
from dagster_project.products.facts import Release, Territory, alerts
from dagster_project.products.figures import PREFIX, label, order, plain, short_name
from dagster_project.products.plume_facts import Sky
from dagster_project.products.sentences import HARVEST, sentences
from dagster_project.products.site import atlas, context_section, form_section
from dagster_project.products.site.background import Background
from dagster_project.products.site.balance_page import View
from dagster_project.products.site.charts import Bar, diverging_bars, plain_bars
from dagster_project.products.site.plumes_drawn import number
from dagster_project.products.site.render import name_of, render
from dagster_project.products.standing import Standing, standings


def page(
    territory: Territory,
    background: Background,
    balance: View,
    sky: Sky,
    form: Diagnosis,
    around: Context,
    **common: Any,
) -> str:
    """The page as HTML.

    Args:
        territory: whose.
        background: its place and its neighbours.
        balance: its territorial balance.
        sky: what satellites saw of it.
        form: its PCAET form.
        around: its context.
        common: what every page of the site is given.
    """
    release: Release = common["release"]
    place = (territory.maille, territory.code)
    known = latest(territory)
    fullest = form.shown(known)[:1]
    beside = standings(release, territory, around)
    return render(
        "territoire.html.j2",
        **common,
        t=territory,
        fond=background,
        alertes=alerts(territory),
        dit=sentences(territory),
        comparaison=_strip(release, territory, beside),
        au_dessus=release.around(territory),
        voisins=[
            release.territories[item] for item in background.neighbours.get(place, ()) if item in release.territories
        ],
        etendue=atlas.extent(background.close_ups[place].size) if place in background.close_ups else None,
        dedans=sorted(release.inside(territory), key=lambda item: plain(short_name(item.name)[1])),
        departements=_departements(release, territory),
        court=short_name,
        dessins=charts(release, territory),
        sources={source["source"]: source for source in release.catalogue["sources"]},
        inventaires={name: known[name] for name in fullest},
        autres=[name for name in known if name not in fullest],
        bilan=balance,
        ciel=sky,
        n=number,
        mots_ciel=plume_facts.WORDS,
        **form_section.facts(form),
        **context_section.facts(around),
    )


def charts(release: Release, territory: Territory) -> dict[str, Markup]:
    """Fluxes by nature and by final land use, wood products by harvest; stocks by reservoir and by land use."""
    flux, stock = "flux_kt_co2e", "stock_kt_c"
    results = {}
    for name, title, table, dimension in (
        ("nature", "Flux net par nature", "flux_par_nature", "nature"),
        ("usage", "Flux net par usage final du sol", "bilan_occupation_sols", "usage"),
    ):
        rows = [(code, territory.row(table, code, HARVEST)) for code in order(dimension)]
        bars = [Bar(label(dimension, code), row[PREFIX + flux]) for code, row in rows if row]
        if bars:
            results[name] = diverging_bars(f"{title}, en {release.unit(table, flux)}", bars, flux)
    if known := territory.row("bilan_stocks", HARVEST):
        natures = [code for code in order("nature_stock") if code not in ("terres", "produits_bois")]
        bars = [Bar(label("nature_stock", code), known[f"{PREFIX}stock_{code}_kt_c"]) for code in natures]
        unit = release.unit("bilan_stocks", "stock_terres_kt_c")
        results["stock"] = plain_bars(f"Stock des terres par réservoir, en {unit}", bars, stock)
        rows = [(code, territory.row("stocks_par_occupation", code)) for code in order("occupation")]
        bars = [
            Bar(label("occupation", code), row[PREFIX + stock]) for code, row in rows if row and row[PREFIX + stock]
        ]
        results["occupation"] = plain_bars(f"Stock des terres par occupation du sol, en {unit}", bars, stock)
    return results


def _strip(release: Release, territory: Territory, beside: Sequence[Standing]) -> Markup | None:
    """The territory beside its peers and what it lies in, per hectare: bars whose figures say which they are."""
    if len(beside) < 2:
        return None
    bars = [
        Bar(item.name, item.figure, name_of(release.keys, item.table, item.row, item.column),
            item.territory.slug if item.territory and item.territory is not territory else "")
        for item in beside
    ]  # fmt: skip
    unit = release.unit(beside[0].table, beside[0].column)
    return diverging_bars(f"Flux net par hectare, en {unit}, produits bois par la récolte", bars, beside[0].column)


def _departements(release: Release, territory: Territory) -> list[Territory]:
    """Departements of a region; regions of France."""
    if territory.maille == "france":
        return release.of_mesh("region")
    return list(release.inside(territory, "departement")) if territory.maille == "region" else []


def latest(territory: Territory) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """By inventory and table, the rows of its last year; an inventory that knows no figure of the territory is left out."""
    results: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for table, known in (
        ("inventaire_ges", "emissions_connues_tco2e"),
        ("inventaire_polluants", "emissions_connues_kg"),
    ):
        by_inventory: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in territory.rows[table].values():
            by_inventory[str(row["inventaire"])].append(row)
        for name, rows in by_inventory.items():
            if any(row[known] is not None for row in rows):
                year = max(row["annee"] for row in rows)
                results.setdefault(name, {})[table] = [row for row in rows if row["annee"] == year]
    return dict(sorted(results.items()))
