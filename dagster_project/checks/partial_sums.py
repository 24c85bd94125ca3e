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

from dagster_project.checks.differencing import Exposure, exposures, left_out, named
from dagster_project.checks.differencing_rules import Weighed, memberships, territories_of
from dagster_project.checks.expectations import Violation
from dagster_project.core.files import whole_file
from dagster_project.core.sql import queries
from dagster_project.release import known_sums, switch
from dagster_project.settings import Settings

SQL = queries(Path(__file__).with_name("partial_sums.sql"))
ORDER = ("france", "region", "departement", "epci")  # what is withheld first stands last; the user's own before all


Weights = Callable[[str, str], Weighed]  # of a list and a method, by mesh and code


@dataclass(frozen=True)
class Known:
    """The communes whose cells are known: all that an inventory covers but some, as a whole set a key would not fit in memory."""

    covered: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()

    def __contains__(self, commune: Hashable) -> bool:
        return commune in self.covered and commune not in self.missing


@dataclass(frozen=True)
class Statement:
    """What a release says of one key: labels (mesh and code) of complete and of incomplete sums, the communes that are known."""

    complete: tuple[str, ...]
    partial: tuple[str, ...]
    known: Known
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
        known = _known(connection) if rows else {}
    return [
        Sums(key, vintage, method, Statement(tuple(complete or ()), tuple(partial), known.get(key, Known())))
        for *cells, vintage, method, complete, partial in rows
        for key in [tuple(cells)]
    ]


def _known(connection: duckdb.DuckDBPyConnection) -> dict[tuple[Any, ...], Known]:
    """Communes whose cells are known, by key; DuckDB hands them over as one bit a commune that the inventory covers."""
    ordered = dict(connection.execute(SQL["covered"]).fetchall())
    covered, longest = {name: frozenset(codes) for name, codes in ordered.items()}, max(map(len, ordered.values()))
    results = {}
    for *key, bits in connection.execute(SQL["known"], [longest - 1]).fetchall():
        codes = ordered[key[0]]
        missing = frozenset(code for code, bit in zip(codes, bits, strict=False) if bit == "0")
        results[tuple(key)] = Known(covered[key[0]], missing)
    return results


def withheld(settings: Settings, own: pa.Table) -> set[tuple[Any, ...]]:
    """Known sums (cells of known_sums) that are not to be published, the smallest meshes first.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
    """
    weights = weights_of(own)
    weights_then = cache(lambda name: weights_in(switch.memberships_file(settings.publication, name)))

    @cache  # thousands of keys are of a few patterns
    def unsafe(now: Statement, before: tuple[Statement, ...], vintage: str, method: str) -> list[str]:
        rows = _equations(weights(vintage, method), now)
        for statement in before:  # on its own vintage, with the territories that it had
            held = _equations(weights_then(statement.release)(vintage, method), statement)
            rows |= {f"{label} [{statement.release}]": weighed for label, weighed in held.items()}
        return left_out(rows, set(now.partial), mesh_order)

    results: set[tuple[Any, ...]] = set()
    earlier = _noted(settings)
    for item in sums(settings.warehouse):
        before = tuple(noted[item.key] for noted in earlier if item.key in noted)
        results |= {_cell(item, label) for label in unsafe(item.statement, before, item.vintage, item.method)}
    return results


def note(settings: Settings, identifier: str, folder: Path) -> None:
    """Keep which cells the incomplete sums of a release are made of, for the releases after it."""
    published, items = known_sums.shown(folder), sums(settings.warehouse)
    covered = {item.key[0]: item.statement.known.covered for item in items}
    notes = [
        {
            "cle": list(item.key),
            "complets": list(item.statement.complete),
            "partiels": _shown(item, published),
            "inconnus": sorted(item.statement.known.missing),
        }
        for item in items
    ]
    with whole_file(_file(settings, identifier)) as path:
        communes = {inventory: sorted(codes) for inventory, codes in covered.items()}
        path.write_text(json.dumps({"communes": communes, "sommes": notes}), "utf-8")


def violations(settings: Settings) -> list[Violation]:
    """What the known sums of a candidate give away after all, read from its own tables."""
    published = known_sums.shown(switch.candidate_folder(settings.publication))
    weights = weights_of(memberships(settings.warehouse))

    @cache
    def given_away(shown: Statement, vintage: str, method: str) -> list[Exposure]:
        rows = _equations(weights(vintage, method), shown)
        return [exposure for exposure in exposures(rows, named(rows)) if _incomplete([exposure], set(shown.partial))]

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
    releases = switch.kept_releases(settings.publication)
    paths = {name: _file(settings, name) for name in releases}
    return [_read(json.loads(path.read_text("utf-8")), name) for name, path in paths.items() if path.is_file()]


def _read(notes: Any, release: str) -> dict[tuple[Any, ...], Statement]:
    """What `note` wrote; earlier versions wrote the known communes of each key."""
    covered = {} if isinstance(notes, list) else {name: frozenset(codes) for name, codes in notes["communes"].items()}
    results = {}
    for item in notes if isinstance(notes, list) else notes["sommes"]:
        key = tuple(item["cle"])
        known = Known(covered.get(key[0]) or frozenset(item.get("connus", ())), frozenset(item.get("inconnus", ())))
        results[key] = Statement(tuple(item["complets"]), tuple(item["partiels"]), known, release)
    return results


def weights_of(table: pa.Table) -> Weights:
    """Weights of memberships, counted once for each list and method."""

    @cache
    def weights(vintage: str, method: str) -> Weighed:
        result = territories_of([("", table)], vintage, method)
        return {
            label.rsplit(" (COG", 1)[0]: rows for label, rows in result.items()
        }  # without the vintage that they state

    return weights


def weights_in(file: Path) -> Weights:
    """Weights of a kept release, read when they are first asked for."""
    read = cache(lambda: weights_of(pq.read_table(file)))
    return lambda vintage, method: read()(vintage, method)


def _equations(weights: Weighed, statement: Statement) -> Weighed:
    """What each published sum is made of: all communes of a complete one, those that are known of another."""
    whole = {label: weights.get(label, {}) for label in statement.complete}
    return whole | {
        label: {row: weight for row, weight in weights.get(label, {}).items() if row in statement.known}
        for label in statement.partial
    }


def _incomplete(result: Sequence[Exposure], partial: set[str]) -> set[str]:
    """Incomplete sums that some exposure is made of."""
    return {label for item in result for label in item.combination if label in partial}


def mesh_order(label: str) -> tuple[int, str]:
    """The user's own territories go first, then EPCI; France last."""
    mesh = label.split(" ", 1)[0]
    return (ORDER.index(mesh) if mesh in ORDER else len(ORDER), label)
