"""The tables of an inventory's edition, one or several files and members, each as Parquet under the producer's labels."""

import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core.errors import SourceError
from dagster_project.core.sql import identifier, literal
from dagster_project.ingest.compressed import AGAIN
from dagster_project.ingest.long_csv import csv_header, csv_to_parquet, named
from dagster_project.ingest.raw import labels_of
from dagster_project.ingest.readers import read
from dagster_project.sources.inventories import UNIT, Inventory, Member
from dagster_project.sources.registry import Layout
from dagster_project.sources.store import Snapshot

AT_ONCE = 2  # members of one archive: what is read lets go of Python, and fills two cores


@dataclass(frozen=True)
class Table:
    """One table of an edition, verbatim.

    Attributes:
        file: what the producer calls it, for messages.
        path: Parquet, all text, with the line of each row in `_ligne`.
        columns: SQL of each of the contract's columns.
        units: what headers say of the unit, by label of the contract.
        member: constants of the table.
    """

    file: str
    path: Path
    columns: dict[str, str]
    units: dict[str, str]
    member: Member


def tables(inventory: Inventory, snapshot: Snapshot, work: Path) -> list[Table]:
    """Read every file of a snapshot.

    Args:
        inventory: its contract.
        snapshot: the producer's file, or the archive of its files.
        work: folder to write to.

    Raises:
        SourceError: a file that cannot be read, or whose header is not the contract's.
    """
    layout = inventory.layout_of(snapshot.manifest.edition, snapshot.manifest.mode)
    members = dict(inventory.reading.members.items() or [(layout.member, Member())])
    results: list[Table] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for path in _files(inventory, snapshot, work):
            read = partial(_table, inventory, snapshot, path)
            targets = [work / f"table_{len(results) + number}.parquet" for number in range(len(members))]
            results += pool.map(read, members, members.values(), targets)
    return results


def _table(
    inventory: Inventory, snapshot: Snapshot, path: Path, pattern: str | None, member: Member, target: Path
) -> Table:
    layout = inventory.layout_of(snapshot.manifest.edition, snapshot.manifest.mode)
    layout = layout.model_copy(update={"member": pattern})
    name = named(path, layout)
    labels = _verbatim(inventory, snapshot, path, layout, name, target)
    known, units = _known(labels, inventory)
    known = labels_of(known, layout, inventory, name)
    _refuse_unnamed_cells(labels, layout, name, target)
    return Table(name, target, _columns(inventory, layout, dict(zip(known, labels, strict=True))), units, member)


def _files(inventory: Inventory, snapshot: Snapshot, work: Path) -> Iterator[Path]:
    """The producer's files, one after another."""
    if not inventory.editions[snapshot.manifest.edition].parts:
        yield snapshot.path
        return
    with zipfile.ZipFile(snapshot.path) as archive:
        for name in archive.namelist():
            path = work / Path(name).name  # names of ours, but nothing leaves its folder
            with archive.open(name) as entry, path.open("wb") as file:
                shutil.copyfileobj(entry, file)
            yield path
            path.unlink()


def _verbatim(
    inventory: Inventory, snapshot: Snapshot, path: Path, layout: Layout, name: str, target: Path
) -> list[str]:
    """Write a file's own table as Parquet; returns its labels."""
    form = snapshot.manifest.format
    if form == "csv":
        header = csv_header(path, layout, lambda labels: _found(labels, layout, inventory))
        known, _ = _known(header.labels, inventory)
        labels_of(known, layout, inventory, name)  # before the rows: a wrong header explains them
        csv_to_parquet(path, layout, header, target)
        return header.labels
    table, lines = read(path, form, layout, inventory)
    pq.write_table(table.append_column("_ligne", pa.array(lines, pa.int64())), target)
    return list(table.column_names)


def _found(labels: Sequence[str], layout: Layout, inventory: Inventory) -> float:
    """What part of the contract's labels a line holds."""
    known = {layout.rename.get(label, label) for label in _known(labels, inventory)[0]}
    wanted = set(inventory.columns) - {*layout.constants, *layout.absent, *inventory.optional}
    return len(known & wanted) / len(wanted)


def _known(labels: Sequence[str], inventory: Inventory) -> tuple[list[str], dict[str, str]]:
    """Labels of a header, those that hold a unit as the contract writes them; and those units."""
    patterns = {label: _pattern(label) for label in inventory.columns if UNIT in label}
    results, units = [], {}
    for label in labels:
        matches = ((name, pattern.fullmatch(label)) for name, pattern in patterns.items())
        known, match = next(((name, match) for name, match in matches if match), (label, None))
        if match:
            units[known] = match["unit"].strip()
        results.append(known)
    return results, units


def _pattern(label: str) -> re.Pattern[str]:
    return re.compile("(?P<unit>[^()]+)".join(map(re.escape, label.split(UNIT, 1))))


def _refuse_unnamed_cells(labels: Sequence[str], layout: Layout, file: str, table: Path) -> None:
    """A column without a heading is let through only where it holds nothing."""
    if "" not in labels or layout.other_columns != "empty":
        return
    number = len(labels) - 1 - labels[::-1].index("")
    column = identifier(pq.read_schema(table).names[number])
    query = f"select min(_ligne) from read_parquet({literal(table)}) where trim({column}) <> ''"  # noqa: S608
    with duckdb.connect() as connection:
        (line,) = connection.execute(query).fetchone() or (None,)
    if line is not None:
        problem = f"a cell in column {number + 1}, which has no heading"
        raise SourceError(file, problem, AGAIN, where=f"line {line}")


def _columns(inventory: Inventory, layout: Layout, labels: dict[str, str]) -> dict[str, str]:
    """SQL of the contract's columns: those of the file, constants of its layout, null for those that it has not."""
    return {
        label: identifier(labels[label]) if label in labels else f"{literal(layout.constants.get(label))}::varchar"
        for label in inventory.columns
    }
