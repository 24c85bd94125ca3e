"""Runs the `refresh` job in this process and reports on a terminal: release, figures, checks, time by step."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from dagster_project.assets.history import set_damaged_aside
from dagster_project.command import nothing_to_do
from dagster_project.command.journal import journal_logger
from dagster_project.command.say import say
from dagster_project.core import alert, ledger
from dagster_project.core.errors import FluxError
from dagster_project.core.ledger import Ledger
from dagster_project.core.lock import exclusive
from dagster_project.core.sql import queries
from dagster_project.definitions import build_defs
from dagster_project.ingest.run import choose
from dagster_project.release.candidate import DATABASE
from dagster_project.release.catalogue import read_catalogue
from dagster_project.release.switch import current, move_internal, refuse_demonstration_over_real, reports_folder
from dagster_project.settings import Settings
from dagster_project.sources.store import Store

SQL = queries(Path(__file__).with_name("refresh.sql"))
JOURNAL = "journal"
SLOWEST = 8
WIDTH = 120  # of a table that goes to a file or a log
CLASS_PATH = re.compile(r"^dagster_project\S+: ")  # a user needs the message, not the name of our error


def refresh(settings: Settings, *, force: bool = False) -> int:
    """Execute the job, of everything with `force`.

    Returns:
        0 when a release was published, 1 when something refused it or its sending, 2 for unusable settings.
    """
    try:
        run = choose(settings)
        refuse_demonstration_over_real(settings.publication, settings.statut)
        _ = run.territories, run.targets  # a typing error there need not wait for the rest
        with exclusive(settings.data) as free:
            if free:
                move_internal(settings.publication)
                if force:
                    Ledger(settings.data).forget()
                return _refresh(settings, run.cog)
        say(f"error: another refresh is running in {settings.data}; wait for it to end")
    except FluxError as error:
        say(f"error: {error}")
    return 2


def _refresh(settings: Settings, cog: int) -> int:
    say(f"Refreshing from {settings.mode} on COG {cog} into {settings.data} ...")
    before, read, store = current(settings.publication, cog), nothing_to_do.choices(settings), Store(settings)
    try:
        if aside := set_damaged_aside(settings):
            say(f"Dagster's history was damaged: begun anew, the old one is {aside}")
        with dg.DagsterInstance.get() as instance:
            job = build_defs(settings, store, {JOURNAL: journal_logger(settings.journal)}).resolve_job_def("refresh")
            config: dict[str, Any] = {"loggers": {JOURNAL: {}}}
            outcome = job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
    except (OSError, SQLAlchemyError) as error:  # of Dagster's own files: what steps raise is in the outcome
        problem = str(getattr(error, "orig", None) or error)
        say(f"error: {settings.data} cannot be written ({problem}); make room, then run again")
        say(f"Current release: {_name(current(settings.publication, cog))}")
        return _ended(settings, 2, [f"FAILED: the data folder cannot be written ({problem})"])
    _print_checks(outcome)
    made = current(settings.publication, cog)
    if made is None or not outcome.asset_materializations_for_node("publication__release"):
        say(f"Nothing was published. Current release: {_name(made or current(settings.publication))}")
        return _ended(settings, 1, [title for title, _ in refusals(outcome)])
    if made == before:
        say(f"Release {made.name} is what would be made: it stays")
    else:
        _print_release(settings, cog, made, before)
    _print_steps(outcome)
    if not outcome.success:
        say("The release is there, but was not sent everywhere: see above, then `flux-carbone publish`")
        return _ended(settings, 1, [title for title, _ in refusals(outcome)])
    nothing_to_do.note(settings, cog, made, store.seen, read)
    return 0


def _name(release: Path | None) -> str:
    return release.name if release else "none yet"


def _ended(settings: Settings, status: int, titles: list[str]) -> int:
    """Tell whom FLUX_ALERT names; a failure to do so is said, and is no other failure."""
    last = current(settings.publication, settings.cog) or current(settings.publication)
    if problem := alert.send(settings, titles, last.name if last else None):
        say(f"warning: the alert could not be sent ({problem}): check FLUX_ALERT")
    return status


def refusals(outcome: dg.ExecuteInProcessResult) -> list[tuple[str, str]]:
    """Why a run published nothing: what refused or failed, and what it says."""
    results = [
        (
            f"REFUSED by {evaluation.check_name} on {'/'.join(evaluation.asset_key.path)}",
            str(evaluation.metadata["violations"].value),
        )
        for evaluation in outcome.get_asset_check_evaluations()
        if not evaluation.passed
    ]
    for event in outcome.all_node_events:
        if event.is_step_failure:
            data = event.step_failure_data
            error = data.error.cause or data.error if data.error else None
            text = data.user_failure_data.description if data.user_failure_data else error and error.message
            results.append((f"FAILED at {event.step_key}", CLASS_PATH.sub("", text or "").strip()))
    return results


def _print_checks(outcome: dg.ExecuteInProcessResult) -> None:
    checks = outcome.get_asset_check_evaluations()
    passed = sum(check.passed for check in checks)
    say(f"Checks: {passed} passed, {len(checks) - passed} failed")
    for title, text in refusals(outcome):
        say(title, "bold red")
        say(text)


def _print_release(settings: Settings, cog: int, place: Path, before: Path | None) -> None:
    catalogue = read_catalogue(place)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    print(f"\nRelease {place.name} ({catalogue['statut_donnees']}), code {catalogue['revision']}")
    print(settings.publication / f"current-cog{cog}")
    newest = current(settings.publication)
    print(f"`current` is {'this release' if newest == place else f'still {_name(newest)}, on a newer COG'}")
    if before:
        print(f"Replaces {before.name}")
    events = catalogue["evenements_appliques"]
    dates = {event["date"] for event in events}
    print(f"Events applied: {sum(event['communes_avant'] for event in events)} communes on {len(dates)} dates")
    reports = reports_folder(settings.publication)
    noted = json.loads((reports / f"{place.name}.json").read_text("utf-8"))
    print(f"Communes that published totals expose by subtraction: {len(noted['differences_de_totaux'])}; see {reports}")
    if moved := noted["mouvements"]:
        print(f"Totals of EPCI and departements that moved since the last release: {len(moved)}, e.g. {moved[0]}")
    read = [
        f"{inventory['inventaire']} ({inventory['version']}, {inventory['lignes']} rows)"
        for inventory in catalogue["inventaires"]
    ]
    print(f"Inventories: {', '.join(read) or 'none'}")
    with duckdb.connect(str(place / DATABASE), read_only=True) as connection:
        counts = connection.execute(SQL["counts"]).fetchall()
        fluxes = connection.execute(SQL["fluxes"]).fetchall()
    fluxes.sort(key=lambda row: (row[1], row[0] == "total", row[0]))
    console.print(
        "Territories (covered by ALDO): " + ", ".join(f"{count[0]} {count[1]} ({count[2]})" for count in counts)
    )
    table = Table(
        "nature",
        "approche_bois",
        "flux t CO2e/an",
        "sequestration",
        "emission",
        title="Metropolitan France, negative = sink",
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for nature, approach, *figures in fluxes:
        table.add_row(nature, approach, *(f"{figure:,.0f}" for figure in figures))
    console.print(table)


def _print_steps(outcome: dg.ExecuteInProcessResult) -> None:
    times = [
        (event.step_success_data.duration_ms / 1000, event.step_key)
        for event in outcome.all_node_events
        if event.is_step_success
    ]
    times.sort(reverse=True)
    rest = sum(seconds for seconds, _ in times[SLOWEST:])
    shown = ", ".join(f"{name} {seconds:.1f}" for seconds, name in times[:SLOWEST])
    print(f"Seconds by step: {shown}, others {rest:.1f}")
    seen = [
        item.step_materialization_data.materialization
        for item in outcome.all_node_events
        if item.is_step_materialization
    ]
    reused = sum(ledger.REUSED in item.metadata for item in seen)
    made = [
        item.asset_key.to_user_string() for item in seen if not {ledger.REUSED, ledger.SKIPPED} & set(item.metadata)
    ]
    if reused:
        print(f"Reused: {reused} assets. Made: {', '.join(sorted(made)) or 'none'}")
