"""French without its accents, found with a dictionary (Debian's `wfrench`): words that are French only once they are accented."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from dagster_project.core.text import unaccented

DICTIONARY = Path("/usr/share/dict/french")
HERE = Path(__file__).with_name("words")
# What is no prose: code between backquotes, identifiers, addresses, paths and names of files, digests.
CODE = re.compile(
    r"`[^`]*`|\S*[_@#=\\]\S*|https?:\S+|\S*/\S*/\S*|\S+/(?=\s|$)"
    r"|\S+\.(?:csv|json|jsonld|txt|parquet|duckdb|xlsx|gpkg|geojson|html|js|sha256|yml|fr|org|com)\b"
)
WORD = re.compile(r"(?<![A-Za-z0-9À-ÿ])[A-Za-zÀ-ÿŒœ]{2,}(?![A-Za-z0-9À-ÿ])")
# Words of two lives, by what stands around them: `à`, `où`, `là où`, `forêt`, `côté`...
TRAPS = re.compile(
    r"\b(?:forets?|a (?:la|l'|cote|cheval|partir|chaque|confirmer|lire|part|zero|[0-9]+)\b|la ou\b|d'ou\b|ou se trouv\w+|"
    r"au pres\b|moitie|libelles? |de cote\b)",
    re.IGNORECASE,
)
# A participle stands after these; one that lacks its accent is another form of the verb, and a word too.
PARTICIPLE = re.compile(
    r"\b(?:est|sont|été|être|soit|jamais|azote|chiffre|valeur) (?:pas |tous |toutes |jamais )?([a-zà-ÿ]{3,}e)s?\b"
)
NO_PARTICIPLE = {
    "fausse",
    "celle",
    "entre",
    "autre",
    "notre",
    "libre",
    "vide",
    "pauvre",
    "contre",
    "tombe",
    "même",
    "jaune",
}


@cache
def _accented() -> tuple[frozenset[str], dict[str, set[str]]]:
    """Every French word, and those that each form without accents stands for."""
    if not DICTIONARY.is_file():
        pytest.skip("no French dictionary here: apt-get install wfrench")
    words = {line.strip().lower() for line in DICTIONARY.read_text("utf-8").splitlines()}
    words |= {line.strip() for line in (HERE / "mots.txt").read_text("utf-8").splitlines() if line and line[0] != "#"}
    forms = defaultdict(set)
    for word in words:
        if (plain := unaccented(word)) != word:
            forms[plain].add(word)
    return frozenset(words), forms


@cache
def _exempt() -> frozenset[str]:
    with (HERE / "exemptions.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["mot"].lower() for row in csv.DictReader(file))


def faults(text: str, names: Iterable[str] = ()) -> Iterator[str]:
    """Words of a text that lack their accents, each with what it may be.

    Args:
        text: French prose.
        names: official names that may stand in it.
    """
    words, forms = _accented()
    for name in sorted((one for one in names if one in text), key=len, reverse=True):
        text = text.replace(name, " ")
    text = CODE.sub(" ", text)
    for found in WORD.finditer(text):
        word = found[0].lower()
        acronym = found[0].isupper() and len(word) < 6
        if word not in words and word in forms and word not in _exempt() and not acronym:
            yield f"{found[0]} ({' / '.join(sorted(forms[word]))}) in {text[max(0, found.start() - 30) : found.end() + 30]!r}"
    for found in PARTICIPLE.finditer(text):
        if found[1] not in NO_PARTICIPLE and f"{found[1][:-1]}é" in words:
            yield f"{found[1]} ({found[1][:-1]}é) in {text[max(0, found.start() - 30) : found.end() + 30]!r}"
    for found in TRAPS.finditer(text):
        yield f"{found[0]} in {text[max(0, found.start() - 30) : found.end() + 30]!r}"
