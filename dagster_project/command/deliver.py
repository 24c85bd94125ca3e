"""`flux-carbone publish`: sends the current release to a database or a portal, on demand."""

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.command.say import stop
from dagster_project.delivery import targets
from dagster_project.delivery.postgresql.publishing import rollback
from dagster_project.release.switch import current
from dagster_project.settings import Settings, load_settings

app = typer.Typer(
    no_args_is_help=True,
    help="Send the current release to PostgreSQL, to an open data portal, or the form of a territory.",
)


@app.command()
def postgresql(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing")] = False,
    guard: Annotated[bool, typer.Option("--guard", help="Also refuse communal tables by an event trigger")] = False,
    back: Annotated[bool, typer.Option("--rollback", help="Show the version before the current one again")] = False,
) -> None:
    """Publish in the database of FLUX_POSTGRES, under the schema of FLUX_POSTGRES_SCHEMA."""
    settings = load_settings()
    if back and (dry_run or guard):
        stop("--rollback goes alone: it does nothing but show the version before again")
    if back:
        version = rollback(targets.postgres_dsn(settings), settings.postgres_schema)
        print(f"{settings.postgres_schema} shows {version}")
        return
    done = targets.to_postgres(settings, _release(settings), dry_run=dry_run, guard=guard)
    for statement in done.statements:
        print(statement)
    print(f"{done.version}: {len(done.tables)} tables, {sum(done.tables.values())} rows")


@app.command()
@app.command(name="portail", hidden=True)
def portal(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(targets.PORTALS)}")],
    sent: Annotated[bool, typer.Option("--send", "--envoyer", help="Send; otherwise say what would be sent")] = False,
) -> None:
    """Upload to a portal (FLUX_DATA_FAIR, FLUX_DATA_GOUV and their keys). A dry run unless told to send."""
    settings = load_settings()
    if name not in targets.PORTALS:
        stop(f"no portal {name!r}: one of {', '.join(targets.PORTALS)}")
    targets.to_portal(settings, name, _release(settings), sent=sent, say=print)


@app.command()
def tet(
    siren: Annotated[str, typer.Argument(help="SIREN of the EPCI")],
    typed: Annotated[
        Path | None,
        typer.Option(
            "--typed",
            exists=True,
            dir_okay=False,
            help="Figures of the territory instead of ours: tet/<siren>.csv, edited",
        ),
    ] = None,
    all_years: Annotated[
        bool,
        typer.Option(
            "--all-years", help="Every year of the inventory that is filed of each line, not the years to file alone"
        ),
    ] = False,
    as_typed: Annotated[
        bool, typer.Option("--as-typed", help="Send typed figures that look like a slip of units")
    ] = False,
    sent: Annotated[bool, typer.Option("--send", help="Send; otherwise say what would be sent")] = False,
) -> None:
    """File the PCAET form of an EPCI with Territoires en Transitions (FLUX_TET...). A dry run unless told to send."""
    settings = load_settings()
    release = _release(settings)
    done = targets.to_form(
        settings, siren, release, typed=typed, all_years=all_years, as_typed=as_typed, sent=sent, say=print
    )
    for item in done.figures if not sent else ():
        print(f"{item.line} {item.year}-01-01 {item.value} {item.unit} ({item.comment})")
    if typed is None:
        missing = done.lines - len({item.line for item in done.figures})
        print(f"{missing} of {done.lines} lines of the form have no figure: the sheet PCAET says why")
    for slip in done.slips:
        print(f"warning: {slip}")
    if done.slips and not as_typed:
        stop("nothing would be sent: correct the file, or add --as-typed if the figures are right")
    if done.file:
        print(
            f"{done.file}: {len(done.figures)} figures (FLUX_TET and FLUX_TET_PATHS are not both set: nothing can be sent)"
        )
    elif sent:
        print(f"{done.sent} values sent")
    else:
        where = f" to {settings.tet}" if settings.tet else ", were FLUX_TET set"
        print(f"dry run: {len(done.figures)} values would be sent{where}")


def _release(settings: Settings) -> Path:
    return current(settings.publication) or stop(
        f"{settings.publication} holds no release: run `make run` first, or set FLUX_DATA"
    )
