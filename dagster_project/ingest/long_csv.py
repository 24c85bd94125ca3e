"""A CSV of any size to an all-text Parquet under the file's own labels, block by block: memory does not grow with the file.

`readers` does the same in memory for the other sources, whose tables are read whole anyway.
"""

import csv
import io
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


def csv_labels(path: Path, layout: Layout) -> list[str]:
    """The labels of the header, composed.

    Raises:
        SourceError: an empty file, or one that is not CSV.
    """
    return [composed(label) for label in _as_written(path, layout)]


def _as_written(path: Path, layout: Layout) -> list[str]:
    """The labels of the header, letter by letter."""
    with opened(path, layout.member, CEILING) as file:
        return header(file.readline(CEILING_OF_A_LINE), layout, path.name)


def csv_to_parquet(path: Path, layout: Layout, labels: list[str], target: Path) -> None:
    """Write the file's rows as text, with their line number in `_ligne`.

    Args:
        path: plain, gzip or zip.
        layout: delimiter, encoding, member of the archive.
        labels: those of its header (csv_labels).
        target: Parquet file to write.

    Raises:
        SourceError: naming the file and the first offending line.
    """
    text = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(_as_written(path, layout), pa.string()), strings_can_be_null=False
    )
    invalid: list[tuple[int, int]] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        invalid.append((row.expected_columns, row.actual_columns))
        return "error"

    rows, writer = 0, None
    try:
        with opened(path, layout.member, CEILING) as file:
            reader = pa.csv.open_csv(
                file,
                read_options=pa.csv.ReadOptions(encoding=layout.encoding, block_size=BLOCK),
                parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=keep),
                convert_options=text,
            )
            schema = pa.schema([*(pa.field(label, pa.string()) for label in labels), pa.field("_ligne", pa.int64())])
            writer = pq.ParquetWriter(target, schema, compression="zstd", compression_level=1)
            for batch in reader:
                numbers = pa.array(range(rows + 2, rows + 2 + batch.num_rows), pa.int64())
                writer.write_batch(
                    pa.RecordBatch.from_arrays([*composed_columns(batch.columns), numbers], schema=schema)
                )
                rows += batch.num_rows
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if not invalid:
            where = _undecodable(path, layout)
            problem = f"cannot be read as {layout.encoding} CSV ({error})"
            raise SourceError(path.name, problem, AGAIN, where=where) from error
    finally:
        if writer is not None:
            writer.close()
    if invalid:
        expected, actual = invalid[0]
        problem = f"{actual} cells where the header has {expected}"
        raise SourceError(path.name, problem, AGAIN, where=_uneven(path, layout, len(labels)))
    if not rows:
        raise SourceError(path.name, "no data row below the header", AGAIN)


def _uneven(path: Path, layout: Layout, width: int) -> str:
    """The first line that has not as many cells as the header: the streaming reader does not number its rows."""
    with opened(path, layout.member, CEILING) as file:
        lines = csv.reader(io.TextIOWrapper(file, layout.encoding, errors="replace"), delimiter=layout.delimiter)
        return next((f"line {lines.line_num}" for row in lines if row and len(row) != width), "")


def _undecodable(path: Path, layout: Layout) -> str:
    """The first line that is not in the announced encoding; empty when that is not what is wrong."""
    with opened(path, layout.member, CEILING) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(layout.encoding)
            except UnicodeDecodeError:
                return f"line {number}"
    return ""
