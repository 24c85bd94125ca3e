"""Renders the site below a folder from a checked release: static files that open from disk and from any host.

Every figure of a page stands in a cell that says which one it is (`data-f`: table, column, rest of the key).
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dagster_project.core.workers import in_parallel
from dagster_project.products import context, diagnosis, plume_facts
from dagster_project.products.balance.method import method, word
from dagster_project.products.downloads import SITE
from dagster_project.products.facts import Release, Territory, alerts, load
from dagster_project.products.figures import PREFIX, label, order
from dagster_project.products.indicators import MAPPED
from dagster_project.products.site import balance_page, context_section, form_section, plumes_compared, plumes_page
from dagster_project.products.site.charts import Bar, diverging_bars
from dagster_project.products.site.choropleth import scale
from dagster_project.products.site.news import changed
from dagster_project.products.site.plumes_drawn import number
from dagster_project.products.site.render import STATIC, render
from dagster_project.release.candidate import TO_CONFIRM, rights_of_fluxes

METROPOLE = ("france", "FR")  # what ALDO describes
TERRITORIES, BALANCES = "territoires", "bilans"
# Besides those of territories.
OWN_PAGES = ("index", "methode", "bilan", plumes_page.NAME, plumes_compared.NAME, "nouveautes")
OPEN = "Licence Ouverte / Open Licence 2.0 (Etalab)"


@dataclass(frozen=True)
class Background:
    """What pages need besides the release: strokes of each territory, overseas frames, names of communes by territory.

    Attributes:
        size: width and height of the drawing.
        paths: SVG path by (maille, code).
        frames: departement, x, y and side of each overseas frame.
        communes: names of the communes of an EPCI, or of the departement of those without EPCI; names only, never a figure.
        seen: what satellites saw, as it is drawn.
    """

    size: tuple[int, int]
    paths: Mapping[tuple[str, str], str]
    frames: Sequence[tuple[str, int, int, int]]
    communes: Mapping[tuple[str, str], Sequence[str]]
    seen: plumes_page.Seen


def build(
    folder: Path,
    background: Background,
    products: frozenset[str],
    last: Path | None,
    done: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the site below `folder/site`, replacing what was there.

    Args:
        folder: the checked candidate.
        background: drawing and names of communes.
        products: what else the release holds, so that links lead somewhere.
        last: the release that this one will replace, None for the first.
        done: told how many more pages are written.

    Returns:
        the number of pages.
    """
    release, site = load(folder), folder / SITE
    shutil.rmtree(site, ignore_errors=True)
    for below in (TERRITORIES, BALANCES):
        (site / below).mkdir(parents=True)
    shutil.copytree(STATIC, site / "assets")
    (site / "assets" / "fond.svg").write_text(_outline(background), "utf-8")
    (site / "assets" / "communes.js").write_text(_commune_index(release, background), "utf-8")
    lists = [
        ("region", "regions"),
        ("departement", "departements"),
        *((mesh, mesh) for mesh in release.own_meshes()),
    ]
    names = {code: release.territories["departement", code].name for code, *_ in background.frames}
    scales = [scale(item, release.of_mesh("epci")) for item in MAPPED]
    facts: dict[str, dict[str, Any]] = {
        "index": {"echelles": scales, "listes": lists, "noms": names, "limites": _strokes(background, "region")},
        "bilan": {"methode": method(), "mots": word},
        "nouveautes": {"quoi": changed(release, last)},
        "methode": {"metropole": context.load(folder, [METROPOLE])[METROPOLE], "ou": release.territories[METROPOLE]},
    }
    outline = Markup(_strokes(background, "region"))  # noqa: S704 - digits
    seen, common = background.seen, {"racine": "", **_common(release, products)}
    texts = {
        plumes_page.NAME: plumes_page.page(seen=seen, outline=outline, size=background.size, **common),
        plumes_compared.NAME: plumes_compared.page(compared=seen.compared, **common),
    }
    for name in OWN_PAGES:
        text = texts.get(name) or render(f"{name}.html.j2", **facts.get(name, {}), **common, fond=background)
        (site / f"{name}.html").write_text(text, "utf-8")
    done(len(OWN_PAGES))
    places = sorted(release.territories)
    fewer = replace(background, seen=plumes_page.Seen())  # for other processes: no page of a territory draws it
    in_parallel(partial(write_territories, folder, fewer, products), places, done)
    return len(places) + len(OWN_PAGES)


def files(slugs: Iterable[str]) -> list[str]:
    """Every page of the site, by the slugs of its territories."""
    return [
        *(f"{name}.html" for name in OWN_PAGES),
        *(f"{below}/{slug}.html" for slug in slugs for below in (TERRITORIES, BALANCES)),
    ]


def write_territories(
    folder: Path, background: Background, products: frozenset[str], places: Sequence[tuple[str, str]]
) -> None:
    """Write the pages of some territories (in a process of its own)."""
    release = load(folder)
    plumes, forms, contexts = plume_facts.load(release), diagnosis.load(folder, places), context.load(folder, places)
    for place in places:
        territory = release.territories[place]
        seen = balance_page.view(release, territory)
        common = {"racine": "../", **_common(release, products)}
        page = render(
            "territoire.html.j2",
            **common,
            t=territory,
            fond=background,
            alertes=alerts(territory),
            sources={source["source"]: source for source in release.catalogue["sources"]},
            dedans=list(release.inside(territory)),
            graphiques=charts(release, territory),
            inventaires=latest(territory),
            bilan=seen,
            ciel=plume_facts.of_territory(plumes, territory),
            n=number,
            mots_ciel=plume_facts.WORDS,
            **form_section.facts(forms[place]),
            **context_section.facts(contexts[place]),
        )
        (folder / SITE / TERRITORIES / f"{territory.slug}.html").write_text(page, "utf-8")
        (folder / SITE / BALANCES / f"{territory.slug}.html").write_text(balance_page.page(seen, **common), "utf-8")


def _common(release: Release, products: frozenset[str]) -> dict[str, Any]:
    """What every page is made of."""
    return {
        "release": release,
        "produits": products,
        "licences": licences(release),
        "unite": release.unit,
        "cles": release.keys,
    }


def licences(release: Release) -> list[str]:
    """Licences of fluxes, stocks and geography, in short; those of inventories stand with their figures."""
    named = rights_of_fluxes(release.catalogue)
    return list(dict.fromkeys(OPEN if item["name"] != TO_CONFIRM else item["title"] for item in named))


def charts(release: Release, territory: Territory) -> list[tuple[str, Markup]]:
    """Diverging bars by nature and by final land use, under the default wood approach."""
    results = []
    for title, table, dimension in (
        ("Flux net par nature", "flux_par_nature", "nature"),
        ("Flux net par usage final du sol", "bilan_occupation_sols", "usage"),
    ):
        rows = [(code, territory.row(table, code, "consommation")) for code in order(dimension)]
        bars = [Bar(label(dimension, code), row[PREFIX + "flux_kt_co2e"]) for code, row in rows if row]
        if bars:
            results.append(
                (title, diverging_bars(f"{title}, en {release.unit(table, 'flux_kt_co2e')}", bars, "flux_kt_co2e"))
            )
    return results


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


def _outline(background: Background) -> str:
    """The regions, as an image behind the locator of each page."""
    width, height = background.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{_strokes(background, "region")}" fill="#e9ecef" stroke="#868e96" stroke-width="2"/></svg>\n'
    )


def _strokes(background: Background, maille: str) -> str:
    """The borders of a mesh as one path."""
    return "".join(path for (mesh, _), path in sorted(background.paths.items()) if mesh == maille)


def _commune_index(release: Release, background: Background) -> str:
    """Names of communes by page, for the search: a classic script, because file:// fetches nothing."""
    pages = {
        release.territories[place].slug: list(names)
        for place, names in background.communes.items()
        if place in release.territories
    }
    return f"window.COMMUNES={json.dumps(pages, ensure_ascii=False, separators=(',', ':'))};\n"
