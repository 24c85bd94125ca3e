"""What a territory's own balance is written to: its tables, the filled workbook, a page, and where all of it came from."""

import json
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.analysis.balance_file import Filled
from dagster_project.analysis.balance_tables import (
    AIR,
    ENTRIES,
    KEYS_OF_TABLES,
    LINES,
    POSTS,
    PRACTICES,
    PUBLISHED,
    Row,
    Tables,
    tables,
)
from dagster_project.core.files import whole_folder
from dagster_project.products.balance import workbook
from dagster_project.products.balance.form import DEFAULT_ZONE, ZONE
from dagster_project.products.balance.published import FOOTPRINT, INVENTORY, WHOLE
from dagster_project.products.site import balance_page
from dagster_project.products.site.render import STATIC
from dagster_project.release.csv_files import write_csv

WARNING = "bilan local, ne fait pas foi"
PAGE, STYLE, ABOUT = "bilan.html", "assets/style.css", "bilan.json"


def territory_of(folder: Path) -> str | None:
    """Whose balance a folder holds, None where it holds none that can be read."""
    try:
        return str(json.loads((folder / ABOUT).read_text("utf-8"))["territoire"])
    except (OSError, ValueError, KeyError):
        return None


def write(filled: Filled, folder: Path) -> dict[str, int]:
    """Write tables (Parquet, CSV), workbook, page and bilan.json below `folder`, all or nothing; returns row counts."""
    rows = tables(filled)
    with whole_folder(folder) as work:
        _write_tables(rows, work)
        workbook.write(filled.release, filled.territory, work / f"bilan_{filled.territory.slug}.xlsx", filled.inputs)
        (work / PAGE).write_text(page(filled, rows), "utf-8")
        (work / STYLE).parent.mkdir()
        shutil.copyfile(STATIC / Path(STYLE).name, work / STYLE)
        about = {
            "avertissement": WARNING,
            "territoire": filled.territory.name,
            "maille": filled.territory.maille,
            "code_territoire": filled.territory.code,
            "version": filled.release.catalogue["id"],
            "statut_donnees": filled.release.catalogue["statut_donnees"],
            "sha256_du_fichier": filled.digest,
            "saisies": sorted([*filled.inputs.entries, *filled.inputs.choices]),
        }
        (work / ABOUT).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return {name: len(listed) for name, listed in rows.items()}


def _write_tables(rows: Tables, folder: Path) -> None:
    with duckdb.connect() as connection:
        for name, listed in rows.items():
            table = pa.Table.from_pylist(listed) if listed else pa.table({"territoire": pa.array([], pa.string())})
            pq.write_table(table, folder / f"{name}.parquet")
            connection.register("lues", table)
            write_csv(connection, "lues", "all", folder / f"{name}.csv")
            connection.unregister("lues")


def _local(filled: Filled, rows: Tables, published: balance_page.View) -> balance_page.Local:
    zone = filled.inputs.choices.get(ZONE)
    return balance_page.Local(
        entries=rows[ENTRIES],
        table=ENTRIES,
        practices=rows[PRACTICES],
        before=published.posts[FOOTPRINT][WHOLE],
        file=filled.name,
        warning=WARNING,
        published=PUBLISHED,
        zone=zone or DEFAULT_ZONE,
        zone_chosen=zone is not None,
    )


def page(filled: Filled, rows: Tables) -> str:
    """The page of one's own balance, beside the published ones of larger territories."""
    release, published = filled.release, balance_page.view(filled.release, filled.territory)
    posts: dict[str, dict[str, Row]] = {INVENTORY: {}}
    for row in rows[POSTS]:
        posts.setdefault(row["perimetre"], {})[row["poste"]] = {"source": None} | row
    known = posts[INVENTORY]
    if all(row["emissions_tco2e"] is None and row["part_connue_tco2e"] is None for row in known.values()):
        known.clear()  # neither an inventory nor an input
    seen = balance_page.View(
        filled.territory,
        posts,
        rows[LINES],
        rows[AIR] if any(row["part_connue_kg"] is not None for row in rows[AIR]) else [],
        published.wider,
        balance_page.Tables(POSTS, POSTS, LINES, AIR, PRACTICES),
        _local(filled, rows, published),
    )
    keys = {**release.keys, **KEYS_OF_TABLES}
    return balance_page.page(
        seen, release=release, cles=keys, racine="", hors_site=True, produits=(), unite=release.unit
    )
