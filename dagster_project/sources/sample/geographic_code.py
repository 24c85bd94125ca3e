"""Demonstration geography: yearly COG tables, the event file and areas, by replaying a few real events."""

import csv
import gzip
import io
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import yaml

YEARS = range(2019, 2027)
NEWEST = max(YEARS)
OLDEST = 2018  # of the boundaries
RENAMED = 2021  # when EPCI took the names of now
CENSUS = {2019: 2016, 2026: 2023}  # that of the populations of an edition: two years before, but for these
ROW_HEIGHT = 0.1  # degrees of latitude
M_PER_DEGREE = 111_195  # of a great circle
Communes = dict[str, tuple[str, str]]  # code -> name, SIREN of the EPCI or ''
ANCHORS = {"974": (55.2, -21.2), "976": (45.0, -12.9)}  # longitude, latitude


@dataclass(frozen=True)
class World:
    """The demonstration territory: names and EPCI of ALDO's communes, and what happened to them since."""

    regions: dict[str, dict[str, Any]]
    departements: dict[str, dict[str, Any]]
    epci: dict[str, dict[str, Any]]
    events: list[list[str]]
    aldo: Communes

    def communes(self, year: int) -> Communes:
        """Communes on 1 January of `year`: code -> (name, SIREN of the EPCI or '')."""
        state = dict(self.aldo)
        for _, date, before, _, after, name in sorted(self.events, key=lambda event: event[1]):
            if date > f"{year}-01-01" or before not in self.aldo:
                continue
            state[after] = (name, self.aldo[before][1])
            if before not in {event[4] for event in self.events if event[1:3] == [date, before]}:
                state.pop(before, None)
        return dict(sorted(state.items()))

    def pieces(self, year: int) -> dict[str, list[str]]:
        """What each commune of 1 January of `year` is made of: code -> the smallest pieces that any event tells apart."""
        holders = {code: code for code in (*self.aldo, *(event[2] for event in self.events if event[1] < "2019-01-02"))}
        holders |= {event[4]: event[2] for event in self.events if event[0] == "21"}
        for mod, date, before, _, after, _ in sorted(self.events, key=lambda event: event[1]):
            if date > f"{year}-01-01":
                continue
            for piece, holder in holders.items():
                if holder == before and (mod != "21" or piece == after):
                    holders[piece] = after
        results: dict[str, list[str]] = {}
        for piece, holder in sorted(holders.items()):
            results.setdefault(holder, []).append(piece)
        return dict(sorted(results.items()))

    def epci_name(self, siren: str, year: int) -> str:
        """Name of an EPCI in the list of a year."""
        item = self.epci[siren]
        return str(item.get("ancien_nom", item["nom"]) if year < RENAMED else item["nom"])

    def successor(self, code: str) -> str:
        """The commune that a commune of 2018 has merged into."""
        return next(event[4] for event in self.events if event[2] == code)

    def departement(self, code: str) -> str:
        """Departement of a commune code."""
        return code[:3] if code.startswith("97") else code[:2]

    def region(self, code: str) -> str:
        """Region of a commune code."""
        return str(self.departements[self.departement(code)]["region"])


def load() -> World:
    """Read geographie.yml."""
    text = Path(__file__).with_name("geographie.yml").read_text("utf-8")
    body = yaml.safe_load(text)
    aldo = {code: (name, siren) for siren, item in body["epci"].items() for code, name in item["communes"].items()}
    epci = {siren: item for siren, item in body["epci"].items() if siren}
    return World(body["regions"], body["departements"], epci, body["evenements"], aldo)


def population(code: str) -> int:
    """Invented population of a commune."""
    return random.Random(f"population {code}").randint(400, 20_000)  # noqa: S311 - repeatable, not secret


def surface_ha(code: str) -> float:
    """Invented area of a commune in hectares."""
    return round(random.Random(f"surface {code}").uniform(600, 9_000), 1)  # noqa: S311


def table(rows: Iterable[Sequence[object]], *, quote: bool = False, end: str = "\n", delimiter: str = ",") -> bytes:
    """CSV bytes with the given quoting, line end and delimiter."""
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL, lineterminator=end, delimiter=delimiter
    )
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
        save(cog / f"cog_epci_{year}.csv.gz", table(_cog_epci(world, communes, year)))
        if year > 2020:
            name = {2021: "commune2021", 2022: "commune_2022"}.get(year, f"v_commune_{year}")
            save(
                cog / "insee_raw" / f"{name}.csv.gz", table(_insee_communes(world, communes, year), quote=year == 2025)
            )
    save(cog / "insee_raw" / f"v_mvt_commune_{NEWEST}.csv.gz", table(_movements(world), end="\r\n"))
    regions = [(code, item["nom"], item["chef_lieu"], item["zone"]) for code, item in world.regions.items()]
    seat = ("code_commune_chef_lieu", "zone")
    save(cog / "cog_regions_2026.csv", table([("code_region", "nom_region", *seat), *regions]))
    departements = [
        (code, item["nom"], item["region"], item["chef_lieu"], world.regions[item["region"]]["zone"])
        for code, item in world.departements.items()
    ]
    header = ("code_departement", "nom_departement", "code_region", *seat)
    save(cog / "cog_departements_2026.csv", table([header, *departements]))
    for year in (OLDEST, NEWEST):
        _write_boundaries(world, year, folder / "boundaries" / f"communes_cog{year}.parquet")


def _cog_communes(world: World, communes: Communes, year: int) -> Iterable[Sequence[object]]:
    """The table without collectivity before 2021, without population in 2020 (nor for those born in 2019)."""
    ctcd = ("code_ctcd",) if year > 2020 else ()
    yield ("code_commune", "nom_commune", "code_arrondissement", "code_departement", "code_region", *ctcd,
           "population_municipale", "siren_epci", "population_annee")  # fmt: skip
    born = {event[4] for event in world.events if event[1] == f"{year}-01-01"} if year == 2019 else set()
    for code, (name, siren) in communes.items():
        departement = world.departement(code)
        people = "" if year == 2020 or code in born else population(code)
        extra = (f"{departement}D",) if ctcd else ()
        yield (
            code,
            name,
            f"{departement}1",
            departement,
            world.region(code),
            *extra,
            people,
            siren,
            CENSUS.get(year, year - 2),
        )


def _cog_epci(world: World, communes: Communes, year: int) -> Iterable[Sequence[object]]:
    yield ("siren_epci", "nom_epci", "nature_epci", "mode_financement", "code_departement_siege",
           "n_communes", "n_departements", "n_regions")  # fmt: skip
    for siren, item in world.epci.items():
        codes = [code for code, (_, of) in communes.items() if of == siren]
        departements = {world.departement(code) for code in codes}
        regions = {world.region(code) for code in codes}
        yield (
            siren,
            world.epci_name(siren, year),
            item["nature"],
            "FPU",
            min(departements),
            len(codes),
            len(departements),
            len(regions),
        )


def _insee_communes(world: World, communes: Communes, year: int) -> Iterable[Sequence[object]]:
    yield ("TYPECOM", "COM", "REG", "DEP", "CTCD", "ARR", "TNCC", "NCC", "NCCENR", "LIBELLE", "CAN", "COMPARENT")
    for code, (name, _) in communes.items():
        departement = world.departement(code)
        yield ("COM", code, world.region(code), departement, f"{departement}D", f"{departement}1", 0, name.upper(),
               name, name, "", "")  # fmt: skip
    for mod, date, before, name, after, _ in world.events:  # delegated communes share codes with living ones
        if mod == "32" and date <= f"{year}-01-01" and (before == after or before not in communes):
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


def _write_boundaries(world: World, year: int, path: Path) -> None:
    """A GeoParquet file with the true columns: each EPCI is a row of rectangles side by side, one a piece of land."""
    names, strips = world.communes(year), _strips(world)
    # Before 2019 the communes that ALDO's list had already merged stood alone: they belong where their successor does.
    communes = {code: names.get(code) or world.communes(NEWEST)[world.successor(code)] for code in world.pieces(year)}
    columns = {
        "code_commune": list(communes),
        "nom_commune": [name for name, _ in communes.values()],
        "code_departement": [world.departement(code) for code in communes],
        "surface_ha": [sum(surface_ha(piece) for piece in pieces) for pieces in world.pieces(year).values()],
    }
    if year == NEWEST:
        columns["code_region"] = [world.region(code) for code in communes]
        columns["siren_epci"] = [siren or None for _, siren in communes.values()]
    shapes = [shapely.union_all([strips[piece] for piece in pieces]) for pieces in world.pieces(year).values()]
    path.parent.mkdir(parents=True, exist_ok=True)
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_parquet(path)


def _strips(world: World) -> dict[str, shapely.Polygon]:
    """A rectangle of its area for each piece of land, as wide as it must be, in the row of its EPCI; true to about 1 %."""
    rows: dict[str, list[str]] = {}
    for code, pieces in world.pieces(NEWEST).items():
        rows.setdefault(world.communes(NEWEST)[code][1], []).extend(pieces)
    strips = {}
    for rank, pieces in enumerate(rows.values()):
        x, y = ANCHORS.get(pieces[0][:3], (-1.0, 44.0 + 2 * ROW_HEIGHT * rank))
        for piece in pieces:
            width = (
                surface_ha(piece) * 10_000 / (M_PER_DEGREE**2 * ROW_HEIGHT * math.cos(math.radians(y + ROW_HEIGHT / 2)))
            )
            strips[piece] = shapely.box(x, y, x + width, y + ROW_HEIGHT)
            x += width
    return strips
