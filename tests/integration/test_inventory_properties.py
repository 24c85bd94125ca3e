"""Properties of inventories for any data: dbt's own compiled queries on generated communes, against arithmetic done apart.

Mass is conserved, missing and secret never become zero, and no combination of what is published isolates a secret cell: the last
by exact linear algebra on the secret pieces of land (checks/differencing.py), which knows nothing of the rule in SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.checks.differencing import exposures
from dagster_project.settings import Settings
from tests.conftest import THOROUGH

SECTOR = "residentiel"
MEASURE = "ges"


@dataclass(frozen=True)
class Piece:
    """A commune, or a part of one, in a departement and an EPCI (none on an island)."""

    commune: str
    departement: str
    epci: str | None
    weight: Decimal

    def territories(self) -> Iterator[tuple[str, str]]:
        yield "departement", self.departement
        yield "region", REGION_OF[self.departement]
        yield "france", "FR_ENTIERE"
        if REGION_OF[self.departement] not in OVERSEAS:
            yield "france", "FR"
        if self.epci:
            yield "epci", self.epci


REGION_OF = {"01": "84", "02": "84", "03": "84", "04": "93", "05": "93", "974": "04"}
OVERSEAS = {"04"}
FIGURE = st.one_of(st.just("secret"), st.just("manquant"), st.decimals(0, 1000, places=3))
PLACE = st.tuples(st.sampled_from(sorted(REGION_OF)), st.sampled_from(["e1", "e2", "e3", "e4", None]))
COMMUNES = st.lists(st.tuples(FIGURE, PLACE, st.one_of(st.none(), PLACE)), min_size=1, max_size=14)


@pytest.fixture(scope="module")
def scratch(released: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse with the tables that the two models read, and the compiled models themselves."""
    folder = released.data / "dbt" / "compiled" / "flux_carbone" / "models" / "intermediate" / "inventaires"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as entrepot")
        for schema in ("staging", "intermediate", "seeds"):
            connection.execute(f"create schema entrepot.{schema}")
        connection.execute(f"""
            create table entrepot.seeds.methodes_projection as
                select 'inventaire_' || unnest(['{SECTOR}', 'tertiaire', 'dechets', 'tous_secteurs']) as mesure, 'population' as methode;
            create table entrepot.staging.stg_inventaires as
                select 'x' as inventaire, 'commune' as maille_source, '2020' as millesime, 'missing' as lignes_absentes,
                    3 as parts_connues_min, 0.85 as part_max;
            create table entrepot.intermediate.int_communes (code_departement varchar, code_region varchar, est_metropole boolean);
            create table entrepot.intermediate.int_inventaires_appartenances (
                maille_source varchar, millesime varchar, code_source varchar, maille varchar, code_territoire varchar,
                poids_surface double, poids_population double, est_reconstituable boolean);
            create table entrepot.intermediate.int_inventaires_cellules (
                inventaire varchar, code_source varchar, annee integer, secteur varchar, mesure varchar, energie varchar,
                est_provisoire boolean, etat varchar, valeur decimal(38, 9), somme_publiee boolean);
            create table entrepot.intermediate.int_inventaires_sommes (
                inventaire varchar, annee integer, mesure varchar, secteur_somme varchar, energie_somme varchar, secteur varchar,
                energie varchar, est_toute_energie boolean, est_entiere boolean);
        """)
        places = [(departement, region, region not in OVERSEAS) for departement, region in REGION_OF.items()]
        connection.executemany("insert into entrepot.intermediate.int_communes values (?, ?, ?)", places)
        for name in ("presences", "territoires", "secrets", "publiables"):
            name = f"int_inventaires_{name}"
            connection.execute(
                f"create view entrepot.intermediate.{name} as {(folder / f'{name}.sql').read_text('utf-8')}"
            )
        yield connection


def pieces_of(communes: list) -> list[Piece]:
    """A commune with a second, different place is shared, a quarter going there."""
    found = []
    for number, (_, first, second) in enumerate(communes):
        parts = (
            [(first, Decimal(1))] if second in (None, first) else [(first, Decimal("0.75")), (second, Decimal("0.25"))]
        )
        found += [Piece(f"{number:05d}", *place, weight) for place, weight in parts]
    return found


def published(scratch: duckdb.DuckDBPyConnection, communes: list, pieces: list[Piece]) -> dict[tuple[str, str], dict]:
    """What the models say of each territory."""
    for table in ("appartenances", "cellules", "sommes"):
        scratch.execute(f"delete from entrepot.intermediate.int_inventaires_{table}")
    weights: dict[tuple, Decimal] = defaultdict(Decimal)
    for piece in pieces:
        for mesh, code in piece.territories():
            weights[piece.commune, mesh, code] += piece.weight
    scratch.executemany(
        "insert into entrepot.intermediate.int_inventaires_appartenances values ('commune', '2020', ?, ?, ?, ?, ?, true)",
        [(*key, float(weight), float(weight)) for key, weight in weights.items()],
    )
    rows = [
        (f"{number:05d}", figure if isinstance(figure, str) else "valeur", None if isinstance(figure, str) else figure)
        for number, (figure, _, _) in enumerate(communes)
    ]
    scratch.executemany(
        f"insert into entrepot.intermediate.int_inventaires_cellules values ('x', ?, 2020, '{SECTOR}', '{MEASURE}', '', false, ?, ?, false)",
        rows,
    )
    found = scratch.execute("from entrepot.intermediate.int_inventaires_publiables")
    names = [column[0] for column in found.description]
    listed = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["maille"], row["code_territoire"]): row for row in listed}


MANY = settings(
    max_examples=250 if THOROUGH else 40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(communes=COMMUNES)
def test_mass_is_conserved_and_what_is_not_known_is_not_zero(
    scratch: duckdb.DuckDBPyConnection, communes: list
) -> None:
    pieces = pieces_of(communes)
    found = published(scratch, communes, pieces)
    figures = {f"{number:05d}": figure for number, (figure, _, _) in enumerate(communes)}
    known = sum((figure for figure in figures.values() if not isinstance(figure, str)), Decimal(0))
    assert (found["france", "FR_ENTIERE"]["valeur"] or 0) == known
    for mesh in ("departement", "region"):
        assert sum((row["valeur"] or 0 for (of, _), row in found.items() if of == mesh), Decimal(0)) == known
    for (mesh, code), row in found.items():
        inside = {piece.commune for piece in pieces if (mesh, code) in set(piece.territories())}
        states = {figures[one] if isinstance(figures[one], str) else "valeur" for one in inside}
        if states == {"valeur"}:
            assert row["completude"] == "complete"
            assert row["valeur_complete"] == row["valeur_connue"] == row["valeur"]
        else:
            assert row["valeur_complete"] is None
            assert row["completude"] == (
                "secrete" if "secret" in states else "partielle" if "valeur" in states else "absente"
            )
        if "valeur" not in states:
            assert row["valeur_connue"] is None
        assert row["n_attendues"] == len(inside)
        assert row["n_renseignees"] == sum(not isinstance(figures[one], str) for one in inside)


@MANY
@given(communes=COMMUNES)
def test_no_published_combination_isolates_a_secret_cell(scratch: duckdb.DuckDBPyConnection, communes: list) -> None:
    """Whoever knew every whole, and every cell that is not secret, could compute no secret cell from the known sums."""
    pieces = pieces_of(communes)
    found = published(scratch, communes, pieces)
    secret = {f"{number:05d}" for number, (figure, _, _) in enumerate(communes) if figure == "secret"}
    shown: dict[str, set[Piece]] = defaultdict(set)
    for piece in pieces:
        for territory in piece.territories():
            if piece.commune in secret and found[territory]["valeur_connue"] is not None:
                shown[" ".join(territory)].add(piece)
    assert exposures(shown, {piece: (piece.commune,) for piece in pieces}) == []


def at(departement: str, figure: object = Decimal(5)) -> tuple:
    return figure, (departement, None), None


def test_sums_with_several_secret_cells_are_shown_above_the_epci(scratch: duckdb.DuckDBPyConnection) -> None:
    """By hand: 01 has two secrets and is shown, 02 has one and is not; the region would leave that one, and is not; nor, for the
    same reason, is France, until 04 has a secret of its own: France then leaves two, and is."""
    communes = [at("01", "secret"), at("01", "secret"), at("01"), at("02", "secret"), at("02"), at("04")]
    found = published(scratch, communes, pieces_of(communes))
    shown = {code: row["valeur_connue"] for (_, code), row in found.items()}
    assert shown == {"01": 5, "02": None, "84": None, "04": 5, "93": 5, "FR": None, "FR_ENTIERE": None}
    assert found["departement", "01"]["completude"] == "secrete"
    communes.append(at("04", "secret"))
    found = published(scratch, communes, pieces_of(communes))
    shown = {code: row["valeur_connue"] for (_, code), row in found.items()}
    assert shown == {"01": 5, "02": None, "84": None, "04": None, "93": None, "FR": 15, "FR_ENTIERE": 15}


def test_the_second_method_sees_what_the_rule_prevents(scratch: duckdb.DuckDBPyConnection) -> None:
    """Were the region of the case above shown, its single secret cell outside 01 would be found."""
    one, two, three = (Piece(code, "01", None, Decimal(1)) for code in ("a", "b", "c"))
    pieces = {one: ("a",), two: ("b",), three: ("c",)}
    assert [
        found.commune for found in exposures({"departement 01": {one, two}, "region 84": {one, two, three}}, pieces)
    ] == ["c"]


def test_the_models_are_those_of_the_project(released: Settings) -> None:
    folder = released.data / "dbt" / "compiled"
    assert (
        len([path for path in Path(folder).rglob("int_inventaires_publiables.sql") if path.parent.suffix != ".yml"])
        == 1
    )
