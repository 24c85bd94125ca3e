"""An inventory's file, whatever its layout, to one long all-text Parquet: a row a figure, under the producer's own words.

Says of each figure whether it is a number, missing or secret, three things that nothing later may confuse. What labels and units
mean is dbt's business; a cell that the contract does not allow is refused here, with its line and column.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core import code, digests
from dagster_project.core.errors import SourceError
from dagster_project.core.sql import identifier, literal
from dagster_project.ingest.compressed import AGAIN
from dagster_project.ingest.long_csv import csv_labels, csv_to_parquet
from dagster_project.ingest.raw import labels_of
from dagster_project.ingest.readers import read
from dagster_project.sources.inventories import Inventory, Reading
from dagster_project.sources.store import Snapshot

TEXTS = ("inventaire", "code", "nom", "annee", "est_provisoire", "secteur", "energie", "usage", "mesure", "unite", "etat",
         "nombre", "colonne")  # fmt: skip
FIGURES = pa.schema([*((name, pa.string()) for name in TEXTS), ("_ligne", pa.int64())])
CODES = {"commune": "([0-9]{5}|2[AB][0-9]{3})", "epci": "[0-9]{9}"}
LARGEST = 1e12  # of any figure in any unit: joules are not among the units of inventories
MEMORY = "700MB"  # beyond it DuckDB spills beside the target


def ingest(inventory: Inventory, snapshot: Snapshot, folder: Path) -> Path:
    """The long table of one version, written once for the same bytes, the same contract and the same code.

    Args:
        inventory: its contract.
        snapshot: the producer's file.
        folder: where tables of all inventories are kept.

    Returns:
        path of the Parquet (columns of FIGURES).

    Raises:
        SourceError: a layout or a cell that is not the contract's, with its line and column.
    """
    manifest = snapshot.manifest
    contract = digests.of(inventory.model_dump_json(), code.digest(ingest))
    place = folder / manifest.mode / inventory.id / manifest.edition / f"{manifest.sha256[:16]}-{contract[:8]}.parquet"
    if place.is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".incoming-", dir=place.parent))
    try:
        labels = _verbatim(inventory, snapshot, work / "verbatim.parquet")
        with duckdb.connect() as connection:
            connection.execute(f"set memory_limit = '{MEMORY}'")
            connection.execute("set temp_directory = ?", [str(work)])
            _write(connection, inventory, snapshot, labels, work)
            _refuse_bad_cells(connection, inventory.reading, snapshot.path.name, work / "long.parquet")
            _refuse_duplicates(connection, inventory.reading, snapshot.path.name, work / "long.parquet")
        (work / "long.parquet").rename(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place


def _verbatim(inventory: Inventory, snapshot: Snapshot, target: Path) -> dict[str, str]:
    """The file's own table as Parquet; its labels, by the contract's."""
    manifest = snapshot.manifest
    layout = inventory.layout_of(manifest.edition, manifest.mode)
    if manifest.format == "csv":
        labels = csv_labels(snapshot.path, layout)
        known = labels_of(
            labels, layout, inventory, snapshot.path.name
        )  # before the rows: a wrong header explains them
        csv_to_parquet(snapshot.path, layout, labels, target)
    else:
        table, lines = read(snapshot.path, manifest.format, layout, inventory)
        labels = table.column_names
        known = labels_of(labels, layout, inventory, snapshot.path.name)
        pq.write_table(table.append_column("_ligne", pa.array(lines, pa.int64())), target)
    return dict(zip(known, labels, strict=True))


def _write(
    connection: duckdb.DuckDBPyConnection, inventory: Inventory, snapshot: Snapshot, labels: dict[str, str], work: Path
) -> None:
    """The verbatim table under the contract's labels, then long."""
    layout = inventory.layout_of(snapshot.manifest.edition, snapshot.manifest.mode)
    columns = [
        f"{identifier(labels[label])} as {identifier(label)}"
        if label in labels
        else f"{literal(layout.constants.get(label))}::varchar as {identifier(label)}"
        for label in inventory.columns
    ]
    origin = literal(work / "verbatim.parquet")
    connection.execute(f"create view verbatim as select {', '.join(columns)}, _ligne from read_parquet({origin})")  # noqa: S608
    connection.execute(
        f"copy ({_long(inventory)}) to {literal(work / 'long.parquet')} (format parquet, compression zstd)"
    )


def _long(inventory: Inventory) -> str:
    """The query of one row a figure."""
    one = inventory.reading
    if one.long:
        figures = (
            f"select *, {identifier(one.long.value)} as valeur_lue, {literal(one.long.value)} as colonne from verbatim"  # noqa: S608
        )
        facts = {
            "secteur": _label(one.long.sector, one.sector),
            "energie": _label(one.long.energy, ""),
            "usage": _label(one.long.usage, ""),
            "mesure": _label(one.long.measure, one.measure),
            "unite": _label(one.long.unit, one.unit),
        }
    else:
        listed = ", ".join(identifier(label) for label in one.wide)
        figures = f"from verbatim unpivot include nulls (valeur_lue for colonne in ({listed}))"
        facts = {
            "secteur": _case({label: value.sector or one.sector or label for label, value in one.wide.items()}),
            "energie": "''",
            "usage": "''",
            "mesure": _case({label: value.measure or one.measure or label for label, value in one.wide.items()}),
            "unite": _case({label: value.unit for label, value in one.wide.items()}),
        }
    year = f"trim({identifier(one.year.column)})" if one.year.column else literal(one.year.value)
    mark = literal(one.provisional_mark or "")
    is_provisional = f"contains({year}, {mark})" if one.provisional_mark else "false"
    state, number = _state(one)
    return f"""
        select {literal(inventory.id)} as inventaire,
            {_label(one.territory.code, "")} as code, {_label(one.territory.name, "")} as nom,
            {f"trim(replace({year}, {mark}, ''))" if one.provisional_mark else year} as annee,
            cast({is_provisional} as varchar) as est_provisoire,
            {", ".join(f"{expression} as {name}" for name, expression in facts.items())},
            {state} as etat, {number} as nombre, colonne, _ligne
        from ({figures})
    """  # noqa: S608 - labels and texts of a checked contract, quoted


def _state(one: Reading) -> tuple[str, str]:
    """What a figure is (secret, manquant, valeur or illisible), and its text with a decimal point."""
    cell = "coalesce(trim(valeur_lue), '')"
    digits = f"({_pattern(one.thousands)}[0-9]{{3}})*" if one.thousands else ""
    number = f"[+-]?[0-9]+{digits}({_pattern(one.decimal)}[0-9]+)?([eE][+-]?[0-9]+)?"
    secret = [f"{cell} in ({_list(one.secret.codes)})"] if one.secret.codes else []
    if one.secret.column:
        secret.append(f"trim({identifier(one.secret.column)}) in ({_list(one.secret.values)})")
    state = f"""case
        {f"when {' or '.join(secret)} then 'secret'" if secret else ""}
        {f"when {cell} in ({_list(one.zero)}) then 'valeur'" if one.zero else ""}
        {f"when {cell} in ({_list(one.missing)}) then 'manquant'" if one.missing else ""}
        when regexp_full_match({cell}, {literal(number)}) then 'valeur'
        else 'illisible' end"""
    plain = f"replace(replace({cell}, {literal(one.thousands)}, ''), {literal(one.decimal)}, '.')"
    zero = f"when {cell} in ({_list(one.zero)}) and {state} = 'valeur' then '0'" if one.zero else ""
    text = f"case {zero} when {state} = 'valeur' then {plain} when {state} = 'illisible' then {cell} end"
    return state, text


def _refuse_duplicates(connection: duckdb.DuckDBPyConnection, one: Reading, file: str, long: Path) -> None:
    """A repeated figure would be counted twice: one a territory, year, sector, carrier, use and measure, as they are read.

    Found by hash, then by value; a year with and without its provisional mark is the same year.
    """
    territory = one.territory.code or one.territory.name
    key = f"{'code' if one.territory.code else 'nom'}, annee, secteur, energie, usage, mesure"
    origin = f"read_parquet({literal(long)})"
    found = connection.execute(f"""
        with doubles as (select hash({key}) as h from {origin} group by all having count(*) > 1)
        select {key}, count(*), max(_ligne) from {origin} where hash({key}) in (from doubles)
        group by {key} having count(*) > 1 order by max(_ligne) limit 1
    """).fetchone()  # noqa: S608 - names of this module
    if found:
        *values, times, line = found
        listed = ", ".join(f"{name}={value!r}" for name, value in zip(key.split(", "), values, strict=True) if value)
        problem = f"{listed} appears {times} times"
        raise SourceError(file, problem, "Keep one row a figure. " + AGAIN, where=f"line {line}, column {territory}")


def _refuse_bad_cells(connection: duckdb.DuckDBPyConnection, one: Reading, file: str, long: Path) -> None:
    """The first cell, in file order, that the contract does not allow."""
    territory = one.territory.code or one.territory.name
    column = literal(territory)
    shape = f"not regexp_full_match(code, '{CODES[one.mesh]}')" if one.territory.code else "trim(nom) = ''"
    year = f"not (regexp_full_match(annee, '[0-9]{{4}}') and annee between '{one.year.first}' and '{one.year.last}')"
    wanted = f"a number with {one.decimal!r} as decimal separator, one of the missing codes {list(one.missing)}"
    secrets = f", nor one of the secret codes {list(one.secret.codes)}" if one.secret.codes else ""
    negative = "etat = 'valeur' and nombre like '-%' and regexp_matches(nombre, '^[^eE]*[1-9]')"
    huge = f"etat = 'valeur' and not coalesce(abs(try_cast(nombre as double)) < {LARGEST:g}, false)"
    found = connection.execute(f"""
        select _ligne,
            case when {shape} then {column} when {year} then {literal(one.year.column or "year")} else colonne end,
            case
                when {shape} then 'territory ''' || {"code" if one.territory.code else "nom"} || ''' is not a code of {one.mesh}'
                when {year} then 'year ''' || coalesce(annee, '') || ''' is not between {one.year.first} and {one.year.last}'
                when etat = 'illisible' then '''' || nombre || ''' is neither ' || {literal(wanted + secrets)}
                when {huge} then '''' || nombre || ''' is larger than any figure of a territory ({LARGEST:g})'
                else nombre || ' is negative: removals have no place in an inventory of emissions'
            end
        from read_parquet({literal(long)})
        where {shape} or {year} or etat = 'illisible' or ({huge}) or ({negative})
        order by _ligne limit 1
    """).fetchone()  # noqa: S608
    if found:
        line, label, problem = found
        raise SourceError(file, problem, AGAIN, where=f"line {line}, column {label}")


def _label(column: str | None, constant: str | None) -> str:
    return f"coalesce(trim({identifier(column)}), '')" if column else literal(constant)


def _case(values: dict[str, str]) -> str:
    whens = " ".join(f"when {literal(label)} then {literal(value)}" for label, value in values.items())
    return f"case colonne {whens} end"


def _list(texts: tuple[str, ...]) -> str:
    return ", ".join(literal(one) for one in texts)


def _pattern(separator: str) -> str:
    return f"[{separator}]"
