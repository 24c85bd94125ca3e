"""Sign conventions of publishers: there and back is the identity, on any figure and on every published row."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.assets.dbt_runner import manifest_path
from dagster_project.publication.conventions import CONVENTIONS, convert, is_flux, sql_sign
from dagster_project.publication.release import current
from dagster_project.publication.tables import published_tables
from dagster_project.settings import Settings

FIGURES = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: Decimal(repr(x))),
    st.decimals(allow_nan=False, allow_infinity=False),
)
NAMES = st.sampled_from(sorted(CONVENTIONS))


@given(st.lists(FIGURES), NAMES, NAMES)
def test_there_and_back_is_the_identity(figures: list[Decimal | None], here: str, there: str) -> None:
    back = convert(convert(figures, here, there), there, here)
    assert back == figures
    assert [str(one) for one in back if one] == [str(one) for one in figures if one]  # every digit, not only the value


@given(st.floats(allow_nan=False, allow_infinity=False), NAMES)
def test_a_binary_figure_comes_back_to_the_bit(figure: float, there: str) -> None:
    out = convert([Decimal(repr(figure))], "atmosphere", there)
    assert float(convert(out, there, "atmosphere")[0]) == figure


def test_conventions_say_what_publishers_do() -> None:
    """100 t that a forest takes up: -100 in the house, +100 in the form and in ALDO, +0.1 kt in TerriSTORY, -0.1 in Hauts-de-France."""
    taken = [Decimal("-100"), None, Decimal("0")]
    said = {
        name: [None if one is None else float(one) for one in convert(taken, "atmosphere", name)]
        for name in CONVENTIONS
    }
    assert said == {
        "atmosphere": [-100, None, 0],
        "aldo": [100, None, 0],
        "terristory": [0.1, None, 0],
        "hauts_de_france": [-0.1, None, 0],
        "pcaet": [100, None, 0],
    }
    assert not any(one.is_signed() for one in convert([Decimal("0"), Decimal("-0")], "atmosphere", "pcaet"))


def test_an_unknown_publisher_is_refused() -> None:
    with pytest.raises(KeyError, match="orcae"):
        convert([Decimal(1)], "atmosphere", "orcae")


def test_fluxes_have_a_sign_areas_and_stocks_have_none() -> None:
    assert all(is_flux(unit) for unit in ("t CO2e/an", "kt C/an", "t CO2e/ha/an", "t CO2e/habitant/an"))
    assert not any(is_flux(unit) for unit in ("ha/an ou ha", "ha", "kt C", "t C/ha", "km", "habitants", None))


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_every_published_row_comes_back(convention: str, released: Settings) -> None:
    """All fluxes of a release, in the sign of each publisher and back, in SQL as in Python."""
    folder = current(released.publication) / "tables"
    with duckdb.connect() as connection:
        for table in published_tables(manifest_path(released)):
            columns = [column.name for column in table.columns if is_flux(column.unit)]
            if not columns:
                continue
            connection.execute(
                f"create or replace temp table ici as from read_parquet('{folder / table.name}.parquet')"
            )
            there = ", ".join(sql_sign(name, convention) for name in columns)
            connection.execute(f"create or replace temp table la_bas as select {there} from ici")
            back = ", ".join(sql_sign(name, convention) for name in columns)
            rows = connection.execute(f"select {', '.join(columns)} from ici").fetchall()
            assert connection.execute(f"select {back} from la_bas").fetchall() == rows
            for position in range(len(columns)):
                figures = [None if row[position] is None else Decimal(repr(row[position])) for row in rows]
                assert convert(convert(figures, "atmosphere", convention), convention, "atmosphere") == figures


def test_tables_of_publishers_are_written_in_their_sign(released: Settings) -> None:
    """What leaves the house against what the warehouse holds."""
    folder = current(released.publication) / "tables"
    with duckdb.connect(str(released.warehouse), read_only=True) as connection:
        for table, column, sign in (
            ("pcaet_cadre_depot", "bilan_tco2e", -1),
            ("terristory_flux_carbone", "bilan_kt_co2e", -1),
            ("hauts_de_france_bilan_global", "flux_net_kt_co2e", 1),
        ):
            inside = connection.execute(
                f"select sum({column}), any_value(convention_de_signe) from marts.{table}"
            ).fetchone()
            outside = connection.execute(
                f"select sum({column}), any_value(convention_de_signe) from read_parquet('{folder / table}.parquet')"
            ).fetchone()
            assert outside[0] == pytest.approx(sign * inside[0], rel=1e-12)
            assert inside[1] == "atmosphere"
            assert outside[1].startswith("positif = sequestration" if sign < 0 else "negatif = sequestration")
