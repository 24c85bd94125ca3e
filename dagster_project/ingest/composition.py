"""Columns of text, composed (core.text) cell by cell."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.core.text import FORM


def composed_columns(arrays: list[pa.Array]) -> list[pa.Array]:
    """Columns with every cell composed; those in ASCII, nearly all of them, are handed back as they are."""
    return [
        one if pc.all(pc.string_is_ascii(one)).as_py() in (True, None) else pc.utf8_normalize(one, FORM)
        for one in arrays
    ]
