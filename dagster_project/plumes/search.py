"""The matched filter: where along a track a Gaussian above a straight background stands out, for all widths at once."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dagster_project.plumes.parameters import WIDTHS, parameter
from dagster_project.plumes.shape import Floats, gaussian


@dataclass(frozen=True)
class Candidate:
    """A place to look at: km along the piece, z score, width of the kernel that gave it (km)."""

    along: float
    z: float
    width: float


@dataclass(frozen=True)
class Seen:
    """What a search saw of a piece.

    Attributes:
        candidates: by z, the largest first.
        usable_km: length of track on which a plume could have been seen.
        bins: km along the piece of the centre of each bin.
        counts: soundings of each bin.
        least_amplitude: ppm km that z_candidat asks for there, by bin (NaN where nothing could have been seen).
    """

    candidates: list[Candidate]
    usable_km: float
    bins: Floats
    counts: Floats
    least_amplitude: Floats


def search(along: Floats, xco2: Floats, sigma: Floats) -> Seen:
    """Candidates of one piece of track.

    Args:
        along: km along the piece, in any order.
        xco2: ppm.
        sigma: ppm, error of each sounding.
    """
    step, half = parameter("pas_recherche"), parameter("demi_fenetre")
    weight, mean, count, start = _bins(along, xco2, sigma, step)
    reach = int(half / step)
    offsets = np.asarray(step * np.arange(-reach, reach + 1), float)
    padded = [np.pad(values, reach) for values in (weight, weight * mean, count)]
    windows, signals, counts = (sliding_window_view(values, len(offsets)) for values in padded)
    enough = counts.sum(axis=1) >= parameter("sondages_min")
    z, least = _scores(windows, signals, offsets)
    z[~enough] = -np.inf
    best = z.argmax(axis=1)
    score = z[np.arange(len(z)), best]
    radius = int(parameter("rayon_maximum") / step)
    around = sliding_window_view(np.pad(score, radius, constant_values=-np.inf), 2 * radius + 1).max(axis=1)
    peaks = np.flatnonzero((score >= parameter("z_candidat")) & (score == around))
    candidates = [Candidate(float(start + step * peak), float(score[peak]), WIDTHS[best[peak]]) for peak in peaks]
    narrowest = np.where(enough, least.min(axis=1), np.nan)
    places = np.asarray(start + step * np.arange(len(count)), float)
    return Seen(sorted(candidates, key=lambda item: -item.z), float(step * enough.sum()), places, count, narrowest)


def _bins(along: Floats, xco2: Floats, sigma: Floats, step: float) -> tuple[Floats, Floats, Floats, float]:
    """Weight, weighted mean above the piece's median and number of soundings by bin, and the centre of the first."""
    start = float(along.min())
    bins = np.rint((along - start) / step).astype(int)
    size = int(bins.max()) + 1
    inverse = 1 / sigma**2
    total = np.bincount(bins, inverse, size)
    there = total > 0
    mean = np.zeros(size)
    mean[there] = np.bincount(bins, inverse * (xco2 - np.median(xco2)), size)[there] / total[there]
    weight = np.zeros(size)
    weight[there] = 1 / (1 / total[there] + parameter("representativite") ** 2)
    return weight, mean, np.bincount(bins, minlength=size).astype(float), start


def _scores(windows: Floats, signals: Floats, x: Floats) -> tuple[Floats, Floats]:
    """z of each window and width with intercept and slope eliminated, and the amplitude that a candidate's z asks for."""
    widths = np.array(WIDTHS)
    kernels = gaussian(x[:, None], 0, widths)
    ones, slopes, squares = windows.sum(axis=1)[:, None], (windows @ x)[:, None], (windows @ x**2)[:, None]
    g, xg, gg = windows @ kernels, windows @ (x[:, None] * kernels), windows @ kernels**2
    y, xy, gy = signals.sum(axis=1)[:, None], (signals @ x)[:, None], signals @ kernels
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = ones * squares - slopes**2
        information = gg - (squares * g**2 - 2 * slopes * g * xg + ones * xg**2) / determinant
        signal = gy - (squares * g * y - slopes * (g * xy + xg * y) + ones * xg * xy) / determinant
        usable = (determinant > 0) & (information > 1e-12)
        z = np.where(usable, signal / np.sqrt(information), -np.inf)
        least = np.where(usable, parameter("z_candidat") / np.sqrt(information), np.inf)
    return z, least
