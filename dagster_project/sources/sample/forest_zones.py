"""Demonstration zones of the IGN: what each gives a hectare of forest, and the zones of each commune.

Codes are real, figures invented. A commune has the value of the first of its zones that the IGN finds significant: group of
sylvoecoregions, GRECO, region, France. One with several groups has the mean of theirs; those without a known group have, as in
ALDO, the value of a group that they do not name.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from dagster_project.sources.sample.aldo_method import FOREST, REGION
from dagster_project.sources.sample.geographic_code import save, table

INVENTED = yaml.safe_load(Path(__file__).with_name("forest_zones.yml").read_text("utf-8"))
ZONES, SEVERAL, HEADER = INVENTED["zones"], INVENTED["several"], INVENTED["header"]
BASIN, USUAL = "Sud", "C5"
UNKNOWN = ("NA", "null")  # literal texts that ALDO writes for the group and the GRECO of some communes
POPLARS = "forêt peupleraie"
COMPOSITIONS = {"forêt conifere": "Conifere", "forêt feuillu": "Feuillu", "forêt mixte": "Mixte", POPLARS: "Peupleraie"}
AREA_HA, STANDING_M3_HA = 10_000, 180.0
FIRST_FIGURE = 5  # rank of the first label of a figure


def group(code: str) -> tuple[str, str]:
    """Group of sylvoecoregions and GRECO that ALDO writes for a commune."""
    if code in INVENTED["unclassed"]:
        return UNKNOWN
    name = next(iter(SEVERAL.get(code, ())), INVENTED["groups"].get(code[:2], USUAL))
    return name, name[0]


def carbon_tc_ha(code: str, kind: str) -> float:
    """Carbon balance of a hectare of one composition in a commune (tC/ha/yr), that of several groups in their parts."""
    name = group(code)[0]
    parts: dict[str, float] = SEVERAL.get(code) or {USUAL if name == UNKNOWN[0] else name: 1}
    return sum(weight * _significant(name, kind) for name, weight in parts.items())


def write(codes: Iterable[str], folder: Path) -> None:
    """Write the IGN's table and the number of groups of each commune below `folder`."""
    save(folder / "observatoires" / "aldo_ign" / "bilan-carbone-foret-par-localisation.csv", table(_references()))
    save(folder / "aldo" / "commune_provenance.csv.gz", table(_groups(codes)))


def _significant(name: str, kind: str) -> float:
    """The first balance of a group's zones that is significant (tC/ha/yr)."""
    zones = [("groupeser", name), ("greco", name[0]), ("rad13", REGION), ("France", "France")]
    if kind == POPLARS:
        zones = [("bassin_populicole", BASIN)]
    times = (ZONES[level].get(zone, {}).get(kind) for level, zone in zones)
    return _carbon_tc_ha(kind, next(value for value in times if value is not None))


def _carbon_tc_ha(kind: str, times: float) -> float:
    growth, mortality, harvest, factor = FOREST[kind]
    return float(round((growth - mortality - harvest) * factor * times, 2))


def _references() -> Iterator[Sequence[object]]:
    """A row a zone and composition; where the IGN finds no significance, no figure but the flag."""
    yield HEADER
    for level, zones in ZONES.items():
        for zone, kinds in zones.items():
            for kind, times in kinds.items():
                about = (level, zone, f"{zone} (données de démonstration)", COMPOSITIONS[kind])
                figures = HEADER[FIRST_FIGURE:]
                if times is None:
                    yield (*about, "n.s", *["NA"] * len(figures))
                else:
                    yield (*about, "s", *(_figure(label, kind, times) for label in figures))


def _figure(label: str, kind: str, times: float) -> float:
    """A figure of a zone, by its label: of a hectare where it says so, else of its whole area."""
    growth, mortality, harvest, factor = FOREST[kind]
    yearly = {
        "production": growth,
        "mortalite": mortality,
        "prelevement": harvest,
        "bilan": growth - mortality - harvest,
    }
    if label in ("surface_(ha)", "fexp_vol_carb"):
        return AREA_HA if label.startswith("surface") else float(factor)
    volume = next((value for stem, value in yearly.items() if label.startswith(stem)), STANDING_M3_HA)
    a_hectare = volume if "volume" in label else volume * factor
    if label.startswith("bilan_carbone"):
        a_hectare = _carbon_tc_ha(kind, times)
    return round(a_hectare * (1 if "ha-1" in label else AREA_HA), 2)


def _groups(codes: Iterable[str]) -> Iterator[Sequence[object]]:
    yield ("insee", "nom", "epci", "ign_rows", "groupes_ser_distincts", "surface_foret_status", "flux_unitaire_foret_status",
           "codes_cog2018_absorbes")  # fmt: skip
    for code in codes:
        number = len(SEVERAL.get(code, (USUAL,)))
        yield (code, "", "", number, number, "INVENTE", "INVENTE", "")
