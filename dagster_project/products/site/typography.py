"""French typography of a finished page: spaces before high punctuation, in quotes and units, subscripts in formulas.

Touches what is read (texts, and attributes that are read aloud), never tags, addresses, codes or scripts.
"""

import re

NO_BREAK, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PIECES = re.compile(r"(<(?:script|style|code)\b.*?</(?:script|style|code)>|<[^>]*>)", re.DOTALL)
READ = re.compile(r'\b(aria-label|alt|title|placeholder|content|data-u|data-h)="([^"]*)"')
FORMULA = re.compile(r"\b(?:CO2e?|N2O|CH4|SO2|NH3|NO2|SF6|NF3)\b")
EMPTY = re.compile(r"\n\s*\n")
VOLUME = re.compile(r"\bm3\b")
RULES = (
    (re.compile(r"[ \u00a0]([;!?])"), THIN + r"\1"),
    (re.compile(r" (:)(?=[\s<]|$)"), NO_BREAK + r"\1"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), THIN),
    (re.compile(r"« "), "«" + NO_BREAK),
    (re.compile(r" »"), NO_BREAK + "»"),
    (re.compile(r"(?<=\d) (?=%|kt\b|kilotonnes\b|t C|ha\b|habitants\b|km\b|ppm\b|communes\b)"), NO_BREAK),
    (re.compile(r"\b(kt|t) (?=CO|C\b)"), r"\1" + NO_BREAK),
)


def typeset(page: str) -> str:
    """A page as it is published, without the empty lines of its templates."""
    return EMPTY.sub(
        "\n", "".join(_tag(piece) if piece.startswith("<") else _text(piece) for piece in PIECES.split(page))
    )


def _tag(piece: str) -> str:
    """A tag, whose attributes that are read are typeset; a script, a style or a code as it is."""
    if piece.startswith(("<script", "<style", "<code", "<link")):
        return piece
    return READ.sub(lambda part: f'{part[1]}="{_text(part[2])}"', piece)


def _text(text: str) -> str:
    if not text.strip():
        return text
    text = formulas(text)
    for pattern, written in RULES:
        text = pattern.sub(written, text)
    return text


def formulas(text: str) -> str:
    """CO2, N2O, CH4... with their digits below the line, cubic metres with theirs above."""
    return VOLUME.sub("m³", FORMULA.sub(lambda formula: formula[0].translate(SUBSCRIPTS), text))
