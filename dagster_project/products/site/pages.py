"""Renders the site below a folder from a checked release: static files that open from disk and from any host.

Every figure of a page stands in a cell that says which one it is (see render).
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dagster_project.core.workers import in_parallel
from dagster_project.products import context, diagnosis, plume_facts
from dagster_project.products.balance.method import method, word
from dagster_project.products.downloads import SITE
from dagster_project.products.facts import METROPOLE, Release, load
from dagster_project.products.identity import Identity
from dagster_project.products.place_rows import Place
from dagster_project.products.site import atlas, balance_page, plumes_compared, plumes_page, territory_page
from dagster_project.products.site.background import Background
from dagster_project.products.site.home import CLASSES, classes, home, search_index
from dagster_project.products.site.news import changed
from dagster_project.products.site.render import STATIC, render
from dagster_project.release.candidate import TO_CONFIRM, rights_of_fluxes

TERRITORIES, BALANCES = "territoires", "bilans"
# Besides those of territories.
OWN_PAGES = (
    "index",
    "methode",
    "bilan",
    plumes_page.NAME,
    plumes_compared.NAME,
    "nouveautes",
    "mentions",
    "accessibilite",
)
OPEN = "Licence Ouverte / Open Licence 2.0 (Etalab)"


def build(
    folder: Path,
    background: Background,
    products: frozenset[str],
    identity: Identity,
    publisher: str,
    last: Path | None,
    done: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the site below `folder/site`, replacing what was there.

    Args:
        folder: the checked candidate.
        background: drawing, borders, and words of the search.
        products: what else the release holds, so that links lead somewhere.
        identity: who answers for the site.
        publisher: who publishes it.
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
    (site / "assets" / "communes.js").write_text(_search(release, background), "utf-8")
    (site / "assets" / CLASSES).write_text(classes(release), "utf-8")
    atlas.write(release, background, site / atlas.FOLDER)
    about = {"produits": products, "identite": identity, "editeur": publisher}
    common = {**_common(release), **about}
    names = {code: release.territories["departement", code].name for code, *_ in background.frames}
    facts: dict[str, dict[str, Any]] = {
        "index": {**home(release, background), "noms": names, "limites": _strokes(background, "region")},
        "bilan": {"methode": method(), "mots": word},
        "nouveautes": {"quoi": changed(release, last)},
        "methode": {"metropole": context.load(folder, [METROPOLE])[METROPOLE], "ou": release.territories[METROPOLE]},
    }
    outline = Markup(_strokes(background, "region"))  # noqa: S704 - digits
    seen, top = background.seen, {"racine": "", **common}
    texts = {
        plumes_page.NAME: plumes_page.page(seen=seen, outline=outline, size=background.size, **top),
        plumes_compared.NAME: plumes_compared.page(compared=seen.compared, **top),
    }
    for name in OWN_PAGES:
        text = texts.get(name) or render(f"{name}.html.j2", **facts.get(name, {}), **top, fond=background)
        (site / f"{name}.html").write_text(text, "utf-8")
    done(len(OWN_PAGES))
    places = sorted(release.territories)
    # For other processes: no page of a territory draws what satellites saw, nor the map that it shows.
    sizes = {place: replace(item, outline="", paths={}) for place, item in background.close_ups.items()}
    fewer = replace(background, seen=plumes_page.Seen(), close_ups=sizes)
    in_parallel(partial(write_territories, folder, fewer, about), places, done)
    return len(places) + len(OWN_PAGES)


def files(slugs: Iterable[str]) -> list[str]:
    """Every page of the site, by the slugs of its territories, and its table of classes."""
    return [
        f"assets/{CLASSES}",
        *(f"{name}.html" for name in OWN_PAGES),
        *(f"{below}/{slug}.html" for slug in slugs for below in (TERRITORIES, BALANCES)),
    ]


def write_territories(folder: Path, background: Background, about: Mapping[str, Any], places: Sequence[Place]) -> None:
    """Write the pages of some territories (in a process of its own)."""
    release = load(folder)
    plumes, forms, contexts = plume_facts.load(release), diagnosis.load(folder, places), context.load(folder, places)
    common = {"racine": "../", **about, **_common(release)}
    for place in places:
        territory = release.territories[place]
        seen = balance_page.view(release, territory)
        sky = plume_facts.of_territory(plumes, territory)
        page = territory_page.page(territory, background, seen, sky, forms[place], contexts[place], **common)
        (folder / SITE / TERRITORIES / f"{territory.slug}.html").write_text(page, "utf-8")
        (folder / SITE / BALANCES / f"{territory.slug}.html").write_text(balance_page.page(seen, **common), "utf-8")


def _common(release: Release) -> dict[str, Any]:
    """What every page is made of."""
    return {
        "release": release,
        "licences": licences(release),
        "unite": release.unit,
        "cles": release.keys,
    }


def licences(release: Release) -> list[str]:
    """Licences of fluxes, stocks and geography, in short; those of inventories stand with their figures."""
    named = rights_of_fluxes(release.catalogue)
    return list(dict.fromkeys(OPEN if item["name"] != TO_CONFIRM else item["title"] for item in named))


def _outline(background: Background) -> str:
    """The regions, as an image behind the locator of each page."""
    width, height = background.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{_strokes(background, "region")}" fill="#adb5bd" fill-opacity=".35" stroke="#868e96"/></svg>\n'
    )


def _strokes(background: Background, maille: str) -> str:
    """The borders of a mesh as one path."""
    return "".join(path for (mesh, _), path in sorted(background.paths.items()) if mesh == maille)


def _search(release: Release, background: Background) -> str:
    """What the search knows, as a classic script, because file:// fetches nothing."""
    words = json.dumps(search_index(release, background), ensure_ascii=False, separators=(",", ":"))
    return f"window.COMMUNES={words};\n"
