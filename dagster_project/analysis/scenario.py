"""What if: the tables of one territory under its own areas and changes, and the potential of practices beside the account.

dbt's own compiled queries run again on a scratch copy of what the territory's tables are made from, the user's figures in it.
Nothing is written to the warehouse, and a scenario is never a release.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.analysis.scenario_ground import (
    Fact,
    Line,
    ScenarioError,
    apply,
    copy,
    described_land,
    territory_land,
)
from dagster_project.core.sql import first_row, literal, records, scalar, templates
from dagster_project.release.conventions import NEGATIVE_SINK
from dagster_project.release.csv_files import write_csv

SQL = templates(Path(__file__).with_name("scenario.sql.j2"))
MARTS = ("flux_carbone", "flux_par_reservoir", "flux_par_nature", "bilan_global", "bilan_occupation_sols", "stocks_carbone",
         "stocks_par_occupation")  # fmt: skip
RANKS = ("rang_par_ha", "n_territoires_classes")
POTENTIAL = "potentiel_pratiques"


def run(
    warehouse: Path, compiled: Path, territory: tuple[str, str], lines: Sequence[Line], folder: Path
) -> dict[str, int]:
    """Write the tables of a scenario below `folder`, as Parquet and CSV; returns row counts.

    Args:
        warehouse: the DuckDB file of the last refresh, read only.
        compiled: folder of dbt's compiled queries.
        territory: mesh and code.
        lines: the scenario.
        folder: target; its name is the scenario's.

    Raises:
        ScenarioError: a line that the territory has no land for.
    """
    with duckdb.connect() as scratch:
        copy(scratch, warehouse, territory)
        local = apply(scratch, lines)
        _recompute(scratch, compiled, [fact for fact in local if fact.get("nature") == "changement_usage_sol"])
        queries = {name: _flagged(scratch, name, _query(compiled, name), local, folder.name) for name in MARTS}
        queries[POTENTIAL] = _potential(
            scratch, territory, [line for line in lines if line.type == "pratique"], folder.name
        )
        return _write(scratch, queries, territory, lines, folder)


def _recompute(scratch: duckdb.DuckDBPyConnection, compiled: Path, changed: Sequence[Fact]) -> None:
    """Reservoirs again, then the items of the pairs that changed; the others stay as published."""
    keys = [f"{fact['occupation_initiale']}__{fact['occupation_finale']}" for fact in changed]
    for name in ("int_flux_reservoirs", "int_reservoirs_territoires"):
        query = _query(compiled, name)
        scratch.execute(f"create or replace table brouillon.intermediate.{name} as {query}")
    scratch.execute(SQL["pairs"].render())
    scratch.execute("delete from brouillon.intermediate.int_flux_territoires where cle = any(?)", [keys])
    scratch.execute(SQL["items"].render(), [keys])


def _flagged(scratch: duckdb.DuckDBPyConnection, mart: str, query: str, local: Sequence[Fact], name: str) -> str:
    """The query of a mart with two columns more: the scenario, and whether a row rests on the territory's own figures."""
    columns = {column[0] for column in scratch.execute(f"from ({query}) limit 0").description}
    about_stocks = "stock_kt_c" in columns
    tests = ["false"]
    for fact in local:
        if ("occupation" in fact) != about_stocks:
            continue
        shared = sorted(set(fact) & columns)
        conditions = [f"{item} is not distinct from {literal(fact[item])}" for item in shared]
        tests.append("(" + (" and ".join(conditions) or "true") + ")")
    origin = f"case when {' or '.join(tests)} then 'local' else 'defaut' end as origine_des_donnees"
    published = [row[0] for row in scratch.execute(f"describe entrepot.marts.{mart}").fetchall()]
    listed = ", ".join(item for item in published if item not in RANKS)  # a territory alone has no rank
    return f"select {listed}, {literal(name)} as scenario, {origin} from ({query})"  # noqa: S608


def _potential(scratch: duckdb.DuckDBPyConnection, territory: tuple[str, str], lines: Sequence[Line], name: str) -> str:
    """Additional storage of practices: a potential over their years, apart from the account and never added to it."""
    scratch.execute("create or replace temp table demandees (pratique varchar, hectares double)")
    for line in lines:
        level_1, available = first_row(scratch, SQL["land_of_practice"].render(), [line.subject])
        if line.hectares > available:
            raise ScenarioError(
                f"line {line.number}: {line.hectares:g} ha under {line.subject}, and {float(available):g} ha of {level_1} in all"
            )
        scratch.execute("insert into demandees values (?, ?)", [line.subject, line.hectares])
    return SQL["potential"].render(name=name)


def _write(
    scratch: duckdb.DuckDBPyConnection,
    queries: dict[str, str],
    territory: tuple[str, str],
    lines: Sequence[Line],
    folder: Path,
) -> dict[str, int]:
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, query in queries.items():
        scratch.execute(f"create or replace temp table {name} as {query}")
        target = literal(folder / f"{name}.parquet")
        scratch.execute(f"copy (from {name} order by all) to {target} (format parquet)")
        write_csv(scratch, name, "all", folder / f"{name}.csv")
        counts[name] = scalar(scratch, f"select count(*) from {name}")  # noqa: S608
    [execution] = records(scratch, "from brouillon.staging.stg_execution")
    about = {
        "scenario": folder.name,
        "territoire": "/".join(territory),
        "ecrit_le": datetime.now(UTC).isoformat(timespec="seconds"),
        "a_partir_de": {name: str(value) for name, value in execution.items()},
        "unites": "changement : ha/an ; surface et pratique : ha ; flux : t CO2e/an ; stocks : kt C",
        "convention_de_signe": NEGATIVE_SINK,
        "surface_du_territoire_ha": territory_land(scratch),
        "surface_decrite_ha": described_land(scratch),
        "lignes": [
            {
                "ligne": line.number,
                "type": line.type,
                "objet": line.subject,
                "vers": line.target,
                "hectares": line.hectares,
            }
            for line in lines
        ],
    }
    (folder / "scenario.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return counts


def _query(compiled: Path, name: str) -> str:
    # dbt keeps the fixtures of unit tests under the same names, in folders called after their YAML
    results = [path for path in compiled.rglob(f"{name}.sql") if path.parent.suffix != ".yml"]
    if len(results) != 1:
        raise ScenarioError(f"{compiled} does not hold the compiled query of {name}: run `make run` again")
    return results[0].read_text("utf-8").replace('"entrepot".', '"brouillon".')  # the copy, not the warehouse
