"""Secrecy with producers' published sums: dbt's own compiled queries on generated regions, against a second method.

What is left of published sums and of known parts gives no secret cell: looked for by the rank of matrices of floating-point numbers
(numpy), where the house adds and subtracts fractions. AtmoSud's published rule, which knows establishments and their figures, is an
oracle beside ours, which has the published file alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.checks.secret_cells import Secrets, unsafe
from dagster_project.release.known_sums import Cell
from dagster_project.settings import Settings
from tests.integration import test_inventory_properties as properties
from tests.integration.test_inventory_properties import MEASURE, PLACE, Piece, pieces_of

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECTORS = ("residentiel", "tertiaire", "dechets")
TOTAL = "tous_secteurs"
KEY = ("x", 2020, MEASURE)
FIGURE = st.one_of(st.just("secret"), st.decimals(0, 1000, places=3))
COMMUNES = st.lists(
    st.tuples(st.tuples(*[FIGURE] * len(SECTORS)), PLACE, st.one_of(st.none(), PLACE), st.booleans()),
    min_size=1,
    max_size=10,
)


@pytest.fixture(scope="module")
def scratch(released: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    yield from properties.scratch.__wrapped__(released)


def publish(scratch: duckdb.DuckDBPyConnection, communes: list, pieces: list[Piece]) -> list[dict]:
    """What the models say of each territory, sector and of their total; a commune says whether its own total is secret."""
    weights = memberships(pieces)
    for table in ("appartenances", "cellules", "sommes"):
        scratch.execute(f"delete from entrepot.intermediate.int_inventaires_{table}")
    scratch.executemany(
        "insert into entrepot.intermediate.int_inventaires_appartenances values ('commune', '2020', ?, ?, ?, ?, ?, true)",
        [
            (commune, *label.split(" "), float(weight), float(weight))
            for label, held in weights.items()
            for commune, weight in held.items()
        ],
    )
    rows = []
    for number, (figures, _, _, told) in enumerate(communes):
        code = f"{number:05d}"
        for sector, figure in zip(SECTORS, figures, strict=True):
            secret = isinstance(figure, str)
            rows.append((code, sector, "secret" if secret else "valeur", None if secret else figure))
        known = sum((one for one in figures if not isinstance(one, str)), Decimal(0))
        rows.append((code, TOTAL, "valeur" if told else "secret", known + 100 if told else None))
    insert = f"insert into entrepot.intermediate.int_inventaires_cellules values ('x', ?, 2020, ?, '{MEASURE}', '', false, ?, ?, false)"
    scratch.executemany(insert, rows)
    scratch.executemany(
        f"insert into entrepot.intermediate.int_inventaires_sommes values ('x', 2020, '{MEASURE}', '{TOTAL}', '', ?, '', true, true)",
        [(sector,) for sector in SECTORS],
    )
    found = scratch.execute("from entrepot.intermediate.int_inventaires_publiables")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def memberships(pieces: list[Piece]) -> dict[str, dict[str, Fraction]]:
    weights: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for piece in pieces:
        for territory in piece.territories():
            weights[" ".join(territory)][piece.commune] += Fraction(piece.weight)
    return weights


def secrets_of(communes: list) -> Secrets:
    cells = {
        f"{number:05d}": [(sector, "") for sector, one in zip(SECTORS, figures, strict=True) if isinstance(one, str)]
        for number, (figures, *_) in enumerate(communes)
    }
    parts = {(KEY, (TOTAL, "")): frozenset((sector, "") for sector in SECTORS)}
    return Secrets({KEY: {code: held for code, held in cells.items() if held}}, parts, {"x": "2020"}, {})


def given_away(
    shown: set[tuple[str, str, str]], secret: dict[str, list], weights: dict[str, dict[str, Fraction]]
) -> set:
    """Secret cells that some combination of figures is: the rank does not grow when the cell alone is added."""
    unknowns = [(commune, sector) for commune, held in secret.items() for sector, _ in held]
    rows = []
    for label, sector in {(f"{mesh} {code}", sector) for mesh, code, sector in shown}:
        covered = SECTORS if sector == TOTAL else (sector,)
        rows.append([float(weights[label].get(commune, 0)) if one in covered else 0.0 for commune, one in unknowns])
    if not rows or not unknowns:
        return set()
    matrix = np.array(rows)
    rank = np.linalg.matrix_rank(matrix)
    alone = np.eye(len(unknowns))
    return {
        unknown
        for number, unknown in enumerate(unknowns)
        if np.linalg.matrix_rank(np.vstack([matrix, alone[number]])) == rank
    }


@MANY
@given(communes=COMMUNES)
def test_no_combination_of_what_is_published_gives_a_secret_cell(
    scratch: duckdb.DuckDBPyConnection, communes: list
) -> None:
    pieces = pieces_of([(None, first, second) for _, first, second, _ in communes])
    rows, secrets, weights = publish(scratch, communes, pieces), secrets_of(communes), memberships(pieces)
    cells: dict[Cell, dict] = {
        ("x", 2020, row["secteur"], MEASURE, "", row["maille"], row["code_territoire"]): row
        for row in rows
        if row["valeur_connue"] is not None and (row["n_secretes"] or not row["est_partition"])
    }
    for cell, row in cells.items():  # a sum is whole, marked, and there for a part that is not known
        if cell[2] == TOTAL:
            assert row["somme_publiee"] and row["valeur_complete"] is not None and row["completude"] == "complete"
            held = [other for other in rows if other["est_partition"] and other["n_secretes"]]
            assert any((one["maille"], one["code_territoire"]) == (cell[5], cell[6]) for one in held)
    left = unsafe(secrets, KEY, cells, lambda vintage, method: weights) if secrets.cells[KEY] else set()
    shown = {(cell[5], cell[6], cell[2]) for cell in cells if cell not in left}
    assert given_away(shown, secrets.cells[KEY], weights) == set()


def test_the_second_method_sees_what_is_left_out(scratch: duckdb.DuckDBPyConnection) -> None:
    """By hand: total of e1 holds secrets a and b of two sectors, total of e2 that of c alone, total of 01 all three: e2 goes, and then 01,
    which would leave c, or e1."""
    communes = [
        (("secret", Decimal(1), Decimal(1)), ("01", "e1"), None, True),
        ((Decimal(1), "secret", Decimal(1)), ("01", "e1"), None, True),
        ((Decimal(1), Decimal(1), "secret"), ("01", "e2"), None, True),
    ]
    pieces = pieces_of([(None, first, second) for _, first, second, _ in communes])
    rows, secrets, weights = publish(scratch, communes, pieces), secrets_of(communes), memberships(pieces)
    totals = {(row["maille"], row["code_territoire"]) for row in rows if row["secteur"] == TOTAL}
    assert {("epci", "e1"), ("epci", "e2"), ("departement", "01")} <= totals
    everything = {(mesh, code, TOTAL) for mesh, code in totals}
    assert ("00002", "dechets") in given_away(everything, secrets.cells[KEY], weights)
    cells = {("x", 2020, TOTAL, MEASURE, "", mesh, code) for mesh, code in totals}
    left = {cell[-1] for cell in unsafe(secrets, KEY, cells, lambda vintage, method: weights)}
    assert left == {"e1", "e2"}


# AtmoSud's rule (sql/espace2cigale_v5.sql of airpaca/cigale.v2, as its layout page sums it up).
ESTABLISHMENTS = st.lists(st.integers(1, 1000), max_size=6)
REGION = st.lists(st.tuples(ESTABLISHMENTS, st.sampled_from(["e1", "e2", "e3", "e4"])), min_size=1, max_size=14)
FEWEST, LARGEST_SHARE = 3, 0.85


def primary(establishments: list[int], *, commune: bool) -> bool:
    """Too few establishments, or one that is nearly all; none at all is no secret."""
    few = len(establishments) <= FEWEST if commune else len(establishments) < FEWEST
    return bool(establishments) and (few or max(establishments) >= LARGEST_SHARE * sum(establishments))


def atmosud(region: list) -> tuple[set[int], dict[str, bool]]:
    """Secret communes after secondary secrecy, and whether each EPCI is published."""
    secret = {number for number, (held, _) in enumerate(region) if primary(held, commune=True)}
    published = {}
    for epci in sorted({place for _, place in region}):
        members = [number for number, (_, place) in enumerate(region) if place == epci]
        everything = [one for number in members for one in region[number][0]]
        hidden = [number for number in members if number in secret]
        others = sorted((sum(region[number][0]), number) for number in members if number not in secret)
        if primary(everything, commune=False):
            published[epci] = False
        elif len(hidden) == 1 and len(others) >= 2:
            secret.add(others[0][1])
            published[epci] = True
        else:
            published[epci] = len(hidden) != 1
    return secret, published


def test_nothing_is_published_that_the_rule_of_atmosud_hides(scratch: duckdb.DuckDBPyConnection) -> None:
    """Cell by cell, on regions whose truth is known. The only difference: EPCI of which several communes are secret, whose sum the
    producer knows and its file does not hold; where its file gives the sum of all sectors, that one is published."""
    counted: Counter[str] = Counter()

    @MANY
    @given(region=REGION)
    def compare(region: list) -> None:
        counted.update(compared(scratch, region))

    compare()
    print(dict(counted))
    assert len(counted) == 3 and min(counted.values()) >= 10


def compared(scratch: duckdb.DuckDBPyConnection, region: list) -> Iterator[str]:
    """How each EPCI of a region compares."""
    secret, published = atmosud(region)
    figures = [Decimal(sum(held)) for held, _ in region]
    communes = [
        (("secret" if number in secret else figures[number], Decimal(1), Decimal(1)), ("01", place), None, True)
        for number, (_, place) in enumerate(region)
    ]
    pieces = pieces_of([(None, first, second) for _, first, second, _ in communes])
    rows = {
        (row["code_territoire"], row["secteur"]): row
        for row in publish(scratch, communes, pieces)
        if row["maille"] == "epci"
    }
    secrets, weights = secrets_of(communes), memberships(pieces)
    totals = {("x", 2020, TOTAL, MEASURE, "", "epci", epci) for epci, sector in rows if sector == TOTAL}
    left = {cell[-1] for cell in unsafe(secrets, KEY, totals, lambda vintage, method: weights)} if secret else set()
    for epci, theirs in published.items():
        ours = rows[epci, SECTORS[0]]["valeur_complete"]
        hidden = [number for number, (_, place) in enumerate(region) if place == epci and number in secret]
        if ours is not None:
            assert theirs and not hidden
            assert ours == sum(figures[number] for number, (_, place) in enumerate(region) if place == epci)
            yield "both publish"
        elif not theirs:
            yield "both hide"
        else:
            assert len(hidden) >= 2
            assert (epci, TOTAL) in rows and epci not in left
            yield "theirs alone: the sum of several secret communes, which their file does not hold"
