"""The candidate release and its promotion, as assets; gates 3 and 4, and what is made of the tables, stand between the two."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq

from dagster_project.assets import remade
from dagster_project.assets.alone import ALONE
from dagster_project.assets.dbt_manifest import manifest_path
from dagster_project.assets.geography import CONTOURS
from dagster_project.assets.ingestion import aldo_edition, target_cog
from dagster_project.checks import differencing_rules, dossier_rules, partial_sums, stamps, territory_moves
from dagster_project.checks.gates import CANDIDATE, DOSSIER
from dagster_project.checks.stamped import stamped_candidate, stamped_dossier, stamped_warehouse
from dagster_project.publication import candidate, changes, keeping, release, report, seals, tables
from dagster_project.settings import PROJECT_ROOT, Settings

RELEASE = dg.AssetKey(["publication", "release"])
FRESH = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=40), warn_window=timedelta(days=32)
)  # a month and some
LINEAGE_FIELDS = ("source", "publisher", "release", "edition", "vintage", "licence", "attribution", "address", "sha256",
                  "retrieved_at", "updated_at")  # fmt: skip


def publication_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The two publication assets."""
    published = tables.published_tables(manifest_path(settings))

    @dg.asset(
        key=CANDIDATE,
        group_name="publication",
        required_resource_keys={ALONE},
        deps=[CONTOURS, *(dg.AssetKey(["marts", table.name]) for table in published)],
        description="Files of the next release, waiting for gate 3.",
    )
    def write_candidate() -> dg.MaterializeResult:
        stamps.require(*stamped_warehouse(settings), "Gate 2 (dbt)")
        facts = facts_of(settings)
        recipe = remade.recipe_of(settings, facts)
        if place := remade.made_before(settings, recipe):
            release.stand_again(settings.publication, place)
            return dg.MaterializeResult(
                metadata={"id": place.name, stamps.REUSED: True}, data_version=dg.DataVersion(recipe)
            )
        release.clear_candidate(settings.publication)
        now = datetime.now(UTC)
        identifier = f"{now:%Y%m%dT%H%M%SZ}-cog{target_cog(settings)}-{settings.mode}"
        own = differencing_rules.memberships(settings.warehouse)
        with ThreadPoolExecutor(1) as beside:  # Python counts while DuckDB writes
            left_out = partial_sums.withheld(settings, own)
            exposures = beside.submit(differencing_rules.exposed, settings, own)
            basis = beside.submit(changes.keep_basis, settings.warehouse, settings.bases, identifier)
            catalogue = candidate.write_candidate(
                settings.warehouse,
                settings.contours,
                release.candidate_folder(settings.publication),
                published,
                {
                    "id": identifier,
                    "created": now.isoformat(timespec="seconds"),
                    "revision": git_revision(),
                    **facts,
                },
                left_out,
            )
        remade.note(settings, catalogue["id"], recipe)
        exposed = exposures.result()
        basis.result()
        last = release.current(settings.publication, target_cog(settings))
        moved = territory_moves.moves(release.candidate_folder(settings.publication), last) if last else []
        text = report.write_report(
            settings.warehouse,
            release.reports_folder(settings.publication),
            catalogue["id"],
            exposures=[str(one) for one in exposed],
            moves=[str(one) for one in moved],
            left_out=[" ".join(map(str, one)) for one in sorted(left_out)],
            contours=json.loads((settings.contours / "empreinte.json").read_text("utf-8")),
        )
        rows = {one["name"]: one["rows"] for one in catalogue["resources"] if one["format"] == "csv"}
        return dg.MaterializeResult(
            metadata={
                "id": catalogue["id"],
                "rows": rows,
                "report": dg.MetadataValue.path(str(text)),
                "communes_exposed_by_difference": len(exposed),
                "territory_totals_moved": len(moved),
            },
            data_version=dg.DataVersion(recipe),
        )

    @dg.asset(
        key=RELEASE,
        group_name="publication",
        required_resource_keys={ALONE},
        deps=[DOSSIER],
        description="The checked release; `current` points to it.",
        freshness_policy=FRESH,
    )
    def promote() -> dg.MaterializeResult:
        stamps.require(*stamped_candidate(settings), "Gate 3")
        stamps.require(*stamped_dossier(settings), "Gate 4")
        if changed := [str(one) for one in dossier_rules.unlisted(release.candidate_folder(settings.publication))]:
            raise dg.Failure(
                "\n".join(["The folder is not what gate 4 let through: run the whole job again", *changed[:5]])
            )
        if release.is_released(settings.publication):
            place = release.promote(settings.publication)
            if not changes.has_basis(settings.bases, place.name):  # somebody removed it
                changes.keep_basis(settings.warehouse, settings.bases, place.name)
            return dg.MaterializeResult(
                metadata={"id": place.name, stamps.REUSED: True}, data_version=dg.DataVersion(place.name)
            )
        last = release.current(settings.publication, target_cog(settings)) or release.current(settings.publication)
        keep_memberships(settings)
        folder, name = release.candidate_folder(settings.publication), candidate_id(settings)
        partial_sums.note(settings, name, folder)
        seals.keep(settings.publication, folder, name)
        place = release.promote(settings.publication)
        catalogue = release.read_catalogue(place)
        metadata = {"id": place.name, "path": dg.MetadataValue.path(str(place)), "cog": catalogue["cog_cible"]}
        if last:
            try:
                metadata["changes"] = dg.MetadataValue.path(str(changes.store(settings.bases, last, place)))
            except changes.ChangesError as error:  # the release is out: what it changed is a comment on it
                metadata["changes"] = str(error)
        metadata["removed"] = keeping.prune(settings.publication, settings.keep)  # last: what went before was compared
        changes.drop_bases(settings.bases, release.kept_releases(settings.publication))
        return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(place.name))

    return [write_candidate, promote]


def facts_of(settings: Settings) -> dict[str, object]:
    """What a release says of itself, but when and by which revision it was made."""
    aldo = aldo_edition(settings)
    return {
        "statut_donnees": settings.statut,
        "mode": settings.mode,
        "cog_cible": target_cog(settings),
        "edition_aldo": aldo.key,
        "periode": f"année moyenne {aldo.fluxes.label} ; ce n'est pas une série temporelle",
        "periode_stocks": f"état de {aldo.stocks.label}",
        "annees_flux": aldo.fluxes.label,
        "annees_stocks": aldo.stocks.label,
        "changement_annonce": settings.announced_change,
        "evenements_appliques": report.applied_events(settings.warehouse),
        "inventaires": pq.read_table(settings.raw / "inventaires.parquet").to_pylist(),
        "sources": lineage(settings.raw),
    }


def candidate_id(settings: Settings) -> str:
    """Identifier of what stands as candidate."""
    return release.read_catalogue(release.candidate_folder(settings.publication))["id"]


def keep_memberships(settings: Settings) -> None:
    """Put what the territories of the candidate hold on record, before they are published."""
    kept = release.memberships_file(settings.publication, candidate_id(settings))
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    pq.write_table(differencing_rules.memberships(settings.warehouse), part, compression="zstd")
    part.replace(kept)


def lineage(raw: Path) -> list[dict]:
    """Provenance of every raw table, one entry a snapshot, in file-name order."""
    entries = []
    for path in sorted(raw.glob("*.parquet")):
        described = json.loads(pq.read_schema(path).metadata[b"flux_carbone"])
        titles = described.get("title", "")
        for manifest in described.get("snapshots", []):
            facts = {name: manifest[name] for name in LINEAGE_FIELDS}
            entries.append({"title": manifest.get("title", titles), **facts})
    return entries


def git_revision() -> str:
    """The revision of the code, marked when it has uncommitted changes; `inconnue` outside a checkout."""
    command = ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return "inconnue"
