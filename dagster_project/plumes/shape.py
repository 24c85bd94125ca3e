"""The shape of a plume along the track, which search and fit share."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROOT = float(np.sqrt(2 * np.pi))


def gaussian(x: Floats, centre: float, width: float | Floats) -> Floats:
    """A Gaussian of area 1 (per km); widths that broadcast with x give one each."""
    return np.asarray(np.exp(-((x - centre) ** 2) / (2 * width**2)) / (width * ROOT))
