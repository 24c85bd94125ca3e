"""From a fitted peak to tonnes of CO2 an hour, with every part of its error; never an annual rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from dagster_project.plumes.fit import TOLERANCE, Fit, bounds, enough, fit
from dagster_project.plumes.geometry import Track
from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.shape import Floats, gaussian

PER_PPM = 1e-6
METRES = 1e3  # of a kilometre
PASCALS = 1e2  # of a hectopascal
TONNES_AN_HOUR = 3.6  # of a kilogram a second
SIGMAS = 1.96  # of an interval of 95 %


@dataclass(frozen=True)
class Air:
    """Air at a peak.

    Attributes:
        pressure: at the surface, hPa; NaN where not known, as the next three.
        vapour: kg/m2.
        east: wind, m/s.
        north: wind, m/s.
        aloft: whether that wind is of the heights that plumes rise to, not at 10 m.
    """

    pressure: float
    vapour: float
    east: float
    north: float
    aloft: bool = False


@dataclass(frozen=True)
class Budget:
    """Relative errors of an emission, each published: fit, background, wind, factor of the effective wind."""

    fit: float
    background: float
    wind: float
    factor: float

    @property
    def total(self) -> float:
        """All of them in quadrature."""
        return float(np.sqrt(self.fit**2 + self.background**2 + self.wind**2 + self.factor**2))


@dataclass(frozen=True)
class Emission:
    """An emission, t CO2/h, with its interval of 95 % (not below 0); `reason` says why there is none."""

    value: float | None
    low: float | None
    high: float | None
    budget: Budget | None
    reason: str | None


def dry_column(pressure: float, vapour: float) -> float:
    """Mass of dry air above a square metre, kg/m2."""
    return pressure * PASCALS / parameter("pesanteur") - vapour


def line_density(amplitude: float, air: Air) -> float:
    """kg of CO2 in a metre of plume, from its amplitude (ppm km): what the satellite says without any wind."""
    molar = parameter("masse_molaire_co2") / parameter("masse_molaire_air")
    return amplitude * PER_PPM * METRES * molar * dry_column(air.pressure, air.vapour)


def across(air: Air, track: Track) -> float:
    """Wind at a right angle to the track, m/s."""
    return abs(air.east * track.north - air.north * track.east)


def angle(air: Air, track: Track) -> float:
    """Degrees between wind and track, 0 to 90."""
    return float(np.degrees(np.arctan2(across(air, track), abs(air.east * track.east + air.north * track.north))))


def background_error(fitted: Fit, x: Floats, y: Floats, sigma: Floats) -> float:
    """Spread of the amplitude over three definitions of the background, ppm km; NaN where fewer than two ended.

    Args:
        fitted: the fit.
        x: km from the window's centre, soundings of at least `demi_fenetre`.
        y: ppm.
        sigma: ppm.
    """
    wide, narrow = parameter("demi_fenetre"), parameter("demi_fenetre_second_essai")
    halves = [half for half in (wide, narrow) if enough(x, half)]
    fits = [fitted if fitted.half == half else fit(x, y, sigma, half) for half in halves]
    amplitudes = [item.amplitude for item in fits if item.converged and not item.at_bound]
    amplitudes += curved_background(fitted, x, y, sigma)
    return float(np.std(amplitudes, ddof=1)) if len(amplitudes) > 1 else float("nan")


def curved_background(fitted: Fit, x: Floats, y: Floats, sigma: Floats) -> list[float]:
    """The amplitude above a parabola, of the fit that starts at this one; empty where it does not end within the bounds."""
    near = np.abs(x) <= parameter("demi_fenetre")
    x, y, sigma = x[near], y[near], sigma[near]

    def design(centre: float, width: float) -> Floats:
        return np.column_stack([np.ones_like(x), x, x**2, gaussian(x, centre, width)]) / sigma[:, None]

    def solved(point: Sequence[float] | Floats) -> tuple[Floats, Floats]:
        columns = design(*point)
        linear = np.linalg.lstsq(columns, y / sigma, rcond=None)[0]
        return np.asarray(linear, float), np.asarray(columns @ linear - y / sigma, float)

    low, high = bounds()
    start = np.clip([fitted.centre, fitted.width], low + 1e-6, high - 1e-6)
    ended = least_squares(
        lambda point: solved(point)[1], start, bounds=(low, high), x_scale="jac", ftol=TOLERANCE, xtol=TOLERANCE
    )
    amplitude = float(solved(ended.x)[0][-1])
    gap = np.minimum(ended.x - low, high - ended.x).min()
    return [amplitude] if ended.success and amplitude > 0 and gap >= parameter("tolerance_borne") else []


def emission(fitted: Fit, spread: float, air: Air, track: Track) -> Emission:
    """Emission through the track.

    Args:
        fitted: the fit.
        spread: of its amplitude over backgrounds, ppm km.
        air: at the peak.
        track: there.
    """
    if not np.isfinite([air.pressure, air.vapour, air.east, air.north]).all():
        return Emission(None, None, None, None, "vent_ou_pression_inconnus")
    wind = across(air, track)
    if wind < parameter("vent_min"):
        return Emission(None, None, None, None, "vent_faible")
    if angle(air, track) < parameter("angle_vent_min"):
        return Emission(None, None, None, None, "vent_le_long_de_la_trace")
    if not np.isfinite(spread):
        return Emission(None, None, None, None, "fond_indetermine")
    factor = 1.0 if air.aloft else parameter("facteur_vent_effectif")
    value = TONNES_AN_HOUR * line_density(fitted.amplitude, air) * wind * factor
    budget = Budget(
        fitted.amplitude_error / fitted.amplitude,
        spread / fitted.amplitude,
        parameter("erreur_vent") / wind,
        parameter("erreur_facteur"),
    )
    reach = SIGMAS * budget.total * value
    return Emission(value, max(0.0, value - reach), value + reach, budget, None)
