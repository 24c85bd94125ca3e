"""Demonstration geography: yearly COG tables, the event file and areas, by replaying a few real events."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

YEARS = range(2019, 2027)
NEWEST = max(YEARS)


@dataclass(frozen=True)
class World:
    """The demonstration territory: names and EPCI of ALDO's communes, and what happened to them since."""

    regions: dict[str, dict]
    departements: dict[str, dict]
    epci: dict[str, dict]
    events: list[list[str]]
    aldo: dict[str, tuple[str, str]]  # code -> (name, SIREN of the EPCI or '')

    def communes(self, year: int) -> dict[str, tuple[str, str]]:
        """Communes on 1 January of `year`: code -> (name, SIREN of the EPCI or '')."""
        state = dict(self.aldo)
        for _, date, before, _, after, name in sorted(self.events, key=lambda event: event[1]):
            if date > f"{year}-01-01" or before not in self.aldo:
                continue
            state[after] = (name, self.aldo[before][1])
            if before not in {event[4] for event in self.events if event[1:3] == [date, before]}:
                state.pop(before, None)
        return dict(sorted(state.items()))

    def departement(self, code: str) -> str:
        """Departement of a commune code."""
        return code[:3] if code.startswith("97") else code[:2]

    def region(self, code: str) -> str:
        """Region of a commune code."""
        return self.departements[self.departement(code)]["region"]


def load() -> World:
    """Read geographie.yml."""
    text = Path(__file__).with_name("geographie.yml").read_text("utf-8")
    body = yaml.safe_load(text)
    aldo = {code: (name, siren) for siren, one in body["epci"].items() for code, name in one["communes"].items()}
    epci = {siren: one for siren, one in body["epci"].items() if siren}
    return World(body["regions"], body["departements"], epci, body["evenements"], aldo)


def population(code: str) -> int:
    """Invented population of a commune."""
    return random.Random(f"population {code}").randint(400, 20_000)  # noqa: S311 - repeatable, not secret


def surface_ha(code: str) -> float:
    """Invented area of a commune in hectares."""
    return round(random.Random(f"surface {code}").uniform(600, 9_000), 1)  # noqa: S311


def table(rows: Iterable[Sequence[object]], *, quote: bool = False, end: str = "\n") -> bytes:
    """CSV bytes with the given quoting and line end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def save(path: Path, body: bytes) -> None:
    """Write bytes, gzip when the name says so, without a time stamp inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(body, mtime=0) if path.suffix == ".gz" else body)


def write(world: World, folder: Path) -> None:
    """Write every geographic file of the copy below `folder`."""
    cog = folder / "cog"
    for year in YEARS:
        communes = world.communes(year)
        save(cog / f"cog_communes_{year}.csv.gz", table(_cog_communes(world, communes, year)))
        save(cog / f"cog_epci_{year}.csv.gz", table(_cog_epci(world, communes)))
        if year > 2020:
            name = {2021: "commune2021", 2022: "commune_2022"}.get(year, f"v_commune_{year}")
            save(
                cog / "insee_raw" / f"{name}.csv.gz", table(_insee_communes(world, communes, year), quote=year == 2025)
            )
    save(cog / "insee_raw" / f"v_mvt_commune_{NEWEST}.csv.gz", table(_movements(world), end="\r\n"))
    regions = [(code, one["nom"], one["chef_lieu"], one["zone"]) for code, one in world.regions.items()]
    header = ("code_region", "nom_region", "code_commune_chef_lieu", "zone")
    save(cog / "cog_regions_2026.csv", table([header, *regions]))
    departements = [
        (code, one["nom"], one["region"], one["chef_lieu"], world.regions[one["region"]]["zone"])
        for code, one in world.departements.items()
    ]
    header = ("code_departement", "nom_departement", "code_region", "code_commune_chef_lieu", "zone")
    save(cog / "cog_departements_2026.csv", table([header, *departements]))
    _write_boundaries(world, folder / "boundaries" / f"communes_cog{NEWEST}.parquet")


def _cog_communes(world: World, communes: dict, year: int) -> Iterable[Sequence[object]]:
    """The table without collectivity before 2021, without population in 2020 (nor for those born in 2019)."""
    ctcd = ("code_ctcd",) if year > 2020 else ()
    yield ("code_commune", "nom_commune", "code_arrondissement", "code_departement", "code_region", *ctcd,
           "population_municipale", "siren_epci", "population_annee")  # fmt: skip
    born = {event[4] for event in world.events if event[1] == f"{year}-01-01"} if year == 2019 else set()
    for code, (name, siren) in communes.items():
        departement = world.departement(code)
        people = "" if year == 2020 or code in born else population(code)
        extra = (f"{departement}D",) if ctcd else ()
        yield (code, name, f"{departement}1", departement, world.region(code), *extra, people, siren, year - 2)


def _cog_epci(world: World, communes: dict) -> Iterable[Sequence[object]]:
    yield ("siren_epci", "nom_epci", "nature_epci", "mode_financement", "code_departement_siege",
           "n_communes", "n_departements", "n_regions")  # fmt: skip
    for siren, one in world.epci.items():
        codes = [code for code, (_, of) in communes.items() if of == siren]
        departements = {world.departement(code) for code in codes}
        regions = {world.region(code) for code in codes}
        yield (siren, one["nom"], one["nature"], "FPU", min(departements), len(codes), len(departements), len(regions))


def _insee_communes(world: World, communes: dict, year: int) -> Iterable[Sequence[object]]:
    yield ("TYPECOM", "COM", "REG", "DEP", "CTCD", "ARR", "TNCC", "NCC", "NCCENR", "LIBELLE", "CAN", "COMPARENT")
    for code, (name, _) in communes.items():
        departement = world.departement(code)
        yield ("COM", code, world.region(code), departement, f"{departement}D", f"{departement}1", 0, name.upper(),
               name, name, "", "")  # fmt: skip
    for mod, date, before, name, after, _ in world.events:  # delegated communes share codes with living ones
        if mod == "32" and date <= f"{year}-01-01":
            yield ("COMD", before, "", "", "", "", 0, name.upper(), name, name, "", after)


def _movements(world: World) -> Iterable[Sequence[object]]:
    """Newest first, as Insee writes it, with the rows on delegated communes that a reader must leave aside."""
    yield ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TNCC_AV", "NCC_AV", "NCCENR_AV", "LIBELLE_AV",
           "TYPECOM_AP", "COM_AP", "TNCC_AP", "NCC_AP", "NCCENR_AP", "LIBELLE_AP")  # fmt: skip
    for mod, date, before, old, after, new in sorted(world.events, key=lambda event: event[1], reverse=True):
        av, ap = (0, old.upper(), old, old), (0, new.upper(), new, new)
        yield (mod, date, "COM", before, *av, "COM", after, *ap)
        if mod == "32":
            yield (mod, date, "COM", before, *av, "COMD", before, *av)
        if mod == "21" and before != after:
            yield (mod, date, "COMD", after, *ap, "COM", after, *ap)


def _write_boundaries(world: World, path: Path) -> None:
    """A GeoParquet file with the true columns; each commune is a square of its area, on a grid at sea."""
    communes = world.communes(NEWEST)
    codes = list(communes)
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}},
    }
    columns = {
        "code_commune": codes,
        "nom_commune": [communes[code][0] for code in codes],
        "code_departement": [world.departement(code) for code in codes],
        "code_region": [world.region(code) for code in codes],
        "siren_epci": [communes[code][1] or None for code in codes],
        "surface_ha": [surface_ha(code) for code in codes],
        "geometry": [_square(rank, surface_ha(code)) for rank, code in enumerate(codes)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns).replace_schema_metadata({"geo": json.dumps(geo)}), path)


def _square(rank: int, hectares: float) -> bytes:
    x, y, side = -10 + (rank % 10) * 0.2, 46 + (rank // 10) * 0.2, (hectares**0.5) / 1113
    ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return struct.pack("<BIII", 1, 3, 1, len(ring)) + b"".join(struct.pack("<dd", *point) for point in ring)
