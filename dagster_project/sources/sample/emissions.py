"""Demonstration inventories in their producers' layouts, of any size: the sample's, or a region's for tests and benchmarks.

Every figure is invented. Files that name communes say so in each name, so that a release of them is labelled whatever the
mode; so do the words of sectors and carriers that the producers' own pages do not give.
"""

import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

from dagster_project.core.sql import literal, templates
from dagster_project.sources.inventories import Inventory, load_inventories
from dagster_project.sources.sample.geographic_code import World

MARK = "DEMONSTRATION"
SQL = templates(Path(__file__).with_name("emissions.sql.j2"))
INVENTED = yaml.safe_load(Path(__file__).with_name("emissions.yml").read_text("utf-8"))
Named = Sequence[tuple[str, str]]  # codes and names
DATED = (1980, 1, 1, 0, 0, 0)
PREAMBLE = """\
"AtmoSud inventaire v6.x - Export CIGALE du 28/11/2026 (données de démonstration)"

"Données de démonstration ; chiffres inventés, codes réels"
"Libre réutilisation ; nommer la source, ne pas rediffuser de modifications ultérieures"

"""


def write(world: World, folder: Path) -> None:
    """Write the sample's inventories below `folder`, at their place in a copy."""
    known = load_inventories()
    places = {name: folder / inventory.copy_of(inventory.newest).path for name, inventory in known.items()}
    communes = [(code, world.aldo.get(code, (code, ""))[0]) for code in world.pieces(2018) if not code.startswith("97")]
    write_igt(communes, places["igt"])
    of_2023 = _communes(world, known["igt_2023"])
    write_igt_2023(of_2023, range(2018, 2021), places["igt_2023"])
    newest = [item for item in _communes(world, known["orcae"]) if item[0].startswith(("85", "40", "49"))]
    parts = known["orcae"].editions[known["orcae"].newest].parts
    shares = {part: newest[number :: len(parts)] for number, part in enumerate(parts)}
    write_orcae(shares, range(2019, 2023), places["orcae"], secret=4)
    write_cigale(_communes(world, known["cigale"]), (2007, 2010, 2012, 2020), places["cigale"], secret=3)
    listed = [(code, item["nom"]) for code, item in world.epci.items()]
    write_atmo_data(listed, places["atmo_data"])
    names = [
        (name, name) for name in (world.epci_name(siren, known["airparif_epci"].reading.cog) for siren in world.epci)
    ]
    airparif = SQL["airparif"].render(means=INVENTED["airparif"])
    _copy(airparif, names, places["airparif_epci"], "delimiter ','", mark=False)


def _communes(world: World, inventory: Inventory) -> list[tuple[str, str]]:
    return [(code, name) for code, (name, _) in world.communes(inventory.reading.cog).items()]


def write_igt(communes: Named, path: Path, profile: Mapping[str, Sequence[float]] = INVENTED["igt"]) -> None:
    """The national layout of 2016, one row a commune.

    Args:
        communes: codes and names, municipal arrondissements as communes.
        path: CSV to write.
        profile: share of non-empty cells and mean, by column.
    """
    _copy(SQL["igt"].render(profile=profile), communes, path, "delimiter ','")


def write_igt_2023(communes: Named, years: Iterable[int], path: Path) -> None:
    """The national layout of 2023 on: one row a commune, sector and year."""
    _copy(SQL["igt_2023"].render(years=list(years), means=INVENTED["igt_2023"]), communes, path, "delimiter ','")


def write_orcae(parts: Mapping[str, Named], years: Sequence[int], path: Path, *, secret: int = 0) -> None:
    """ORCAE's archives, each with a member for energy and another for greenhouse gases.

    Args:
        parts: communes of each archive.
        years: of the inventory; the last one is provisional.
        path: of an archive, with `{part}` in its name.
        secret: communes with secret cells in industry; one has no figure for waste besides, unless there are none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        _given(connection, [commune for communes in parts.values() for commune in communes])
        connection.execute("create table parts (part varchar, code varchar)")
        listed = [(part, code) for part, communes in parts.items() for code, _ in communes]
        connection.executemany("insert into parts values (?, ?)", listed)
        for part in parts:
            target = path.with_name(path.name.replace("{part}", part))
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for kind in INVENTED["orcae"]:
                    name = f"orcae_{kind}_communes_{part}_2022-06-27.csv"
                    _orcae_member(connection, kind, part, list(years), secret, archive, name)


def _orcae_member(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    part: str,
    years: list[int],
    secret: int,
    archive: zipfile.ZipFile,
    name: str,
) -> None:
    """One table of one archive, in cp1252."""
    unit, mean = INVENTED["orcae"][kind]
    facts = {**INVENTED, "years": years, "secret": secret, "mean": mean}
    connection.execute(SQL["orcae_leaves"].render(facts), {"part": part})
    query = SQL["orcae"].render(facts, unit=unit, territory=f"{MARK} {part}", ordered=secret > 0)
    info = zipfile.ZipInfo(name, DATED)
    info.compress_type = zipfile.ZIP_DEFLATED
    with TemporaryDirectory() as work:
        csv = Path(work) / "member.csv"
        connection.execute(f"copy ({query}) to {literal(csv)} (format csv, header, delimiter ';')")
        with csv.open(encoding="utf-8", newline="") as text, archive.open(info, "w", force_zip64=True) as entry:
            entry.write(text.readline().replace("sans_nom", "").encode("cp1252"))
            while block := text.read(1 << 20):
                entry.write(block.encode("cp1252"))


def write_cigale(communes: Named, years: Iterable[int], path: Path, *, secret: int = 0) -> None:
    """CIGALE's export with communal detail, its preamble first; `secret` communes are so in industry."""
    facts = {**INVENTED, "variables": INVENTED["cigale"], "by_carrier": INVENTED["cigale_by_carrier"]}
    _copy(SQL["cigale"].render(facts, years=list(years), secret=secret), communes, path, "delimiter ',', force_quote *")
    body = path.with_name(path.name + ".rows")
    path.rename(body)
    with path.open("wb") as file, body.open("rb") as rows:
        file.write(PREAMBLE.encode("utf-8-sig"))
        shutil.copyfileobj(rows, file)
    body.unlink()


def write_atmo_data(epci: Named, path: Path) -> None:
    """Atmo Data by EPCI: a row a group of sectors and one for all of them, a column a quantity."""
    _copy(SQL["atmo_data"].render(means=INVENTED["atmo_data"], groups=INVENTED["groups"]), epci, path, "delimiter ','")


def _copy(query: str, communes: Named, path: Path, options: str, *, mark: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        _given(connection, communes, mark=mark)
        connection.execute(f"copy ({query}) to {literal(path)} (format csv, header, {options})")


def _given(connection: duckdb.DuckDBPyConnection, communes: Named, *, mark: bool = True) -> None:
    connection.execute("create table communes (code varchar, nom varchar)")
    rows = [(code, f"{MARK} {name}" if mark else name) for code, name in communes]
    connection.executemany("insert into communes values (?, ?)", rows)
