"""Aggregated indicators in the layout of the ministry's hub (Ecolab): a folder each, a CSV a mesh, and its `extras`.

The layout is that of @ecolabdata/tabular-dataviz: `date_mesure`, `geocode_*`, `libelle_*`, axes, value; the extras of a data
set and of its files stand in `extras.json`, for who uploads them by hand. There is no file for France, nor for territories of
one's own.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from dagster_project.core.entries import entries
from dagster_project.core.errors import FluxError
from dagster_project.core.sql import first_row, identifier, literal, templates
from dagster_project.products.figures import label, labels
from dagster_project.release.candidate import DATABASE, MEDIA_TYPES, fingerprint, licence
from dagster_project.release.catalogue import Catalogue, Licence, Resource, read_catalogue, tables
from dagster_project.release.conventions import NEGATIVE_SINK
from dagster_project.release.notice import distinct

FOLDER, EXTRAS, KEY = "indicateurs", "extras.json", "ecospheres-indicateurs"
FILE, SQL = Path(__file__).with_name("hub.yml"), templates(Path(__file__).with_name("hub.sql.j2"))
MESHES = ("region", "departement", "epci")
INVENTORY = "inventaire"
PERIOD = "periode"  # the axis of what is a mean of several years


class HubError(FluxError):
    """An indicator that cannot be written; the message names the file and the entry."""


class Indicator(BaseModel):
    """One entry of hub.yml, which says what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    titre: str
    texte: str
    table: str
    column: str
    folders: tuple[str, ...] = ()
    axes: Mapping[str, str] = {}
    where: Mapping[str, str | bool] = {}
    without: Mapping[str, str] = {}
    year: str | None = None
    period: Literal["flux", "stock"] | None = None
    rights: str | None = None
    summable: bool

    @property
    def condition(self) -> str:
        """Its rows, as SQL."""
        tests = [f"{identifier(column)} = {literal(value)}" for column, value in self.where.items()]
        tests += [f"{identifier(column)} <> {literal(value)}" for column, value in self.without.items()]
        return " and ".join(tests) or "true"


def build(folder: Path) -> int:
    """Write every indicator below `folder/indicateurs`, replacing what was there; returns the number of files.

    Args:
        folder: the checked candidate.
    """
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    catalogue, written = read_catalogue(folder), 0
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        connection.register("libelles", _words())
        for item in entries(FILE, Indicator, HubError):
            for place in sorted({tuple(values) for _, *values in _places(connection, item)}):
                named = dict(zip(item.folders, place, strict=True))
                written += _write(connection, catalogue, item, named, target / "_".join([item.id, *place]))
    return written


def files(folder: Path) -> set[str]:
    """Files that there must be: of each indicator and place, a CSV a mesh that its table has rows of, and their extras."""
    results = set()
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for item in entries(FILE, Indicator, HubError):
            for mesh, *place in _places(connection, item):
                name = "_".join([item.id, *place])
                results |= {f"{name}/{mesh}.csv", f"{name}/{EXTRAS}"}
    return results


def resources(folder: Path) -> list[Resource]:
    """Entries of the files for the catalogue, from what `build` wrote."""
    results: list[Resource] = []
    for path in sorted((folder / FOLDER).glob(f"*/{EXTRAS}")):
        about = json.loads(path.read_text("utf-8"))
        for name, extras in about["fichiers"].items():
            file = path.with_name(name)
            results.append(
                {
                    "name": f"indicateur-{path.parent.name}-{file.stem}".replace("_", "-"),
                    "path": file.relative_to(folder).as_posix(),
                    "format": "csv",
                    "mediatype": MEDIA_TYPES["csv"],
                    "title": about["titre"],
                    "description": about["description"],
                    "licenses": about["licences"],
                    "annees": about["annees"],
                    "extras": extras,
                    "extras_du_jeu": about["jeu"],
                    "encoding": "utf-8",
                    **fingerprint(file),
                }
            )
    return results


def _places(connection: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[tuple[str, ...]]:
    """Each mesh with rows, and the values that name their folder."""
    query = SQL["places"].render(indicator=indicator)
    return [row for row in connection.execute(query).fetchall() if row[0] in MESHES]


def _words() -> pa.Table:
    """French words of codes, as a table."""
    words = labels()
    dimensions, codes = zip(*words, strict=True)
    return pa.table({"dimension": list(dimensions), "code": list(codes), "libelle": list(words.values())})


def _write(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    indicator: Indicator,
    place: Mapping[str, str],
    target: Path,
) -> int:
    """One folder: a CSV a mesh that has rows, and extras.json; returns the number of CSV."""
    target.mkdir()
    years = catalogue["annees_stocks" if indicator.period == "stock" else "annees_flux"]
    period = years if indicator.period == "flux" else None
    value, extras, empty, seen = identifier(indicator.column), {}, 0, set[int]()
    axes = [*([PERIOD] if period else []), *indicator.axes]
    for mesh in MESHES:
        query = SQL["rows"].render(indicator=indicator, mesh=mesh, place=place, period=period, year=years[-4:])
        connection.execute(f"create or replace temp table lignes as {query}")
        query = f"select count(*), count({value}), min(date_mesure[:4]), max(date_mesure[:4]) from lignes"  # noqa: S608
        number, known, *ends = first_row(connection, query)
        if known:
            seen |= set(map(int, ends))
            connection.execute(f"copy lignes to {literal(target / f'{mesh}.csv')} (format csv, header)")
            extras[f"{mesh}.csv"] = {KEY: {"maille": mesh, "value-column": indicator.column, "axes": axes}}
            empty += number - known
    summable = indicator.summable and not empty
    unit, span = _unit(catalogue, indicator), [int(years[:4]) if period else min(seen), max(seen)]
    title = ", ".join([indicator.titre, *(_word(catalogue, column, code) for column, code in place.items())])
    about = {
        "titre": title,
        "description": _description(catalogue, indicator, title, unit, summable),
        "annees": span,
        "licences": _licences(catalogue, indicator, place),
        "jeu": {KEY: {"unite": unit, "summable": summable, "enable_visualization": True}},
        "fichiers": extras,
    }
    (target / EXTRAS).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return len(extras)


def _unit(catalogue: Catalogue, indicator: Indicator) -> str:
    fields = tables(catalogue)[indicator.table]["schema"]["fields"]
    return next(item["unit"] for item in fields if item["name"] == indicator.column)


def _word(catalogue: Catalogue, column: str, code: str) -> str:
    """What a folder is told from its like by, in French."""
    if column == INVENTORY:
        return next(item["version"] for item in catalogue["inventaires"] if item["inventaire"] == code)
    return label(column, code)


def _description(catalogue: Catalogue, indicator: Indicator, title: str, unit: str, summable: bool) -> str:
    """What a reader must know of a folder: unit, sign, whether rows may be added, where the figures come from."""
    added = "s'additionnent" if summable else "ne s'additionnent pas"
    facts = [f"{title}, en {unit}, par EPCI, département et région [{catalogue['statut_donnees']}]"]
    facts.append(f"À une même date, les lignes d'un fichier {added}")
    if summable:
        facts.append(
            "Quatre communes insulaires sans EPCI comptent dans leur département et manquent au fichier des EPCI"
        )
    facts.append(f"Signe : {NEGATIVE_SINK}" if indicator.period == "flux" else "Valeurs positives")
    facts.append(f"Version {catalogue['id']}, COG {catalogue['cog_cible']}")
    return f"{'. '.join(facts)}. {indicator.texte}"


def _licences(catalogue: Catalogue, indicator: Indicator, place: Mapping[str, str]) -> list[Licence]:
    """Licences of a folder: of its inventory alone where it is of one, else of the table whose sources are its own."""
    if inventory := place.get(INVENTORY):
        mine = (item for item in catalogue["sources"] if item["source"] == inventory)
        return [licence(title) for title in distinct(mine, "licence")]
    return tables(catalogue)[indicator.rights or indicator.table]["licenses"]
