"""Wind at the heights that plumes rise to, of the user's own extraction of ERA5: u and v by sounding and height.

Layers and their shares are those of a power plant's emissions (GNFR sector A) in ddeq 1.1, as docs/plumes.md tells.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dagster_project.core.errors import SourceError
from dagster_project.plumes.shape import Floats

EDGES = (170.0, 310.0, 470.0, 710.0, 990.0)  # m above ground
SHARES = (0.08, 0.46, 0.29, 0.17)
EAST, NORTH = "u_aloft", "v_aloft"
KINDS = {"sounding_id": pa.uint64(), "height_m": pa.float64(), "u": pa.float64(), "v": pa.float64()}
FASTEST = 150.0  # m/s
REMEDY = (
    "Write one row a sounding and height: sounding_id, height_m (above ground), u (eastward, m/s), v (northward, m/s)"
)


@dataclass(frozen=True)
class Wind:
    """Wind of soundings whose every layer is known: arrays of one length, identifiers in order."""

    identifier: NDArray[np.uint64]
    east: Floats
    north: Floats


def read(path: Path) -> Wind:
    """The wind of a month.

    Raises:
        SourceError: names the file and the column.
    """
    try:
        held = pq.read_schema(path)
        if absent := sorted(set(KINDS) - set(held.names)):
            raise SourceError(path.name, f"has no column {absent[0]}", REMEDY)
        table = pq.read_table(path, columns=list(KINDS)).cast(pa.schema(list(KINDS.items())))
    except (pa.ArrowException, OSError) as error:
        raise SourceError(path.name, f"cannot be read as such a table ({error})", REMEDY) from error
    for name in KINDS:
        if table[name].null_count or (name != "sounding_id" and not np.isfinite(table[name].to_numpy()).all()):
            raise SourceError(path.name, f"column {name} has empty cells", REMEDY)
    if any((pc.max(pc.abs(table[name])).as_py() or 0) > FASTEST for name in ("u", "v")):
        raise SourceError(path.name, f"a wind is beyond {FASTEST:g} m/s", REMEDY)
    heights = table["height_m"].to_numpy()
    inside = (heights >= EDGES[0]) & (heights <= EDGES[-1])
    table, heights = table.filter(pa.array(inside)), heights[inside]
    identifiers, at = np.unique(table["sounding_id"].to_numpy(), return_inverse=True)
    layer = np.searchsorted(EDGES[1:-1], heights, side="right")
    cells, size = len(SHARES) * at + layer, (len(identifiers), len(SHARES))
    counts = np.bincount(cells, minlength=size[0] * size[1]).reshape(size)
    known = (counts > 0).all(axis=1)
    sides = (
        (np.bincount(cells, table[name].to_numpy(), size[0] * size[1]).reshape(size)[known] / counts[known]) @ SHARES
        for name in ("u", "v")
    )
    return Wind(identifiers[known], *sides)


def beside(soundings: pa.Table, wind: Wind | None) -> pa.Table:
    """Soundings with their wind aloft in two more columns, NULL where it is not known."""
    identifiers = soundings["sounding_id"].to_numpy()
    sides = {EAST: np.full(len(identifiers), np.nan), NORTH: np.full(len(identifiers), np.nan)}
    if wind is not None and len(wind.identifier):
        at = np.searchsorted(wind.identifier, identifiers).clip(0, len(wind.identifier) - 1)
        known = wind.identifier[at] == identifiers
        sides[EAST][known], sides[NORTH][known] = wind.east[at[known]], wind.north[at[known]]
    for name, values in sides.items():
        soundings = soundings.append_column(name, pa.array(values, pa.float64(), from_pandas=True))
    return soundings
