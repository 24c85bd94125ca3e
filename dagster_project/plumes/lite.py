"""OCO-2 Lite files (netCDF-4, one a day): the good soundings, and the few variables of them that plumes need.

Missing values are those that each variable names in `missing_value`, not `_FillValue`; identifiers have 16 digits, which a float
would lose. A file of the day D may be served several times; the last production is the one that counts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.core.errors import SourceError

if TYPE_CHECKING:
    from netCDF4 import Dataset

NAME = re.compile(r"oco([23])_LtCO2_(\d{6})_B(\d{4,5})[A-Z]?r(?:_(\d{12})s)?[^/]*\.nc4")
GOOD = 0
MODES = (0, 1)  # nadir and glint; targets and area maps need another method
QUALITY, MODE = "xco2_quality_flag", "Sounding/operation_mode"
REMEDY = "Fetch the file again; if it is whole, its layout has changed: see dagster_project/plumes/lite.py"


@dataclass(frozen=True)
class Variable:
    """A column that is kept: where it is in the file (the first that is there), its type, and bounds that no value leaves."""

    column: str
    places: tuple[str, ...]
    kind: pa.DataType
    low: float = -np.inf
    high: float = np.inf
    required: bool = False


VARIABLES = (
    Variable("sounding_id", ("sounding_id",), pa.uint64(), 1e15, 1e16, required=True),
    Variable("time", ("time",), pa.float64(), 1.3e9, 4e9, required=True),
    Variable("latitude", ("latitude",), pa.float64(), -90, 90, required=True),
    Variable("longitude", ("longitude",), pa.float64(), -180, 180, required=True),
    Variable("xco2", ("xco2",), pa.float64(), 300, 600, required=True),
    Variable("orbit", ("Sounding/orbit",), pa.int32(), 1, 1e6, required=True),
    Variable("xco2_uncertainty", ("xco2_uncertainty",), pa.float64(), -100, 100),
    Variable("footprint", ("Sounding/footprint",), pa.int8(), 1, 8),
    Variable("operation_mode", (MODE,), pa.int8(), 0, 4),
    Variable("land_water_indicator", ("Sounding/land_water_indicator",), pa.int8(), 0, 3),
    Variable("altitude", ("Sounding/altitude",), pa.float64(), -1000, 10_000),
    Variable("windspeed_u_met", ("Meteorology/windspeed_u_met",), pa.float64(), -150, 150),
    Variable("windspeed_v_met", ("Meteorology/windspeed_v_met",), pa.float64(), -150, 150),
    Variable("psurf", ("Retrieval/psurf", "Meteorology/psurf_apriori_o2a", "Meteorology/psurf_apriori"), pa.float64(), 300, 1200),
    Variable("tcwv", ("Retrieval/tcwv",), pa.float64(), -1, 120),
)  # fmt: skip
SCHEMA = pa.schema([(item.column, item.kind) for item in VARIABLES])


@dataclass(frozen=True)
class File:
    """What the name of a Lite file says: satellite, day (YYMMDD), build of the algorithm, stamp of the production."""

    path: Path
    satellite: int
    day: str
    build: str
    produced: str

    @property
    def month(self) -> str:
        """As AAAA-MM."""
        return f"20{self.day[:2]}-{self.day[2:4]}"

    @property
    def version(self) -> str:
        """Of the algorithm: B11100 is 11.1."""
        return f"{self.build[:-3]}.{self.build[-3]}"


def described(path: Path) -> File:
    """What a name says.

    Raises:
        SourceError: no name of a Lite file.
    """
    parts = NAME.fullmatch(path.name)
    if not parts:
        raise SourceError(
            path.name, "is no name of an OCO-2 Lite file", "Names are oco2_LtCO2_YYMMDD_B<build>Ar_<stamp>s.nc4"
        )
    return File(path, int(parts[1]), parts[2], parts[3], parts[4] or "")


def latest(paths: Iterable[Path]) -> list[File]:
    """One file a satellite and day, the last production of each, by day.

    Raises:
        SourceError: builds of two versions of the algorithm, which are never mixed.
    """
    chosen: dict[tuple[int, str], File] = {}
    for file in sorted(map(described, paths), key=lambda item: (item.produced, item.path.name)):
        chosen[file.satellite, file.day] = file
    results = [chosen[key] for key in sorted(chosen)]
    versions = {file.build[:-3] for file in results}  # B11100 is version 11
    if len(versions) > 1:
        last = results[-1]
        problem = f"build {last.build} beside {results[0].build}: versions of the algorithm are not mixed"
        raise SourceError(last.path.name, problem, "Keep the files of one version in a month")
    return results


def read(path: Path) -> pa.Table:
    """Good soundings of a file, in order of time.

    Returns:
        columns of `SCHEMA`; NULL where a value is missing.

    Raises:
        SourceError: names the file and the variable.
    """
    from netCDF4 import Dataset

    try:
        dataset = Dataset(str(path))
    except (OSError, RuntimeError) as error:
        raise SourceError(path.name, f"cannot be read as netCDF ({error})", REMEDY) from error
    with dataset:
        quality = _values(dataset, path, QUALITY, required=True)
        keep = np.ma.filled(quality, -1) == GOOD
        columns = {item.column: _column(dataset, path, item, len(keep)) for item in VARIABLES}
    mode = columns["operation_mode"]
    keep &= np.ma.getmaskarray(mode) | np.isin(np.ma.filled(mode, 0), MODES)
    for item in (item for item in VARIABLES if item.required):  # without these a sounding is nowhere
        keep &= ~np.ma.getmaskarray(columns[item.column])
    _refuse_strange(path, columns, keep)
    arrays = [
        pa.array(np.ma.getdata(columns[item.column])[keep], item.kind, np.ma.getmaskarray(columns[item.column])[keep])
        for item in VARIABLES
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA).sort_by([("orbit", "ascending"), ("sounding_id", "ascending")])


def _values(dataset: "Dataset", path: Path, place: str, required: bool) -> Any:
    """A variable of the file as a masked array; None where an optional one is absent."""
    try:
        variable = dataset[place]
        variable[:0]
    except (IndexError, KeyError, TypeError) as error:
        if required:
            raise SourceError(path.name, f"has no variable {place}", REMEDY) from error
        return None
    try:
        values = np.ma.asarray(variable[:])
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(path.name, f"variable {place} cannot be read ({error})", REMEDY) from error
    if values.ndim != 1 or values.dtype.kind not in "iuf":
        raise SourceError(
            path.name, f"variable {place} is no list of numbers ({values.dtype}, {values.ndim} dimensions)", REMEDY
        )
    return values


def _column(dataset: "Dataset", path: Path, item: Variable, size: int) -> Any:
    """A kept column, all of it missing where an optional variable is absent or counts other things than soundings."""
    for place in item.places:
        values = _values(dataset, path, place, item.required)
        if values is None:
            continue
        if len(values) == size:
            if item.column == "sounding_id" and values.dtype.kind == "f":
                raise SourceError(path.name, f"variable {place} is {values.dtype}, which loses the last digits", REMEDY)
            return np.ma.masked_invalid(values) if values.dtype.kind == "f" else values
        if item.required:
            raise SourceError(path.name, f"variable {place} has {len(values)} values for {size} soundings", REMEDY)
    return np.ma.masked_array(np.zeros(size, item.kind.to_pandas_dtype()), mask=True)


def _refuse_strange(path: Path, columns: dict[str, Any], keep: NDArray[np.bool_]) -> None:
    """A missing value that its variable does not name would pass as a measure."""
    for item in VARIABLES:
        values = np.ma.compressed(columns[item.column][keep])
        strange = (values < item.low) | (values > item.high)
        if strange.any():
            shown = values[strange][0]
            bounds = f"beyond {item.low:g} to {item.high:g} ({int(strange.sum())} values)"
            problem = f"variable {item.places[0]} holds {shown}, {bounds}"
            raise SourceError(path.name, problem, "A missing value that the file does not declare? " + REMEDY)


def columns_of(table: pa.Table, names: Sequence[str]) -> list[NDArray[np.float64]]:
    """Columns as floats, NaN where missing."""
    return [table[name].cast(pa.float64()).to_numpy() for name in names]
