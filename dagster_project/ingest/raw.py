"""From snapshots to one raw Parquet table a source: asserts the header, applies the layout, numbers the rows.

The table holds the contract's columns in order, all text, plus `_edition` and `_ligne` (line in the file).
An empty cell stays an empty string; a column the layout does not have is null.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.core.errors import SourceError
from dagster_project.core.files import whole_file
from dagster_project.ingest.boundary_table import is_boundaries, read_boundaries
from dagster_project.ingest.compressed import AGAIN
from dagster_project.ingest.readers import read
from dagster_project.settings import Settings
from dagster_project.sources.registry import Layout, Source
from dagster_project.sources.store import Snapshot

ROW_GROUP = 8192
EDITION, LINE = "_edition", "_ligne"


def build(source: Source, snapshots: Sequence[Snapshot]) -> pa.Table:
    """One raw table from the snapshots of the editions a refresh needs; of none, its columns alone.

    Raises:
        SourceError: a header that is not the contract's, with the first offending label.
    """
    return pa.concat_tables(_edition(source, snapshot) for snapshot in snapshots) if snapshots else _empty(source)


def _empty(source: Source) -> pa.Table:
    labels = [(label, pa.string()) for label in source.columns]
    return pa.schema([*labels, (EDITION, pa.string()), (LINE, pa.int64())]).empty_table()


def _edition(source: Source, snapshot: Snapshot) -> pa.Table:
    """The rows of one edition."""
    manifest = snapshot.manifest
    layout = source.layout_of(manifest.edition, manifest.mode)
    if is_boundaries(layout):
        table, lines = read_boundaries(snapshot.path, layout)
    else:
        table, lines = read(snapshot.path, manifest.format, layout, source)
    table = _apply(table, layout, source, snapshot.path.name)
    table = table.append_column(EDITION, pa.array([manifest.edition] * table.num_rows, pa.string()))
    return table.append_column(LINE, pa.array(lines, pa.int64()))


def write(table: pa.Table, target: Path, lineage: dict[str, Any]) -> str:
    """Write the table beside its final place and switch, so that a reader never sees half a file.

    Returns:
        digest of its rows.
    """
    rows = _rows_digest(table)
    described = table.replace_schema_metadata({"flux_carbone": json.dumps({**lineage, "rows": rows})})
    options = {"compression": "zstd", "compression_level": 1, "row_group_size": ROW_GROUP, "write_statistics": False}
    with whole_file(target) as part:
        pq.write_table(described, part, **options)
    return rows


def metadata_of(target: Path) -> dict[str, Any]:
    """What a table says of itself: the lineage that `write` was told, and `rows`, the digest of its rows alone."""
    try:
        return dict(json.loads(pq.read_schema(target).metadata[b"flux_carbone"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def manifests_of(settings: Settings, source_id: str) -> list[dict[str, Any]]:
    """Manifests of the snapshots that a raw table was read from; none of a source that is absent."""
    return list(metadata_of(settings.raw / f"{source_id}.parquet")["snapshots"])


def stored_files(settings: Settings, source_id: str) -> dict[str, Path]:
    """Those snapshots, by edition."""
    return {item["edition"]: stored(settings, item) for item in manifests_of(settings, source_id)}


def stored(settings: Settings, manifest: Mapping[str, Any]) -> Path:
    """The file of a manifest."""
    place = (manifest["mode"], manifest["source"], manifest["edition"], manifest["sha256"][:16], manifest["file"])
    return settings.snapshots.joinpath(*place)


def _rows_digest(table: pa.Table) -> str:
    """Digest of the rows and columns, without what is said of them."""
    bare = table.replace_schema_metadata(None)
    digest = hashlib.sha256(bare.schema.serialize())
    for batch in bare.to_batches(max_chunksize=ROW_GROUP):
        digest.update(batch.serialize())
    return digest.hexdigest()


def labels_of(columns: Sequence[str], layout: Layout, source: Source, file: str) -> list[str]:
    """The contract's labels of a file's columns.

    Raises:
        SourceError: a label that is missing, unknown or repeated.
    """
    labels = [layout.rename.get(label, label) for label in columns]
    where = "header row"
    if repeated := sorted({label for label in labels if label and labels.count(label) > 1}):
        raise SourceError(file, f"column {repeated[0]!r} appears more than once", AGAIN, where=where)
    provided = {*labels, *layout.constants, *layout.absent}
    missing = [label for label in source.columns if label not in provided and label not in source.optional]
    unknown = [label for label in labels if label not in source.columns]
    if layout.other_columns != "refused":
        unknown = [label for label in unknown if label and layout.other_columns == "empty"]
    if missing or unknown:
        parts = []
        if missing:
            parts.append(f"column {missing[0]!r} is missing{_more(missing)}")
        if unknown:
            parts.append(f"column {unknown[0]!r} is not in the contract{_more(unknown)}")
        raise SourceError(file, " and ".join(parts), AGAIN, where=where)
    return labels


def _apply(table: pa.Table, layout: Layout, source: Source, file: str) -> pa.Table:
    """The contract's columns, known defects and repeated rows refused."""
    labels = labels_of(table.column_names, layout, source, file)
    table = table.rename_columns(labels)

    def column(label: str) -> pa.ChunkedArray | pa.Array:
        if label in labels:
            return table.column(label)
        if label in layout.constants:
            return pa.array([layout.constants[label]] * table.num_rows, pa.string())
        return pa.nulls(table.num_rows, pa.string())

    columns = [column(label) for label in source.columns]
    shaped = pa.table(columns, schema=pa.schema([(label, pa.string()) for label in source.columns]))
    _refuse_known_defects(shaped, source, file)
    _refuse_duplicates(shaped, source, file)
    return shaped


def _refuse_known_defects(table: pa.Table, source: Source, file: str) -> None:
    """A value that the contract names as the trace of a broken export stops the file, with what happened."""
    for label, refused in source.refused_values.items():
        for value, reason in refused.items():
            result = pc.sum(pc.equal(table[label], value)).as_py()
            if result:
                problem = f"{result} rows hold {value!r}: {reason}"
                raise SourceError(
                    file, problem, "Take an earlier or a repaired export. " + AGAIN, where=f"column {label}"
                )


def _refuse_duplicates(table: pa.Table, source: Source, file: str) -> None:
    """A repeated row would be counted twice whatever its content: the key must be unique in the file."""
    if not source.key:
        return
    counts = table.group_by(list(source.key)).aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1))
    if repeated.num_rows:
        values = ", ".join(f"{label}={repeated[label][0].as_py()!r}" for label in source.key)
        problem = f"{values} appears {repeated['count_all'][0].as_py()} times ({repeated.num_rows} repeated keys)"
        raise SourceError(file, problem, "Keep one row a key. " + AGAIN, where=f"column {source.key[0]}")


def _more(labels: list[str]) -> str:
    return f" ({len(labels)} in all)" if len(labels) > 1 else ""
