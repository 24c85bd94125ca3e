"""OCO-2 Lite files as the producer lays them out: groups, types, missing values in `missing_value`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Variable -> type, missing value, unit: as the files of version 11 have them.
LAYOUT: dict[str, tuple[str, float | int, str]] = {
    "sounding_id": ("u8", 0, "YYYYMMDDhhmmssmf"),
    "time": ("f8", -999999.0, "seconds since 1970-01-01 00:00:00"),
    "latitude": ("f4", -999999.0, "degrees_north"),
    "longitude": ("f4", -999999.0, "degrees_east"),
    "xco2": ("f4", -999999.0, "ppm"),
    "xco2_uncertainty": ("f4", -999999.0, "ppm"),
    "xco2_quality_flag": ("i1", 127, "none"),
    "Sounding/orbit": ("i4", -9999, "none"),
    "Sounding/footprint": ("i1", 127, "none"),
    "Sounding/operation_mode": ("i1", 127, "none"),
    "Sounding/land_water_indicator": ("i1", 127, "none"),
    "Sounding/altitude": ("f4", -999999.0, "m"),
    "Meteorology/windspeed_u_met": ("f4", -999999.0, "m s^-1"),
    "Meteorology/windspeed_v_met": ("f4", -999999.0, "m s^-1"),
    "Retrieval/psurf": ("f4", -999999.0, "hPa"),
    "Retrieval/tcwv": ("f4", -999999.0, "kg m^-2"),
}


def write(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write a Lite file.

    Args:
        path: its name is that of the producer (oco2_LtCO2_YYMMDD_B<build>Ar_<stamp>s.nc4).
        columns: values by variable of `LAYOUT`; NaN is missing. What is left out is left out of the file.
    """
    from netCDF4 import Dataset

    size = len(next(iter(columns.values())))
    with Dataset(str(path), "w", format="NETCDF4") as file:
        file.createDimension("sounding_id", size)
        for name, values in columns.items():
            kind, missing, unit = LAYOUT[name]
            variable = file.createVariable(name, kind, ("sounding_id",), fill_value=False)
            variable.missing_value, variable.units = np.dtype(kind).type(missing), unit
            absent = np.isnan(values) if values.dtype.kind == "f" else np.zeros(size, bool)
            variable.set_auto_mask(False)
            variable[:] = np.where(absent, missing, values).astype(kind)
