"""A page as a person reads it: each figure with the title, headings and caption that stand nearest to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "img", "input", "image", "path", "rect", "use"}


PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉³\u00a0", "01234567893 ")


def untypeset(text: str) -> str:
    """A page without its typography: plain digits and spaces, but for the thin ones within figures."""
    return re.sub(r"\u202f(?=[;!?]|\d{3}\s(?:t\b|tonnes))", " ", text.translate(PLAIN)).replace("\xad", "")


@dataclass(frozen=True)
class Reading:
    """One figure and what is read of it, the nearest words first: its own title, the head of its column, caption, section."""

    name: str
    text: str
    title: str
    head: str
    caption: str
    section: str
    place: str = ""  # another territory than that of the page


@dataclass
class Legend:
    """What the map says of its colours, for one indicator."""

    code: str
    title: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """Reads our pages, which leave out the ends of paragraphs, rows and cells, as HTML allows.

    Attributes:
        readings: figures with their words.
        strongs: (class, text) of what is stressed.
        paragraphs: (class, text) of each.
        drawings: accessible names of drawings.
        legends: of the map.
        shapes: classes of colour by slug.
        rows: cells of each row of tables, heads included, by identifier of the table.
        options: of the choice of an indicator.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.readings: list[Reading] = []
        self.strongs: list[tuple[str, str]] = []
        self.paragraphs: list[tuple[str, str]] = []
        self.drawings: list[str] = []
        self.legends: list[Legend] = []
        self.shapes: dict[str, str] = {}
        self.rows: dict[str, list[list[str]]] = {}
        self.options: list[str] = []
        self._words: dict[str, str] = dict.fromkeys(("h2", "caption", "dt", "row"), "")
        self._heads: list[str] = []
        self._table, self._column, self._figure, self._span = "", 0, None, None
        self._place = self._slug = ""
        self._open: list[tuple[str, str, list[str]]] = []
        self.feed(untypeset(path.read_text("utf-8")))
        self._end("html")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in ("p", "li", "dt", "dd", "th", "td", "tr", "h2", "h3", "table", "ul", "section"):
            self._end(tag)
        if tag == "table":
            self._table, self._heads = known.get("id", ""), []
            self._words |= {"caption": "", "row": ""}
            self.rows.setdefault(self._table, [])
        if tag == "tr":
            self._column = 0
            self.rows.setdefault(self._table, []).append([])
        if tag == "div" and "legende-carte" in known.get("class", ""):
            self.legends.append(Legend(known["data-i"]))
        if tag == "span" and "pastille" in known.get("class", "") and "rond" not in known["class"] and self.legends:
            self._span = known["class"].split()[-1]
        if tag == "path" and "data-c" in known:
            self.shapes[self._slug] = known["data-c"]
        if tag == "a":
            self._slug = known.get("href", "").rpartition("/")[2].removesuffix(".html")
        if tag == "svg" and "aria-label" in known:
            self.drawings.append(known["aria-label"])
        if "data-figures" in known:
            self._names = known["data-figures"].split(" ")
        if "data-f" in known:
            rank, *rest = known["data-f"].split("|")
            self._figure, self._place = "|".join((self._names[int(rank)], *rest)), known.get("data-t", "")
        if tag not in VOID:
            self._open.append((tag, known.get("class", "") + (" colonne" if known.get("scope") == "col" else ""), []))

    def handle_endtag(self, tag: str) -> None:
        if any(one[0] == tag for one in self._open):
            while self._open:
                closed = self._open[-1][0]
                self._close()
                if closed == tag:
                    break

    def handle_data(self, data: str) -> None:
        for _, _, texts in self._open:
            texts.append(data)

    def _end(self, tag: str) -> None:
        """Close what the beginning of another element ends."""
        ends = {
            "p": ("p",), "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "th": ("th", "td"), "td": ("th", "td"),
            "tr": ("th", "td", "tr"), "html": tuple({one[0] for one in self._open}),
        }.get(tag, ("p", "li", "dt", "dd"))  # fmt: skip
        while self._open and self._open[-1][0] in ends:
            self._close()

    def _close(self) -> None:
        tag, kind, texts = self._open.pop()
        text = re.sub(r"[ \t\r\n]+", " ", "".join(texts)).strip(" ")  # a thin space is part of a figure
        if tag in ("h2", "caption", "dt"):
            self._words[tag] = text
        elif tag == "figcaption":
            self.paragraphs.append(("figcaption", text))
        elif tag == "strong":
            self.strongs.append((kind, text))
        elif tag == "option":
            self.options.append(text)
        elif tag == "p":
            self.paragraphs.append((kind, text))
            if self.legends and not self.legends[-1].title:
                self.legends[-1].title = text
        elif tag == "li" and "phrase" in kind:
            self.paragraphs.append((kind, text))
        elif tag == "li" and self._span:
            self.legends[-1].entries.append((self._span, text))
            self._span = None
        elif tag in ("th", "td", "dd"):
            self._cell(tag, kind, text)

    def _cell(self, tag: str, kind: str, text: str) -> None:
        if tag == "dd":
            if self._figure:
                self.readings.append(Reading(self._figure, text, self._words["dt"], "", "", self._words["h2"]))
            self._figure = None
            return
        self.rows.setdefault(self._table, [[]])[-1].append(text)
        if "colonne" in kind:
            self._heads.append(text)
        elif tag == "th":
            self._words["row"] = text
        elif self._figure:
            head = self._heads[self._column] if self._column < len(self._heads) else ""
            self.readings.append(
                Reading(
                    self._figure, text, self._words["row"], head, self._words["caption"], self._words["h2"], self._place
                )
            )
        self._figure = None
        self._column += 1
