"""The catalogue of a candidate or release, datapackage.json: what it is made of, file by file (a Data Package, and more)."""

import json
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from dagster_project.core.errors import FluxError

CATALOGUE, TABLES = "datapackage.json", "tables"


class CatalogueError(FluxError):
    """A folder without a catalogue: it is no release."""


class Licence(TypedDict):
    """A licence by its name and, where it has one, its address."""

    name: str
    title: str
    path: NotRequired[str]


class Field(TypedDict):
    """A column as Table Schema describes it."""

    name: str
    type: str
    description: str
    unit: NotRequired[str]
    constraints: NotRequired[dict[str, bool]]
    decimalChar: NotRequired[str]


class Schema(TypedDict):
    """The columns of a table, and its key where none of it may be empty."""

    fields: list[Field]
    primaryKey: NotRequired[list[str]]


class Fingerprint(TypedDict):
    """Size and digest of a file."""

    bytes: int
    hash: str


class Rights(TypedDict):
    """Licences of what a file is made of, and first and last year that it is about, where it is about one period."""

    licenses: list[Licence]
    annees: NotRequired[list[int]]


class Resource(Fingerprint, Rights):
    """A file of the release."""

    name: str
    path: str
    format: str
    description: str
    mediatype: NotRequired[str]
    rows: NotRequired[int]
    schema: NotRequired[Schema]
    cle: NotRequired[list[str]]
    encoding: NotRequired[str]
    dialect: NotRequired[dict[str, Any]]
    tolerance_m: NotRequired[float]
    crs: NotRequired[str]
    colonnes: NotRequired[list[str]]
    title: NotRequired[str]
    extras: NotRequired[dict[str, Any]]
    extras_du_jeu: NotRequired[dict[str, Any]]


class Provenance(TypedDict):
    """A snapshot that the release was made of; `quantities`, if any, are the only ones it is read for."""

    title: str
    quantities: list[str]
    source: str
    publisher: str
    release: str
    edition: str
    vintage: str
    licence: str
    attribution: str
    address: str
    sha256: str
    retrieved_at: str
    updated_at: str | None


class Event(TypedDict):
    """Changes of communes that were applied, by date and kind."""

    date: str
    mod: str
    communes_avant: int
    communes_apres: int


class Facts(TypedDict):
    """What a release says of itself, but when and by which revision it was made."""

    statut_donnees: str
    mode: str
    cog_cible: int
    edition_aldo: str
    periode: str
    periode_stocks: str
    annees_flux: str
    annees_stocks: str
    changement_annonce: str | None
    evenements_appliques: list[Event]
    inventaires: list[dict[str, str]]
    sources: list[Provenance]


class Stated(Facts):
    """What a release says of itself, with its name, when it was made and by which code."""

    id: str
    created: str
    revision: str


class About(TypedDict):
    """What holds for every figure of the set (conventions.ABOUT)."""

    convention_de_signe: str
    unites: str
    carbone: str
    approche_bois: str
    cog_source: str
    jeu_prg: str
    incertitude: str
    maille_minimale: str
    france: str
    avertissement: str


class Catalogue(Stated, About, Rights):
    """The whole of it."""

    profile: str
    name: str
    title: str
    version_du_jeu: int
    remarques: list[str]
    resources: list[Resource]
    contributors: NotRequired[list[dict[str, str]]]
    produits: NotRequired[list[str]]


def tables(catalogue: Catalogue) -> dict[str, Resource]:
    """The tables of a release as CSV, by name."""
    listed = (item for item in catalogue["resources"] if item["format"] == "csv")
    return {Path(item["path"]).stem: item for item in listed if Path(item["path"]).parts[0] == TABLES}


def has_catalogue(folder: Path) -> bool:
    """Whether a folder is a candidate or a release."""
    return (folder / CATALOGUE).is_file()


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder.

    Raises:
        CatalogueError: there is none.
    """
    if not has_catalogue(folder):
        raise CatalogueError(f"{folder} holds no catalogue: give the folder of a release, e.g. publication/current")
    catalogue: Catalogue = json.loads((folder / CATALOGUE).read_text("utf-8"))
    return catalogue


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Write the catalogue of a folder."""
    (folder / CATALOGUE).write_text(json.dumps(catalogue, indent=2, ensure_ascii=False) + "\n", "utf-8")
