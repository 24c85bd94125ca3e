"""Known sums of incomplete sets that other totals would turn into one commune's figure: found, so that they are not published.

A known sum is an equation on the cells that are known, another for each sector, carrier and year; complete sums are equations
too, and so is what kept releases said. Which cells are known is noted with each release, as far as some set was incomplete.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.checks.differencing import Exposure, exposures
from dagster_project.checks.differencing_rules import Weighed, memberships, territories_of
from dagster_project.checks.expectations import Violation
from dagster_project.publication import known_sums, release
from dagster_project.settings import Settings

ORDER = ("france", "region", "departement", "epci")  # what is withheld first stands last; the user's own before all
# Keys of which some published sum is incomplete: who has a known sum, and which communes are known.
SUMS = """
    with sommes as (
        select publiables.*, contrats.millesime, coalesce(methodes.methode, 'population') as methode
        from intermediate.int_inventaires_publiables as publiables
        inner join staging.stg_inventaires as contrats using (inventaire)
        left join seeds.methodes_projection as methodes on methodes.mesure = 'inventaire_' || publiables.secteur
        where contrats.maille_source = 'commune' and publiables.valeur_connue is not null
    )
    select inventaire, annee, secteur, mesure, energie, millesime, any_value(methode),
        list(maille || ' ' || code_territoire order by maille, code_territoire) filter (where completude = 'complete'),
        list(maille || ' ' || code_territoire order by maille, code_territoire) filter (where completude <> 'complete')
    from sommes group by all having count(*) filter (where completude <> 'complete') > 0
"""
KNOWN = """
    select inventaire, annee, secteur, mesure, energie, list(code_source order by code_source)
    from intermediate.int_inventaires_cellules where etat = 'valeur'
    group by all
"""


@dataclass(frozen=True)
class Sums:
    """The published sums of one key: labels (mesh and code) of complete and of incomplete ones, the communes that are known."""

    key: tuple
    vintage: str
    method: str
    complete: tuple[str, ...]
    partial: tuple[str, ...]
    known: frozenset[str]


def sums(warehouse: Path) -> list[Sums]:
    """Keys of which some sum would be published incomplete."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(SUMS).fetchall()
        if not rows:
            return []
        known = {tuple(row[:5]): frozenset(row[5]) for row in connection.execute(KNOWN).fetchall()}
    return [
        Sums(tuple(row[:5]), row[5], row[6], tuple(row[7] or ()), tuple(row[8]), known.get(tuple(row[:5]), frozenset()))
        for row in rows
    ]


def withheld(settings: Settings, own: pa.Table) -> set[tuple]:
    """Known sums (cells of known_sums) that are not to be published, the smallest meshes first.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
    """
    found: set[tuple] = set()
    decided: dict[tuple, frozenset[str]] = {}
    earlier = _noted(settings)
    for one in sums(settings.warehouse):
        before = tuple(noted[one.key] for noted in earlier if one.key in noted)
        pattern = (one.vintage, one.method, one.complete, one.partial, one.known, before)
        if pattern not in decided:
            decided[pattern] = frozenset(_unsafe(one, before, own, settings))
        found |= {_cell(one, label) for label in decided[pattern]}
    return found


def note(settings: Settings, identifier: str, folder: Path) -> None:
    """Keep which cells the incomplete sums of a release are made of, for the releases after it."""
    published = known_sums.shown(folder)
    said = [
        {
            "cle": list(one.key),
            "complets": list(one.complete),
            "partiels": _shown(one, published),
            "connus": sorted(one.known),
        }
        for one in sums(settings.warehouse)
    ]
    path = _file(settings, identifier)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said), "utf-8")


def violations(settings: Settings) -> list[Violation]:
    """What the known sums of a candidate give away after all, read from its own tables."""
    own, published = memberships(settings.warehouse), known_sums.shown(release.candidate_folder(settings.publication))
    found: list[Exposure] = []
    for one in sums(settings.warehouse):
        shown = _shown(one, published)
        rows = _equations(own, one, one.complete, shown, one.known)
        found += [each for each in exposures(rows, _named(rows)) if _incomplete([each], set(shown))]
    if not found:
        return []
    detail = f"known sums of inventories give {len(found)} communes: {'; '.join(map(str, found[:3]))}"
    return [Violation("somme_connue_d_une_commune", "code_territoire", detail)]


def _shown(one: Sums, published: set[tuple]) -> list[str]:
    """Labels of the incomplete sums that are published."""
    return [label for label in one.partial if _cell(one, label) in published]


def _cell(one: Sums, label: str) -> tuple:
    maille, code = label.split(" ", 1)
    return (*one.key, maille, code)


def _file(settings: Settings, identifier: str) -> Path:
    return release.internal_folder(settings.publication) / "sommes_connues" / f"{identifier}.json"


@dataclass(frozen=True)
class Said:
    """What a kept release said of a key of which some sum was incomplete: labels, and the communes that were known."""

    release: str
    complete: tuple[str, ...]
    partial: tuple[str, ...]
    known: frozenset[str]


def _noted(settings: Settings) -> list[dict[tuple, Said]]:
    """Incomplete sums of the releases that are kept, by key."""
    found = []
    for name in release.kept_releases(settings.publication):
        path = _file(settings, name)
        if path.is_file():
            noted = json.loads(path.read_text("utf-8"))
            found.append(
                {
                    tuple(one["cle"]): Said(
                        name, tuple(one["complets"]), tuple(one["partiels"]), frozenset(one["connus"])
                    )
                    for one in noted
                }
            )
    return found


def _unsafe(one: Sums, before: Sequence[Said], own: pa.Table, settings: Settings) -> list[str]:
    """Labels of incomplete sums to leave out, until no combination with one of them leaves a single commune."""
    rows = _equations(own, one, one.complete, one.partial, one.known)
    for said in before:  # on its own vintage, with the territories that it had
        table = pq.read_table(release.memberships_file(settings.publication, said.release))
        held = _equations(table, one, said.complete, said.partial, said.known)
        rows |= {f"{label} [{said.release}]": weights for label, weights in held.items()}
    left_out: list[str] = []
    while broken := _incomplete(exposures(rows, _named(rows)), set(one.partial)):
        label = max(broken, key=_size)
        left_out.append(label)
        del rows[label]
    return left_out


def _equations(
    memberships: pa.Table, one: Sums, complete: Sequence[str], partial: Sequence[str], known: frozenset[str]
) -> Weighed:
    """What each published sum is made of: all communes of a complete one, those that are known of another."""
    weights = _by_label(territories_of([("", memberships)], one.vintage, one.method))
    whole = {label: weights.get(label, {}) for label in complete}
    return whole | {label: _only(weights.get(label, {}), known) for label in partial}


def _named(rows: Weighed) -> dict[str, tuple[str]]:
    """Each commune under its own code."""
    return {row: (row,) for held in rows.values() for row in held}


def _incomplete(found: Sequence[Exposure], partial: set[str]) -> set[str]:
    """Incomplete sums that some exposure is made of."""
    return {label for one in found for label in one.combination if label in partial}


def _size(label: str) -> tuple[int, str]:
    """The user's own territories go first, then EPCI; France last."""
    mesh = label.split(" ", 1)[0]
    return (ORDER.index(mesh) if mesh in ORDER else len(ORDER), label)


def _only(weights: Mapping, known: frozenset[str]) -> dict:
    return {row: weight for row, weight in weights.items() if row in known}


def _by_label(territories: Weighed) -> Weighed:
    """By mesh and code, without the vintage that memberships state."""
    found: Weighed = defaultdict(dict)
    for label, rows in territories.items():
        found[label.rsplit(" (COG", 1)[0]] = rows
    return found
