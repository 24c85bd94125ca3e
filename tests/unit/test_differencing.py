"""Which totals leave a single commune: by hand on small cases, and against a second method (numerical rank) on random ones."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from dagster_project.checks.differencing import exposures


def exposed(territories: dict[str, str]) -> dict[str, dict[str, int]]:
    """Territories as strings of one-letter communes -> combinations, as integers where they are."""
    communes = {piece: (piece,) for pieces in territories.values() for piece in pieces}
    return {one.commune: {k: int(v) for k, v in one.combination.items()} for one in exposures(territories, communes)}


def test_a_departement_minus_its_epci_leaves_an_island() -> None:
    assert exposed({"dep": "abcdi", "epci 1": "ab", "epci 2": "cd"}) == {"i": {"dep": 1, "epci 1": -1, "epci 2": -1}}


def test_nothing_is_left_when_what_remains_is_two_communes() -> None:
    assert exposed({"dep": "abcdij", "epci 1": "ab", "epci 2": "cd"}) == {}


def test_an_epci_astride_two_departements_gives_both_ways() -> None:
    """Epci 2 has d in departement X and e, f in Y: X minus epci 1 is d alone."""
    found = exposed({"X": "abcd", "Y": "efg", "epci 1": "abc", "epci 2": "def"})
    assert found == {
        "d": {"X": 1, "epci 1": -1},
        "g": {"X": 1, "Y": 1, "epci 1": -1, "epci 2": -1},
    }


def test_a_cycle_needs_algebra_not_only_subtraction() -> None:
    """ab + ac - bc = 2a: no chain of subtractions finds it."""
    communes = {one: (one,) for one in "abc"}
    found = {one.commune: one.combination for one in exposures({"1": "ab", "2": "ac", "3": "bc"}, communes)}
    half = Fraction(1, 2)
    assert found["a"] == {"1": half, "2": half, "3": -half}
    assert set(found) == {"a", "b", "c"}


def test_a_part_of_a_commune_counts_and_a_piece_without_figure_does_not() -> None:
    pieces = {"m1": ("M",), "m2": ("M",), "n": ("N",), "o": ("O",)}
    (one,) = exposures({"scot": ["m1", "n", "o"], "epci": ["n", "o"], "ile": ["z"]}, pieces)
    assert str(one) == "M = scot - epci"


def test_a_commune_of_the_source_counts_as_one_of_the_target() -> None:
    """Three communes of today were one row of the source: the total of the three is that row's."""
    pieces = {one: (f"cible {one}", "ligne 85084") for one in "abc"} | {
        "d": ("cible d", "ligne d"),
        "e": ("cible e", "ligne e"),
    }
    (one,) = exposures({"epci": "abcde", "scot": "abc"}, pieces)
    assert str(one) == "ligne 85084 = scot"


def test_a_territory_of_one_commune_is_its_own_exposure() -> None:
    assert exposed({"departement 75": "p", "region": "pq"}) == {
        "p": {"departement 75": 1},
        "q": {"region": 1, "departement 75": -1},
    }


@pytest.mark.parametrize("seed", range(60))
def test_against_numerical_rank(seed: int) -> None:
    """A commune is exposed if and only if adding its indicator to those of the territories does not raise the rank."""
    draw = random.Random(seed)
    communes = [f"c{i}" for i in range(draw.randint(3, 9))]
    territories = {f"t{i}": draw.sample(communes, draw.randint(1, len(communes))) for i in range(draw.randint(1, 9))}
    matrix = np.array([[one in members for one in communes] for members in territories.values()], dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    expected = {
        one
        for position, one in enumerate(communes)
        if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(communes))[position]])) == rank
    }
    found = exposures(territories, {one: (one,) for one in communes})
    assert {one.commune for one in found} == expected
    for one in found:  # the combination says what it claims
        total = sum(float(factor) * matrix[list(territories).index(name)] for name, factor in one.combination.items())
        assert total == pytest.approx([float(commune == one.commune) for commune in communes])
