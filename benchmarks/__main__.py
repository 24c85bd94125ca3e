"""`make bench`: the refresh from snapshots to release against a plain DuckDB script, in one run.

Two figures count: the fixed cost (the refresh of the sample, mostly imports) and the marginal cost (mirror minus sample) as a
ratio to the plain script's, both of tables alone; what is made of the tables is measured beside. Medians of BENCH_RUNS (3) rounds, the commands taking turns so that a noisy machine is noisy for all.
Then one refresh with a generated ORCAE of 35 years (22 million rows) beside the national fluxes (benchmarks.inventories), and the
projection on each vintage against pandas (benchmarks.passage), and the projection at 1, 10 and 100 times the volume (benchmarks.scale).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks import inventories, passage, scale
from benchmarks.measure import Measure, run
from dagster_project.settings import PROJECT_ROOT
from dagster_project.warehouse.comparison import differing_rows

KEYS = {
    "territoires": "maille, code_territoire",
    "flux_carbone": "maille, code_territoire, nature, occupation_initiale, occupation_finale, approche_bois, usage_bois",
    "flux_par_nature": "maille, code_territoire, nature, approche_bois",
    "bilan_global": "maille, code_territoire, approche_bois",
    "bilan_occupation_sols": "maille, code_territoire, occupation_finale_n1, approche_bois",
    "flux_par_reservoir": "maille, code_territoire, nature, occupation_initiale, occupation_finale, reservoir, approche_bois, usage_bois",
    "stocks_par_occupation": "maille, code_territoire, occupation",
}


def main() -> int:
    """Run, compare the figures of both ways, print the report."""
    mirror = Path(os.environ.get("FLUX_MIRROR") or PROJECT_ROOT.parent / "shared" / "data")
    rounds = int(os.environ.get("BENCH_RUNS", "3"))
    national = (mirror / "aldo").is_dir()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        nothing = [sys.executable, "-m", "dagster_project"]
        refresh = [*nothing, "refresh", "--force"]
        plain = [sys.executable, "-m", "benchmarks.plain", str(mirror), str(work / "plain.duckdb")]
        tables = {"FLUX_PRODUCTS": "none"}  # what the plain script makes too
        sample = {"FLUX_SOURCE": "sample", "FLUX_DATA": str(work / "sample")}
        commands = {
            "with products, sample": (refresh, sample),
            "refresh, sample": (refresh, sample | tables),
            "nothing to do, sample": (nothing, sample | tables),
        }
        if national:
            where = {"FLUX_SOURCE": "mirror", "FLUX_MIRROR": str(mirror), "FLUX_DATA": str(work / "mirror")}
            commands |= {
                "with products, mirror": (refresh, where),
                "refresh, mirror": (refresh, where | tables),
                "nothing to do, mirror": (nothing, where | tables),
                "plain DuckDB script, mirror": (plain, {}),
            }
            large = inventories.copy_with_a_large_inventory(mirror, work / "copy")
        else:
            print(f"No copy of the portals at {mirror}: only the fixed cost is measured.")
        for command in commands.values():
            run(*command)  # warm-up: parse caches, page cache
        measures: dict[str, list[Measure]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                measures[name].append(run(*command))
        report(measures)
        if not national:
            return 0
        inventories.report(refresh, large, work / "large", measures["refresh, mirror"])
        same = compare(work / "plain.duckdb", work / "mirror" / "publication" / "current" / "carbone.duckdb")
        same_passage = passage.report(mirror, work / "mirror")
        scale.report(work / "mirror")
        return 0 if same and same_passage else 1


def report(measures: dict[str, list[Measure]]) -> None:
    """Medians, time by step, and the two figures that count."""

    def median(name: str, figure: str) -> float:
        return statistics.median(getattr(one, figure) for one in measures[name])

    print(
        f"{'median of ' + str(len(next(iter(measures.values())))) + ' runs':32}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}"
    )
    for name in measures:
        print(f"{name:32}{median(name, 'wall'):9.1f}{median(name, 'cpu'):9.1f}{median(name, 'peak_mb'):9.0f}")
    for name in measures:
        steps = [line for line in measures[name][-1].output.splitlines() if line.startswith("Seconds by step")]
        if steps:
            print(f"{name}: {steps[0]}")
    print(f"fixed cost: {median('refresh, sample', 'wall'):.1f} s wall")
    for mode in ("sample", "mirror"):
        if f"refresh, {mode}" in measures:
            more = median(f"with products, {mode}", "wall") - median(f"refresh, {mode}", "wall")
            print(f"site, workbooks, maps, documentation and gate 4 on the {mode}: {more:.1f} s wall more")
    if "refresh, mirror" in measures:
        for figure in ("wall", "cpu"):
            marginal = median("refresh, mirror", figure) - median("refresh, sample", figure)
            yardstick = median("plain DuckDB script, mirror", figure)
            print(
                f"marginal cost, {figure}: {marginal:.1f} s, {marginal / yardstick:.2f} x the plain script's {yardstick:.1f} s"
            )


def compare(plain: Path, released: Path) -> bool:
    """Both ways must give the same rows, the same texts and, within 1e-9 of it or 1e-6 near zero, the same figures."""
    agree = True
    with duckdb.connect() as con:
        con.execute(f"attach '{plain}' as plain (read_only); attach '{released}' as released (read_only)")
        for table, key in KEYS.items():
            known = {name for name, *_ in con.execute(f"describe plain.{table}").fetchall()}
            held = [one for one in con.execute(f"describe released.marts.{table}").fetchall() if one[0] in known]
            columns = {name: kind for name, kind, *_ in held}
            rows, other = differing_rows(con, f"released.marts.{table}", f"plain.{table}", key.split(", "), columns)
            print(f"both ways, {table}: {rows} rows, {other} that differ in any of {', '.join(columns)}")
            agree = agree and not other
    return agree


if __name__ == "__main__":
    raise SystemExit(main())
