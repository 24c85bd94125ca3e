"""Plumes against figures derived by hand, and against tracks of known truth: what the error says is what it does."""

from __future__ import annotations

import math
from dataclasses import astuple, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from dagster_project.plumes import aloft, detection, geometry, lite
from dagster_project.plumes import emission as emissions
from dagster_project.plumes import fit as fits
from dagster_project.plumes.emission import Air, Budget, Emission
from dagster_project.plumes.fit import Fit
from dagster_project.plumes.geometry import Track
from dagster_project.plumes.peaks import peaks, verdict
from dagster_project.plumes.search import search
from tests import tracks


@pytest.mark.parametrize("longitude", [0.0, 179.9])
def test_a_track_has_its_azimuth_in_kilometres_not_in_degrees(longitude: float) -> None:
    """At 60 N a degree of longitude is half as long: one degree west for two north is 14 degrees off, not 27; across the antimeridian too."""
    north = np.linspace(59.5, 60.5, 50)
    east = (longitude - 0.5 * (north - 60) + 180) % 360 - 180
    track = geometry.track(north, east, (60.0, longitude))
    assert track.azimuth == pytest.approx(-math.degrees(math.atan(0.25)), abs=0.1)
    assert np.ptp(track.along) == pytest.approx(111.19 * math.hypot(1, 0.25), rel=1e-3)
    assert (np.diff(track.along) > 0).all()


def test_a_gap_of_half_a_minute_cuts_an_orbit() -> None:
    seconds = np.array([0.0, 1, 2, 32.5, 33, 80])
    assert [(part.start, part.stop) for part in geometry.pieces(seconds)] == [(0, 3), (3, 5), (5, 6)]
    assert geometry.provisional(np.array([5.0, 7])).tolist() == [0, 13.5]


def test_an_exact_peak_is_found_exactly() -> None:
    x = np.arange(-100, 100, 0.5)
    truth = np.array([400.0, 0.002, 60.0, 4.0, 9.0])
    found = fits.fit(x, fits.model(x, truth), np.full(len(x), 0.5), 100)
    assert found.parameters == pytest.approx(truth, rel=1e-6)
    assert found.converged and not found.at_bound
    assert found.enhancement == pytest.approx(60 / (9 * math.sqrt(2 * math.pi)))
    assert all(18 <= count <= 19 for count in found.sectors)
    numeric = [(fits.model(x, truth + step) - fits.model(x, truth - step)) / 2e-5 for step in 1e-5 * np.eye(5)]
    assert fits.jacobian(x, truth) == pytest.approx(np.column_stack(numeric), abs=1e-5)


def test_a_slope_alone_is_no_peak() -> None:
    """R counts it, the partial R2 does not."""
    rng, x = np.random.default_rng(3), np.arange(-100, 100, 0.3)
    y = 400 + 0.05 * x + rng.normal(0, 0.3, len(x))
    found = fits.fit(x, y, np.full(len(x), 0.5), 100)
    assert found.correlation > 0.5 and found.partial_r2 < 0.1


@pytest.fixture(scope="module")
def windows() -> list[tuple[float, float, Fit]]:
    """Amplitude and centre of 300 known plumes of 1.5 to 6 ppm, and what was fitted."""
    rng, results = np.random.default_rng(5), []
    for _ in range(300):
        width, height, centre = rng.uniform(3, 20), rng.uniform(1.5, 6), rng.uniform(-5, 5)
        amplitude = height * width * math.sqrt(2 * math.pi)
        x, y = tracks.window(rng, amplitude, width, centre, cover=rng.uniform(0.6, 0.95))
        results.append((amplitude, centre, fits.fit(x, y, np.full(len(x), tracks.SIGMA), 100)))
    return results


def test_the_error_covers_what_it_says(windows: list[tuple[float, float, Fit]]) -> None:
    """One sigma holds 60 to 75 % of truths, two 92 to 98 %; the amplitude is unbiased within 5 %."""
    good = [(amplitude, centre, found) for amplitude, centre, found in windows if not found.at_bound]
    assert len(good) > 280
    pulls = np.array([(found.amplitude - amplitude) / found.amplitude_error for amplitude, _, found in good])
    bias = np.mean([found.amplitude / amplitude - 1 for amplitude, _, found in good])
    one, two = np.mean(np.abs(pulls) < 1), np.mean(np.abs(pulls) < 2)
    away = np.sqrt(np.mean([(found.centre - centre) ** 2 for _, centre, found in good]))
    print(f"bias {bias:.3f}, 1 sigma {one:.3f}, 2 sigma {two:.3f}, rms of the centre {away:.2f} km")
    assert abs(bias) < 0.05 and 0.60 <= one <= 0.75 and 0.92 <= two <= 0.98 and away < 1.5


def test_the_naive_error_does_not(windows: list[tuple[float, float, Fit]]) -> None:
    """An inverse Hessian scaled by chi2 holds a third: it is stored for comparison and published nowhere."""
    naive = [abs(found.amplitude - amplitude) < found.naive_amplitude_error for amplitude, _, found in windows]
    assert np.mean(naive) < 0.45


def test_an_emission_covers_with_the_error_of_its_wind(windows: list[tuple[float, float, Fit]]) -> None:
    """The true wind across the track is 1.5 m/s from the measured one: one sigma of fit and wind holds 60 to 75 %."""
    rng, inside = np.random.default_rng(6), []
    for amplitude, _, found in windows:
        true, measured = (wind := rng.uniform(4, 10)), wind + rng.normal(0, 1.5)
        error = math.hypot(found.amplitude_error / found.amplitude, 1.5 / measured)
        inside.append(abs(found.amplitude * measured - amplitude * true) < error * found.amplitude * measured)
    assert 0.60 <= np.mean(inside) <= 0.75


@pytest.mark.parametrize(("amplitude", "width", "rate"), [(20, 3, 0.70), (30, 6, 0.65), (45, 12, 0.70), (70, 20, 0.70)])
def test_plumes_are_seen_blind_and_nothing_else(amplitude: float, width: float, rate: float) -> None:
    rng, seen, spurious, times = np.random.default_rng(11), 0, 0, 60
    for _ in range(times):
        centre = rng.uniform(-300, 300)
        x, y = tracks.window(rng, amplitude, width, centre, length=1000, cover=rng.uniform(0.6, 0.95))
        _, found = peaks(tracks.soundings(x, y))
        away = [abs(peak.place + x.min() - centre) for peak in found if peak.reason is None]
        seen += min(away, default=99) < 25
        spurious += sum(distance >= 25 for distance in away)
    print(f"A {amplitude}, sigma {width}: seen {seen / times:.2f}, spurious {spurious / times:.3f} per 1,000 km")
    assert seen / times >= rate and spurious / times <= 0.03


def test_noise_alone_is_no_plume() -> None:
    """At most one accepted peak in 100,000 km."""
    rng, accepted, candidates = np.random.default_rng(12), 0, 0
    for _ in range(100):
        x, y = tracks.window(rng, 0, 5, length=1000, cover=rng.uniform(0.6, 0.95))
        found, listed = peaks(tracks.soundings(x, y))
        candidates += len(found.candidates)
        accepted += sum(peak.reason is None for peak in listed)
    print(f"{candidates} candidates, {accepted} accepted in 100,000 km")
    assert accepted <= 1


def test_what_could_not_be_seen_is_said() -> None:
    """Too few soundings: no candidate, no usable length; with more of them, a plume that is there is one."""
    rng = np.random.default_rng(13)
    x, y = tracks.window(rng, 60, 6, length=300, cover=0.95)
    few = search(x[::8], y[::8], np.full(len(x[::8]), 0.5))
    assert few.candidates == [] and few.usable_km == 0 and np.isnan(few.least_amplitude).all()
    many = search(x, y, np.full(len(x), 0.5))
    assert len(many.candidates) == 1 and many.usable_km > 200
    assert abs(many.candidates[0].along) < 4
    assert 1 < np.nanmedian(many.least_amplitude) < 20


def test_clouds_beside_a_plume_stop_nothing() -> None:
    """A gap of 20 to 180 km beside or above a plume: every candidate has its fit or its reason, none an error."""
    rng, reasons = np.random.default_rng(21), set()
    for _ in range(80):
        x, y = tracks.window(rng, rng.uniform(20, 120), rng.uniform(2, 20), length=600, cover=0.95)
        start, gap = rng.uniform(-120, 60), rng.uniform(20, 180)
        keep = (x < start) | (x > start + gap)
        _, listed = peaks(tracks.soundings(x[keep], y[keep]))
        reasons |= {peak.reason for peak in listed}
    assert {None, "secteurs_vides"} <= reasons


def lite_table(direction: int, east: float, north: float) -> pa.Table:
    """A pass to the north (1) or the south (-1) over one plume of 60 ppm km, sigma 6, in a known wind."""
    rng = np.random.default_rng(22)
    x, y = tracks.window(rng, 60, 6, length=600, cover=0.95)
    size, order = len(x), np.argsort(direction * x)
    x, y = x[order], y[order]
    values = {name: pa.nulls(size, kind) for name, kind in zip(lite.SCHEMA.names, lite.SCHEMA.types, strict=True)}
    values |= {
        "sounding_id": pa.array(2_020_010_112_000_001 + 10 * np.arange(size), pa.uint64()),
        "time": pa.array(1.5e9 + np.abs(x - x[0]) / 6.75),
        "latitude": pa.array(45 + x / tracks.KM_A_DEGREE),
        "longitude": pa.array(np.zeros(size)),
        "xco2": pa.array(y),
        "orbit": pa.array(np.full(size, 7), pa.int32()),
        "windspeed_u_met": pa.array(np.full(size, east)),
        "windspeed_v_met": pa.array(np.full(size, north)),
        "psurf": pa.array(np.full(size, 1000.0)),
        "tcwv": pa.array(np.zeros(size)),
    }
    return pa.table(values, schema=lite.SCHEMA)


def detect(table: pa.Table, wind: aloft.Wind | None = None) -> list[dict]:
    """Candidates of a table of soundings, as rows."""
    file = lite.described(Path("oco2_LtCO2_200101_B11100Ar_230603215457s.nc4"))
    return detection.detect(table, file, wind)[0].to_pylist()


@pytest.mark.parametrize("direction", [1, -1])
def test_the_wind_of_the_file_crosses_the_track(direction: int) -> None:
    """On a meridian the eastward wind carries the plume across, whichever way the satellite flies; the northward one does not."""
    (row,) = [row for row in detect(lite_table(direction, 6.0, 2.0)) if row["niveau"]]
    assert (row["niveau"], row["motif_rejet"], row["motif_sans_debit"]) == ("confirme", None, None)
    assert (row["vent_est_m_s"], row["vent_nord_m_s"], row["pression_hpa"]) == pytest.approx((6, 2, 1000))
    assert row["debit_tco2_h"] == pytest.approx(3.6 * 15.4965 * row["amplitude_ppm_km"] * 6, rel=1e-3)
    assert row["part_vent"] == pytest.approx(1.5 / 6) and row["latitude"] == pytest.approx(45, abs=0.05)
    assert row["debit_min95_tco2_h"] < row["debit_tco2_h"] < row["debit_max95_tco2_h"]
    (along,) = [row for row in detect(lite_table(direction, 2.0, 6.0)) if row["niveau"]]
    assert along["debit_tco2_h"] is None and along["motif_sans_debit"] == "vent_le_long_de_la_trace"


@pytest.mark.parametrize(
    ("changed", "z", "second", "expected"),
    [
        ({}, 7, False, ("confirme", None)),
        ({}, 7, True, (None, "non_significatif")),
        ({}, 11, True, ("possible", None)),
        ({"signal_to_noise": 3}, 9, False, (None, "non_significatif")),
        ({"signal_to_noise": 3}, 10, False, ("possible", None)),
        ({"partial_r2": math.nan}, 99, False, (None, "r2_partiel")),
        ({"partial_r2": 0.2, "signal_to_noise": 1}, 7, False, (None, "r2_partiel")),
        ({"enhancement": 0.4, "partial_r2": 0.2}, 7, False, (None, "trop_faible")),
        ({"sectors": [9, 9, 4, 9], "enhancement": 0.4}, 7, False, (None, "secteurs_vides")),
        ({"at_bound": True, "sectors": [0, 0, 0, 0]}, 7, False, (None, "borne")),
        ({"converged": False, "at_bound": True}, 7, False, (None, "non_converge")),
    ],
)
def test_reasons_come_in_the_order_of_the_method(changed: dict, z: float, second: bool, expected: tuple) -> None:
    good = {"converged": True, "at_bound": False, "sectors": [9, 9, 9, 9], "width": 5.0, "enhancement": 2.0,
            "partial_r2": 0.6, "signal_to_noise": 5.0}  # fmt: skip
    assert verdict(SimpleNamespace(**good | changed), z, second) == expected


NORTHWARD = Track(np.zeros(1), 0.0, 1.0)


def some(amplitude: float = 100.0) -> Fit:
    x = np.arange(-100, 100, 0.3)
    rng = np.random.default_rng(14)
    return fits.fit(
        x, fits.model(x, [400, 0, amplitude, 0, 10]) + rng.normal(0, 0.5, len(x)), np.full(len(x), 0.5), 100
    )


def test_tonnes_an_hour_by_hand() -> None:
    """1000 hPa without vapour hold 100000 / 9.80665 = 10197.2 kg/m2; 1 ppm km of it is 1e-6 x 1e3 x 1.519682 x 10197.2 = 15.4965 kg/m."""
    air = Air(1000.0, 0.0, 5.0, 3.0)
    assert emissions.dry_column(1000, 20) == pytest.approx(10177.16, abs=0.01)
    assert emissions.line_density(1.0, air) == pytest.approx(15.4965, abs=1e-4)
    assert emissions.across(air, NORTHWARD) == 5  # the eastward wind alone crosses a track to the north
    found = some()
    out = emissions.emission(found, 0.1 * found.amplitude, air, NORTHWARD)
    assert out.value == pytest.approx(3.6 * 15.4965 * found.amplitude * 5, rel=1e-5)
    budget = Budget(found.amplitude_error / found.amplitude, 0.1, 0.3, 0.3)
    assert astuple(out.budget) == pytest.approx(astuple(budget))
    assert budget.total == pytest.approx(math.sqrt(budget.fit**2 + 0.01 + 0.09 + 0.09))
    assert out.high == pytest.approx(out.value * (1 + 1.96 * budget.total))
    assert out.low == pytest.approx(max(0, out.value * (1 - 1.96 * budget.total)))


@pytest.mark.parametrize(
    ("air", "spread", "reason"),
    [
        (Air(1000, 0, math.nan, 3), 1.0, "vent_ou_pression_inconnus"),
        (Air(math.nan, 0, 5, 3), 1.0, "vent_ou_pression_inconnus"),
        (Air(1000, 0, 0.9, 0), 1.0, "vent_faible"),
        (Air(1000, 0, 1.5, 8), 1.0, "vent_le_long_de_la_trace"),
        (Air(1000, 0, 5, 3), math.nan, "fond_indetermine"),
    ],
)
def test_no_emission_without_a_reason(air: Air, spread: float, reason: str) -> None:
    assert emissions.emission(some(), spread, air, NORTHWARD) == Emission(None, None, None, None, reason)


def test_the_error_of_the_file_is_in_ppm() -> None:
    """What the file says is what is assumed where it says nothing: 0.5 ppm."""
    table = lite_table(1, 6.0, 2.0)
    place = table.column_names.index("xco2_uncertainty")
    given, missing = (
        table.set_column(place, "xco2_uncertainty", pa.array([value] * table.num_rows, pa.float64()))
        for value in (0.5, None)
    )
    assert detect(given) == detect(missing) != []


def test_two_fits_of_one_peak_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two candidates 4 km apart end at the same peak: the second is a double."""
    from dagster_project.plumes import peaks as module

    def twice(*arguments: object) -> object:
        seen = whole(*arguments)
        (first,) = seen.candidates
        return replace(seen, candidates=[first, replace(first, along=first.along + 4)])

    whole = module.search
    monkeypatch.setattr(module, "search", twice)
    assert [row["motif_rejet"] for row in detect(lite_table(1, 6.0, 2.0))] == [None, "double"]
