"""Polygons of the published territories, as an asset between the warehouse and the candidate; kept as long as nothing changes."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd

from dagster_project.assets.resources import RUN, made
from dagster_project.core import code, digests
from dagster_project.core.files import whole_folder
from dagster_project.core.ledger import Ledger
from dagster_project.core.sql import first_row, queries
from dagster_project.geography import coverage
from dagster_project.ingest.boundary_table import open_boundaries
from dagster_project.ingest.raw import stored_files
from dagster_project.release.contours import RESOLUTIONS, contours_name, write_contours
from dagster_project.settings import Settings
from dagster_project.sources.registry import Layout, load_registry

SQL = queries(Path(__file__).with_name("geography.sql"))
CONTOURS = dg.AssetKey(["geography", "contours"])
CONTOURS_PAGE = "contours"
SOURCE = "contours_communes"
READ_BY = ("int_contours", "int_membres")


def contours_asset() -> dg.AssetsDefinition:
    """The one geography asset."""

    @dg.asset(
        key=CONTOURS,
        group_name="geography",
        required_resource_keys={RUN},
        deps=[dg.AssetKey(["intermediate", name]) for name in READ_BY] + [dg.AssetKey(["marts", "territoires"])],
        description="Territories dissolved from communes and simplified as a coverage, at two resolutions.",
    )
    def contours(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        settings = context.resources.run.settings
        book = Ledger(settings.data)
        book.require("gate_2")
        members, territories, edition, astride = _described(settings)
        path, layout = stored_files(settings, SOURCE)[str(edition)], _layout(settings, edition)
        makers = code.digest(coverage.dissolve, write_contours, open_boundaries)
        inputs = digests.of(makers, path.parent.name, layout.model_dump_json(), _digest(members), _digest(territories))
        if page := book.whole(CONTOURS_PAGE, inputs):
            return made(page.notes, inputs, reused=True)
        if not digests.sha256(path).startswith(path.parent.name):
            raise dg.Failure(f"{path} was altered since it was stored: remove {path.parent}, and run again")
        communes = open_boundaries(path, layout)
        cells = coverage.dissolve(communes, members)
        facts = {
            "edition": int(edition),
            "communes_reparees": int(communes.reparee.sum()),
            "communes_raccordees": sum(cell.mended for cell in cells),
            "communes_a_cheval": int(astride),
            "resolutions_m": RESOLUTIONS,
        }
        with whole_folder(settings.contours) as work:

            def draw(name: str) -> None:
                polygons = coverage.territories(cells, RESOLUTIONS[name])
                write_contours(polygons, territories, work / contours_name(name))

            with ThreadPoolExecutor() as pool:  # GEOS lets go of Python while it simplifies
                list(pool.map(draw, RESOLUTIONS))
        book.enter(CONTOURS_PAGE, book.seen(inputs, settings.contours / "*.parquet", notes=facts))
        return made({**facts, "territories": len(territories)}, inputs)

    return contours


def _described(settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame, int, int]:
    """Members of each territory by commune of the boundaries, what the marts say of it, the edition, communes astride.

    A territory that cuts communes of the target is not drawn: no boundary follows its edge, and an approximate one could be
    that of a single commune.
    """
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        members = connection.execute(SQL["members"]).df()
        territories = connection.execute(SQL["territories"]).df()
        edition, astride = first_row(connection, SQL["edition"])
    return members, territories, edition, astride


def _layout(settings: Settings, edition: int) -> Layout:
    return load_registry()[SOURCE].layout_of(str(edition), settings.mode)


def _digest(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
