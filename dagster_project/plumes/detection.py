"""From the soundings of a day to all its candidates, rejected ones with their reason, and to what could be seen of France."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.plumes import aloft, geometry
from dagster_project.plumes.aloft import Wind
from dagster_project.plumes.emission import across, line_density
from dagster_project.plumes.lite import File, columns_of
from dagster_project.plumes.parameters import parameter, zones
from dagster_project.plumes.peaks import Peak, Soundings, peaks
from dagster_project.plumes.search import Seen

TEXTS = ("satellite", "version_lite", "niveau", "motif_rejet", "motif_sans_debit", "vent_origine")
MEASURES = (
    "latitude", "longitude", "z_detection", "amplitude_ppm_km", "incertitude_amplitude_ppm_km", "incertitude_naive_ppm_km",
    "largeur_km", "centre_km", "rehaussement_ppm", "incertitude_rehaussement_ppm", "fond_ppm", "pente_ppm_par_km",
    "rapport_signal_bruit", "r2_partiel", "r_reference", "facteur_echelle", "demi_fenetre_km", "azimut_trace_deg",
    "ecart_type_fond_ppm_km", "vent_est_m_s", "vent_nord_m_s", "vent_normal_m_s", "pression_hpa", "vapeur_kg_m2",
    "densite_lineique_kg_m", "debit_tco2_h", "debit_min95_tco2_h", "debit_max95_tco2_h",
    "part_ajustement", "part_fond", "part_vent", "part_facteur",
)  # fmt: skip
PICS = pa.schema(
    [
        ("id_sondage", pa.uint64()),
        ("orbite", pa.int32()),
        ("n_sondages", pa.int32()),
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.float64()) for name in MEASURES),
    ]
)
TRACES = pa.schema(
    [
        ("id_sondage", pa.uint64()),
        ("orbite", pa.int32()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("n_sondages", pa.int32()),
        ("limite_ppm_km", pa.float64()),
    ]
)


def pieces(table: pa.Table) -> Iterator[tuple[int, Soundings]]:
    """Orbit and soundings of each piece of track of a table of `lite.read`, with its wind aloft."""
    orbits = table["orbit"].to_numpy()
    for orbit in np.unique(orbits):
        part = table.filter(pa.array(orbits == orbit)).sort_by("time")
        seconds = part["time"].to_numpy()
        for piece in geometry.pieces(seconds):
            yield int(orbit), _soundings(part.slice(piece.start, piece.stop - piece.start))


def _soundings(part: pa.Table) -> Soundings:
    names = ("time", "latitude", "longitude", "xco2", "xco2_uncertainty")
    seconds, latitude, longitude, xco2, given = columns_of(part, names)
    sigma = np.where(given > 0, given, parameter("incertitude_defaut"))  # NaN is not above 0
    air = columns_of(part, ("windspeed_u_met", "windspeed_v_met", aloft.EAST, aloft.NORTH, "psurf", "tcwv"))
    along = geometry.provisional(seconds)
    return Soundings(part["sounding_id"].to_numpy(), along, latitude, longitude, xco2, sigma, *air)


def detect(table: pa.Table, file: File, wind: Wind | None = None) -> tuple[pa.Table, pa.Table]:
    """Every candidate of the soundings of a day, and what could be seen of France (columns of `PICS` and `TRACES`).

    Args:
        table: of `lite.read`.
        file: that it was read of.
        wind: aloft, where the user has it.
    """
    rows: list[dict[str, Any]] = []
    traces = [TRACES.empty_table()]
    origin = {"satellite": f"OCO-{file.satellite}", "version_lite": file.version}
    for orbit, piece in pieces(aloft.beside(table, wind)):
        if len(piece.along) >= parameter("sondages_min"):
            seen, results = peaks(piece)
            rows += [{**origin, **_row(orbit, piece, peak)} for peak in results]
            traces.append(_trace(orbit, piece, seen))
    return pa.Table.from_pylist(rows, schema=PICS), pa.concat_tables(traces)


def _trace(orbit: int, piece: Soundings, seen: Seen) -> pa.Table:
    """The bins of a piece that lie in a box of France, those where nothing could be seen left out."""
    nearest = np.searchsorted(piece.along, seen.bins).clip(0, len(piece.along) - 1)
    latitude, longitude = piece.latitude[nearest], piece.longitude[nearest]
    inside = np.zeros(len(nearest), bool)
    for box in (item for item in zones() if item.zone == "france"):
        inside |= (latitude >= box.south) & (latitude <= box.north) & (longitude >= box.west) & (longitude <= box.east)
    inside &= (seen.counts > 0) | np.isfinite(seen.least_amplitude)
    size = int(inside.sum())
    least = seen.least_amplitude[inside]
    columns = (
        pa.array(piece.identifier[nearest][inside]),
        pa.array(np.full(size, orbit), pa.int32()),
        pa.array(latitude[inside]),
        pa.array(longitude[inside]),
        pa.array(seen.counts[inside].astype(np.int32)),
        pa.array(least, mask=~np.isfinite(least)),
    )
    return pa.Table.from_arrays(list(columns), schema=TRACES)


def _row(orbit: int, piece: Soundings, peak: Peak) -> dict[str, Any]:
    """A candidate as it is stored: measures with their unit in the name, NULL where there is none."""
    fit, out = peak.fit, peak.emission
    budget = asdict(out.budget) if out.budget else dict.fromkeys(("fit", "background", "wind", "factor"))
    return {
        "id_sondage": int(piece.identifier[peak.nearest]),
        "orbite": orbit,
        "latitude": float(piece.latitude[peak.nearest]),
        "longitude": float(piece.longitude[peak.nearest]),
        "niveau": peak.level,
        "motif_rejet": peak.reason,
        "z_detection": peak.candidate.z,
        "amplitude_ppm_km": fit.amplitude,
        "incertitude_amplitude_ppm_km": _known(fit.amplitude_error),
        "incertitude_naive_ppm_km": _known(fit.naive_amplitude_error),
        "largeur_km": fit.width,
        "centre_km": fit.centre,
        "rehaussement_ppm": fit.enhancement,
        "incertitude_rehaussement_ppm": _known(fit.enhancement_error),
        "fond_ppm": float(fit.parameters[0]),
        "pente_ppm_par_km": float(fit.parameters[1]),
        "rapport_signal_bruit": _known(fit.signal_to_noise),
        "r2_partiel": _known(fit.partial_r2),
        "r_reference": _known(fit.correlation),
        "facteur_echelle": _known(fit.scale),
        "n_sondages": len(fit.x),
        "demi_fenetre_km": fit.half,
        "azimut_trace_deg": peak.track.azimuth,
        "ecart_type_fond_ppm_km": _known(peak.spread),
        "vent_est_m_s": _known(peak.air.east),
        "vent_nord_m_s": _known(peak.air.north),
        "vent_normal_m_s": _known(across(peak.air, peak.track)),
        "vent_origine": ("era5" if peak.air.aloft else "lite") if np.isfinite(peak.air.east) else None,
        "pression_hpa": _known(peak.air.pressure),
        "vapeur_kg_m2": _known(peak.air.vapour),
        "densite_lineique_kg_m": _known(line_density(fit.amplitude, peak.air)),
        "debit_tco2_h": out.value,
        "debit_min95_tco2_h": out.low,
        "debit_max95_tco2_h": out.high,
        "part_ajustement": budget["fit"],
        "part_fond": budget["background"],
        "part_vent": budget["wind"],
        "part_facteur": budget["factor"],
        "motif_sans_debit": out.reason,
    }


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
