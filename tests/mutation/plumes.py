"""Faults in what is made of satellites' soundings: each changes a published figure, and looks right."""

from __future__ import annotations

from tests.mutation.fault import Fault

ROOM, MODELS = "dagster_project/plumes", "dbt_project/models/intermediate/panaches"
METHOD, LITE, ROWS = "tests/unit/test_plumes.py", "tests/unit/test_lite.py", "tests/dbt"

PLUMES = (
    Fault("naive error of a plume published", f"{ROOM}/fit.py",
          "return float(np.sqrt(self.covariance[AMPLITUDE, AMPLITUDE]))", "return self.naive_amplitude_error", METHOD),
    Fault("noise between soundings forgotten", f"{ROOM}/fit.py",
          "        return self.scale * _propagated(_estimator(self.jacobian, self.sigma), self.x, self.sigma)",
          "        weighted = self.jacobian / self.sigma[:, None]\n"
          "        return np.asarray(np.linalg.pinv(weighted.T @ weighted))", METHOD),
    Fault("u and v of the wind exchanged", f"{ROOM}/detection.py",
          '"windspeed_u_met", "windspeed_v_met"', '"windspeed_v_met", "windspeed_u_met"', METHOD),
    Fault("u and v exchanged in the attribution", "dbt_project/macros/panaches.sql",
          "degrees(atan2(-{{ est }}, -{{ nord }}))", "degrees(atan2(-{{ nord }}, -{{ est }}))", ROWS),
    Fault("a degree of longitude as long as one of latitude", f"{ROOM}/geometry.py",
          " * np.cos(np.radians(centre[0]))", "", METHOD),
    Fault("quality flag of soundings ignored", f"{ROOM}/lite.py", "np.ma.filled(quality, -1) == GOOD",
          "np.ma.filled(quality, -1) >= GOOD", LITE),
    Fault("missing values of soundings let through", f"{ROOM}/lite.py",
          "values = np.ma.asarray(variable[:])", "values = np.ma.asarray(np.ma.getdata(variable[:]))", LITE),
    Fault("error of soundings in ppb", f"{ROOM}/detection.py",
          "np.where(given > 0, given, parameter", "np.where(given > 0, 1000 * given, parameter", METHOD),
    Fault("width of a peak in bins", f"{ROOM}/fit.py",
          "return self.amplitude / (self.width * ROOT)", 'return self.amplitude / (self.width / parameter("pas_recherche") * ROOT)',
          METHOD),
    Fault("peaks of one plume counted each", f"{MODELS}/int_panaches.sql",
          "<= {{ parametre_panaches('ecart_panache') }} then 0 else 1", "<= {{ parametre_panaches('ecart_panache') }} then 1 else 1", ROWS),
    Fault("two fits of one peak kept", f"{ROOM}/peaks.py",
          "        if peak.reason is None and not close:", "        if peak.reason is None:", METHOD),
    Fault("a plant counted in two inventories", f"{MODELS}/int_sources_co2.sql",
          "    where autre.rang_inventaire < declarees.rang_inventaire", "    where autre.rang_inventaire > 9", ROWS),
    Fault("water in the dry column", f"{ROOM}/emission.py", ' / parameter("pesanteur") - vapour', ' / parameter("pesanteur")', METHOD),
)  # fmt: skip
