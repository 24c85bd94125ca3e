"""What a French reader sees is French with its accents, wherever it shows; codes that one filters on stay ASCII."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import yaml

from dagster_project.delivery.postgresql.loading import planned_tables
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current
from dagster_project.settings import DBT_PROJECT_DIR, Settings
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path
from tests.french import faults

SEED = DBT_PROJECT_DIR / "seeds" / "colonnes_de_texte.csv"
INVISIBLE = {"script", "style", "code"}
# Values of a catalogue that are no prose: identifiers, addresses, digests.
KEYS = {"name", "path", "hash", "format", "mediatype", "profile", "id", "created", "revision", "mode", "type", "source", "edition",
        "address", "sha256", "retrieved_at", "updated_at", "primaryKey", "cle", "colonnes", "crs", "encoding", "unit", "delimiter",
        "inventaire", "decimalChar", "role", "produits", "perimetre", "extras", "extras_du_jeu"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return current(released.publication)


@pytest.fixture(scope="module")
def names(released: Settings, folder: Path) -> list[str]:
    """Official names, which stay as they are: of territories, and of the communes that lead to them."""
    territories = pq.read_table(folder / "tables" / "territoires.parquet", columns=["nom_territoire"])["nom_territoire"]
    communes = pq.read_table(released.raw / "insee_communes.parquet", columns=["LIBELLE"])["LIBELLE"]
    return sorted({*territories.to_pylist(), *communes.to_pylist()})


@pytest.fixture(scope="module")
def natures() -> dict[str, str]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return {row["colonne"]: row["nature"] for row in csv.DictReader(file)}


def refused(texts: Iterator[tuple[str, str]], names: list[str]) -> list[str]:
    """Faults by place, over every text; there must be texts."""
    said = list(texts)
    assert len(said) > 3, "nothing was read"
    return [f"{place}: {fault}" for place, text in said for fault in faults(text, names)]


def test_the_test_sees_what_lacks_its_accents() -> None:
    for text in (
        "donnees publiees",
        "Departement",
        "a cote de la foret",
        "Emission nette",
        "rien n'est publie",
        "zone pedoclimatique",
    ):
        assert list(faults(text)), text
    for text in (
        "aucun n'est devine", "part de l'azote lixivie", "la valeur est tire du fichier", "la surface est compte deux fois",
        "ou se trouvent les communes", "DONNEES PUBLIEES", "donnees/figures publiees",
    ):  # fmt: skip
        assert list(faults(text)), text
    for text in (
        "données publiées",
        "`recolte` de bois",
        "flux_recolte_kt_co2e",
        "nouveautes.html",
        "Le pays a des forêts",
    ):
        assert not list(faults(text)), text
    assert not list(faults("Pays de Theleme", ["Pays de Theleme"]))


def test_every_text_column_is_known_as_prose_code_or_name(house: Settings, natures: dict[str, str]) -> None:
    columns = {
        column.name
        for table in published_tables(manifest_path(house))
        for column in table.columns
        if column.type == "varchar"
    }
    assert columns == set(natures)


def test_rows(folder: Path, names: list[str], natures: dict[str, str]) -> None:
    def sentences() -> Iterator[tuple[str, str]]:
        with duckdb.connect() as connection:
            for path in sorted((folder / "tables").glob("*.parquet")):
                for name in pq.read_schema(path).names:
                    if name not in natures or natures[name] in ("nom", "verbatim"):
                        continue
                    rows = connection.execute(
                        f'select distinct "{name}" from read_parquet(?) where "{name}" is not null', [str(path)]
                    )
                    for (value,) in rows.fetchall():
                        if natures[name] == "code":
                            assert value.isascii(), f"{path.stem}.{name}: {value}"
                        else:
                            yield f"{path.stem}.{name}", value

    assert refused(sentences(), names) == []


def test_comments_of_the_database_and_of_postgresql(folder: Path, names: list[str]) -> None:
    def comments() -> Iterator[tuple[str, str]]:
        with duckdb.connect(str(folder / "carbone.duckdb"), read_only=True) as connection:
            yield from connection.execute("select table_name, comment from duckdb_tables()").fetchall()
            yield from connection.execute(
                "select table_name || '.' || column_name, comment from duckdb_columns() where schema_name = 'marts'"
            ).fetchall()
        for table in planned_tables(folder, read_catalogue(folder)):
            yield table.name, table.comment
            yield from ((f"{table.name}.{name}", text) for name, text in table.comments.items())

    assert refused(comments(), names) == []


def test_texts_of_the_folder(folder: Path, names: list[str]) -> None:
    def lines() -> Iterator[tuple[str, str]]:
        for number, line in enumerate((folder / "LISEZMOI.txt").read_text("utf-8").splitlines(), start=1):
            yield f"LISEZMOI.txt:{number}", line
        for path in sorted((folder / "tables").glob("*.parquet")):
            yield path.name, pq.read_schema(path).metadata[b"description"].decode()

    assert refused(lines(), names) == []


def prose(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Texts of a JSON document that people read."""
    if isinstance(value, dict):
        for key, one in value.items():
            if (
                key not in KEYS and not key.startswith(("@", "spdx:", "dcat:accessURL", "dcat:downloadURL"))
            ) or key in ("@value", "@graph"):
                yield from prose(one, f"{place}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from prose(one, place)
    elif isinstance(value, str):
        yield place, value


@pytest.mark.parametrize("name", ["datapackage.json", "catalogue.jsonld"])
def test_catalogues(folder: Path, names: list[str], name: str) -> None:
    assert refused(prose(json.loads((folder / name).read_text("utf-8")), name), names) == []


class Seen(HTMLParser):
    """The text of a page, without its scripts and code; titles and labels of its elements too."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in INVISIBLE:
            self.hidden.append(tag)
        self.texts += [
            value for name, value in attrs if name in ("title", "alt", "aria-label", "placeholder", "content") and value
        ]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data)


def test_pages(folder: Path, names: list[str]) -> None:
    def texts() -> Iterator[tuple[str, str]]:
        pages = [folder / "index.html", *sorted((folder / "site").rglob("*.html"))]
        for path in (one for one in pages if "documentation" not in one.parts):
            seen = Seen()
            seen.feed(path.read_text("utf-8"))
            yield from ((path.name, text) for text in seen.texts if text.strip())
        for script in sorted((folder / "site" / "assets").glob("*.js")):
            if script.name != "communes.js":
                code = re.sub(r"(^|[^:])//.*", "", script.read_text("utf-8"))  # comments are for engineers
                yield from ((script.name, text) for text in re.findall(r'"([^"\n(){};=#<]* [^"\n(){};=#<]*)"', code))

    assert refused(texts(), names) == []


@pytest.fixture(scope="module")
def codes(folder: Path, natures: dict[str, str]) -> set[str]:
    """Every value of the columns that one filters on."""
    found = set()
    for path in (folder / "tables").glob("*.parquet"):
        named = [name for name in pq.read_schema(path).names if natures.get(name) == "code"]
        table = pq.read_table(path, columns=named)
        found |= {str(value) for name in named for value in table[name].unique().to_pylist()}
    return found


def test_workbooks(folder: Path, names: list[str], codes: set[str]) -> None:
    """A cell that holds a code, or the key of a row, is what one looks the figure up with in the tables."""

    def is_key(cell: str) -> bool:
        return all(
            part in codes or part.isdigit() or re.fullmatch(r"[A-Z](\.[a-z0-9_]+)+", part) for part in cell.split(" | ")
        )

    def cells() -> Iterator[tuple[str, str]]:
        for path in sorted((folder / "classeurs").glob("*.xlsx")):
            book = openpyxl.load_workbook(path, read_only=False, data_only=True)
            for sheet in (one for one in book.worksheets if one.sheet_state == "visible"):
                yield path.name, sheet.title
                for row in sheet.iter_rows(values_only=True):
                    yield from (
                        (f"{path.name} {sheet.title}", cell)
                        for cell in row
                        if isinstance(cell, str) and not is_key(cell)
                    )
            yield path.name, f"{book.properties.title} {book.properties.description}"

    assert refused(cells(), names) == []


def test_layers_of_maps(folder: Path, names: list[str], natures: dict[str, str]) -> None:
    def texts() -> Iterator[tuple[str, str]]:
        for layer, _ in pyogrio.list_layers(folder / "geo" / "territoires.gpkg"):
            frame = pyogrio.read_dataframe(folder / "geo" / "territoires.gpkg", layer=layer, read_geometry=False)
            for name in frame.select_dtypes(exclude=["number", "bool"]).columns:
                if natures.get(name) not in ("nom", "code", "verbatim"):
                    yield from ((f"{layer}.{name}", value) for value in frame[name].dropna().astype(str).unique())

    assert refused(texts(), names) == []


def test_descriptions_of_the_documentation() -> None:
    """Of what is published and of seeds; those of staging and intermediate models are for engineers, in English."""

    def descriptions() -> Iterator[tuple[str, str]]:
        marts = DBT_PROJECT_DIR / "models" / "marts"
        texts = (marts / "_colonnes.md").read_text("utf-8")
        yield from re.findall(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", texts, re.DOTALL)
        files = {**dict.fromkeys(marts.glob("[!_]*.yml"), "models"), DBT_PROJECT_DIR / "seeds" / "_seeds.yml": "seeds"}
        for one in (item for path, kind in files.items() for item in yaml.safe_load(path.read_text("utf-8"))[kind]):
            yield one["name"], one["description"]
            for column in one.get("columns", []):
                if "{{ doc(" not in (text := column.get("description", "")):
                    yield f"{one['name']}.{column['name']}", text

    assert refused(descriptions(), []) == []


def test_prose_of_seeds_and_contracts_of_sources() -> None:
    """Reasons, titles, licences: they are published as they stand."""

    def texts() -> Iterator[tuple[str, str]]:
        for path in sorted((DBT_PROJECT_DIR / "seeds").rglob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for name in ("motif", "texte", "source", "page", "traitement"):
                        if row.get(name):
                            yield f"{path.name}.{name}", row[name]
                    if path.stem in ("libelles", "aldo_pratiques", "inventaires_secteurs"):
                        yield f"{path.name}.libelle", row["libelle"]
        for path in sorted((DBT_PROJECT_DIR.parent / "dagster_project" / "sources").glob("**/*.yml")):
            contract = yaml.safe_load(path.read_text("utf-8"))
            for name in ("title", "publisher", "licence", "attribution", "vintage"):
                if isinstance(contract.get(name), str):
                    yield f"{path.name}.{name}", contract[name]

    assert refused(texts(), []) == []


def test_what_operators_read_in_french(released: Settings, names: list[str]) -> None:
    """Reasons of gate 2, and the house's report on a release."""

    def texts() -> Iterator[tuple[str, str]]:
        models = DBT_PROJECT_DIR / "models"
        told = [models / "intermediate/inventaires/int_inventaires_rejets.sql", *(models / "intermediate/methode").glob("*.sql"),
                *(models / "marts").glob("*.sql")]  # fmt: skip
        for path in [*sorted((DBT_PROJECT_DIR / "tests").rglob("*.sql")), *told]:
            for literal in re.findall(r"'((?:[^'{}]|'')*)'", path.read_text("utf-8")):
                if len(literal.split()) > 2 and not re.search(r"\b(select|from|decimal|the|of|is)\b|\*", literal):
                    yield path.name, literal.replace("''", "'")
        for path in (released.data / "interne" / "rapports").glob("*.txt"):
            lines = path.read_text(
                "utf-8"
            ).splitlines()  # below its sentences: totals as formulas, cells by their codes
            yield from ((path.name, line) for line in lines if not line.lstrip().startswith("- ") and "{" not in line)

    assert refused(texts(), names) == []
