"""Demonstration files of plumes in their producers' layouts: three days of OCO-2, two known plumes, sources around them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from dagster_project.sources.sample import lite_files
from dagster_project.sources.sample.geographic_code import save, table

INVENTED = yaml.safe_load(Path(__file__).with_name("overpasses.yml").read_text("utf-8"))
KM_PER_DEGREE, KM_PER_SECOND, FRAME_KM, FOOTPRINTS = 111.195, 6.75, 2.25, 8
TOTAL = "Dioxyde de carbone (CO2) total (d'origine biomasse et non biomasse)"
FOSSIL = "Dioxyde de carbone (CO2) d'origine non biomasse"
Row = Sequence[object]


def write(folder: Path) -> None:
    """Write all files below `folder`."""
    for day in INVENTED["jours"]:
        write_day(folder / "oco2", day)
    home = folder / "plumes"
    save(home / "eutl_france_installations.csv", table(_installations()))
    save(home / "eutl_france_emissions_2014_2022.csv", table(_verified()))
    save(home / "irep_co2_2019_geocode.csv", table(_establishments()))
    header = ("ID", "ISO3", "fuel", "longitude", "latitude", "co2_emis_ty", "nox_emis_ty")
    save(
        home / "coco2_power_plants_2018_world_ge_0p1mt.csv", table([header, *([*row, ""] for row in INVENTED["coco2"])])
    )
    save(
        home / "geonames_villes.csv",
        table([("geonameid", "nom", "pays", "latitude", "longitude", "population"), *INVENTED["villes"]]),
    )
    save(folder / "oco2" / "dfg_peaks_2014-09_2020-04.csv", table(_reference()))


def write_day(folder: Path, day: Mapping[str, Any]) -> Path:
    """The Lite file of a day (an item of `jours`) below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"oco2_LtCO2_{day['jour']}_{INVENTED['version']}_{day['produit']}s.nc4"
    lite_files.write(path, _soundings(day))
    return path


def _soundings(day: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The variables of a Lite file: a straight track through each point, a slope, white noise, the plumes of the day."""
    rng = np.random.default_rng(int(day["jour"]))
    half, azimuth = INVENTED["demi_longueur_km"], np.radians(INVENTED["azimut_deg"])
    frames = np.arange(-half, half, FRAME_KM)
    frames = frames[rng.random(len(frames)) < INVENTED["ciel_clair"]]
    x = (frames[:, None] + 0.12 * np.arange(FOOTPRINTS)).ravel()
    size, (place,) = len(x), day["traces"]
    latitude = place["latitude"] + x * np.cos(azimuth) / KM_PER_DEGREE
    longitude = place["longitude"] + x * np.sin(azimuth) / (KM_PER_DEGREE * np.cos(np.radians(place["latitude"])))
    xco2 = INVENTED["fond_ppm"] + INVENTED["pente_ppm_par_km"] * x + rng.normal(0, INVENTED["bruit_ppm"], size)
    for plume in day["panaches"]:
        width = plume["largeur"]
        xco2 += plume["amplitude"] / (width * np.sqrt(2 * np.pi)) * np.exp(-((x - plume["km"]) ** 2) / (2 * width**2))
    seconds = (x - x.min()) / KM_PER_SECOND
    noon = datetime.strptime(day["jour"], "%y%m%d").replace(hour=12, tzinfo=UTC)
    footprint = np.tile(np.arange(1, FOOTPRINTS + 1), len(frames))
    identifier = [
        int(f"{noon + timedelta(seconds=float(second)):%Y%m%d%H%M%S}{int(10 * second) % 10}{foot}")
        for second, foot in zip(seconds, footprint, strict=True)
    ]
    east, north = place["vent"]
    return {
        "sounding_id": np.array(identifier, np.uint64),
        "time": noon.timestamp() + seconds,
        "latitude": latitude,
        "longitude": longitude,
        "xco2": xco2,
        "xco2_uncertainty": np.full(size, INVENTED["bruit_ppm"]),
        "xco2_quality_flag": np.zeros(size, np.int8),
        "Sounding/orbit": np.full(size, day["orbite"], np.int32),
        "Sounding/footprint": footprint.astype(np.int8),
        "Sounding/operation_mode": np.zeros(size, np.int8),
        "Meteorology/windspeed_u_met": np.full(size, east),
        "Meteorology/windspeed_v_met": np.full(size, north),
        "Retrieval/psurf": np.full(size, INVENTED["pression_hpa"]),
        "Retrieval/tcwv": np.full(size, INVENTED["vapeur_kg_m2"]),
    }


def _installations() -> Iterator[Row]:
    yield (
        "seqe_id",
        "nom",
        "exploitant",
        "activite",
        "famille",
        "code_postal",
        "longitude_code_postal",
        "latitude_code_postal",
    )
    for row in INVENTED["eutl"]:
        yield row[:-1]


def _verified() -> Iterator[Row]:
    yield ("seqe_id", "year", "emissions")
    for row in INVENTED["eutl"]:
        yield from ((row[0], year, tonnes) for year, tonnes in row[-1].items())


def _establishments() -> Iterator[Row]:
    yield (
        *(
            "Identifiant",
            "Nom_Etablissement",
            "Annee_Emission",
            "Milieu",
            "Polluant",
            "quantite",
            "unite",
            "Code_Postal",
        ),
        *("Commune", "Coordonnees_X", "Coordonnees_Y", "Libelle_APE", "latitude", "longitude"),
        *("geocode_src", "geocode_qualite"),
    )
    for identifier, name, x, y, activity, latitude, longitude, fossil, total in INVENTED["irep"]:
        for label, kilograms in ((FOSSIL, fossil), (TOTAL, total)):
            yield (
                identifier,
                name,
                2019,
                "Air",
                label,
                kilograms,
                "kg/an",
                "",
                "",
                x,
                y,
                activity,
                latitude,
                longitude,
                "démonstration",
                0.9,
            )


def _reference() -> Iterator[Row]:
    """Peaks a few kilometres down the wind of the largest plant, or anywhere around it; one a day whose soundings are here."""
    yield (
        "sounding_id",
        "latitude",
        "longitude",
        "orbit",
        "amplitude",
        "sigma",
        "delta",
        "R",
        "windspeed_u",
        "windspeed_v",
    )
    for day in INVENTED["jours"]:
        (place,) = day["traces"]
        name, (east, north) = f"20{day['jour']}120101{1:02}", place["vent"]
        yield name, place["latitude"], place["longitude"], day["orbite"], 30, 6, 1.5, 0.8, east, north
    draw, chosen = random.Random("reference peaks"), INVENTED["pics_reference"]  # noqa: S311
    latitude, longitude = chosen["autour"]
    for rank in range(chosen["nombre"]):
        angle, speed = draw.uniform(0, 360), draw.uniform(*chosen["vents_m_s"])
        east, north = speed * np.sin(np.radians(angle)), speed * np.cos(np.radians(angle))
        away, turn = draw.uniform(5, 60), angle + (draw.uniform(-10, 10) if rank % 3 == 0 else draw.uniform(0, 360))
        y = latitude + away * np.cos(np.radians(turn)) / KM_PER_DEGREE
        x = longitude + away * np.sin(np.radians(turn)) / (KM_PER_DEGREE * np.cos(np.radians(latitude)))
        identifier = 2_018_010_112_000_001 + 100 * rank
        yield (
            identifier,
            round(y, 5),
            round(x, 5),
            20_000 + rank,
            30,
            6,
            round(draw.uniform(1, 4), 3),
            0.8,
            round(east, 3),
            round(north, 3),
        )
