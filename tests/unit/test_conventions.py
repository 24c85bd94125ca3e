"""Sign conventions of publishers: there and back is the identity, on any figure and on every published row."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.assets.dbt_manifest import manifest_path
from dagster_project.publication.conventions import CONVENTIONS, convert, is_flux
from dagster_project.publication.exchange import HOUSE, express
from dagster_project.publication.release import current
from dagster_project.publication.tables import published_tables
from dagster_project.settings import PROJECT_ROOT, Settings

FIGURES = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: Decimal(repr(x))),
    st.decimals(allow_nan=False, allow_infinity=False),
)
NAMES = st.sampled_from(sorted(CONVENTIONS))


@given(st.lists(FIGURES), NAMES, NAMES)
def test_there_and_back_is_the_identity(figures: list[Decimal | None], here: str, there: str) -> None:
    back = convert(convert(figures, CONVENTIONS[here], CONVENTIONS[there]), CONVENTIONS[there], CONVENTIONS[here])
    assert back == figures
    assert [str(one) for one in back if one] == [str(one) for one in figures if one]  # every digit, not only the value


@given(st.floats(allow_nan=False, allow_infinity=False), NAMES)
def test_a_binary_figure_comes_back_to_the_bit(figure: float, there: str) -> None:
    out = convert([Decimal(repr(figure))], HOUSE, CONVENTIONS[there])
    assert float(convert(out, CONVENTIONS[there], HOUSE)[0]) == figure


def test_conventions_say_what_publishers_do() -> None:
    """100 t that a forest takes up: -100 in the house, +100 in the form and in ALDO, +0.1 kt in TerriSTORY, -0.1 in Hauts-de-France."""
    taken = [Decimal("-100"), None, Decimal("0")]
    said = {
        name: [None if one is None else float(one) for one in convert(taken, HOUSE, CONVENTIONS[name])]
        for name in CONVENTIONS
    }
    assert said == {
        "atmosphere": [-100, None, 0],
        "aldo": [100, None, 0],
        "terristory": [0.1, None, 0],
        "hauts_de_france": [-0.1, None, 0],
        "pcaet": [100, None, 0],
    }
    assert not any(one.is_signed() for one in convert([Decimal("0"), Decimal("-0")], HOUSE, CONVENTIONS["pcaet"]))


def test_fluxes_have_a_sign_areas_and_stocks_have_none() -> None:
    assert all(is_flux(unit) for unit in ("t CO2e/an", "kt C/an", "t CO2e/ha/an", "t CO2e/habitant/an"))
    assert not any(is_flux(unit) for unit in ("ha/an ou ha", "ha", "kt C", "t C/ha", "km", "habitants", None))


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_every_published_row_comes_back(convention: str, released: Settings) -> None:
    """Every table of a release in the convention of each publisher, units and names included, and back: the same rows."""
    folder = current(released.publication) / "tables"
    changed = 0
    for table in published_tables(manifest_path(released)):
        units = {column.name: column.unit for column in table.columns}
        here = pq.read_table(folder / f"{table.name}.parquet")
        there = express(here, units, convention)
        back = express(there, units, convention, back=True)
        assert back.column_names == here.column_names
        if (
            any(is_flux(unit) and unit.startswith("kt") for unit in units.values())
            and CONVENTIONS[convention].power == -3
        ):
            assert back.to_pylist() == here.to_pylist()  # no change of unit: to the bit
        assert all(
            one == other or (isinstance(one, float) and abs(one - other) <= 2 * math.ulp(one))
            for a, b in zip(here.to_pylist(), back.to_pylist(), strict=True)
            for one, other in zip(a.values(), b.values(), strict=True)
        )
        for name, unit in units.items():
            if is_flux(unit):
                ours, theirs = HOUSE, CONVENTIONS[convention]
                figures = [None if one is None else Decimal(repr(one)) for one in here[name].to_pylist()]
                assert convert(convert(figures, ours, theirs), theirs, ours) == figures
        changed += there.to_pylist() != here.to_pylist()
    assert changed or convention == "atmosphere"


def test_units_and_names_follow_the_publisher() -> None:
    """1,234.5 t emitted: -1.2345 kt in TerriSTORY; a ratio to hectares keeps its unit, an area keeps everything."""
    units = {"flux_tco2e": "t CO2e/an", "flux_tc": "t C/an", "flux_tco2e_par_ha": "t CO2e/ha/an", "surface_ha": "ha"}
    told = express(
        pa.table({"flux_tco2e": [1234.5], "flux_tc": [None], "flux_tco2e_par_ha": [2.0], "surface_ha": [3.0]}),
        units,
        "terristory",
    )
    assert told.to_pylist() == [
        {"flux_kt_co2e": -1.2345, "flux_kt_c": None, "flux_tco2e_par_ha": -2.0, "surface_ha": 3.0}
    ]


def test_tables_of_publishers_are_written_in_their_sign(released: Settings) -> None:
    """Row by row, what leaves the house against what the warehouse holds."""
    folder = current(released.publication) / "tables"
    with duckdb.connect(str(released.warehouse), read_only=True) as connection:
        for table in published_tables(manifest_path(released)):
            if not table.convention:
                continue
            order = ", ".join(table.key)
            held = connection.execute(f"from marts.{table.name} order by {order}").to_arrow_table().to_pylist()
            out = (
                connection.execute(f"from read_parquet('{folder / table.name}.parquet') order by {order}")
                .to_arrow_table()
                .to_pylist()
            )
            sign = CONVENTIONS[table.convention].sign
            fluxes = {column.name for column in table.columns if is_flux(column.unit)}
            assert fluxes
            for inside, outside in zip(held, out, strict=True):
                for name, value in inside.items():
                    if name in fluxes:
                        assert outside[name] == (None if value is None else sign * value)
                    elif name != "convention_de_signe":
                        assert outside[name] == value
                assert (inside["convention_de_signe"], outside["convention_de_signe"]) == (
                    "atmosphere",
                    CONVENTIONS[table.convention].text,
                )


def test_the_command_exports_and_refuses(released: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dagster_project.cli", "export"]
    environ = {"FLUX_DATA": str(released.data), "PATH": "/usr/bin:/bin"}

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*command, *arguments], capture_output=True, text=True, cwd=PROJECT_ROOT, env=environ, check=False
        )

    done = run("flux_par_nature", "pcaet", str(tmp_path / "f.csv"))
    assert done.returncode == 0, done.stderr
    assert "flux_tco2e" in (tmp_path / "f.csv").read_text("utf-8").splitlines()[0]
    assert (
        (tmp_path / "f.csv")
        .read_text("utf-8")
        .splitlines()[1]
        .endswith('"positif = sequestration nette, negatif = emission nette"')
    )
    for arguments, said in (
        (("flux_par_nature", "orcae", "x.csv"), "no convention 'orcae'"),
        (("communes", "pcaet", "x.csv"), "no table 'communes'"),
        (("pcaet_cadre_depot", "aldo", "x.csv"), "already written for pcaet"),
        (("flux_par_nature", "pcaet", "/nulle/part/x.csv"), "cannot be written"),
    ):
        refused = run(*arguments)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
