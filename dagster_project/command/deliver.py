"""`flux-carbone publish`: sends the current release to a database or a portal, on demand."""

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.command.say import stop
from dagster_project.delivery import targets
from dagster_project.delivery.postgresql.publishing import rollback
from dagster_project.release.switch import current
from dagster_project.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Send the current release to PostgreSQL or to an open data portal.")


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


def _release(settings: Settings) -> Path:
    return current(settings.publication) or stop(
        f"{settings.publication} holds no release: run `make run` first, or set FLUX_DATA"
    )
