"""Plumes on real soundings: the figures of an independent implementation, blind detection, and tracks without a plume."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from dagster_project.plumes import detection, emission, geometry, lite
from dagster_project.plumes.emission import Air
from dagster_project.plumes.fit import Fit, fit
from dagster_project.plumes.geometry import Track
from dagster_project.plumes.peaks import Peak, Soundings, peaks
from dagster_project.plumes.search import search
from dagster_project.settings import Settings

SIGMA = 0.5  # ppm: these files carry no error


@pytest.fixture(scope="module")
def golden(mirror: Path) -> dict:
    return json.loads((mirror / "plumes" / "golden_developers.json").read_text())


def track_of(path: Path, distance: str = "distance_km") -> dict[str, np.ndarray]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        name: np.array([float(row[name]) for row in rows])
        for name in (distance, "xco2_ppm", "latitude", "longitude")
        if name in rows[0]
    }


@pytest.fixture(scope="module")
def johannesburg(mirror: Path) -> dict[str, np.ndarray]:
    return track_of(mirror / "oco2" / "soundings_orbit11522_20160831_johannesburg.csv")


def errors(x: np.ndarray) -> np.ndarray:
    return np.full(len(x), SIGMA)


def fitted(track: dict[str, np.ndarray], half: float = 100) -> Fit:
    x = track["distance_km"]
    return fit(x, track["xco2_ppm"], errors(x), half)


def blind(track: dict[str, np.ndarray]) -> list[Peak]:
    """Peaks of a track that is only known by its kilometres, or by its positions too."""
    x, nothing = track["distance_km"], np.full(len(track["distance_km"]), np.nan)
    latitude = track.get("latitude", x / 111.195)
    longitude = track.get("longitude", np.zeros(len(x)))
    identifier = np.arange(len(x), dtype=np.uint64)
    found = peaks(Soundings(identifier, x, latitude, longitude, track["xco2_ppm"], errors(x), *(6 * [nothing])))[1]
    for peak in found:
        print(
            f"x {peak.place:.2f}, A {peak.fit.amplitude:.1f} +- {peak.fit.amplitude_error:.1f}, mu {peak.fit.centre:.2f},"
            f" sigma {peak.fit.width:.2f}, delta {peak.fit.enhancement:.2f}, sd_background {peak.spread:.1f},"
            f" z {peak.candidate.z:.1f}, snr {peak.fit.signal_to_noise:.2f}, {peak.level or peak.reason}"
        )
    return found


def test_johannesburg_is_fitted_as_elsewhere(johannesburg: dict, golden: dict) -> None:
    expected, found = golden["johannesburg_orbit11522"], fitted(johannesburg)
    print(
        f"A {found.amplitude:.3f} +- {found.amplitude_error:.2f} (naive {found.naive_amplitude_error:.2f}), mu {found.centre:.3f},"
        f" sigma {found.width:.3f}, delta {found.enhancement:.3f}, background {found.parameters[:2]}, f2 {found.scale:.2f}"
    )
    assert (len(found.x), found.converged, found.at_bound) == (expected["n"], True, False)
    assert found.amplitude == pytest.approx(expected["A"], rel=2e-3)
    assert found.centre == pytest.approx(expected["mu"], abs=0.02)
    assert found.width == pytest.approx(expected["sigma"], abs=0.02)
    assert found.enhancement == pytest.approx(expected["delta"], rel=2e-3)
    assert found.parameters[:2] == pytest.approx([expected["intercept"], expected["slope"]], abs=1e-4)
    assert found.amplitude_error == pytest.approx(expected["sd_A"], rel=0.03)
    assert found.enhancement_error == pytest.approx(expected["sd_delta"], rel=0.03)
    assert found.naive_amplitude_error == pytest.approx(expected["sd_naive"], rel=0.01)
    assert found.scale == pytest.approx(expected["f2"], rel=0.05)
    assert found.correlation == pytest.approx(expected["R"], abs=0.002)
    assert found.partial_r2 == pytest.approx(expected["r2_partial"], abs=0.005)
    assert found.signal_to_noise == pytest.approx(expected["snr_lin"], rel=0.03)
    assert found.sectors == expected["sectors"]


def test_johannesburg_emits_as_elsewhere(johannesburg: dict, golden: dict, mirror: Path) -> None:
    expected, found = golden["johannesburg_orbit11522"], fitted(johannesburg)
    x, y = johannesburg["distance_km"], johannesburg["xco2_ppm"]
    assert fitted(johannesburg, 70).amplitude == pytest.approx(expected["A_half70"], rel=2e-3)
    assert emission.curved_background(found, x, y, errors(x)) == pytest.approx([expected["A_quad"]], rel=2e-3)
    spread = emission.background_error(found, x, y, errors(x))
    assert spread == pytest.approx(expected["sd_background"], rel=0.01)
    known = json.loads((mirror / "oco2" / "golden_johannesburg.json").read_text())["johannesburg_20160831"]
    met, near = known["met"], np.abs(x) <= 100
    air = Air(met["surface_pressure_hpa"], met["tcwv_kg_m2"], met["windspeed_u_m_s"], met["windspeed_v_m_s"])
    middle = int(np.abs(x).argmin())
    centre = (float(johannesburg["latitude"][middle]), float(johannesburg["longitude"][middle]))
    track = geometry.track(johannesburg["latitude"][near], johannesburg["longitude"][near], centre)
    assert track.azimuth == pytest.approx(expected["track_azimuth_deg"], abs=0.05)
    assert emission.across(air, track) == pytest.approx(expected["u_perp"], rel=2e-3)
    assert emission.line_density(found.amplitude, air) == pytest.approx(expected["line_density_kg_m"], rel=2e-3)
    out = emission.emission(found, spread, air, track)
    print(
        f"A(70) {fitted(johannesburg, 70).amplitude:.3f}, A(quad) {emission.curved_background(found, x, y, errors(x))},"
        f" sd_background {spread:.2f}, azimuth {track.azimuth:.3f}, u_perp {emission.across(air, track):.4f},"
        f" q {emission.line_density(found.amplitude, air):.1f} kg/m, E {out.value:.0f} t/h, {out.budget}"
    )
    assert out.value == pytest.approx(expected["emission_t_h"], rel=3e-3)
    budget = expected["budget"]
    assert (out.budget.fit, out.budget.background) == pytest.approx(
        (budget["rel_fit"], budget["rel_background"]), rel=0.03
    )
    assert (out.budget.wind, out.budget.factor) == pytest.approx((budget["rel_wind"], budget["rel_factor"]), rel=3e-3)
    assert out.budget.total == pytest.approx(budget["rel_total"], rel=0.01)


def test_the_reference_is_met_with_its_own_parameters(mirror: Path) -> None:
    """Its track is in degrees, without cos(latitude), and its fit is not converged: the same arithmetic to 1e-9."""
    known = json.loads((mirror / "oco2" / "golden_johannesburg.json").read_text())["johannesburg_20160831"]
    met, slope = known["met"], -0.24939094
    air = Air(met["surface_pressure_hpa"], met["tcwv_kg_m2"], met["windspeed_u_m_s"], met["windspeed_v_m_s"])
    degrees = Track(np.zeros(1), slope / np.hypot(1, slope), 1 / np.hypot(1, slope))
    amplitude = known["reference_fit_params"]["amplitude_ppm_km"]
    found = 3.6e-3 * emission.line_density(amplitude, air) * emission.across(air, degrees)
    print(f"with the reference's own parameters: {found:.9f} kt/h")
    assert found == pytest.approx(known["reference_emission"]["ktCO2_per_h"], rel=2e-9)


def test_johannesburg_is_detected_blind(johannesburg: dict, golden: dict) -> None:
    (expected,) = golden["johannesburg_detection"]["accepted"]
    (peak,) = blind(johannesburg)
    assert (peak.level, peak.second, peak.reason) == ("possible", True, None)
    assert peak.place == pytest.approx(expected["x"], abs=0.1)
    assert peak.fit.amplitude == pytest.approx(expected["A"], rel=0.01)
    assert peak.fit.amplitude_error == pytest.approx(expected["sd_A"], rel=0.05)
    assert peak.candidate.z == pytest.approx(expected["z"], rel=0.02)


def test_laiwu_is_detected_blind(mirror: Path) -> None:
    track = track_of(mirror / "oco2" / "soundings_orbit22061_20180825_laiwu.csv")
    found = fitted(track)
    print(
        f"fit: A {found.amplitude:.2f} +- {found.amplitude_error:.2f}, mu {found.centre:.3f}, sigma {found.width:.3f}"
    )
    accepted = [peak for peak in blind(track) if peak.reason is None]
    assert len(accepted) == 1 and abs(accepted[0].place - found.centre) < 2


def test_nothing_is_seen_where_nothing_is(mirror: Path) -> None:
    name, distance = "soundings_orbit11522_20160831_background.csv", "distance_from_orbit_start_km"
    track = track_of(mirror / "oco2" / name, distance)
    assert search(track[distance], track["xco2_ppm"], errors(track[distance])).candidates == []


def test_the_real_lite_file_has_no_plume(mirror: Path) -> None:
    path = mirror / "plumes" / "oco2_LtCO2_160727_B99999r_sampledata.nc4"
    table = lite.read(path)
    assert table.num_rows == 721 and table["windspeed_u_met"].null_count == 721
    rows = detection.detect(table, lite.described(path))[0].to_pylist()
    for row in rows:
        print(
            {name: row[name] for name in ("z_detection", "motif_rejet", "amplitude_ppm_km", "largeur_km", "n_sondages")}
        )
    assert [row["niveau"] for row in rows] == [None] * len(rows) and all(row["motif_rejet"] for row in rows)


def test_known_windows_agree_with_the_oracle(mirror: Path) -> None:
    """Forty plumes of known truth: the same fit, the same error, the same scale."""
    frame = pq.read_table(mirror / "plumes" / "synthetic_windows.parquet")
    with (mirror / "plumes" / "synthetic_windows_oracle.csv").open(newline="") as file:
        oracle = {int(row["cas"]): row for row in csv.DictReader(file)}
    cases = frame["cas"].to_numpy()
    for case, row in oracle.items():
        expected = {name: float(value) for name, value in row.items() if name != "bound"}
        part = frame.filter(cases == case)
        x, y = part["x_km"].to_numpy(), part["xco2_ppm"].to_numpy()
        found = fit(x, y, part["incertitude_ppm"].to_numpy().astype(float), 100)
        assert found.amplitude == pytest.approx(expected["A"], rel=5e-3), case
        assert (found.centre, found.width) == pytest.approx((expected["mu"], expected["sigma"]), abs=0.05), case
        assert (found.amplitude_error, found.scale) == pytest.approx((expected["sd_A"], expected["f2"]), rel=0.05), case
        spread = emission.background_error(found, x, y, part["incertitude_ppm"].to_numpy().astype(float))
        assert spread == pytest.approx(expected["sd_bg"], rel=0.02), case
        assert str(found.at_bound) == row["bound"], case


@pytest.fixture(scope="module")
def warehouse(national: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(national.warehouse), read_only=True) as connection:
        yield connection


def test_published_peaks_are_chained_into_plumes(warehouse: duckdb.DuckDBPyConnection) -> None:
    """7,903 peaks of the reference project: the counts of an independent implementation (golden_developers.json)."""
    rows = warehouse.execute(
        "select annee, count(*), count(distinct orbite) from intermediate.int_panaches where jeu = 'reference' group by 1 order by 1"
    ).fetchall()
    assert [count for _, count, _ in rows] == [217, 715, 833, 629, 778, 733, 246]
    assert warehouse.execute("select count(*) from staging.stg_pics_reference").fetchone() == (7903,)
    assert sum(orbits for *_, orbits in rows) == 3369
    assert warehouse.execute("select count(*) from marts.panaches_co2").fetchone() == (0,), "they are never ours"


def test_sources_are_counted_once_and_corrected(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The three errors of the IREP are gone; Dunkerque and Fos are there, each its largest site, where it is."""
    wrong = "('183.00603', '070.00704')"
    query = f"select count(*) from staging.stg_irep where identifiant in {wrong} and tonnes is not null"
    assert warehouse.execute(query).fetchone() == (0,)
    assert warehouse.execute("select tonnes from staging.stg_irep where identifiant = '067.00537'").fetchone() == (
        2341,
    )
    assert warehouse.execute("select sum(tonnes) < 100e6 from staging.stg_irep").fetchone() == (True,)
    for identifier, latitude, longitude in (("S-EUTL-000956", 51.03, 2.31), ("S-EUTL-000628", 43.44, 4.89)):
        place = warehouse.execute(
            "select latitude_deg, longitude_deg, code_territoire from marts.sources_co2 where id_site = ?", [identifier]
        ).fetchone()
        assert abs(place[0] - latitude) < 0.04 and abs(place[1] - longitude) < 0.06 and place[2]
    verified = warehouse.execute("select count(*), sum(tonnes) from staging.stg_eutl where annee = 2019").fetchone()
    assert verified == (1066, 94_303_855)


@pytest.mark.parametrize(
    ("box", "least"), [("true", 1.6), ("latitude between 35 and 72 and longitude between -12 and 35", 1.4)]
)
def test_the_true_wind_points_at_more_sources_than_any_other(
    warehouse: duckdb.DuckDBPyConnection, box: str, least: float
) -> None:
    """A site of 1 Mt within 60 km and 30 degrees of where the wind comes from: true wind, u and v exchanged, 25 rotations."""

    def rate(turned: str) -> float:
        turn = f"({turned})"
        query = f"""
            select count(distinct panaches.id_sondage) / (select count(*) from intermediate.int_panaches where jeu = 'reference' and {box})
            from intermediate.int_attributions as paires
            inner join intermediate.int_panaches as panaches using (jeu, id_sondage)
            where jeu = 'reference' and {box} and paires.tonnes >= 1e6 and paires.distance_km <= 60
                and abs(({turn} + 1260) - 360 * floor(({turn} + 1260) / 360) - 180) <= 30
        """
        return warehouse.execute(query).fetchone()[0]

    east, north = "vent_est_m_s", "vent_nord_m_s"
    exchanged = f"ecart_signe_deg + degrees(atan2(-{east}, -{north})) - degrees(atan2(-{north}, -{east}))"
    true, swapped = rate("ecart_signe_deg"), rate(exchanged)
    turned = float(np.mean([rate(f"ecart_signe_deg - {angle}") for angle in range(60, 301, 10)]))
    print(f"{box[:20]}: true {true:.4f}, exchanged {swapped:.4f}, rotations {turned:.4f}, lift {true / turned:.3f}")
    assert true > least * turned and true > 1.3 * swapped
