"""Months of OCO-2: from the Lite files of each day to its good soundings, its candidates, and what could be seen of France.

A month is there whole or not at all: what a run that was killed left is made again, what is whole is not.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.core import code, digests
from dagster_project.core.errors import SourceError
from dagster_project.core.files import whole_folder
from dagster_project.core.ledger import Ledger
from dagster_project.core.progress import shown
from dagster_project.plumes import aloft, detection, lite
from dagster_project.plumes.parameters import digest
from dagster_project.settings import Settings
from dagster_project.sources import earthdata
from dagster_project.sources.store import Store

SOUNDINGS, PICS, TRACES = "sondages", "pics", "traces"
TABLES = {SOUNDINGS: lite.SCHEMA, PICS: detection.PICS, TRACES: detection.TRACES}
PAGE, SOUNDINGS_PAGE = "oco2_{}", "sondages_{}"  # apart: a refresh reads no soundings, and they are most of the bytes


@dataclass(frozen=True)
class Month:
    """A month that was read: its name (AAAA-MM), what is counted of it, whether it was here before."""

    name: str
    counts: Mapping[str, int]
    known: bool


def by_month(paths: Iterable[Path]) -> dict[str, list[lite.File]]:
    """Lite files by month, one a day: the last production of each.

    Raises:
        SourceError: two versions of the algorithm in one month.
    """
    months: dict[str, list[Path]] = {}
    for path in paths:
        months.setdefault(lite.described(path).month, []).append(path)
    return {month: lite.latest(files) for month, files in sorted(months.items())}


def series(first: str, last: str) -> list[str]:
    """Every month from the first to the last, AAAA-MM."""
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


def month_of(settings: Settings, store: Store, month: str) -> Month:
    """A month, from the user's folder or the copy; in live mode from GES DISC, whose files go once they are read.

    Raises:
        SourceError: a file that is missing or cannot be used; nothing of the month is changed.
    """
    if settings.mode != "live" or settings.oco2:
        files = by_month(store.lite_files()).get(month, [])
        wind = _wind(store, month)
        paths = [*(file.path for file in files), *([wind] if wind else [])]
        return read(settings, month, files, [(path.name, digests.sha256(path)) for path in paths], wind)
    http, work = earthdata.client(store.http, settings), folder(settings, month).with_name(f"{month}.lite")
    addresses = {Path(url).name: url for url in earthdata.granules(store.http, month)}
    chosen = [file.path.name for file in lite.latest(map(Path, addresses))]
    if known := whole(settings, month, [(name, "") for name in chosen]):
        return known
    paths = earthdata.fetch(http, [addresses[name] for name in chosen], work)
    try:
        result = read(settings, month, lite.latest(paths), [(name, "") for name in chosen])
    except SourceError as error:
        (work / error.file).unlink(missing_ok=True)  # or the next try would find it there, and fail again
        raise
    shutil.rmtree(work)
    return result


def _wind(store: Store, month: str) -> Path | None:
    """The wind aloft of a month, where the user has it."""
    there = [path for path in store.wind_files() if path.stem.endswith(f"_{month}")]
    if len(there) > 1:
        raise SourceError(there[1].name, f"is there twice, also in {there[0].parent}", "Keep one wind a month")
    return there[0] if there else None


def folder(settings: Settings, month: str) -> Path:
    """Where a month is kept."""
    return settings.overpasses / month


Stamps = Sequence[tuple[str, str]]  # name and digest of each file; names alone say which production a portal's is


def whole(settings: Settings, month: str, stamps: Stamps) -> Month | None:
    """The month as it was read of these files, by this code; None where it was not."""
    ledger, inputs = Ledger(settings.data), _inputs(stamps)
    known = ledger.whole(PAGE.format(month), inputs)
    return Month(month, known.notes, True) if known and ledger.whole(SOUNDINGS_PAGE.format(month), inputs) else None


def read(settings: Settings, month: str, files: Sequence[lite.File], stamps: Stamps, wind: Path | None = None) -> Month:
    """The tables of a month, unless they are there as they would be.

    Args:
        settings: where they are kept.
        month: AAAA-MM.
        files: of its days.
        stamps: what they are known by, the wind's among them.
        wind: the wind aloft, if there is any.

    Raises:
        SourceError: no file, or one that cannot be used; nothing of the month is changed.
    """
    if known := whole(settings, month, stamps):
        return known
    if not files:
        raise SourceError(month, "no OCO-2 Lite file of this month", "Put its files in the folder of FLUX_OCO2")
    ledger, target = Ledger(settings.data), folder(settings, month)
    with whole_folder(target) as work:
        counts = _write(work, files, month, aloft.read(wind) if wind else None)
    inputs, places = _inputs(stamps), {name: target / f"{name}.parquet" for name in TABLES}
    ledger.enter(SOUNDINGS_PAGE.format(month), ledger.seen(inputs, places.pop(SOUNDINGS)))
    ledger.enter(PAGE.format(month), ledger.seen(inputs, *places.values(), notes=counts))
    return Month(month, counts, False)


def _inputs(stamps: Stamps) -> str:
    return digests.of(code.digest(detection.detect, lite.read, aloft.read), digest(), list(stamps))


def _write(work: Path, files: Sequence[lite.File], month: str, wind: aloft.Wind | None) -> dict[str, int]:
    """The three tables, one row group a day: no more than a day is in memory."""
    options = {"compression": "zstd", "compression_level": 1}
    writers = {name: pq.ParquetWriter(work / f"{name}.parquet", schema, **options) for name, schema in TABLES.items()}
    counts = dict.fromkeys(("jours", *TABLES, "acceptes"), 0)
    try:
        with shown(f"OCO-2 {month}", len(files)) as advance:
            for file in files:
                soundings = lite.read(file.path)
                pics, traces = detection.detect(soundings, file, wind)
                for name, table in ((SOUNDINGS, soundings), (PICS, pics), (TRACES, traces)):
                    writers[name].write_table(table)
                    counts[name] += table.num_rows
                counts["jours"] += 1
                counts["acceptes"] += pics.num_rows - pics["niveau"].null_count
                advance(1)
    finally:
        for writer in writers.values():
            writer.close()
    return counts


def at_hand(settings: Settings) -> list[str]:
    """Months whose candidates and tracks are there whole, in order."""
    ledger = Ledger(settings.data)
    return [
        name.removeprefix(PAGE.format("")) for name in ledger.names(PAGE.format("*")) if ledger.whole(name) is not None
    ]


def gathered(settings: Settings, months: Sequence[str], name: str) -> pa.Table:
    """One table of months; its columns alone where there is none."""
    parts = [pq.read_table(folder(settings, month) / f"{name}.parquet") for month in months]
    return pa.concat_tables([TABLES[name].empty_table(), *parts])


def soundings(settings: Settings, month: str) -> Path | None:
    """The soundings of a month as they were read, None where they are gone or altered; looks at every byte of them."""
    whole = Ledger(settings.data).whole(SOUNDINGS_PAGE.format(month))
    return folder(settings, month) / f"{SOUNDINGS}.parquet" if whole else None
