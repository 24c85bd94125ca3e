"""The soundings around each published plume, in bins along the track: what a reader sees beside the fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dagster_project.ingest import plume_months
from dagster_project.plumes.geometry import provisional
from dagster_project.settings import Settings

BIN_KM = 4.0


@dataclass(frozen=True)
class Profile:
    """Means of the soundings of a plume's window: km from the centre of the fit's window, ppm, and how many."""

    x: Sequence[float]
    ppm: Sequence[float]
    count: Sequence[int]


def profiles(settings: Settings, plumes: Iterable[Mapping[str, Any]]) -> dict[str, Profile]:
    """Profiles by `id_panache` of rows of `panaches_co2`; a month that is no longer at hand has none."""
    rows = list(plumes)
    paths = {month: plume_months.soundings(settings, month) for month in {row["mois"] for row in rows}}
    return {row["id_panache"]: _profile(path, row) for row in rows if (path := paths[row["mois"]])}


def _profile(path: Path, row: Mapping[str, Any]) -> Profile:
    columns = ["sounding_id", "time", "xco2"]
    table = pq.read_table(path, columns=columns, filters=pc.field("orbit") == row["orbite"]).sort_by("time")
    at = int(np.searchsorted(table["sounding_id"].to_numpy(), int(row["id_panache"][1:])))
    seconds = table["time"].to_numpy()
    along = provisional(seconds) - provisional(seconds)[min(at, len(seconds) - 1)] + row["centre_km"]
    near = np.abs(along) <= row["demi_fenetre_km"]
    bins = np.floor(along[near] / BIN_KM).astype(int)
    values, count = np.unique(bins, return_counts=True)
    total = np.bincount(bins - bins.min(), table["xco2"].to_numpy()[near])
    means = total[values - bins.min()] / count
    return Profile(((values + 0.5) * BIN_KM).tolist(), means.tolist(), count.tolist())
