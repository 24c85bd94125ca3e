"""`flux-carbone oco2`: months of satellite soundings, read for the refreshes to come."""

import re
from typing import Annotated

import typer

from dagster_project.command.say import held_settings, stop

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")

app = typer.Typer()


@app.command()
def oco2(
    first: Annotated[
        str | None, typer.Argument(help="Month, as 2020-07; without it, those of the folder of Lite files")
    ] = None,
    last: Annotated[str | None, typer.Argument(help="Last month of a series")] = None,
) -> None:
    """Read months of OCO-2 Lite files (FLUX_OCO2, the copy, or GES DISC): an interrupted series goes on where it was."""
    from dagster_project.ingest import plume_months  # scipy and netCDF, which no other command waits for
    from dagster_project.sources.store import Store

    for given in (first, last):
        if given is not None and not MONTH.fullmatch(given):
            stop(f"{given!r} is no month: write it as 2020-07")
    with held_settings() as settings:
        store = Store(settings)
        months = plume_months.series(first, last or first) if first else list(plume_months.by_month(store.lite_files()))
        if not months:
            stop("no OCO-2 Lite file: put some in the folder of FLUX_OCO2, or give a month to fetch in live mode")
        for month in months:
            read = plume_months.month_of(settings, store, month)
            counts = read.counts
            done = "was here" if read.known else "read"
            print(
                f"{month}  {done}: {counts['jours']} days, {counts['sondages']:,} soundings, {counts['pics']} candidates,"
                f" {counts['acceptes']} kept"
            )
