"""The site as a visitor uses it, from disk, in the system's Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dagster_project.release.switch import current
from dagster_project.settings import Settings
from tests.browser import DESKTOP, MOBILE, Watched, chromium, watched

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
)

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


def test_hover_says_what_the_table_says_for_each_indicator(home: Watched) -> None:
    page = home.page
    cells = page.locator("#r200071918 td").all_inner_texts()
    options = page.locator("#indicateur option").all_inner_texts()
    assert len(cells) == len(options) == 9
    for number, (cell, option) in enumerate(zip(cells, options, strict=True)):
        page.select_option("#indicateur", str(number))
        page.locator("#p200071918").hover()
        unit = re.search(r"\(([^()]+)\)$", option)[1]
        assert page.inner_text("#bulle") == f"CC du Pays de Saint-Fulgent - Les Essarts : {cell} {unit}"
        letters = page.get_attribute("#p200071918", "data-c")
        assert page.get_attribute("#p200071918", "class") == letters[number]
        assert page.locator(".legende:visible p").inner_text() == option


def test_colours_tell_sinks_from_sources(home: Watched) -> None:
    """The letter of each territory follows the sign of the figure that the table shows."""
    seen = set()
    for row in home.page.locator("#table tbody tr").all():
        code, figure = row.get_attribute("id")[1:], row.locator("td").nth(1).inner_text()
        letter = home.page.get_attribute(f"#p{code}", "data-c")[1]
        assert letter == "x" if figure == "n. d." else letter in ("abcd" if figure.startswith("\u2212") else "defg")
        seen.add(letter)
    assert "x" in seen and len(seen) > 2


def test_a_click_on_the_map_opens_the_page(home: Watched) -> None:
    home.page.locator("#p200071918").click()
    home.page.wait_for_url("**/territoires/epci-200071918.html")
    assert home.page.inner_text("h1") == "CC du Pays de Saint-Fulgent - Les Essarts"


def test_zoom_by_buttons_and_keyboard(home: Watched) -> None:
    def width() -> float:
        return float(home.page.get_attribute("#carte svg", "viewBox").split()[2])

    whole = width()
    home.page.click('button[data-z="+"]')
    assert width() == pytest.approx(whole * 0.6)
    home.page.focus("#carte")
    home.page.keyboard.press("+")
    assert width() == pytest.approx(whole * 0.36)
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
        return home.page.locator(f"#table tbody tr > :nth-child({number})").all_inner_texts()

    def figures() -> list[float]:
        texts = [one for one in column(3) if one != "n. d."]
        return [float(one.replace("\u202f", "").replace("\u2212", "-").replace(",", ".")) for one in texts]

    head = home.page.locator("#table thead th").nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert figures() == sorted(figures()) and len(set(figures())) > 3
    assert column(3)[-2:] == ["n. d.", "n. d."], "what is not known comes last"
    head.locator("button").click()
    assert figures() == sorted(figures(), reverse=True)
    assert column(3)[-2:] == ["n. d.", "n. d."]
    home.page.locator("#table thead th").first.locator("button").click()
    assert column(1)[0].startswith("CA ") or column(1)[0].startswith("CC ")


def test_without_javascript_the_map_and_the_table_lead_on(browser: Browser, site: Path) -> None:
    seen = watched(browser, DESKTOP, java_script_enabled=False)
    seen.page.goto((site / "index.html").as_uri())
    assert seen.page.locator("#indicateur").is_hidden()
    assert seen.page.locator(".legende:visible").count() == 1
    seen.page.locator('#table a[href="territoires/epci-200071918.html"]').click()
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
