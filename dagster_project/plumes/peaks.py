"""Every candidate of a piece of track with what was measured of it, and why it is no peak where it is none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dagster_project.plumes import geometry
from dagster_project.plumes.emission import Air, Emission, background_error, emission
from dagster_project.plumes.fit import Fit, enough, fit
from dagster_project.plumes.geometry import Track
from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.search import Candidate, Seen, search
from dagster_project.plumes.shape import Floats

CONFIRMED, POSSIBLE = "confirme", "possible"


@dataclass(frozen=True)
class Soundings:
    """Good soundings of one piece of orbit, in order of time: arrays of one length.

    Attributes:
        identifier: uint64, 16 digits.
        along: km along the piece.
        latitude: degrees.
        longitude: degrees.
        xco2: ppm.
        sigma: ppm.
        east: wind at 10 m, m/s; NaN where not known, as the next five.
        north: the same.
        aloft_east: wind at the heights that plumes rise to, m/s.
        aloft_north: the same.
        pressure: hPa at the surface.
        vapour: kg/m2 of water.
    """

    identifier: NDArray[np.uint64]
    along: Floats
    latitude: Floats
    longitude: Floats
    xco2: Floats
    sigma: Floats
    east: Floats
    north: Floats
    aloft_east: Floats
    aloft_north: Floats
    pressure: Floats
    vapour: Floats

    def near(self, along: float, half: float) -> "Soundings":
        """Those of a window."""
        there = np.abs(self.along - along) <= half
        return Soundings(*(getattr(self, name)[there] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Peak:
    """A candidate that was fitted.

    Attributes:
        candidate: where the search saw it.
        fit: of the window, its centre counted from `place`.
        place: km along the piece of the fitted centre.
        nearest: position among the soundings of the piece of the one that is nearest to it.
        track: of the window.
        second: whether the window had to be narrowed.
        spread: of the amplitude over backgrounds, ppm km; NaN where rejected.
        emission: t CO2/h; none where rejected.
        air: at the peak.
        level: `confirme` or `possible`, None where rejected.
        reason: why it was rejected, None where it was not.
    """

    candidate: Candidate
    fit: Fit
    place: float
    nearest: int
    track: Track
    second: bool
    spread: float
    emission: Emission
    air: Air
    level: str | None
    reason: str | None


def peaks(piece: Soundings) -> tuple[Seen, list[Peak]]:
    """What a search saw of a piece, and its candidates, those that are peaks first."""
    seen = search(piece.along, piece.xco2, piece.sigma)
    fitted = [_peak(piece, candidate) for candidate in seen.candidates]
    fitted.sort(key=lambda peak: (peak.reason is not None, -peak.fit.signal_to_noise))
    kept: list[Peak] = []
    results = []
    for peak in fitted:
        close = any(abs(peak.place - other.place) <= parameter("rayon_maximum") for other in kept)
        if peak.reason is None and not close:
            kept.append(peak)
        elif peak.reason is None:
            peak = replace(peak, level=None, reason="double")
        results.append(peak)
    return seen, results


def _peak(piece: Soundings, candidate: Candidate) -> Peak:
    """Fit a candidate, and measure what flows through where it is a peak."""
    centre, second = candidate.along, False
    window, track, x = _window(piece, centre)
    fitted = fit(x, window.xco2, window.sigma, parameter("demi_fenetre"))
    if fitted.at_bound and (again := _again(piece, centre, window, x)):
        centre, window, track, x, fitted = again
        second = True
    level, reason = verdict(fitted, candidate.z, second)
    air = _air(window, np.abs(x - fitted.centre) <= fitted.width)
    spread, out = float("nan"), Emission(None, None, None, None, None)
    if reason is None:
        spread = background_error(fitted, x, window.xco2, window.sigma)
        out = emission(fitted, spread, air, track)
    place = centre + fitted.centre
    nearest = int(np.abs(piece.along - place).argmin())
    return Peak(candidate, fitted, place, nearest, track, second, spread, out, air, level, reason)


def _again(
    piece: Soundings, centre: float, window: Soundings, x: Floats
) -> tuple[float, Soundings, Track, Floats, Fit] | None:
    """A second try in a narrower window about a better centre, None where clouds leave too little of it."""
    if not enough(x, parameter("demi_fenetre_recentrage")):
        return None
    centre += fit(x, window.xco2, window.sigma, parameter("demi_fenetre_recentrage")).centre
    window, track, x = _window(piece, centre)
    if not enough(x, parameter("demi_fenetre_second_essai")):
        return None
    return centre, window, track, x, fit(x, window.xco2, window.sigma, parameter("demi_fenetre_second_essai"))


def _air(window: Soundings, core: NDArray[np.bool_]) -> Air:
    """Air within one width of the peak: medians of the column, mean of the wind, aloft where a sounding knows it."""
    pressure, vapour = (_middle(values[core], np.median) for values in (window.pressure, window.vapour))
    aloft = bool(np.isfinite(window.aloft_east[core]).any())
    sides = (window.aloft_east, window.aloft_north) if aloft else (window.east, window.north)
    east, north = (_middle(values[core], np.mean) for values in sides)
    return Air(pressure, vapour, east, north, aloft)


def _window(piece: Soundings, centre: float) -> tuple[Soundings, Track, Floats]:
    """Soundings about a centre, their track, and their exact km along it."""
    window = piece.near(centre, 1.1 * parameter("demi_fenetre"))
    middle = int(np.abs(window.along - centre).argmin())
    track = geometry.track(
        window.latitude, window.longitude, (float(window.latitude[middle]), float(window.longitude[middle]))
    )
    forwards = (
        1.0 if np.dot(track.along, window.along - centre) >= 0 else -1.0
    )  # abscissas grow with time, as those of the piece
    return window, track, forwards * track.along + window.along[middle] - centre  # zero is the centre, not a sounding


def _middle(values: Floats, kind: Callable[[Floats], Any]) -> float:
    known = values[np.isfinite(values)]
    return float(kind(known)) if len(known) else float("nan")


def verdict(fitted: Fit, z: float, second: bool) -> tuple[str | None, str | None]:
    """Level of a fitted candidate, or the first reason against it, in the order of the method."""
    if not fitted.converged:
        return None, "non_converge"
    if fitted.at_bound:
        return None, "borne"
    if min(fitted.sectors) < max(1, int(fitted.width)):
        return None, "secteurs_vides"
    if fitted.enhancement < parameter("rehaussement_min"):
        return None, "trop_faible"
    if not fitted.partial_r2 >= parameter("r2_partiel_min"):  # NaN is no proof
        return None, "r2_partiel"
    ratio = fitted.signal_to_noise
    if not second and ratio >= parameter("rapport_confirme") and z >= parameter("z_confirme"):
        return CONFIRMED, None
    if ratio >= parameter("rapport_possible") and z >= parameter("z_possible"):
        return POSSIBLE, None
    return None, "non_significatif"
