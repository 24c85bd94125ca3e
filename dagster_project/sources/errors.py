"""The one error that bad input raises, whatever room notices it."""

from __future__ import annotations

import re

# What a reader may take for another letter, or not see: all but plain signs, and the letters and signs of French.
ODD = re.compile(r"[^\n -~\u00A1-\u00AC\u00AE-\u017F\u2013\u2014\u2018\u2019\u201C\u201D\u2026\u20AC\u2080-\u2089]")


def legible(text: str) -> str:
    """The text, each character that looks like another or like nothing followed by its code point."""
    return ODD.sub(lambda found: f"{found[0]}<U+{ord(found[0]):04X}>", text)


class SourceError(Exception):
    """Unusable input. The message names the file, the place in it, what is wrong and what to do.

    Args:
        file: file name or address.
        problem: what was seen.
        remedy: what the reader can do about it.
        where: row, column or sheet, if known.
    """

    def __init__(self, file: str, problem: str, remedy: str, where: str = "") -> None:
        place = f"{file}, {where}" if where else file
        super().__init__(legible(f"{place}: {problem}. {remedy}"))
        self.file, self.where, self.problem, self.remedy = file, where, problem, remedy
