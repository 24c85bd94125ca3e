"""Text as it is compared: composed (NFC). What a Mac or a PDF writes as a letter and its accent is read as one letter."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

FORM = "NFC"


def composed(text: str) -> str:
    """A text, composed."""
    return unicodedata.normalize(FORM, text)


def composed_columns(arrays: list[pa.Array]) -> list[pa.Array]:
    """Columns of text with every cell composed; those in ASCII, nearly all of them, are handed back as they are."""
    return [
        one if pc.all(pc.string_is_ascii(one)).as_py() in (True, None) else pc.utf8_normalize(one, FORM)
        for one in arrays
    ]
