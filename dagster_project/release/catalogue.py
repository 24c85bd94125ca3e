"""The catalogue of a candidate or release, datapackage.json: what it is made of, file by file (a Data Package, and more)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NotRequired, TypedDict

CATALOGUE = "datapackage.json"


class CatalogueError(Exception):
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


class Resource(TypedDict):
    """A file of the release."""

    name: str
    path: str
    format: str
    description: str
    bytes: int
    hash: str
    licenses: list[Licence]
    mediatype: NotRequired[str]
    rows: NotRequired[int]
    schema: NotRequired[Schema]
    cle: NotRequired[list[str]]
    annees: NotRequired[list[str]]
    encoding: NotRequired[str]
    dialect: NotRequired[dict[str, Any]]
    tolerance_m: NotRequired[float]
    crs: NotRequired[str]
    colonnes: NotRequired[list[Field]]


class Provenance(TypedDict):
    """A snapshot that the release was made of."""

    title: str
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


class Catalogue(Facts):
    """The whole of it."""

    profile: str
    name: str
    title: str
    version_du_jeu: int
    remarques: list[str]
    id: str
    created: str
    revision: str
    licenses: list[Licence]
    resources: list[Resource]
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
    annees: NotRequired[list[str]]
    contributors: NotRequired[list[dict[str, str]]]
    produits: NotRequired[list[str]]


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
