"""Tracks of OCO-2 made up for tests: known plumes on the noise that was measured on a real track without plume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.peaks import Soundings
from dagster_project.plumes.shape import gaussian

Floats = NDArray[np.float64]
FRAME_KM, FOOTPRINTS, APART_KM = 2.25, 8, 0.12  # a frame of eight footprints every third of a second, at 6.75 km/s
CLEAR_KM = 12  # between clouds, on average
KM_A_DEGREE = 2 * np.pi * 6371 / 360
SIGMA = 0.5  # ppm


def positions(rng: np.random.Generator, length: float, cover: float) -> Floats:
    """Km along a track: clouds take out spells, and single soundings as many again."""
    frames = np.arange(-length / 2, length / 2, FRAME_KM)
    x = (frames[:, None] + APART_KM * np.arange(FOOTPRINTS)).ravel()
    spells = np.sqrt(cover)
    keep, place = rng.random(len(x)) < spells, -length / 2
    while place < length / 2:
        clear, cloudy = rng.exponential(CLEAR_KM), rng.exponential(CLEAR_KM * (1 - spells) / spells)
        keep[(x > place + clear) & (x <= place + clear + cloudy)] = False
        place += clear + cloudy
    return np.asarray(x[keep])


def noise(rng: np.random.Generator, x: Floats) -> Floats:
    """White noise of each sounding and two that neighbours share, ppm."""
    total = rng.normal(0, SIGMA, len(x))
    for kind in ("court", "long"):
        deviation, reach = parameter(f"bruit_{kind}_ecart_type"), parameter(f"bruit_{kind}_longueur")
        shared, steps = np.empty(len(x)), np.exp(-np.diff(x) / reach)
        shared[0] = rng.normal(0, deviation)
        fresh = rng.normal(0, deviation, len(x))
        for rank, step in enumerate(steps, start=1):
            shared[rank] = step * shared[rank - 1] + np.sqrt(1 - step**2) * fresh[rank]
        total += shared
    return np.asarray(total)


def window(
    rng: np.random.Generator,
    amplitude: float,
    width: float,
    centre: float = 0.0,
    length: float = 300,
    cover: float = 0.8,
) -> tuple[Floats, Floats]:
    """Km and ppm of a track with one plume on a background with a slope."""
    x = positions(rng, length, cover)
    background = rng.uniform(395, 415) + rng.uniform(-0.003, 0.003) * x
    return x, background + amplitude * gaussian(x, centre, width) + noise(rng, x)


def soundings(x: Floats, xco2: Floats) -> Soundings:
    """A track along the meridian of Greenwich, without wind."""
    nothing = np.full(len(x), np.nan)
    identifier = (2_020_010_112_000_001 + 10 * np.arange(len(x))).astype(np.uint64)
    along, latitude = x - x.min(), x / KM_A_DEGREE
    return Soundings(identifier, along, latitude, np.zeros(len(x)), xco2, np.full(len(x), SIGMA), *(6 * [nothing]))
