"""`flux-carbone clean`, `status`, `backup`, `restore`, `lake`, `spark`: what an operator does, besides refreshing."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from dagster_project.command import cleaning, nothing_to_do
from dagster_project.command.say import Json, held_settings, print_json, stop
from dagster_project.core.text import legible
from dagster_project.release import backup as saving
from dagster_project.release import seals, switch
from dagster_project.release.catalogue import read_catalogue
from dagster_project.settings import Settings, load_settings
from dagster_project.sources.registry import target_vintages

HISTORY = 50  # runs that the Dagster UI still shows
app = typer.Typer()


@app.command()
def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed; remove nothing")] = False,
) -> None:
    """Remove what killed or refused runs left, releases beyond FLUX_KEEP, snapshots of no kept release, old histories."""
    with held_settings() as settings:
        result = cleaning.leftovers(settings)
        for item in result:
            print(f"{item.path.relative_to(settings.data)}  {item.bytes / 1e6:.1f} MB  {item.why}")
        old = _old_runs(settings, remove=not dry_run)
        total = sum(item.bytes for item in result) / 1e6
        if not dry_run:
            cleaning.sweep(result)
        verb = "would be removed" if dry_run else "removed"
        print(f"{len(result)} leftovers ({total:.1f} MB) and {old} run histories {verb}")


@app.command()
def status(
    max_days: Annotated[
        int, typer.Option(help="Exit 1 when there is something to do and none has ended well since")
    ] = 40,
    as_json: Json = False,
) -> None:
    """Releases that are shown, their age, and when a refresh last ended well; made for a monitor."""
    settings = load_settings()
    releases = [_shown(settings, cog, place) for cog, place in switch.vintages(settings.publication).items()]
    moment, up_to_date = nothing_to_do.last_success(settings), nothing_to_do.last_release(settings) is not None
    facts = {
        "releases": releases,
        "kept": len(switch.kept_releases(settings.publication)),
        "keep": settings.keep,
        "last_refresh": moment,
        "up_to_date": up_to_date,
    }
    if as_json:
        print_json(facts)
    else:
        _print_status(facts)
    if damaged := next((release for release in releases if release["damage"]), None):
        stop(f"{damaged['id']} is damaged: {damaged['damage']}. Refresh, or restore a backup", 1)
    if not up_to_date and (moment is None or _days_since(moment) > max_days):
        stop(f"a refresh has something to do, and none has ended well for {max_days} days", 1)


def _shown(settings: Settings, cog: int, place: Path) -> dict[str, Any]:
    """What a monitor wants to know of one release; its catalogue is read where nobody touched it alone."""
    facts: dict[str, Any] = {"cog": cog, "id": place.name, "damage": None, "statut_donnees": None, "sources": []}
    if problem := seals.damage(settings.publication, place):
        return facts | {"damage": legible(problem)}
    catalogue = read_catalogue(place)
    sources = [
        {"source": source["source"], "edition": source["edition"], "retrieved_at": source["retrieved_at"]}
        for source in catalogue["sources"]
    ]
    return facts | {"statut_donnees": catalogue["statut_donnees"], "sources": sources}


def _print_status(facts: Mapping[str, Any]) -> None:
    for release in facts["releases"]:
        state = release["damage"] or f"{release['statut_donnees']}  whole"
        print(f"current-cog{release['cog']}  {release['id']}  {state}")
        for source in release["sources"]:
            print(f"  {source['source']:<28} {source['edition']:<10} retrieved {source['retrieved_at']}")
    print(f"{facts['kept']} releases kept, FLUX_KEEP={facts['keep']} a vintage")
    print(f"last refresh that made or confirmed one: {facts['last_refresh'] or 'none'}")
    if facts["up_to_date"]:
        print("up to date: sources, settings and code are those of the release")


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="File to write (.tar)")],
    name: Annotated[str | None, typer.Option("--release", help="Its identifier; the current one by default")] = None,
) -> None:
    """Write one release, with what the house keeps of it, to a file. Not for publication: it holds communes."""
    settings = load_settings()
    place = switch.current(settings.publication)
    chosen = name or (place.name if place else "")
    if not chosen:
        stop(f"{settings.publication} holds no release yet: run `make run` first")
    digest = saving.save(settings.publication, settings.bases, chosen, target)
    print(f"{target}: {chosen}, {target.stat().st_size / 1e6:.1f} MB")
    print(f"sha256 {digest}: keep it elsewhere than the file, `restore` in another house asks for it")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="File that `backup` wrote")],
    shown: Annotated[bool, typer.Option("--current", help="Also make it the current release of its vintage")] = False,
    digest: Annotated[
        str | None,
        typer.Option("--sha256", help="What `backup` printed; needed where the file was not saved from here"),
    ] = None,
) -> None:
    """Put a saved release back, after checking every file of it."""
    with held_settings() as settings:
        places = settings.publication, settings.bases
        print(saving.restore(*places, source, shown=shown, known=target_vintages(), digest=digest))


@app.command()
def lake(
    catalogue: Annotated[str, typer.Argument(help="File of the catalogue, or postgres:<libpq address>")],
    files: Annotated[Path, typer.Argument(help="Folder of the lake's Parquet files")],
) -> None:
    """Build the same tables on DuckLake from the last refresh's raw tables, and compare them with DuckDB's, row for row."""
    from dagster_project.warehouse import lake as lakes  # imports dbt

    # Others see a command's arguments, and errors repeat it.
    if re.search(r"password\s*=|://[^/@]*:[^/@]*@", catalogue):
        stop("no password in the address: set PGPASSWORD, or write it in ~/.pgpass")
    with held_settings() as settings:
        place = lakes.Place(catalogue, files.resolve())
        try:
            lakes.build(settings, place)
            result = lakes.differences(settings, place)
        except duckdb.Error as error:
            stop(error)
    _print_differences(result, "the lake")


@app.command()
def spark(
    folder: Annotated[Path, typer.Argument(help="Folder of the tables that Spark writes, as Parquet")],
) -> None:
    """Build the same tables on Spark from the last refresh's raw tables, and compare them with DuckDB's, row for row."""
    from dagster_project.warehouse import spark as engine  # imports dbt

    with held_settings() as settings:
        engine.build(settings, folder.resolve())
        result = engine.differences(settings, folder.resolve())
    _print_differences(result, "what Spark made")


def _print_differences(result: dict[str, tuple[int, int]], what: str) -> None:
    """Rows of each table, and those that differ; exits 1 when any does."""
    for name, (rows, other) in result.items():
        print(f"{name:<40} {rows:>10,} rows {other:>6} differ")
    print(f"{'in all':<40} {sum(rows for rows, _ in result.values()):>10,} rows")
    if not result or any(other for _, other in result.values()):
        stop(f"{what} is not what DuckDB made", 1)


def _days_since(moment: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds() / 86400


def _old_runs(settings: Settings, *, remove: bool) -> int:
    """How many runs of the Dagster UI are beyond HISTORY."""
    if not (settings.dagster_home / "dagster.yaml").is_file():
        return 0
    import dagster as dg  # seconds of imports that nothing else here needs

    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        old = [run.run_id for run in instance.get_runs()[HISTORY:]]
        for run in old if remove else ():
            instance.delete_run(run)
    return len(old)
