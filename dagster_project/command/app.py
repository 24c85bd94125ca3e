"""`flux-carbone`: a refresh, questions to what it left, and what an operator does besides."""

from importlib.metadata import version
from typing import Annotated

import typer

from dagster_project.command import deliver, operations, own_balance, questions, satellite, start
from dagster_project.command.say import Commands, say
from dagster_project.settings import renamed, shed_foreign

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(questions.app)
app.add_typer(own_balance.app)
app.add_typer(deliver.app, name="publish")
app.add_typer(deliver.app, name="publier", hidden=True)  # its name until version 0.5
app.add_typer(operations.app)
app.add_typer(satellite.app)


def _version(asked: bool) -> None:
    if asked:
        print(f"flux-carbone {version('flux-carbone')}")
        raise typer.Exit


@app.callback()
def main(
    asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it")] = False,
) -> None:
    """Open data warehouse of territorial carbon fluxes (FLUX_DATA says which; .env.example lists all settings)."""
    shed_foreign()
    for warning in renamed():
        say(f"warning: {warning}")


@app.command()
def refresh(
    force: Annotated[bool, typer.Option("--force", help="Make, check and send everything again")] = False,
) -> None:
    """From source files to a checked release: makes what hangs on a change, and nothing when nothing changed."""
    raise typer.Exit(start.refresh(force=force))


@app.command()
def dev() -> None:
    """The Dagster UI on http://127.0.0.1:3000."""
    raise typer.Exit(start.dev())


if __name__ == "__main__":
    app()
