"""The candidate release and its promotion, as assets; gates 3 and 4, and what is made of the tables, stand between the two."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from dagster_project.assets.gates import CANDIDATE, DOSSIER
from dagster_project.assets.geography import CONTOURS, CONTOURS_PAGE
from dagster_project.assets.products import MAKERS
from dagster_project.assets.resources import RUN, made
from dagster_project.checks import differencing_rules, dossier_rules, partial_sums, secret_cells, territory_moves
from dagster_project.core import code, digests, ledger
from dagster_project.core.files import whole_file
from dagster_project.core.ledger import Ledger
from dagster_project.ingest.run import Run
from dagster_project.products import dossier, indicators
from dagster_project.release import candidate, changes, integrity, internal_report, keeping, seals, switch
from dagster_project.release.catalogue import Facts, Stated, read_catalogue, tables
from dagster_project.release.provenance import facts_of, git_revision
from dagster_project.settings import Settings
from dagster_project.warehouse.marts import published_tables
from dagster_project.warehouse.project import manifest_path

RELEASE = dg.AssetKey(["publication", "release"])
FRESH = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=40), warn_window=timedelta(days=32)
)  # a month and some
CANDIDATE_PAGE = "candidate"
WRITERS: tuple[Callable[..., object], ...] = (
    candidate.write_candidate,
    partial_sums.withheld,
    secret_cells.withheld,
    dossier.complete,
    *MAKERS.values(),
)


def publication_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The two publication assets."""
    published = published_tables(manifest_path(settings))
    indicators.refuse_unknown({(table.name, column.name) for table in published for column in table.columns})

    @dg.asset(
        key=CANDIDATE,
        group_name="publication",
        required_resource_keys={RUN},
        deps=[CONTOURS, *(dg.AssetKey(["marts", table.name]) for table in published)],
        description="Files of the next release, waiting for gate 3.",
        code_version=code.digest(*WRITERS)[:16],
    )
    def write_candidate(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        run: Run = context.resources.run
        settings, book = run.settings, Ledger(run.settings.data)
        book.require("gate_2")
        facts = facts_of(settings, run.stated)
        recipe = recipe_of(settings, facts)
        if place := made_before(run, recipe):
            switch.stand_again(settings.publication, place)
            return made({"id": place.name}, recipe, reused=True)
        switch.clear_candidate(settings.publication)
        now, folder = datetime.now(UTC), switch.candidate_folder(settings.publication)
        identifier = f"{now:%Y%m%dT%H%M%SZ}-cog{run.cog}-{settings.mode}"
        stated: Stated = {
            "id": identifier,
            "created": now.isoformat(timespec="seconds"),
            "revision": git_revision(),
            **facts,
        }
        own = differencing_rules.memberships(settings.warehouse)
        with ThreadPoolExecutor(1) as beside:  # Python counts while DuckDB writes
            left_out = partial_sums.withheld(settings, own) | secret_cells.withheld(settings, own)
            exposures = beside.submit(differencing_rules.exposed, settings, own)
            basis = beside.submit(changes.keep_basis, settings.warehouse, settings.bases, identifier)
            catalogue = candidate.write_candidate(
                settings.warehouse, settings.contours, folder, published, stated, left_out
            )
        book.enter(CANDIDATE_PAGE, ledger.Page(recipe, notes={"id": identifier}))
        exposed = exposures.result()
        basis.result()
        last = switch.current(settings.publication, run.cog)
        moved = territory_moves.moves(folder, last) if last else []
        drawn = book.page(CONTOURS_PAGE)
        text = internal_report.write_report(
            settings.warehouse,
            switch.reports_folder(settings.publication),
            identifier,
            exposures=[str(item) for item in exposed],
            moves=[str(item) for item in moved],
            left_out=[" ".join(map(str, item)) for item in sorted(left_out)],
            contours=drawn.notes if drawn else {},
        )
        metadata = {
            "id": identifier,
            "rows": {resource["name"]: resource["rows"] for resource in tables(catalogue).values()},
            "report": dg.MetadataValue.path(str(text)),
            "communes_exposed_by_difference": len(exposed),
            "territory_totals_moved": len(moved),
        }
        return made(metadata, recipe)

    @dg.asset(
        key=RELEASE,
        group_name="publication",
        required_resource_keys={RUN},
        deps=[DOSSIER],
        description="The checked release; `current` points to it.",
        freshness_policy=FRESH,
    )
    def promote(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        run: Run = context.resources.run
        settings, book = run.settings, Ledger(run.settings.data)
        folder = switch.candidate_folder(settings.publication)
        book.require("gate_3")
        book.require("gate_4")
        if changed := [str(item) for item in dossier_rules.unlisted(folder)]:
            raise dg.Failure(
                "\n".join(["The folder is not what gate 4 let through: run the whole job again", *changed[:5]])
            )
        if switch.is_released(settings.publication):
            place = switch.promote(settings.publication)
            if not changes.has_basis(settings.bases, place.name):  # somebody removed it
                changes.keep_basis(settings.warehouse, settings.bases, place.name)
            return made({"id": place.name}, place.name, reused=True)
        name = candidate_id(settings)
        keep_memberships(settings, name)
        partial_sums.note(settings, name, folder)
        seals.keep(settings.publication, folder, name)
        place = switch.promote(settings.publication)
        page = book.page(CANDIDATE_PAGE)
        if page and page.notes.get("id") == name:
            book.enter(release_page(run.cog), book.seen(page.inputs, place / integrity.DIGESTS))
        metadata: dict[str, Any] = {"id": place.name, "path": dg.MetadataValue.path(str(place)), "cog": run.cog}
        if run.before:
            try:
                metadata["changes"] = dg.MetadataValue.path(str(changes.store(settings.bases, run.before, place)))
            except changes.ChangesError as error:  # the release is out: what it changed is a comment on it
                metadata["changes"] = str(error)
        metadata["removed"] = keeping.prune(settings.publication, settings.keep)  # last: what went before was compared
        changes.drop_bases(settings.bases, switch.kept_releases(settings.publication))
        return made(metadata, place.name)

    return [write_candidate, promote]


def recipe_of(settings: Settings, facts: Facts) -> str:
    """Digest of everything that a release is made of; when a source was fetched is not part of it."""
    sources = [{key: value for key, value in source.items() if key != "retrieved_at"} for source in facts["sources"]]
    book = Ledger(settings.data)
    pages = [page.inputs for name in ("gate_2", CONTOURS_PAGE) if (page := book.page(name))]
    stated = {**facts, "sources": sources}
    return digests.of(code.digest(*WRITERS), pages, stated, sorted(settings.products), settings.publisher)


def made_before(run: Run, recipe: str) -> Path | None:
    """The current release of the target vintage, if it was made of this very recipe and is whole, byte for byte."""
    place = switch.current(run.settings.publication, run.cog)
    page = Ledger(run.settings.data).whole(release_page(run.cog), recipe)
    if place is None or page is None or not any(place.name in file for file in page.files):
        return None
    return None if list(dossier_rules.unlisted(place)) else place


def release_page(cog: int) -> str:
    """Name of the page of the current release of a vintage."""
    return f"release_{cog}"


def candidate_id(settings: Settings) -> str:
    """Identifier of what stands as candidate."""
    return read_catalogue(switch.candidate_folder(settings.publication))["id"]


def keep_memberships(settings: Settings, name: str) -> None:
    """Put what the territories of the candidate hold on record, before they are published."""
    with whole_file(switch.memberships_file(settings.publication, name)) as part:
        pq.write_table(differencing_rules.memberships(settings.warehouse), part, compression="zstd")
