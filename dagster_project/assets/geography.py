"""Polygons of the published territories, as an asset between the warehouse and the candidate; kept as long as nothing changes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd

from dagster_project import digests
from dagster_project.assets.alone import ALONE
from dagster_project.checks import stamps
from dagster_project.checks.raw_rules import stored_files
from dagster_project.checks.stamped import stamped_warehouse
from dagster_project.geography import coverage
from dagster_project.ingest.boundaries import open_boundaries
from dagster_project.publication.contours import RESOLUTIONS, contours_name, write_contours
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry

CONTOURS = dg.AssetKey(["geography", "contours"])
SOURCE = "contours_communes"
READ_BY = ("int_contours", "int_membres")
CODE = (
    "dagster_project/geography",
    "dagster_project/ingest/boundaries.py",
    "dagster_project/publication/contours.py",
    f"dagster_project/sources/{SOURCE}.yml",
)


def geography_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The one geography asset."""

    @dg.asset(
        key=CONTOURS,
        group_name="geography",
        required_resource_keys={ALONE},
        deps=[dg.AssetKey(["intermediate", name]) for name in READ_BY] + [dg.AssetKey(["marts", "territoires"])],
        description="Territories dissolved from communes and simplified as a coverage, at two resolutions.",
    )
    def contours() -> dg.MaterializeResult:
        stamps.require(*stamped_warehouse(settings), "Gate 2 (dbt)")
        members, territories, edition, astride = _described(settings)
        path = stored_files(settings, SOURCE)[str(edition)]
        folder, note = settings.contours, settings.contours / "empreinte.json"
        digest = _digest(path, members, territories)
        known = json.loads(note.read_text("utf-8")) if note.is_file() else {}
        if known.get("empreinte") == digest and known.get("fichiers") == _files(folder):
            return dg.MaterializeResult(metadata={**known, stamps.REUSED: True}, data_version=dg.DataVersion(digest))
        if not digests.sha256(path).startswith(path.parent.name):
            raise dg.Failure(f"{path} was altered since it was stored: remove {path.parent}, and run again")
        communes = open_boundaries(path, load_registry()[SOURCE].layout_of(str(edition), settings.mode))
        cells = coverage.dissolve(communes, members)
        facts = {
            "empreinte": digest,
            "edition": int(edition),
            "communes_reparees": int(communes.reparee.sum()),
            "communes_raccordees": sum(one.mended for one in cells),
            "communes_a_cheval": int(astride),
            "resolutions_m": RESOLUTIONS,
        }
        work = folder.with_name(folder.name + ".part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for name, tolerance in RESOLUTIONS.items():
            write_contours(coverage.territories(cells, tolerance), territories, work / contours_name(name))
        facts["fichiers"] = _files(work)
        (work / note.name).write_text(json.dumps(facts, indent=1), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
        return dg.MaterializeResult(
            metadata={**facts, "territories": len(territories)}, data_version=dg.DataVersion(digest)
        )

    return [contours]


def _described(settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame, int, int]:
    """Members of each territory by commune of the boundaries, what the marts say of it, the edition, communes astride.

    A territory that cuts communes of the target is not drawn: no boundary follows its edge, and an approximate one could be
    that of a single commune.
    """
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        members = connection.execute(
            """
            select membres.maille, membres.code_territoire, contours.code_contour as code
            from intermediate.int_membres as membres
            inner join intermediate.int_contours as contours using (code_commune)
            inner join marts.territoires as territoires using (maille, code_territoire)
            where territoires.n_communes_partielles = 0 order by all
            """
        ).df()
        territories = connection.execute(
            """
            select maille, code_territoire, nom_territoire, cog, surface_ha, n_communes_partielles, statut_donnees
            from marts.territoires order by maille, code_territoire
            """
        ).df()
        edition, astride = connection.execute(
            "select max(millesime), count(*) filter (where est_a_cheval) from intermediate.int_contours"
        ).fetchone()
    return members, territories, edition, astride


def _digest(path: Path, *frames: pd.DataFrame) -> str:
    """What the polygons depend on: boundaries, members, what is said of territories, and the code that draws."""
    found = hashlib.sha256(path.parent.name.encode())
    for frame in frames:
        found.update(frame.to_csv(index=False).encode())
    return digests.of(found.hexdigest(), digests.code(*CODE))


def _files(folder: Path) -> dict[str, str]:
    """Digest of each file of polygons."""
    return {path.name: digests.sha256(path) for path in sorted(folder.glob("*.parquet"))}
