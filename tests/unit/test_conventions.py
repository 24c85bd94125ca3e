"""Sign conventions of publishers: there and back is the identity, on any figure and on every published row."""

from __future__ import annotations

import csv
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

from dagster_project.release.candidate import DATABASE
from dagster_project.release.conventions import CONVENTIONS, convert
from dagster_project.release.csv_files import write_csv
from dagster_project.release.exchange import HOUSE, express
from dagster_project.release.switch import current
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.warehouse.marts import Column, published_tables
from dagster_project.warehouse.project import manifest_path

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


# What has a sign, written by hand from the domain contract (sections 1 and 7): fluxes of carbon and ratios made of them. Emissions of an
# inventory, pollutants, energy, stocks, areas and people have none, whatever their unit.
BALANCE = {"flux_kt_co2e", "sequestration_kt_co2e", "emission_kt_co2e", "flux_kt_c", "flux_n2o_corrige_kt_co2e"}
SHOWN = {"arrondi_flux_kt_co2e", "arrondi_sequestration_kt_co2e", "arrondi_emission_kt_co2e", "arrondi_flux_kt_c"}
RATIOS = {"flux_tco2e_par_ha", "flux_tco2e_par_habitant"}
PARTS = {f"flux_{one}_tco2e" for one in ("sol", "biomasse", "litiere", "n2o", "produits_bois")}
COMPARED = {"sequestration_brute_sur_emissions_pct", "flux_net_sur_emissions_pct"}
PER_HECTARE = {
    f"{one}_tco2e_par_ha" for one in ("flux", "moyenne", "premier_quartile", "mediane", "troisieme_quartile")
}
SIDES = {f"{one}_kt_co2e" for one in ("aldo", "autre", "ecart")}
SIGNED = {
    "bilan_global": BALANCE
    | SHOWN
    | RATIOS
    | {f"arrondi_{one}" for one in RATIOS}
    | {"ordre_de_grandeur_flux_kt_co2e"},
    "bilan_occupation_sols": BALANCE | SHOWN,
    "flux_par_nature": BALANCE | SHOWN,
    "flux_carbone": PARTS | {"flux_tco2e", "sequestration_tco2e", "emission_tco2e", "n2o_corrige_tco2e", "flux_tc"},
    "flux_par_reservoir": {"flux_tco2e", "flux_tc", "flux_n2o_corrige_tco2e"},
    "flux_et_emissions": COMPARED | {f"arrondi_{one}" for one in COMPARED},
    "terristory_flux_carbone": {"bilan_kt_co2e", "bilan_kt_c"},
    "hauts_de_france_bilan_global": {"flux_net_kt_co2e", "sequestration_nette_kt_co2e", "emission_nette_kt_co2e"},
    "hauts_de_france_bilan_occupation_sols": {"flux_net_kt_co2e"},
    "pcaet_cadre_depot": {"bilan_tco2e", "arrondi_bilan_tco2e"},
    "comparaison_territoires": PER_HECTARE | {f"arrondi_{one}" for one in PER_HECTARE},
    "rapprochement_national": SIDES | {f"arrondi_{one}" for one in SIDES},
}


def test_the_contract_says_what_has_a_sign(released: Settings) -> None:
    tables = published_tables(manifest_path(released))
    found = {table.name: {column.name for column in table.columns if column.signed} for table in tables}
    assert {name: columns for name, columns in found.items() if columns} == SIGNED


def test_plumes_have_no_sign_of_a_flux_and_no_year(released: Settings) -> None:
    """What travels with their tables is theirs: an instant, its interval, no addition; never the sign or the period of ALDO."""
    with duckdb.connect(str(current(released.publication) / DATABASE), read_only=True) as connection:
        comments = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
    for name in ("panaches_co2", "panaches_sources", "sources_co2", "panaches_couverture", "panaches_etalonnage"):
        text = comments[name]
        assert "jamais une année, jamais sommé par territoire" in text and "intervalle à 95 %" in text, name
        assert "négatif = séquestration" not in text and "année moyenne" not in text and "EUTL" in text, name


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_each_publisher_turns_what_has_a_sign_and_nothing_else(convention: str, released: Settings) -> None:
    """Every table x every publisher, column by column: the figure, its sign and its power of ten by a second way, plain floats."""
    folder = current(released.publication) / "tables"
    sign, power = CONVENTIONS[convention].sign, CONVENTIONS[convention].power
    for table in published_tables(manifest_path(released)):
        here = pq.read_table(folder / f"{table.name}.parquet")
        there = express(here, table.columns, convention)
        assert there.num_columns == here.num_columns
        for column, name in zip(table.columns, there.column_names, strict=True):
            before, after = here[column.name].to_pylist(), there[name].to_pylist()
            if column.name not in SIGNED.get(table.name, ()):
                assert (name, after) == (column.name, before), (table.name, column.name)
                continue
            unit = 1e3 if column.unit.startswith("kt") else 1
            ratio = "par_ha" in name or name.endswith("_pct")
            factor = sign * (1 if ratio else unit * 10**power)
            pairs = list(zip(before, after, strict=True))
            assert all((one is None) == (other is None) for one, other in pairs), (table.name, column.name)
            known = [(one, other) for one, other in pairs if one is not None]
            expected = [factor * one for one, _ in known]
            assert [other for _, other in known] == pytest.approx(expected, rel=1e-12), (table.name, column.name)


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
def test_every_published_row_comes_back(convention: str, released: Settings) -> None:
    """Every table of a release in the convention of each publisher, units and names included, and back: the same rows."""
    folder = current(released.publication) / "tables"
    changed = 0
    for table in published_tables(manifest_path(released)):
        units = {column.name: column.unit for column in table.columns if column.signed}
        here = pq.read_table(folder / f"{table.name}.parquet")
        there = express(here, table.columns, convention)
        back = express(there, table.columns, convention, back=True)
        assert back.column_names == here.column_names
        if any(unit.startswith("kt") for unit in units.values()) and CONVENTIONS[convention].power == -3:
            assert back.to_pylist() == here.to_pylist()  # no change of unit: to the bit
        assert all(
            one == other or (isinstance(one, float) and abs(one - other) <= 2 * math.ulp(one))
            for a, b in zip(here.to_pylist(), back.to_pylist(), strict=True)
            for one, other in zip(a.values(), b.values(), strict=True)
        )
        for name in units:
            ours, theirs = HOUSE, CONVENTIONS[convention]
            figures = [None if one is None else Decimal(repr(one)) for one in here[name].to_pylist()]
            assert convert(convert(figures, ours, theirs), theirs, ours) == figures
        changed += there.to_pylist() != here.to_pylist()
    assert changed or convention == "atmosphere"


def test_units_and_names_follow_the_publisher() -> None:
    """1,234.5 t emitted: -1.2345 kt in TerriSTORY; a ratio to hectares keeps its unit, an area keeps everything."""
    units = {"flux_tco2e": "t CO2e/an", "flux_tc": "t C/an", "flux_tco2e_par_ha": "t CO2e/ha/an", "surface_ha": "ha"}
    columns = [Column(name, "double", "", unit, False, signed=unit != "ha") for name, unit in units.items()]
    told = express(
        pa.table({"flux_tco2e": [1234.5], "flux_tc": [None], "flux_tco2e_par_ha": [2.0], "surface_ha": [3.0]}),
        columns,
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
            fluxes = {column.name for column in table.columns if column.signed or column.signed_by_row}
            assert fluxes
            own = [row for row in held if row["convention_de_signe"] != "atmosphere"]
            assert [row for row in out if row["convention_de_signe"] != CONVENTIONS[table.convention].text] == own
            assert bool(own) == any(column.signed_by_row for column in table.columns), (
                "rows of another sign, where it is said by row"
            )
            for inside, outside in zip(held, out, strict=True):
                if inside["convention_de_signe"] != "atmosphere":
                    continue
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
    command = [sys.executable, "-m", "dagster_project.command.app", "export"]
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
        .endswith('"positif = séquestration nette, négatif = émission nette"')
    )
    done = run("inventaire_ges", "pcaet", str(tmp_path / "i.csv"))
    assert "nothing in it has a sign to turn" in done.stdout
    assert "convention_de_signe" not in (tmp_path / "i.csv").read_text("utf-8").splitlines()[0]
    for arguments, said in (
        (("flux_par_nature", "orcae", "x.csv"), "no convention 'orcae'"),
        (("communes", "pcaet", "x.csv"), "no table 'communes'"),
        (("pcaet_cadre_depot", "aldo", "x.csv"), "already written for pcaet"),
        (("flux_par_nature", "pcaet", "/nulle/part/x.csv"), "cannot be written"),
    ):
        refused = run(*arguments)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr


def test_a_text_is_no_formula_in_csv_and_a_number_stays_one(tmp_path: Path) -> None:
    """What spreadsheets run is shown; what they do not run is as it was."""
    texts = ["=1+1", "+33", "-x", "@SUM(A1)", "\tx", "\rx", "'x", "Nord-Est", "", None]
    with duckdb.connect() as connection:
        connection.execute("create table t (n double, nom varchar)")
        connection.executemany("insert into t values (-1.5, ?)", [[one] for one in texts])
        write_csv(connection, "t", "nom nulls last", tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert {row["n"] for row in rows} == {"-1,5"}
    assert sorted(row["nom"] for row in rows) == sorted(
        ["'=1+1", "'+33", "'-x", "'@SUM(A1)", "'\tx", "'\rx", "'x", "Nord-Est", "", ""]
    )
