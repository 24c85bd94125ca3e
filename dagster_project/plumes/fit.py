"""A Gaussian above a straight background on raw soundings, with a covariance that knows that neighbours err together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from dagster_project.plumes.parameters import WIDTHS, parameter
from dagster_project.plumes.shape import ROOT, Floats, gaussian

TOLERANCE = 1e-10
INTERCEPT, SLOPE, AMPLITUDE, CENTRE, WIDTH = range(5)
LINEAR = [INTERCEPT, SLOPE, AMPLITUDE]
LEAST = 10  # soundings of a window; fewer say nothing of five parameters


@dataclass(frozen=True)
class Fit:
    """A fitted peak.

    Attributes:
        x: km from the window's centre, of the soundings of the window.
        y: ppm.
        sigma: ppm, error of each.
        parameters: intercept (ppm), slope (ppm/km), amplitude (ppm km), centre (km), width (km).
        converged: whether the solver ended.
        at_bound: whether a parameter ended at one of its bounds.
        half: of the window, km.
    """

    x: Floats
    y: Floats
    sigma: Floats
    parameters: Floats
    converged: bool
    at_bound: bool
    half: float

    @property
    def amplitude(self) -> float:
        """ppm km."""
        return float(self.parameters[AMPLITUDE])

    @property
    def centre(self) -> float:
        """km from the window's centre."""
        return float(self.parameters[CENTRE])

    @property
    def width(self) -> float:
        """Standard deviation of the Gaussian, km."""
        return float(self.parameters[WIDTH])

    @property
    def enhancement(self) -> float:
        """Height of the peak, ppm."""
        return self.amplitude / (self.width * ROOT)

    @cached_property
    def residuals(self) -> Floats:
        """Soundings less the model, ppm."""
        return self.y - model(self.x, self.parameters)

    @cached_property
    def jacobian(self) -> Floats:
        """Derivatives of the model, soundings x parameters."""
        return jacobian(self.x, self.parameters)

    @cached_property
    def scale(self) -> float:
        """f2: how much larger mean residuals of blocks are than the noise model says, at least 1."""
        blocks = np.floor((self.x - self.x.min()) / parameter("bloc_residus")).astype(int)
        counts = np.bincount(blocks)
        kept = np.flatnonzero(counts >= parameter("sondages_par_bloc_min"))
        if not len(kept):
            return 1.0
        mean = (blocks == kept[:, None]) / counts[kept][:, None]
        projected = mean - (mean @ self.jacobian) @ _estimator(self.jacobian, self.sigma)
        expected = _propagated(projected, self.x, self.sigma).diagonal().sum()
        return max(1.0, float(((mean @ self.residuals) ** 2).sum() / expected))

    @cached_property
    def covariance(self) -> Floats:
        """Of the parameters, with correlated noise and the scale of the residuals."""
        return self.scale * _propagated(_estimator(self.jacobian, self.sigma), self.x, self.sigma)

    @property
    def amplitude_error(self) -> float:
        """Standard deviation of the amplitude, ppm km."""
        return float(np.sqrt(self.covariance[AMPLITUDE, AMPLITUDE]))

    @property
    def enhancement_error(self) -> float:
        """Standard deviation of the height, ppm."""
        gradient = np.zeros(5)
        gradient[AMPLITUDE], gradient[WIDTH] = 1 / (self.width * ROOT), -self.enhancement / self.width
        return float(np.sqrt(gradient @ self.covariance @ gradient))

    @property
    def naive_amplitude_error(self) -> float:
        """What an inverse Hessian scaled by chi2 says: several times too small, for comparison only."""
        weighted = self.jacobian / self.sigma[:, None]
        chi2 = ((self.residuals / self.sigma) ** 2).sum() / (len(self.x) - 5)
        return float(np.sqrt(chi2 * np.linalg.pinv(weighted.T @ weighted)[AMPLITUDE, AMPLITUDE]))

    @cached_property
    def signal_to_noise(self) -> float:
        """Amplitude over its error when centre and width are known."""
        linear = _estimator(self.jacobian[:, LINEAR], self.sigma)
        error = _propagated(linear, self.x, self.sigma)[AMPLITUDE, AMPLITUDE]
        return self.amplitude / float(np.sqrt(self.scale * error))

    @property
    def _near(self) -> NDArray[np.bool_]:
        return np.asarray(np.abs(self.x - self.centre) <= 4 * self.width)

    @property
    def correlation(self) -> float:
        """Pearson's R of soundings and model within 4 widths, as the reference project has it: a slope alone makes it high."""
        near = self._near
        if near.sum() < LEAST:
            return float("nan")
        return float(np.corrcoef(self.y[near], (self.y - self.residuals)[near])[0, 1])

    @property
    def partial_r2(self) -> float:
        """Part of the variance within 4 widths that the peak explains beyond a straight line."""
        near = self._near
        if near.sum() < LEAST:
            return float("nan")
        x, y = self.x[near], self.y[near]
        line = np.polynomial.Polynomial.fit(x, y, 1)
        return float(1 - (self.residuals[near] ** 2).sum() / ((y - line(x)) ** 2).sum())

    @property
    def sectors(self) -> list[int]:
        """Soundings at the left and right of the centre, and in the two flanks (2 to 3 widths away)."""
        from_centre = (self.x - self.centre) / self.width
        bounds = ((-1, 0), (0, 1), (-3, -2), (2, 3))
        return [int(((from_centre >= low) & (from_centre <= high)).sum()) for low, high in bounds]


def model(x: Floats, parameters: Sequence[float] | Floats) -> Floats:
    """b0 + b1 x + A g(x), ppm."""
    intercept, slope, amplitude, centre, width = parameters
    return np.asarray(intercept + slope * x + amplitude * gaussian(x, centre, width))


def jacobian(x: Floats, parameters: Sequence[float] | Floats) -> Floats:
    """Derivatives of the model by its five parameters."""
    _, _, amplitude, centre, width = parameters
    shape, away = gaussian(x, centre, width), x - centre
    by_centre = amplitude * shape * away / width**2
    by_width = amplitude * shape * (away**2 / width**3 - 1 / width)
    return np.column_stack([np.ones_like(x), x, shape, by_centre, by_width])


def enough(x: Floats, half: float) -> bool:
    """Whether a window holds soundings to fit."""
    return bool((np.abs(x) <= half).sum() >= LEAST)


def bounds() -> tuple[Floats, Floats]:
    """Of centre and width, km."""
    reach = parameter("ecart_centre_max")
    return np.array([-reach, parameter("largeur_min")]), np.array([reach, parameter("largeur_max")])


def fit(x: Floats, y: Floats, sigma: Floats, half: float) -> Fit:
    """Fit one window.

    Args:
        x: km from the candidate; soundings beyond `half` are left out.
        y: ppm.
        sigma: ppm.
        half: half of the window, km.

    Raises:
        ValueError: fewer than `LEAST` soundings in the window.
    """
    if not enough(x, half):
        raise ValueError(f"fewer than {LEAST} soundings within {half:g} km")
    near = np.abs(x) <= half
    x, y, sigma = x[near], y[near], sigma[near]
    low, high = bounds()
    low = np.array([-np.inf, -np.inf, 0, *low])
    high = np.array([np.inf, np.inf, np.inf, *high])
    solved = least_squares(
        lambda point: (model(x, point) - y) / sigma,
        np.clip(_start(x, y, sigma), low + 1e-6, high - 1e-6),
        lambda point: jacobian(x, point) / sigma[:, None],
        bounds=(low, high),
        method="trf",
        x_scale="jac",
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=TOLERANCE,
        max_nfev=500,
    )
    gaps = np.minimum(solved.x - low, high - solved.x)
    at_bound = bool((gaps < parameter("tolerance_borne")).any())
    return Fit(x, y, sigma, solved.x, bool(solved.success), at_bound, half)


def _start(x: Floats, y: Floats, sigma: Floats) -> Floats:
    """Best point of a grid of centres and widths, the linear parameters in closed form."""
    reach, step = parameter("ecart_centre_max"), parameter("pas_recherche")
    centres = np.arange(-reach, reach + step / 2, step)
    grid = [(centre, width) for centre in centres for width in WIDTHS]
    weight = 1 / sigma**2
    shapes = np.stack([gaussian(x, centre, width) for centre, width in grid])
    line = np.stack([np.ones_like(x), x])
    normal = (line * weight) @ line.T
    flat_y = y - np.linalg.solve(normal, (line * weight) @ y) @ line
    flat = shapes - np.linalg.solve(normal, (line * weight) @ shapes.T).T @ line
    information, signal = (flat**2 * weight).sum(axis=1), (flat * flat_y * weight).sum(axis=1)
    gain = np.where(signal > 0, signal**2 / np.maximum(information, 1e-12), 0)
    best = int(gain.argmax())
    amplitude = max(float(signal[best] / information[best]), 1e-3)
    rest = y - amplitude * shapes[best]
    intercept, slope = np.linalg.solve(normal, (line * weight) @ rest)
    return np.array([intercept, slope, amplitude, *grid[best]])


def _estimator(derivatives: Floats, sigma: Floats) -> Floats:
    """(J'WJ)^-1 J'W: what a change of each sounding makes of each parameter."""
    weighted = derivatives / sigma[:, None] ** 2
    return np.asarray(
        np.linalg.pinv(derivatives.T @ weighted) @ weighted.T
    )  # an amplitude of 0 leaves centre and width free


def _propagated(rows: Floats, x: Floats, sigma: Floats) -> Floats:
    """Covariance of linear combinations of soundings: their own noise, and two that neighbours share (on bins)."""
    step = parameter("pas_recherche")
    bins = np.floor((x - x.min()) / step).astype(int)
    size = int(bins.max()) + 1
    binned = np.stack([np.bincount(bins, row, size) for row in rows])
    distance = step * np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    shared = sum(
        parameter(f"bruit_{kind}_ecart_type") ** 2 * np.exp(-distance / parameter(f"bruit_{kind}_longueur"))
        for kind in ("court", "long")
    )
    return np.asarray(binned @ shared @ binned.T + (rows * sigma**2) @ rows.T)
