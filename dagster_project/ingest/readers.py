"""One reader a file format: bytes to an all-text Arrow table under the file's own labels.

The header row is taken as it stands and asserted by the contract; no delimiter, type or encoding is guessed.
Each reader returns the table and the line of each record, for error messages and lineage.
"""

import codecs
import csv
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from dagster_project.core.errors import SourceError
from dagster_project.core.text import FORM, composed
from dagster_project.ingest.compressed import AGAIN, opened
from dagster_project.ingest.spreadsheets import read_workbook
from dagster_project.sources.data_fair import DATASET_ENTRY
from dagster_project.sources.registry import Layout, Source

MAX_UNPACKED = 2 << 30


def read(path: Path, form: str, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    """Read one snapshot.

    Args:
        path: the stored file, plain, gzip or zip.
        form: `csv`, `xlsx`, `data_fair`, `wfs`, `features` or `records`.

    Returns:
        the table (every column `string`, composed text) and the line of each of its records, counted as a text editor does.

    Raises:
        SourceError: unreadable, truncated, empty, or not the announced format.
    """
    readers: dict[str, Callable[..., tuple[pa.Table, Sequence[int]]]] = {
        "csv": _read_csv,
        "xlsx": _read_xlsx,
        "data_fair": _read_data_fair,
        "wfs": _read_features,
        "features": _read_features,
        "records": _read_records,
    }
    table, lines = readers[form](path, layout, source)
    if table.num_rows == 0:
        raise SourceError(path.name, "no data row below the header", AGAIN)
    labels = [composed(label) for label in table.column_names]
    return pa.Table.from_arrays(composed_columns(table.columns), names=labels), lines


def composed_columns(arrays: Sequence[pa.Array | pa.ChunkedArray]) -> list[pa.Array | pa.ChunkedArray]:
    """Columns with every cell composed; those in ASCII, nearly all of them, are handed back as they are."""
    return [
        array if pc.all(pc.string_is_ascii(array)).as_py() in (True, None) else _composed_column(array)
        for array in arrays
    ]


def _composed_column(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Each different text composed once."""
    if isinstance(array, pa.ChunkedArray):
        return pa.chunked_array([_composed_column(chunk) for chunk in array.chunks], pa.string())
    words = array.dictionary_encode()
    return pc.utf8_normalize(words.dictionary, FORM).take(words.indices)


def unpack(path: Path, member: str | None) -> bytes:
    """The bytes of a plain or gzip file, or of the one archive member that matches `member`."""
    with opened(path, member, MAX_UNPACKED) as file:
        body = file.read(MAX_UNPACKED + 1)
    if len(body) > MAX_UNPACKED:
        raise SourceError(path.name, "larger than 2 GiB unpacked", AGAIN)
    return body


def _read_csv(path: Path, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    body = unpack(path, layout.member)
    first = _line(body)
    labels = header(first, layout, path.name)
    if not body.endswith(b"\n"):
        # The last record may be cut; a file that merely lacks its final newline still parses, so look at it.
        _refuse_cut_record(body, labels, layout, path.name)
    if body.count(b'"') % 2:
        raise SourceError(path.name, "a quote that is never closed: what follows it would be one cell", AGAIN)
    invalid: list[tuple[int, int, int]] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        invalid.append((row.number or 0, row.expected_columns, row.actual_columns))
        return "skip"

    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(labels, pa.string()), strings_can_be_null=False)

    def parse(threads: bool) -> pa.Table:
        return pa.csv.read_csv(
            pa.BufferReader(body),
            read_options=pa.csv.ReadOptions(encoding=layout.encoding, use_threads=threads, block_size=8 << 20),
            parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=keep),
            convert_options=text,
        )

    try:
        table = parse(threads=True)
        if invalid:  # only a single thread knows line numbers
            invalid.clear()
            parse(threads=False)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceError(path.name, f"cannot be read as {layout.encoding} CSV ({error})", AGAIN) from error
    if invalid:
        number, expected, actual = invalid[0]
        problem = f"{actual} cells where the header has {expected} ({len(invalid)} such lines)"
        raise SourceError(path.name, problem, AGAIN, where=f"line {number}")
    return table, _from(2 if _line(body, len(first) + 1).strip() else 3, table)


def _from(first: int, table: pa.Table) -> Sequence[int]:
    """Lines of records that follow each other."""
    return range(first, first + table.num_rows)


def _line(body: bytes, start: int = 0) -> bytes:
    """The line that begins at `start`, without its end; the rest, a hundred megabytes of it, is not copied."""
    end = body.find(b"\n", start)
    return body[start:] if end < 0 else body[start:end]


def header(line: bytes, layout: Layout, name: str) -> list[str]:
    """Labels of the first line, unquoted, as Arrow will name them.

    Raises:
        SourceError: nothing there, or a page of markup.
    """
    start = line.removeprefix(codecs.BOM_UTF8).strip()
    if not start:
        raise SourceError(name, "an empty file", AGAIN)
    if start.startswith(b"<"):
        raise SourceError(name, "HTML or XML where CSV is expected (an error page?)", AGAIN, where="line 1")
    try:
        text = line.decode(layout.encoding).removeprefix("\ufeff").rstrip("\r\n")
        return next(csv.reader([text], delimiter=layout.delimiter), [])
    except (UnicodeDecodeError, csv.Error) as error:
        problem = f"the header cannot be read as {layout.encoding} CSV ({error})"
        raise SourceError(name, problem, AGAIN, where="line 1") from error


def _refuse_cut_record(body: bytes, labels: list[str], layout: Layout, name: str) -> None:
    lines = body.rsplit(b"\n", 1)
    last = lines[-1].decode(layout.encoding, errors="replace")
    if last.count('"') % 2 or last.count(layout.delimiter) < len(labels) - 1:
        where = f"line {body.count(chr(10).encode()) + 1}"
        raise SourceError(name, "the last line is cut short: a truncated file", AGAIN, where=where)


def _read_xlsx(path: Path, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    return read_workbook(unpack(path, layout.member), path, layout)


def _read_data_fair(path: Path, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    """Pages of a Data Fair portal: its keys are slugs, its schema keeps the published labels."""
    with zipfile.ZipFile(path) as archive:
        fields = _listed(_parsed(archive.read(DATASET_ENTRY), path.name), "schema", path.name)
        pages = [_parsed(archive.read(name), path.name) for name in sorted(archive.namelist()) if name != DATASET_ENTRY]
    label_of = {str(field.get("key")): str(field.get("x-originalName") or field.get("key")) for field in fields}
    records = [record for page in pages for record in _listed(page, "results", path.name)]
    seen = {key for record in records for key in record}
    unknown = sorted(key for key in seen - set(label_of) if not key.startswith("_"))
    if unknown:
        raise SourceError(path.name, f"key {unknown[0]!r} is not in the portal's schema", AGAIN)
    keys = [key for key in label_of if not key.startswith("_")]
    _refuse_partial(path.name, len(records), _announced(pages, "total"))
    table = _from_records(records, keys)
    return table.rename_columns([label_of[key] for key in keys]), _from(1, table)


def _read_features(path: Path, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    """Features of a service in GeoJSON: one page as a file, or several in an archive; geometries are left out."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            pages = [_parsed(archive.read(name), path.name) for name in sorted(archive.namelist())]
    else:
        pages = [_parsed(unpack(path, None), path.name)]
    records = []
    for page in pages:
        features = _listed(page, "features", path.name)
        _refuse_partial(path.name, len(features), _announced([page], "numberReturned"))
        records += [facts if isinstance(facts := feature.get("properties"), dict) else {} for feature in features]
    for label in ("numberMatched", "totalFeatures"):
        _refuse_partial(path.name, len(records), _announced(pages, label))
    table = _from_records(records, list(dict.fromkeys(label for record in records for label in record)))
    return table, _from(1, table)


def _read_records(path: Path, layout: Layout, source: Source) -> tuple[pa.Table, Sequence[int]]:
    """A JSON file that is one list of objects."""
    listed = _json(unpack(path, layout.member), path.name)
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise SourceError(path.name, "JSON, but no list of objects", AGAIN)
    table = _from_records(listed, list(dict.fromkeys(label for record in listed for label in record)))
    return table, _from(1, table)


def _announced(pages: list[dict[str, Any]], label: str) -> int | None:
    """How many records the last page that says so announces; None where none does."""
    return next((int(item) for page in reversed(pages) if (item := str(page.get(label))).isdecimal()), None)


def _refuse_partial(name: str, result: int, announced: int | None) -> None:
    """A copy holds what its producer announced, as a download must."""
    if announced is not None and result != announced:
        problem = f"the producer announces {announced} records and the file holds {result}"
        raise SourceError(name, problem, "Fetch every page. " + AGAIN)


def _listed(page: dict[str, Any], label: str, name: str) -> list[dict[str, Any]]:
    """The objects that a JSON object lists under a label."""
    listed = page.get(label)
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise SourceError(name, f"JSON, but no list of objects under {label!r}", AGAIN)
    return listed


def _parsed(body: bytes, name: str) -> dict[str, Any]:
    """A JSON object; an empty one where it is something else."""
    result = _json(body, name)
    return result if isinstance(result, dict) else {}


def _json(body: bytes, name: str) -> Any:
    """What a JSON text says, its numbers as they are written."""
    try:
        return json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        kind = "HTML" if re.match(rb"\s*<", body) else "unreadable JSON"
        raise SourceError(name, f"{kind} where JSON is expected ({error})", AGAIN) from error


def _from_records(records: list[dict[str, Any]], labels: list[str]) -> pa.Table:
    def text(value: object) -> str:
        if isinstance(value, list):
            return " ".join(map(str, value))
        return "" if value is None else str(value)

    return pa.table({label: pa.array([text(r.get(label)) for r in records], pa.string()) for label in labels})
