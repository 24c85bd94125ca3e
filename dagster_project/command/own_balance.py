"""`flux-carbone bilan`: a filled balance workbook read back as tables of the territory's own, or an empty one."""

import re
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.analysis import balance_file, balance_folder
from dagster_project.command.say import stop, written
from dagster_project.products.balance import workbook
from dagster_project.products.facts import load
from dagster_project.release.switch import current
from dagster_project.settings import load_settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")

app = typer.Typer()


@app.command("bilan")
def balance(
    file: Annotated[Path | None, typer.Argument(help="A filled balance workbook (.xlsx)", exists=True)] = None,
    new: Annotated[str | None, typer.Option("--new", help="SIREN of an EPCI: write its empty workbook here")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the balance; that of the file otherwise")] = None,
) -> None:
    """A territory's own balance: tables, flagged local, from the workbook that it filled in; never part of a release."""
    settings = load_settings()
    if (file is None) == (new is None):
        stop("give a filled workbook, or --new and the SIREN of an EPCI")
    if new is not None:
        place = current(settings.publication)
        release = load(place) if place else stop("no release yet: run `make run`")
        if ("epci", new) not in release.territories:
            stop(f"no EPCI {new!r} in the current release")
        target = Path(f"bilan_epci-{new}.xlsx")
        if target.exists():
            stop(f"{target} is there: move it, or what is typed in it would be lost")
        with written(target):
            workbook.write(release, release.territories["epci", new], target)
        print(target)
    elif file is not None:
        named = name or file.stem
        if not NAME.fullmatch(named):
            stop(f"{named!r} cannot name a balance: letters, digits, dash and underscore, 40 at most (--name)")
        filled = balance_file.read(file, settings.publication)
        folder = settings.data / "bilans" / named
        if held := balance_folder.territory_of(folder):
            if held != filled.territory.name:
                stop(f"{folder} holds the balance of {held}: give another name (--name)")
            print(f"replaces the balance that was in {folder}")
        with written(folder):
            counts = balance_folder.write(filled, folder)
        for table, rows in counts.items():
            print(f"{table}: {rows} rows")
        print(f"{filled.territory.name}, release {filled.release.catalogue['id']}, {balance_folder.WARNING}")
        print(folder / balance_folder.PAGE)
