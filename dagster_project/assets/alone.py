"""The resource that every asset which writes asks for: a run of the UI and one of the command never write together."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from dagster_project.lock import exclusive
from dagster_project.settings import Settings

ALONE = "alone"


def alone(settings: Settings) -> dg.ResourceDefinition:
    """Held from the first step of a run to its end."""

    @dg.resource(description="One writer at a time in the data folder.")
    def held(_: dg.InitResourceContext) -> Iterator[None]:
        with exclusive(settings.data) as free:
            if not free:
                raise dg.Failure(f"another refresh is running in {settings.data}; wait for it to end")
            yield None

    return held
