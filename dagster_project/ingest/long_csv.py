"""A CSV of any size to an all-text Parquet under the file's own labels, block by block: memory does not grow with the file.

`readers` does the same in memory for the other sources, whose tables are read whole anyway.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from dagster_project.core.errors import SourceError
from dagster_project.core.text import composed
from dagster_project.ingest.compressed import AGAIN, opened
from dagster_project.ingest.readers import composed_columns, header
from dagster_project.sources.registry import Layout

BLOCK = 8 << 20
CEILING = 16 << 30
CEILING_OF_A_LINE = 1 << 20
LONGEST_PREAMBLE = 200


def named(path: Path, layout: Layout) -> str:
    """A file, and which of its members, for messages."""
    return f"{path.name}, {layout.member}" if layout.member else path.name


@dataclass(frozen=True)
class Header:
    """The labels of a header, composed and letter by letter, and its line."""

    labels: list[str]
    as_written: list[str]
    line: int


def csv_header(path: Path, layout: Layout, held: Callable[[list[str]], float]) -> Header:
    """The header: the first line, or where the layout has a preamble, the first that holds every label of the contract.

    Args:
        path: plain, gzip or zip.
        layout: delimiter, encoding, member of the archive, preamble.
        held: what part of the contract's labels a line holds; the line that holds most is shown where none holds all.

    Raises:
        SourceError: an empty file, one that is not CSV, or no line that holds any label.
    """
    best, most = None, 0.0
    with opened(path, layout.member, CEILING) as file:
        for number in range(1, (LONGEST_PREAMBLE if layout.preamble else 1) + 1):
            line = file.readline(CEILING_OF_A_LINE)
            if layout.preamble and not line.strip():
                if line:
                    continue
                break
            written = header(line, layout, named(path, layout))
            result = Header([composed(label) for label in written], written, number)
            if not layout.preamble or (part := held(result.labels)) == 1:
                return result
            if part > most:
                best, most = result, part
    if best is None:
        problem = f"none of the first {LONGEST_PREAMBLE} lines holds the contract's labels"
        raise SourceError(named(path, layout), problem, AGAIN, where="header row")
    return best


def csv_to_parquet(path: Path, layout: Layout, head: Header, target: Path) -> None:
    """Write the file's rows as text, with their line number in `_ligne`.

    Args:
        path: plain, gzip or zip.
        layout: delimiter, encoding, member of the archive.
        head: its header (csv_header); a label that is empty becomes the column's number.
        target: Parquet file to write.

    Raises:
        SourceError: naming the file and the first offending line.
    """
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(head.as_written, pa.string()), strings_can_be_null=False)
    invalid: list[tuple[int, int]] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        invalid.append((row.expected_columns, row.actual_columns))
        return "error"

    rows, writer, first = 0, None, head.line + 1
    try:
        with opened(path, layout.member, CEILING) as file:
            reader = pa.csv.open_csv(
                file,
                read_options=pa.csv.ReadOptions(encoding=layout.encoding, block_size=BLOCK, skip_rows=head.line - 1),
                parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=keep),
                convert_options=text,
            )
            names = [label or f"colonne {number}" for number, label in enumerate(head.labels, start=1)]
            schema = pa.schema([*(pa.field(name, pa.string()) for name in names), pa.field("_ligne", pa.int64())])
            writer = pq.ParquetWriter(target, schema, compression="zstd", compression_level=1)
            for batch in reader:
                numbers = pa.array(range(first + rows, first + rows + batch.num_rows), pa.int64())
                writer.write_batch(
                    pa.RecordBatch.from_arrays([*composed_columns(batch.columns), numbers], schema=schema)
                )
                rows += batch.num_rows
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if not invalid:
            where = _undecodable(path, layout)
            problem = f"cannot be read as {layout.encoding} CSV ({error})"
            raise SourceError(named(path, layout), problem, AGAIN, where=where) from error
    finally:
        if writer is not None:
            writer.close()
    if invalid:
        expected, actual = invalid[0]
        problem = f"{actual} cells where the header has {expected}"
        raise SourceError(named(path, layout), problem, AGAIN, where=_uneven(path, layout, head))
    if not rows:
        raise SourceError(named(path, layout), "no data row below the header", AGAIN)


def _uneven(path: Path, layout: Layout, head: Header) -> str:
    """The first line that has not as many cells as the header: the streaming reader does not number its rows."""
    with opened(path, layout.member, CEILING) as file:
        for _ in range(head.line - 1):
            file.readline(CEILING_OF_A_LINE)
        lines = csv.reader(io.TextIOWrapper(file, layout.encoding, errors="replace"), delimiter=layout.delimiter)
        width, before = len(head.labels), head.line - 1
        return next((f"line {before + lines.line_num}" for row in lines if row and len(row) != width), "")


def _undecodable(path: Path, layout: Layout) -> str:
    """The first line that is not in the announced encoding; empty when that is not what is wrong."""
    with opened(path, layout.member, CEILING) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(layout.encoding)
            except UnicodeDecodeError:
                return f"line {number}"
    return ""
