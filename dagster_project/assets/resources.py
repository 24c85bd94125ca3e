"""What every step asks for: the choices of its run, made by the one writer of the data folder.

A run launched in the UI may set other choices than the environment's; one of the UI and one of the command never write
together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import dagster as dg

from dagster_project.core import ledger
from dagster_project.core.errors import FluxError
from dagster_project.core.lock import exclusive
from dagster_project.ingest.run import Run, choose
from dagster_project.release import switch
from dagster_project.settings import Settings
from dagster_project.sources.store import Store

RUN = "run"
CHOICES = {  # of one launch
    "cog": (dg.Noneable(int), "Target vintage; null: the newest"),
    "aldo": (dg.Noneable(str), "Edition of ALDO; null: the newest"),
    "inventories": (dg.Noneable(dict), "Versions of inventories by id, null the newest; null: those at hand"),
    "announced_change": (dg.Noneable(str), "Reason that lets national totals move beyond the band"),
}


def made(
    metadata: Mapping[str, Any], version: str | None = None, *, key: dg.AssetKey | None = None, reused: bool = False
) -> dg.MaterializeResult[Any]:
    """What is shown of an asset; `version` is the digest of its data or of what it was made of."""
    return dg.MaterializeResult(
        asset_key=key,
        metadata={**metadata, **({ledger.REUSED: True} if reused else {})},
        data_version=dg.DataVersion(version) if version else None,
    )


def skipped(reason: str) -> dg.MaterializeResult[Any]:
    """What is shown of an asset that nobody asked for."""
    return dg.MaterializeResult(metadata={ledger.SKIPPED: reason})


def run_resource(settings: Settings, store: Store | None = None) -> dg.ResourceDefinition:
    """Held from the first step of a run to its end.

    Args:
        settings: of the process; what a launch leaves out is theirs.
        store: what the caller looks at afterwards; by default, one for each run.
    """
    schema = {
        name: dg.Field(kind, default_value=getattr(settings, name), description=text)
        for name, (kind, text) in CHOICES.items()
    }

    @dg.resource(config_schema=schema, description="Choices of a refresh; one writer at a time in the data folder.")
    def held(context: dg.InitResourceContext) -> Iterator[Run]:
        with exclusive(settings.data) as free:
            if not free:
                raise dg.Failure(f"another refresh is running in {settings.data}; wait for it to end")
            try:
                run = choose(settings.changed(**context.resource_config), store)
            except FluxError as error:
                raise dg.Failure(str(error)) from error
            publication = settings.publication
            yield replace(run, before=switch.current(publication, run.cog) or switch.current(publication))

    return held
