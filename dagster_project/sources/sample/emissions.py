"""Demonstration inventories in their producers' layouts, of any size: the sample's, or a nation's for tests and benchmarks.

Every figure is invented. Files that name communes say so in each name, so that a release of them is labelled whatever the mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from dagster_project.core.sql import identifier, literal
from dagster_project.sources.inventories import load_inventories
from dagster_project.sources.sample.geographic_code import World

MARK = "DEMONSTRATION"
Named = Sequence[tuple[str, str]]  # codes and names

# Invented: share of communes with a figure, and mean of those, t CO2e a year.
IGT = {
    "Agriculture": (0.99, 2400.0), "Autres transports": (0.3, 650.0), "Autres transports international": (0.1, 7700.0),
    "CO2 biomasse hors-total": (1.0, 1800.0), "Déchets": (0.99, 400.0), "Energie": (0.95, 650.0),
    "Industrie hors-énergie": (0.95, 2400.0), "Résidentiel": (0.99, 12000.0), "Routier": (0.99, 14000.0),
    "Tertiaire": (1.0, 5000.0),
}  # fmt: skip
SECTORS = ("Résidentiel", "Tertiaire", "Transport routier", "Autres transports", "Agriculture, sylviculture et aquaculture",
           "Gestion des déchets", "Industrie hors branche énergie", "Industrie branche énergie")  # fmt: skip
ENERGIES = (
    "Electricité",
    "Gaz naturel",
    "Produits pétroliers",
    "Bois énergie",
    "Chauffage urbain",
    "Organo-carburants",
)
POLLUTANTS = {
    "NOx": 20_000,
    "PM10": 7_000,
    "PM2.5": 5_000,
    "COVNM": 24_000,
    "SO2": 4_000,
    "NH3": 15_000,
}  # kg, mean of a cell
PER_SECTOR = [
    *(("Consommation d'énergie", energy, 80_000 / len(ENERGIES), "MWh") for energy in ENERGIES),
    ("Emissions de GES", "", 20_000, "tCO2e"),
    *((name, "", mean, "kg") for name, mean in POLLUTANTS.items()),
]
AIRPARIF = {
    "pm10": 45_000,
    "pm25": 35_000,
    "nox": 200_000,
    "so2": 30_000,
    "co": 600,
    "nh3": 60_000,
    "covnm": 50_000,
    "co2": 35_000,
}


def write(world: World, folder: Path) -> None:
    """Write the sample's three inventories below `folder`."""
    communes = [(code, world.aldo.get(code, (code, ""))[0]) for code in world.pieces(2018) if not code.startswith("97")]
    places = {one.id: folder / one.copy_of(one.newest).path for one in load_inventories().values()}
    write_igt(communes, places["igt"])
    newest = [(code, name) for code, (name, _) in world.communes(2026).items() if code.startswith(("85", "40", "49"))]
    write_orcae(newest, range(2019, 2025), places["orcae"], secret=3)
    _write_airparif([one["nom"] for one in world.epci.values()], places["airparif_epci"])


def write_igt(communes: Named, path: Path, profile: Mapping[str, tuple[float, float]] = IGT) -> None:
    """The national layout, one row a commune: for each column, the exact share of filled cells and (to six decimals) their mean.

    Args:
        communes: codes and names, municipal arrondissements as communes.
        path: CSV to write.
        profile: share of non-empty cells and mean, by column.
    """
    columns = [
        f"case when rang__{number} <= round({share} * n) then "
        f"printf('%.6f', {mean} * round({share} * n) * poids__{number} / sum(poids__{number}) "
        f"filter (where rang__{number} <= round({share} * n)) over ()) end as {identifier(label)}"
        for number, (label, (share, mean)) in enumerate(profile.items())
    ]
    ranks = ", ".join(
        f"row_number() over (order by hash(code, 'presence', {number})) as rang__{number},"
        f" 0.05 + {_uniform(f'code, {number}')} * {_uniform(f'code, {number}, 2')} as poids__{number}"
        for number in range(len(profile))
    )
    query = f"""
        select code as "INSEE commune", nom as "Commune", {", ".join(columns)}
        from (select *, count(*) over () as n, {ranks} from communes) order by code
    """  # noqa: S608 - labels of a contract
    _copy(query, communes, path, "delimiter ','")


def write_orcae(communes: Named, years: Iterable[int], path: Path, *, secret: int = 0) -> None:
    """The long layout: years x sectors x quantities, the last year provisional; `secret` cells a year in industry, one missing.

    Each commune, year and sector has thirteen rows: consumption of six carriers, greenhouse gases, six pollutants.
    """
    listed = list(years)
    kinds = ", ".join(f"({literal(a)}, {literal(b)}, {mean}, {literal(unit)})" for a, b, mean, unit in PER_SECTOR)
    sectors = ", ".join(f"({number}, {literal(name)})" for number, name in enumerate(SECTORS))
    query = f"""
        select code as code_commune, nom as nom_commune,
            annee || case when annee = {max(listed)} then '(e)' else '' end as annee,
            secteur, energie, '' as usage, indicateur,
            case
                when secteur = 'Industrie branche énergie' and indicateur = 'Emissions de GES' and rang <= {secret} then 's'
                when secteur = 'Gestion des déchets' and indicateur = 'NOx' and rang = 1 and {secret} > 0 then 'N/D'
                else replace(printf('%.3f', 2 * moyenne / 8 * {_uniform("code, annee, numero, indicateur, energie")}), '.', ',')
            end as valeur,
            unite
        from (select *, row_number() over (order by hash(code)) as rang from communes)
        cross join (select unnest([{", ".join(map(str, listed))}]) as annee)
        cross join (values {sectors}) as secteurs (numero, secteur)
        cross join (values {kinds}) as genres (indicateur, energie, moyenne, unite)
        {"order by code, annee, numero, indicateur, energie" if secret else ""}
    """  # noqa: S608 - constants of this module
    _copy(query, communes, path, "delimiter ';'")


def _write_airparif(names: Sequence[str], path: Path) -> None:
    """The layout by EPCI without codes."""
    columns = ", ".join(
        f"cast(round(2 * {mean} * {_uniform(f'nom, {literal(label)}')}) as bigint) as {label}"
        for label, mean in AIRPARIF.items()
    )
    query = f"""
        select row_number() over (order by nom) as gid, nom as lib_epci, 2015 as year, {columns} from communes order by nom
    """  # noqa: S608
    _copy(query, [(name, name) for name in names], path, "delimiter ','", mark=False)


def _copy(query: str, communes: Named, path: Path, options: str, *, mark: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("create table communes (code varchar, nom varchar)")
        rows = [(code, f"{MARK} {name}" if mark else name) for code, name in communes]
        connection.executemany("insert into communes values (?, ?)", rows)
        connection.execute(f"copy ({query}) to {literal(path)} (format csv, header, {options})")


def _uniform(key: str) -> str:
    """A number between 0 and 1 that depends on the key alone."""
    return f"((hash({key}) % 1000000)::double / 1000000)"
