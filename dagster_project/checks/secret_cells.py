"""Published figures that would together give a secret cell: found, so that some are not published.

A reader may know every cell that is not secret, and the whole of each sum of which the known part is shown. A producer's own sum
then tells the sum of its secret cells, over sectors and carriers; the known part of a sum over communes does so within one of
them. Neither these nor any combination of them, with what kept releases show, may leave a single cell.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.checks.differencing import exposures, left_out, named
from dagster_project.checks.differencing_rules import Weighed, memberships
from dagster_project.checks.expectations import Violation
from dagster_project.checks.partial_sums import Weights, mesh_order, weights_in, weights_of
from dagster_project.core.sql import queries
from dagster_project.release import known_sums, switch
from dagster_project.release.known_sums import Cell
from dagster_project.settings import Settings

SQL = queries(Path(__file__).with_name("secret_cells.sql"))
SHOWN = 3
Key = tuple[str, int, str]  # inventory, year, measure
Part = tuple[str, str]  # sector, carrier


@dataclass(frozen=True)
class Secrets:
    """Secret cells of a release's inventories.

    Attributes:
        cells: by key, the sectors and carriers that are secret in each commune.
        parts: by key, sector and carrier of a producer's sum, what it is the sum of.
        vintages: by inventory.
        methods: by sector, what the shares of a commune follow.
    """

    cells: dict[Key, dict[str, list[Part]]]
    parts: dict[tuple[Key, Part], frozenset[Part]]
    vintages: dict[str, str]
    methods: dict[str, str]

    def equations(
        self, key: Key, shown: Iterable[Cell], weights: Weights, release: str = ""
    ) -> tuple[Weighed, dict[str, Cell]]:
        """What each figure tells of secret cells, by its label; and the figures by label."""
        rows, figures = {}, {}
        for cell in shown:
            _, _, sector, _, energy, mesh, code = cell
            covered = self.parts.get((key, (sector, energy)), frozenset({(sector, energy)}))
            weighed = weights(self.vintages[key[0]], self.methods.get(sector, "population")).get(f"{mesh} {code}", {})
            row = {
                f"{commune} {' '.join(part)}".rstrip(): weighed[commune]
                for commune in self.cells[key].keys() & weighed.keys()
                for part in self.cells[key][commune]
                if part in covered
            }
            if row:
                label = f"{mesh} {code} {sector} {energy}".strip() + release
                rows[label], figures[label] = row, cell
        return rows, figures


def read(warehouse: Path) -> Secrets:
    """The secret cells of the inventories by commune."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cells: dict[Key, dict[str, list[Part]]] = {}
        for inventory, year, measure, communes, sectors, energies in connection.execute(SQL["cells"]).fetchall():
            listed = cells.setdefault((inventory, year, measure), defaultdict(list))
            for commune, sector, energy in zip(communes, sectors, energies, strict=True):
                listed[commune].append((sector, energy))
        parts = {
            ((inventory, year, measure), (sector, energy)): frozenset(map(tuple, covered))
            for inventory, year, measure, sector, energy, covered in connection.execute(SQL["sums"]).fetchall()
        }
        contracts = connection.execute(SQL["contracts"]).fetchall()
    vintages = {inventory: vintage for inventory, vintage, _, _ in contracts}
    return Secrets(cells, parts, vintages, {sector: method for _, _, sector, method in contracts})


def withheld(settings: Settings, own: pa.Table) -> set[Cell]:
    """Figures that are not to be published: known parts first, then producers' sums, the smallest meshes first.

    Args:
        settings: where the warehouse and the releases are.
        own: memberships of this release.
    """
    secrets = read(settings.warehouse)
    if not secrets.cells:
        return set()
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        shown = _by_key(connection.execute(SQL["shown"]).fetchall(), secrets)
    before = _before(settings, secrets)
    results: set[Cell] = set()
    weights = weights_of(own)
    for key, figures in shown.items():
        then: Weighed = {}
        for release, (cells_then, weights_then) in before.items():
            then |= secrets.equations(key, cells_then.get(key, ()), weights_then, f" [{release}]")[0]
        results |= unsafe(secrets, key, figures, weights, then)
    return results


def unsafe(
    secrets: Secrets, key: Key, figures: Iterable[Cell], weights: Weights, then: Weighed | None = None
) -> set[Cell]:
    """Figures of one inventory, year and measure to leave out, so that the others, with those of `then`, give no secret cell."""
    rows, cells = secrets.equations(key, figures, weights)
    sums = frozenset(label for label, cell in cells.items() if (key, (cell[2], cell[4])) in secrets.parts)
    return {cells[label] for label in left_out(rows | (then or {}), set(cells), partial(_order, sums))}


def violations(settings: Settings) -> list[Violation]:
    """Secret cells that a candidate gives away after all, read from its own tables."""
    secrets = read(settings.warehouse)
    if not secrets.cells:
        return []
    published = _by_key(known_sums.shown(switch.candidate_folder(settings.publication)), secrets)
    weights, results = weights_of(memberships(settings.warehouse)), []
    for key, figures in published.items():
        rows, _ = secrets.equations(key, figures, weights)
        results += [f"{' '.join(map(str, key))}: {exposure}" for exposure in exposures(rows, named(rows))]
    if not results:
        return []
    detail = f"published figures give {len(results)} secret cells: {'; '.join(results[:SHOWN])}"
    return [Violation("cellule_secrete", "code_territoire", detail)]


def _before(settings: Settings, secrets: Secrets) -> dict[str, tuple[dict[Key, list[Cell]], Weights]]:
    """What kept releases show, and their territories."""
    results = {}
    for name in switch.kept_releases(settings.publication):
        file = switch.memberships_file(settings.publication, name)
        if file.is_file():
            shown = known_sums.shown(settings.publication / "releases" / name)
            results[name] = _by_key(shown, secrets), weights_in(file)
    return results


def _by_key(cells: Collection[tuple[Any, ...]], secrets: Secrets) -> dict[Key, list[Cell]]:
    """Figures of the keys that have secret cells."""
    results: dict[Key, list[Cell]] = defaultdict(list)
    for cell in cells:
        key = (cell[0], cell[1], cell[3])
        if key in secrets.cells:
            results[key].append(cell)
    return results


def _order(sums: frozenset[str], label: str) -> tuple[bool, tuple[int, str]]:
    """What is left out first is the largest."""
    return label not in sums, mesh_order(label)
