"""The dbt project as Dagster assets: one `dbt build`, its data tests as asset checks (gate 2)."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.assets.ahead import AHEAD
from dagster_project.assets.alone import ALONE
from dagster_project.assets.dbt_manifest import manifest_path
from dagster_project.assets.dbt_recipes import keep, plan
from dagster_project.assets.dbt_runner import NodeResult, build
from dagster_project.assets.next_warehouse import aside, begin, swap
from dagster_project.checks import accounting, seeds, stamps
from dagster_project.checks.raw_rules import files_of
from dagster_project.checks.stamped import stamped_raw, stamped_warehouse
from dagster_project.core.text import legible
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from dagster_project.sql import literal

STEP = "warehouse"
SHOWN = 5


class Translator(DagsterDbtTranslator):
    """Groups assets by layer."""

    def get_group_name(self, dbt_resource_props: dict[str, Any]) -> str:
        """Layer of the model: seeds, staging, intermediate or marts."""
        return dbt_resource_props["config"].get("schema") or "dbt"


def warehouse_assets(settings: Settings) -> dg.AssetsDefinition:
    """All models and seeds, as one step. Needs a parsed manifest (dbt_manifest.ensure_manifest)."""
    manifest = json.loads(manifest_path(settings).read_text("utf-8"))

    @dbt_assets(
        name=STEP,
        manifest=manifest,
        required_resource_keys={ALONE, AHEAD},
        dagster_dbt_translator=Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True)),
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        stamps.require(*stamped_raw(settings), "Gate 1")
        if netted := accounting.violations(manifest):
            raise dg.Failure("\n".join(["Nothing was built: the models net what must not be:", *netted]))
        if unreadable := seeds.violations(manifest):
            raise dg.Failure("\n".join(["Nothing was built: correct these cells of the seeds:", *unreadable]))
        name_of = {spec.key: spec.metadata["dagster_dbt/unique_id"] for spec in context.assets_def.specs}
        todo = plan(settings)

        def built(select: list[str], tests: str = "cautious") -> list[NodeResult]:
            begin(settings, whole=not select)
            return build(aside(settings), select, tests, manifest=getattr(context.resources, AHEAD)(STEP))

        if context.is_subset:
            results = built([name_of[key].split(".")[2] for key in context.selected_asset_keys])
        elif todo.whole or todo.stale:
            stale = [] if todo.whole else [manifest["nodes"][one]["name"] for one in todo.stale]
            results = built(stale, tests="empty")
        else:
            results = []
        broken = [one for one in results if one.status in ("fail", "error")]
        if broken:
            lines = [line for one in broken for line in explain(one, aside(settings))]
            files = [f"    {one} = {files_of(settings, one)}" for one in load_registry() if one in " ".join(lines)]
            raise dg.Failure(
                "\n".join(["Gate 2 (dbt) refused the data:", *lines, *(["  Files:", *files] if files else [])])
            )
        if results:
            swap(settings)
        if not context.is_subset:
            keep(settings, todo)
            stamps.stamp(*stamped_warehouse(settings))
        key_of = {unique_id: key for key, unique_id in name_of.items()}
        made = {one.unique_id: {"seconds": round(one.seconds, 3)} for one in results}
        done = {  # Dagster wants them in a topological order, which is that of recipes
            one: made.get(one, {stamps.REUSED: True}) for one in todo.recipes if one in made or not context.is_subset
        }
        for unique_id, metadata in done.items():
            if unique_id in key_of:
                version = dg.DataVersion(todo.recipes[unique_id])
                yield dg.MaterializeResult(asset_key=key_of[unique_id], metadata=metadata, data_version=version)
        tests = {manifest["nodes"][one]["name"]: said for one, said in done.items() if one.startswith("test.")}
        for check in context.selected_asset_check_keys:
            if check.name in tests:
                said = {name: value for name, value in tests[check.name].items() if name == stamps.REUSED}
                yield dg.AssetCheckResult(passed=True, check_name=check.name, asset_key=check.asset_key, metadata=said)

    return warehouse


def explain(result: NodeResult, settings: Settings) -> list[str]:
    """What a failed node says, with the first offending rows of a failed test."""
    lines = [f"- {result.name}: {result.message}"]
    if result.status == "fail" and result.sql:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            connection.execute(f"set file_search_path = {literal(settings.raw)}")
            found = connection.execute(f"from ({result.sql}\n) limit {SHOWN}")
            columns = [column[0] for column in found.description]
            for row in found.fetchall():
                cells = zip(columns, row, strict=True)
                lines.append(
                    "    " + ", ".join(f"{name}={legible(str(value))}" for name, value in cells if value is not None)
                )
    return lines
