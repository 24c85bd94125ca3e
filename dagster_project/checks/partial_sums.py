"""Known sums of incomplete sets that other totals would turn into one commune's figure: found, so that they are not published.

A known sum is an equation on the cells that are known, another for each sector, carrier and year; complete sums are equations
too, and so is what kept releases said. Which cells are known is noted with each release, as far as some set was incomplete.
"""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.checks.differencing import Exposure, exposures
from dagster_project.checks.differencing_rules import Weighed, memberships, territories_of
from dagster_project.checks.expectations import Violation
from dagster_project.core.sql import queries
from dagster_project.release import known_sums, switch
from dagster_project.settings import Settings

SQL = queries(Path(__file__).with_name("partial_sums.sql"))
ORDER = ("france", "region", "departement", "epci")  # what is withheld first stands last; the user's own before all


Weights = Callable[[str, str], Weighed]  # of a list and a method, by mesh and code


@dataclass(frozen=True)
class Statement:
    """What a release says of one key: labels (mesh and code) of complete and of incomplete sums, the communes that are known."""

    complete: tuple[str, ...]
    partial: tuple[str, ...]
    known: frozenset[str]
    release: str = ""  # empty for the one that is being made


@dataclass(frozen=True)
class Sums:
    """The published sums of one key, on the list and by the method of its inventory."""

    key: tuple[Any, ...]
    vintage: str
    method: str
    statement: Statement


def sums(warehouse: Path) -> list[Sums]:
    """Keys of which some sum would be published incomplete."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(SQL["sums"]).fetchall()
        if not rows:
            return []
        known = {tuple(row[:5]): frozenset(row[5]) for row in connection.execute(SQL["known"]).fetchall()}
    return [
        Sums(key, vintage, method, Statement(tuple(complete or ()), tuple(partial), known.get(key, frozenset())))
        for *cells, vintage, method, complete, partial in rows
        for key in [tuple(cells)]
    ]


def withheld(settings: Settings, own: pa.Table) -> set[tuple[Any, ...]]:
    """Known sums (cells of known_sums) that are not to be published, the smallest meshes first.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
    """
    weights = _weights_of(own)

    @cache
    def weights_then(name: str) -> Weights:
        return _weights_of(pq.read_table(switch.memberships_file(settings.publication, name)))

    @cache  # thousands of keys are of a few patterns
    def unsafe(now: Statement, before: tuple[Statement, ...], vintage: str, method: str) -> list[str]:
        rows = _equations(weights(vintage, method), now)
        for statement in before:  # on its own vintage, with the territories that it had
            held = _equations(weights_then(statement.release)(vintage, method), statement)
            rows |= {f"{label} [{statement.release}]": weighed for label, weighed in held.items()}
        return _left_out(rows, set(now.partial))

    results: set[tuple[Any, ...]] = set()
    earlier = _noted(settings)
    for item in sums(settings.warehouse):
        before = tuple(noted[item.key] for noted in earlier if item.key in noted)
        results |= {_cell(item, label) for label in unsafe(item.statement, before, item.vintage, item.method)}
    return results


def note(settings: Settings, identifier: str, folder: Path) -> None:
    """Keep which cells the incomplete sums of a release are made of, for the releases after it."""
    published = known_sums.shown(folder)
    notes = [
        {
            "cle": list(item.key),
            "complets": list(item.statement.complete),
            "partiels": _shown(item, published),
            "connus": sorted(item.statement.known),
        }
        for item in sums(settings.warehouse)
    ]
    path = _file(settings, identifier)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notes), "utf-8")


def violations(settings: Settings) -> list[Violation]:
    """What the known sums of a candidate give away after all, read from its own tables."""
    published = known_sums.shown(switch.candidate_folder(settings.publication))
    weights = _weights_of(memberships(settings.warehouse))

    @cache
    def given_away(shown: Statement, vintage: str, method: str) -> list[Exposure]:
        rows = _equations(weights(vintage, method), shown)
        return [exposure for exposure in exposures(rows, _named(rows)) if _incomplete([exposure], set(shown.partial))]

    results: list[Exposure] = []
    for item in sums(settings.warehouse):
        shown = replace(item.statement, partial=tuple(_shown(item, published)))
        results += given_away(shown, item.vintage, item.method)
    if not results:
        return []
    detail = f"known sums of inventories give {len(results)} communes: {'; '.join(map(str, results[:3]))}"
    return [Violation("somme_connue_d_une_commune", "code_territoire", detail)]


def _shown(item: Sums, published: set[tuple[Any, ...]]) -> list[str]:
    """Labels of the incomplete sums that are published."""
    return [label for label in item.statement.partial if _cell(item, label) in published]


def _cell(item: Sums, label: str) -> tuple[Any, ...]:
    maille, code = label.split(" ", 1)
    return (*item.key, maille, code)


def _file(settings: Settings, identifier: str) -> Path:
    return switch.internal_folder(settings.publication) / "sommes_connues" / f"{identifier}.json"


def _noted(settings: Settings) -> list[dict[tuple[Any, ...], Statement]]:
    """Incomplete sums of the releases that are kept, by key."""
    results = []
    for name in switch.kept_releases(settings.publication):
        path = _file(settings, name)
        if path.is_file():
            results.append(
                {
                    tuple(item["cle"]): Statement(
                        tuple(item["complets"]), tuple(item["partiels"]), frozenset(item["connus"]), name
                    )
                    for item in json.loads(path.read_text("utf-8"))
                }
            )
    return results


def _left_out(rows: Weighed, partial: set[str]) -> list[str]:
    """Labels of incomplete sums to leave out, until no combination with one of them leaves a single commune."""
    results: list[str] = []
    while broken := _incomplete(exposures(rows, _named(rows)), partial):
        label = max(broken, key=_size)
        results.append(label)
        del rows[label]
    return results


def _weights_of(table: pa.Table) -> Weights:
    """Weights of memberships, counted once for each list and method."""

    @cache
    def weights(vintage: str, method: str) -> Weighed:
        result = territories_of([("", table)], vintage, method)
        return {
            label.rsplit(" (COG", 1)[0]: rows for label, rows in result.items()
        }  # without the vintage that they state

    return weights


def _equations(weights: Weighed, statement: Statement) -> Weighed:
    """What each published sum is made of: all communes of a complete one, those that are known of another."""
    whole = {label: weights.get(label, {}) for label in statement.complete}
    return whole | {
        label: {row: weight for row, weight in weights.get(label, {}).items() if row in statement.known}
        for label in statement.partial
    }


def _named(rows: Weighed) -> dict[Hashable, tuple[str, ...]]:
    """Each commune under its own code."""
    return {row: (row,) for held in rows.values() for row in held}


def _incomplete(result: Sequence[Exposure], partial: set[str]) -> set[str]:
    """Incomplete sums that some exposure is made of."""
    return {label for item in result for label in item.combination if label in partial}


def _size(label: str) -> tuple[int, str]:
    """The user's own territories go first, then EPCI; France last."""
    mesh = label.split(" ", 1)[0]
    return (ORDER.index(mesh) if mesh in ORDER else len(ORDER), label)
