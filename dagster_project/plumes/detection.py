"""From the soundings of a day to all its candidates, rejected ones with their reason: what `raw/oco2_pics` holds."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.plumes import geometry
from dagster_project.plumes.lite import columns_of
from dagster_project.plumes.parameters import parameter
from dagster_project.plumes.peaks import Peak, Soundings, peaks


def pieces(table: pa.Table) -> Iterator[tuple[int, Soundings]]:
    """Orbit and soundings of each piece of track of a table of `lite.read`."""
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
    air = columns_of(part, ("windspeed_u_met", "windspeed_v_met", "psurf", "tcwv"))
    along = geometry.provisional(seconds)
    return Soundings(part["sounding_id"].to_numpy(), along, latitude, longitude, xco2, sigma, *air)


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """Every candidate of a table of soundings."""
    results = []
    for orbit, piece in pieces(table):
        if len(piece.along) >= parameter("sondages_min"):
            results += [_row(orbit, piece, peak) for peak in peaks(piece)[1]]
    return results


def _row(orbit: int, piece: Soundings, peak: Peak) -> dict[str, Any]:
    """A candidate as it is stored: measures with their unit in the name, NULL where there is none."""
    fit, out = peak.fit, peak.emission
    budget = asdict(out.budget) if out.budget else dict.fromkeys(("fit", "background", "wind", "factor"))
    return {
        "sounding_id": int(piece.identifier[peak.nearest]),
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
        "pente_ppm_km": float(fit.parameters[1]),
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
        "pression_hpa": _known(peak.air.pressure),
        "vapeur_kg_m2": _known(peak.air.vapour),
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
