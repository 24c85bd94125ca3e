"""The site as a visitor uses it, from disk, in the system's Chromium."""

from __future__ import annotations

import csv
import json
import re
import threading
import xml.etree.ElementTree
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from dagster_project.products.figures import plain
from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.browser import DESKTOP, MOBILE, Watched, chromium, watched
from tests.page import untypeset

PAGES = (
    "index.html",
    "territoires/epci-200071918.html",
    "methode.html",
    "nouveautes.html",
    "bilan.html",
    "panaches.html",
    "panaches_reference.html",
    "territoires/epci-200040764.html",  # a plume was seen there
    "territoires/region-52.html",
    "bilans/epci-200071918.html",
    "bilans/epci-247700644.html",  # across two departements
    "bilans/france-FR_ENTIERE.html",
    "mentions.html",
    "accessibilite.html",
)

PLACE, NAME = "epci-200071918", "CC du Pays de Saint-Fulgent - Les Essarts"
WIDE = ("index.html", "panaches.html", PAGES[1])  # a map, wide tables: looked at on a phone each time


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(released: Settings) -> Path:
    return current(released.publication) / "site"


@pytest.fixture
def home(browser: Browser, site: Path) -> Watched:
    found = watched(browser, DESKTOP)
    found.page.goto((site / "index.html").as_uri())
    return found


BROKEN_WORDS = """() => {
    const broken = [], range = document.createRange()
    for (const cell of document.querySelectorAll(".defile th, .defile td")) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
        while (texts.nextNode()) {
            for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
                range.setStart(texts.currentNode, word.index)
                range.setEnd(texts.currentNode, word.index + word[0].length)
                if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken.push(word[0])
            }
        }
    }
    return broken
}"""


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *(pytest.param(name, DESKTOP, id=f"{name}-desktop") for name in PAGES),
        *(
            pytest.param(name, MOBILE, id=f"{name}-mobile", marks=() if name in WIDE else pytest.mark.thorough)
            for name in PAGES
        ),
    ],
)
def test_axe_finds_nothing_and_nothing_leaves_the_disk(browser: Browser, site: Path, name: str, size: dict) -> None:
    seen = watched(browser, size)
    seen.page.goto((site / name).as_uri(), wait_until="load")
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], f"the page scrolls sideways: {width}"
    assert seen.page.evaluate(BROKEN_WORDS) == [], "columns of a letter"
    assert seen.complaints == []
    assert seen.requests
    assert all(one.startswith("file:") for one in seen.requests)
    found = Axe().run(seen.page)  # last: it reads style sheets again, which the page's own policy forbids
    assert found.violations_count == 0, found.generate_report()


def test_the_policy_is_in_force(browser: Browser, site: Path) -> None:
    seen = watched(browser, DESKTOP)
    seen.page.goto((site / "index.html").as_uri())
    seen.page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    assert seen.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in seen.complaints)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("saint fulgent", "epci-200071918"),  # a name without its hyphen
        ("200071918", "epci-200071918"),
        ("pays de la loire", "region-52"),
        ("ESSARTS EN BOCAGE", "epci-200071918"),  # a commune leads to its EPCI
        ("85084", "epci-200071918"),  # by its Insee code
        ("saint fulgant", "epci-200071918"),  # a letter wrong
        ("saint flugent", "epci-200071918"),  # two letters swapped
        ("cc du pays de saint fulgent", "epci-200071918"),  # the name that it had
    ],
)
def test_search_leads_to_the_page(home: Watched, asked: str, page: str) -> None:
    home.page.fill("#q", asked)
    link = home.page.locator(f'#trouves a[href="territoires/{page}.html"]').first
    link.wait_for(timeout=5000)
    assert re.search(r"\d+ réponse", home.page.inner_text("#trouves-compte"))
    link.click()
    assert home.page.url.endswith(f"territoires/{page}.html")
    assert home.complaints == []


def test_search_says_when_it_finds_nothing_and_works_by_keyboard(home: Watched) -> None:
    home.page.fill("#q", "xyzzy")
    assert home.page.inner_text("#trouves-compte") == "Rien de ce nom ni de ce code."
    home.page.fill("#q", "saint fulgent")
    home.page.press("#q", "ArrowDown")
    assert home.page.evaluate("document.activeElement.getAttribute('href')") == "territoires/epci-200071918.html"
    home.page.keyboard.press("Enter")
    home.page.wait_for_url("**/epci-200071918.html")


def test_search_by_postal_code_and_earlier_name(home: Watched, site: Path) -> None:
    """A code leads to every EPCI that it serves; an earlier name says that it is one."""
    index = json.loads(
        (site / "assets" / "communes.js").read_text("utf-8").removeprefix("window.COMMUNES=").rstrip(";\n")
    )
    wanted = next(line.split("|")[2].split(" ")[0] for line in index["epci-200071918"]["c"] if line.split("|")[2])
    home.page.fill("#q", wanted)
    home.page.locator('#trouves a[href="territoires/epci-200071918.html"]').first.wait_for(timeout=5000)
    told = home.page.locator("#trouves a").all_inner_texts()
    assert told and all("(commune)" in text for text in told)
    home.page.fill("#q", "pays de saint fulgent")
    assert any("(ancien nom)" in text for text in home.page.locator("#trouves a").all_inner_texts())
    home.page.fill("#q", "saint fulgant")
    assert home.page.inner_text("#trouves-compte").startswith("Rien d'exact ; à une lettre près : ")
    home.page.fill("#q", "mauge")  # what begins so, and what is a letter away
    assert home.page.locator("#trouves a").count() > 0
    home.page.fill("#q", "00000")
    assert home.page.inner_text("#trouves-compte") == "Rien de ce nom ni de ce code."


def shape(page: Page, slug: str = PLACE) -> Locator:
    return page.locator(f'#carte a[href="territoires/{slug}.html"] path')


def row(page: Page, slug: str = PLACE) -> Locator:
    return page.locator("table.indicateurs tbody tr").filter(has=page.locator(f'a[href="territoires/{slug}.html"]'))


def test_hover_says_what_the_table_says_for_each_indicator(home: Watched) -> None:
    """At the pointer, and with the drawing that the kind of figure asks for: a colour for a ratio, a circle for a quantity."""
    page = home.page
    cells = row(page).locator("td").all_inner_texts()
    options = page.locator("#indicateur option")
    assert len(cells) == options.count() == 11
    letters, radii = shape(page).get_attribute("data-c"), shape(page).get_attribute("data-r").split(",")
    ratios = quantities = 0
    for number, cell in enumerate(cells):
        option = options.nth(number)
        page.select_option("#indicateur", index=number)
        shape(page).hover(force=True)
        unit = option.get_attribute("data-u")
        assert page.inner_text("#bulle") == f"{NAME} : {cell} {unit}"
        title = page.locator(".legende-carte:visible .titre")
        assert title.inner_text() == option.get_attribute("data-h")
        assert unit in title.inner_text()
        if option.get_attribute("data-r") is not None:
            assert shape(page).get_attribute("class") == letters[ratios]
            assert page.locator("#cercles circle").count() == 0
            ratios += 1
        else:
            x, y = shape(page).get_attribute("data-p").split()
            circle = page.locator(f'#cercles circle[cx="{x}"][cy="{y}"]')
            assert circle.get_attribute("r") == radii[quantities].removeprefix("-")
            sign = "puits" if cell.startswith("\u2212") else "source"
            assert circle.get_attribute("class") == (sign if option.get_attribute("data-d") is not None else "stock")
            quantities += 1
    assert (ratios, quantities) == (4, 7)
    box, bubble = page.locator("#carte").bounding_box(), page.locator("#bulle").bounding_box()
    assert box["x"] <= bubble["x"] and bubble["x"] + bubble["width"] <= box["x"] + box["width"] + 1


def test_circles_are_as_large_as_their_figures(home: Watched) -> None:
    """The area of a circle over its figure is the same for all territories of a mesh."""
    page = home.page
    page.select_option("#indicateur", "flux_kt_co2e-recolte")
    areas = []
    for place in page.locator("#table-epci tbody a").all():
        slug = place.get_attribute("href").removeprefix("territoires/").removesuffix(".html")
        figure = row(page, slug).locator("td").nth(2).inner_text()
        radii = shape(page, slug).get_attribute("data-r")
        if radii:
            areas.append(
                float(radii.split(",")[0]) ** 2
                / abs(float(figure.replace("\u202f", "").replace("\u2212", "-").replace(",", ".")))
            )
    assert len(areas) > 5 and max(areas) == pytest.approx(min(areas), rel=0.1)


def test_colours_tell_sinks_from_sources(home: Watched) -> None:
    """The letter of each territory follows the sign of the figure that the table shows."""
    seen = set()
    for place in home.page.locator("#table-epci tbody tr").all():
        slug = place.locator("a").get_attribute("href").removeprefix("territoires/").removesuffix(".html")
        figure, letter = place.locator("td").first.inner_text(), shape(home.page, slug).get_attribute("data-c")[0]
        assert letter == "x" if figure == "n. d." else letter in ("abcd" if figure.startswith("\u2212") else "defg")
        seen.add(letter)
    assert "x" in seen and len(seen) > 1


def test_a_click_chooses_a_second_one_opens_the_page(home: Watched) -> None:
    shape(home.page).click(force=True)
    assert NAME in home.page.inner_text("#choisi")
    assert "territoire=" + PLACE in home.page.url
    shape(home.page).click(force=True)
    home.page.wait_for_url(f"**/territoires/{PLACE}.html")
    assert home.page.inner_text("h1") == NAME


def test_the_address_says_what_is_shown(home: Watched, browser: Browser) -> None:
    """Indicator, mesh, zoom and territory are in the address, and another visitor of it sees the same."""
    page = home.page
    page.select_option("#indicateur", "flux_kt_co2e-consommation")
    page.select_option("#maille", "departement")
    page.click('button[data-z="+"]')
    shape(page, "departement-85").dispatch_event("click")
    other = watched(browser, DESKTOP)
    other.page.goto(page.url)
    for seen in (page, other.page):
        assert seen.input_value("#indicateur") == "flux_kt_co2e-consommation"
        assert seen.input_value("#maille") == "departement"
        assert "Vendée" in seen.inner_text("#choisi")
        assert seen.locator('g.maille[data-m="epci"]').is_hidden()
    widths = [float(seen.get_attribute("#carte svg", "viewBox").split()[2]) for seen in (page, other.page)]
    assert widths[0] == pytest.approx(widths[1], abs=1)
    other.page.goto(page.url + "&carte=seule")
    other.page.reload()
    assert other.page.locator("#table-epci").is_hidden() and other.page.locator("#carte").is_visible()
    assert other.complaints == []


def test_a_reader_stays_where_the_map_is(home: Watched, browser: Browser) -> None:
    """Back to what the map opens with, the page does not jump; a territory of another mesh brings its mesh."""
    home.page.click('button[data-z="+"]')
    home.page.evaluate("document.getElementById('carte').scrollIntoView()")
    before = home.page.evaluate("scrollY")
    home.page.evaluate("document.querySelector('button[data-z=\"0\"]').click()")
    assert before > 0 and home.page.evaluate("scrollY") == before
    other = watched(browser, DESKTOP)
    other.page.goto(home.page.url.split("#")[0] + "#territoire=departement-85")
    assert other.page.input_value("#maille") == "departement" and "Vendée" in other.page.inner_text("#choisi")


def test_two_fingers_zoom(browser: Browser, site: Path) -> None:
    seen = watched(browser, MOBILE, has_touch=True)
    seen.page.goto((site / "index.html").as_uri())
    before = float(seen.page.get_attribute("#carte svg", "viewBox").split()[2])
    seen.page.evaluate("""() => {
        const svg = document.querySelector("#carte svg"), box = svg.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + 50
        const send = (type, id, dx) => svg.dispatchEvent(new PointerEvent(type, {pointerId: id, pointerType: "touch", clientX: x + dx, clientY: y, bubbles: true}))
        send("pointerdown", 1, -20); send("pointerdown", 2, 20); send("pointermove", 1, -60); send("pointermove", 2, 60)
        send("pointerup", 1, -60); send("pointerup", 2, 60)
    }""")
    assert float(seen.page.get_attribute("#carte svg", "viewBox").split()[2]) == pytest.approx(before / 3, rel=0.05)


def test_names_appear_with_zoom(home: Watched) -> None:
    home.page.select_option("#maille", "region")
    home.page.click('button[data-z="+"]')
    assert home.page.locator("#noms text").count() > 0
    assert (
        home.page.locator("#noms text").first.text_content()
        in home.page.locator("#table-region tbody a").all_inner_texts()
    )


@pytest.mark.parametrize(("button", "start"), [("#vers-svg", b"<?xml"), ("#vers-png", b"\x89PNG")])
def test_images_of_what_is_shown(home: Watched, tmp_path: Path, button: str, start: bytes) -> None:
    """A file with its title, legend, source and no style sheet: what it looks like stands in it."""
    home.page.select_option("#maille", "region")
    home.page.click('button[data-z="+"]')  # names are shown
    bodies = []
    for scheme in ("light", "dark"):
        home.page.emulate_media(color_scheme=scheme)
        with home.page.expect_download() as waiting:
            home.page.click(button)
        waiting.value.save_as(tmp_path / "carte")
        bodies.append((tmp_path / "carte").read_bytes())
    body = bodies[0]
    assert body.startswith(start) and len(body) > 4_000 and home.complaints == []
    assert bodies[0] == bodies[1], "an image is on white paper, whatever the reader's screen"
    if button == "#vers-svg":
        text = untypeset(body.decode())
        assert 'paint-order="stroke"' in text, "names are written over their halo"
        for words in ("Flux net par hectare (t CO2e/ha/an, bois : récolte)", "année moyenne 2012-2018", "séquestration nette", "émission nette",
                      "sans donnée", "Licence Ouverte", "démonstration", 'fill="rgb('):  # fmt: skip
            assert words in text, words
        assert "class=" not in text and "href" not in text
        xml.etree.ElementTree.fromstring(text)


def test_the_table_is_filtered_and_downloaded(home: Watched, tmp_path: Path) -> None:
    page = home.page
    whole = page.locator("#table-epci tbody tr:visible").count()
    page.select_option("#f-region", "52")
    some = page.locator("#table-epci tbody tr:visible")
    assert 0 < some.count() < whole
    page.fill("#f-nom", "mauges")
    assert some.count() == 1 and page.inner_text("#compte") == "1 intercommunalité"
    with page.expect_download() as waiting:
        page.click("#vers-csv")
    waiting.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file, delimiter=";")
    assert (line["code"], line["nom"]) == ("200060010", "CA Mauges Communauté")
    figure = some.locator("td").first.inner_text().replace("\u2212", "-")
    assert line["Flux net par hectare (t\u00a0CO₂e/ha/an, bois\u00a0: récolte)"] == figure
    page.fill("#f-nom", "mauges, saint-fulgent")
    assert some.count() == 2, "several names at once"
    page.fill("#f-nom", "")
    page.select_option("#f-region", "")
    counts = []
    for size in range(4):
        page.select_option("#f-taille", str(size))
        counts.append(some.count())
    assert sum(counts) == whole and len([one for one in counts if one]) > 1


def test_zoom_by_buttons_and_keyboard(home: Watched) -> None:
    def width() -> float:
        return float(home.page.get_attribute("#carte svg", "viewBox").split()[2])

    whole = width()
    home.page.click('button[data-z="+"]')
    assert width() == pytest.approx(whole * 0.6, abs=0.1)
    home.page.focus("#carte")
    home.page.keyboard.press("+")
    assert width() == pytest.approx(whole * 0.36, abs=0.1)
    before = home.page.get_attribute("#carte svg", "viewBox")
    home.page.keyboard.press("ArrowLeft")
    assert home.page.get_attribute("#carte svg", "viewBox") != before
    home.page.keyboard.press("-")
    home.page.keyboard.press("0")
    assert width() == whole
    home.page.keyboard.press("-")
    assert width() == whole, "not beyond the whole"


def test_sorting_by_figures_and_by_names(home: Watched) -> None:
    def column(number: int) -> list[str]:
        return home.page.locator(f"#table-epci tbody tr > :nth-child({number})").all_inner_texts()

    def figures() -> list[float]:
        texts = [one for one in column(3) if one != "n. d."]
        return [float(one.replace("\u202f", "").replace("\u2212", "-").replace(",", ".")) for one in texts]

    head = home.page.locator("#table-epci thead th").nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert figures() == sorted(figures()) and len(set(figures())) > 3
    assert column(3)[-2:] == ["n. d.", "n. d."], "what is not known comes last"
    head.locator("button").click()
    assert figures() == sorted(figures(), reverse=True)
    assert column(3)[-2:] == ["n. d.", "n. d."]
    home.page.locator("#table-epci thead th").first.locator("button").click()
    assert column(1) == sorted(column(1), key=plain), "by the name that readers look for"


def test_without_javascript_the_map_and_the_table_lead_on(browser: Browser, site: Path) -> None:
    seen = watched(browser, DESKTOP, java_script_enabled=False)
    seen.page.goto((site / "index.html").as_uri())
    assert seen.page.locator("#indicateur").is_hidden()
    assert seen.page.locator(".legende-carte:visible").count() == 1
    seen.page.locator('#table-epci a[href="territoires/epci-200071918.html"]').click()
    assert seen.page.inner_text("h1") == "CC du Pays de Saint-Fulgent - Les Essarts"
    seen.page.go_back()
    assert seen.page.locator("#carte a").first.get_attribute("href").startswith("territoires/epci-")


def test_a_territory_prints_on_one_a4_page(browser: Browser, site: Path, tmp_path: Path) -> None:
    seen = watched(browser, DESKTOP)
    for page in sorted((site / "territoires").glob("*.html")):
        seen.page.goto(page.as_uri())
        printed = seen.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, page.name
        assert re.search(rb"/MediaBox \[0 0 59[45](\.\d+)? 84[12]", printed), "not A4"


@pytest.mark.parametrize(("name", "sheets"), [("panaches.html", 3), ("panaches_reference.html", 1)])
def test_plumes_on_paper(browser: Browser, site: Path, name: str, sheets: int) -> None:
    """No page is left nearly empty, and no table runs off the paper or is squeezed into columns of a letter."""
    seen = watched(browser, DESKTOP)
    seen.page.goto((site / name).as_uri())
    printed = seen.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= sheets
    seen.page.emulate_media(media="print")
    seen.page.set_viewport_size({"width": 733, "height": 1000})  # 194 mm, A4 without its margins
    table = seen.page.locator(".defile table").first
    assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    assert table.locator("thead th").first.evaluate("cell => cell.offsetHeight") < 60


@pytest.mark.parametrize(
    "name", ["index.html", f"territoires/{PLACE}.html", "methode.html", "panaches.html", f"bilans/{PLACE}.html"]
)
def test_axe_finds_nothing_in_the_dark(browser: Browser, site: Path, name: str) -> None:
    seen = watched(browser, DESKTOP, color_scheme="dark")
    seen.page.goto((site / name).as_uri())
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("below", ["", "observatoire/carbone/"], ids=["root", "a folder of a host"])
def test_every_link_is_alive_over_http(site: Path, tmp_path: Path, below: str) -> None:
    """Served at the root of a host and below a folder: pages, pictures, scripts and downloads answer, anchors are there."""
    place = tmp_path / below
    place.parent.mkdir(parents=True, exist_ok=True)
    if below:
        place.symlink_to(site, target_is_directory=True)
    handler = partial(Quiet, directory=str(tmp_path if below else site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    start = f"http://127.0.0.1:{server.server_address[1]}/{below}index.html"
    try:
        broken, seen = crawl(start)
    finally:
        server.shutdown()
        server.server_close()
    assert broken == []
    assert len(seen) > 100


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def crawl(start: str) -> tuple[list[str], set[str]]:
    """Links that do not answer or whose anchor is not there, and every address that was asked, from a first page on."""
    host, waiting, texts, broken = "/".join(start.split("/")[:3]), [start], {}, []
    anchors: set[tuple[str, str, str]] = set()
    while waiting:
        address = waiting.pop()
        if address in texts:
            continue
        try:
            with urlopen(address) as answer:
                texts[address] = answer.read().decode() if address.endswith(".html") else ""
        except HTTPError as error:
            texts[address] = ""
            broken.append(f"{address}: {error}")
        for link in re.findall(r'(?:href|src)="([^"]*)"', texts[address]):
            target, anchor = urldefrag(urljoin(address, unescape(link)))
            if target.startswith(host) and "/telechargement/documentation/" not in address:
                anchors.add((address, target, anchor))
                waiting.append(target)
    missing = [f"{page} -> {target}#{anchor}" for page, target, anchor in anchors
               if anchor and target.endswith(".html") and f'id="{anchor}"' not in texts[target]]  # fmt: skip
    return [*broken, *missing], set(texts)


LIGHT = """() => {
    const seen = []
    for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("width") && !image.complete) seen.push("image without size: " + image.src)
    for (const field of document.querySelectorAll("input, select")) if (!field.labels.length) seen.push("field without label: " + field.id)
    const titles = [...document.querySelectorAll("h1, h2, h3")].map(one => Number(one.tagName[1]))
    titles.reduce((before, now) => { if (now > before + 1) seen.push("a level of titles is left out: " + now); return now }, 0)
    if (document.querySelectorAll("h1").length !== 1) seen.push("titles of the page: " + document.querySelectorAll("h1").length)
    for (const name of ["description", "viewport"]) if (!document.querySelector(`meta[name=${name}]`)?.content) seen.push("no " + name)
    if (!document.title || document.documentElement.lang !== "fr") seen.push("no title or language")
    if (!document.querySelector("link[rel=icon]")) seen.push("no icon")
    for (const one of document.querySelectorAll("a, button, select, summary")) {
        const box = one.getBoundingClientRect(), inline = one.closest("p, li, td, th, svg, figcaption, figure, dd")
        if (box.width && !inline && box.height < 24) seen.push("too small to touch: " + one.textContent.trim())
    }
    return seen
}"""


@pytest.mark.parametrize("name", PAGES)
def test_good_manners_of_a_page(browser: Browser, site: Path, name: str) -> None:
    """What Lighthouse looks at besides axe: sizes, labels, titles, descriptions, targets, weight, nothing that blocks or is fetched in vain."""
    seen = watched(browser, MOBILE)
    seen.page.goto((site / name).as_uri(), wait_until="load")
    assert seen.page.evaluate(LIGHT) == []
    assert seen.page.locator("script:not([defer])").count() == 0
    weights = {
        Path(urlsplit(one).path).name: (site / unquote(urlsplit(one).path).split("/site/")[1]).stat().st_size
        for one in seen.requests
    }
    if name == "index.html":
        assert sum(weights.values()) < 1_000_000, weights
    elif name.startswith("territoires/"):
        assert weights[Path(name).name] < 60_000, weights
