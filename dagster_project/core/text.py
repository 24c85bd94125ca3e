"""Text as it is compared and shown: composed (NFC), legible in messages, plain where it is published."""

import re
import unicodedata
from typing import Final

FORM: Final = "NFC"
LONGEST_NAME = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that spreadsheets run
INVISIBLE = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # categories of Unicode: control, format (zero width, direction)...
# What draws nothing (Default_Ignorable_Code_Point of Unicode, the blank of Braille), and spaces other than those of French.
BLANK = re.compile(
    r"[\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFE00-\uFE0F\uFFA0\U000E0100-\U000E01EF\u1680\u2000-\u200A\u205F\u3000]"
)

# What a reader may take for another letter, or not see: all but plain signs, and the letters and signs of French.
ODD = re.compile(r"[^\n -~\u00A1-\u00AC\u00AE-\u017F\u2013\u2014\u2018\u2019\u201C\u201D\u2026\u20AC\u2080-\u2089]")


def composed(text: str) -> str:
    """What a Mac or a PDF writes as a letter and its accent, as one letter."""
    return unicodedata.normalize(FORM, text)


def is_composed(text: str) -> bool:
    """Whether no letter stands apart from its accent."""
    return unicodedata.is_normalized(FORM, text)


def is_invisible(character: str) -> bool:
    """A control character, a mark of direction, a space of no width: what a terminal obeys and a reader does not see."""
    return unicodedata.category(character) in INVISIBLE or bool(BLANK.match(character))


def unaccented(text: str) -> str:
    """The text without its accents, for comparisons alone."""
    return "".join(item for item in unicodedata.normalize("NFD", text) if not unicodedata.combining(item))


def is_legible(text: str) -> bool:
    """Composed, and nothing in it that a reader does not see."""
    return is_composed(text) and not any(map(is_invisible, text))


def legible(text: str) -> str:
    """The text, each character that looks like another followed by its code point, each that is not seen replaced by it."""
    return ODD.sub(lambda result: f"{'' if is_invisible(result[0]) else result[0]}<U+{ord(result[0]):04X}>", text)


def fault_of_name(text: str) -> str | None:
    """Why a text cannot be published as a name; None when it can."""
    if len(text) > LONGEST_NAME:
        return f"{len(text)} characters, where {LONGEST_NAME} are a long name"
    if unicodedata.normalize("NFKC", text).lstrip(" ").startswith(FORMULA):  # also of full width, or after a space
        return f"it begins with {text[0]!r}, as a formula of a spreadsheet does"
    if hidden := next((item for item in text if is_invisible(item)), None):
        return f"it holds U+{ord(hidden):04X} ({unicodedata.name(hidden, 'a control character')}), which nobody sees"
    if not is_composed(text):
        return "it holds a letter and its accent apart (save it as composed text, NFC)"
    return None
