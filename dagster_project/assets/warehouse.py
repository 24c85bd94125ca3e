"""The dbt project as Dagster assets: one `dbt build`, each of its data tests an asset check with its own outcome (gate 2)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.assets.resources import RUN, made
from dagster_project.checks import accounting, seeds
from dagster_project.checks.raw_rules import files_of
from dagster_project.core import ledger
from dagster_project.core.ledger import Ledger
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry
from dagster_project.warehouse.build import NodeResult, aside, build, explain, swap
from dagster_project.warehouse.plan import let_through, plan
from dagster_project.warehouse.project import manifest_path

STEP = "warehouse"


class Translator(DagsterDbtTranslator):
    """Groups assets by layer; says in English what a seed or a mart is, whose own description is for readers of the tables."""

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Description of a model; of what is published, where it comes from and its French text."""
        layer, text = dbt_resource_props["config"].get("schema"), dbt_resource_props["description"]
        what = {"seeds": "Rows kept by hand", "marts": "Published table"}.get(layer)
        return f"{what}, {dbt_resource_props['original_file_path']}. In French: {text}" if what else text

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Layer of the model: seeds, staging, intermediate or marts."""
        return dbt_resource_props["config"].get("schema") or "dbt"


def warehouse_assets(settings: Settings) -> dg.AssetsDefinition:
    """All models and seeds, as one step. Needs a parsed manifest (warehouse.project.ensure_manifest)."""
    manifest = json.loads(manifest_path(settings).read_text("utf-8"))

    @dbt_assets(
        name=STEP,
        manifest=manifest,
        required_resource_keys={RUN},
        dagster_dbt_translator=Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True)),
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        settings = context.resources.run.settings
        Ledger(settings.data).require("gate_1")
        if netted := accounting.violations(manifest):
            raise dg.Failure("\n".join(["Nothing was built: the models net what must not be:", *netted]))
        if unreadable := seeds.violations(manifest):
            raise dg.Failure("\n".join(["Nothing was built: correct these cells of the seeds:", *unreadable]))
        name_of = {spec.key: spec.metadata["dagster_dbt/unique_id"] for spec in context.assets_def.specs}
        todo = plan(settings)
        if context.is_subset:
            results = build(settings, [name_of[key].split(".")[2] for key in context.selected_asset_keys])
        elif todo.whole:
            results = build(settings)
        elif todo.stale:
            results = build(settings, [manifest["nodes"][name]["name"] for name in todo.stale], tests="empty")
        else:
            results = []
        built = {result.unique_id: result for result in results}
        reused = set() if context.is_subset else set(todo.recipes) - set(built)
        refused = [result for result in results if result.failed]
        yield from _checked(context, manifest, built, reused, settings)
        if refused:
            raise dg.Failure("\n".join(["Gate 2 (dbt) refused the data:", *_explained(refused, settings)]))
        if results:
            swap(settings)
        if not context.is_subset:
            let_through(settings, todo)
        key_of = {unique_id: key for key, unique_id in name_of.items()}
        for unique_id in todo.recipes:  # Dagster wants them in a topological order, which is that of recipes
            if unique_id in key_of and (unique_id in built or unique_id in reused):
                seconds = {"seconds": round(built[unique_id].seconds, 3)} if unique_id in built else {}
                yield made(seconds, todo.recipes[unique_id], key=key_of[unique_id], reused=not seconds)

    return warehouse


def _checked(
    context: dg.AssetExecutionContext,
    manifest: dict[str, Any],
    built: dict[str, NodeResult],
    reused: set[str],
    settings: Settings,
) -> Iterator[dg.AssetCheckResult]:
    """The outcome of each test that was run, and of those that need not be run again."""
    tests = {node["name"]: name for name, node in manifest["nodes"].items() if node["resource_type"] == "test"}
    for check in context.selected_asset_check_keys:
        name = tests.get(check.name, "")
        result = built.get(name)
        if result and result.ended:
            rows = _explained([result], settings) if result.failed else ["none"]
            metadata: dict[str, Any] = {"violations": "\n".join(rows), "seconds": round(result.seconds, 3)}
        elif name in reused:
            metadata = {ledger.REUSED: True}
        else:
            continue  # not run: neither passed nor failed
        passed = result is None or not result.failed
        yield dg.AssetCheckResult(passed=passed, check_name=check.name, asset_key=check.asset_key, metadata=metadata)


def _explained(refused: Sequence[NodeResult], settings: Settings) -> list[str]:
    """What failed nodes say, with rows, and the files that they come from."""
    lines = [line for result in refused for line in explain(result, aside(settings).warehouse, settings.raw)]
    text = " ".join(lines)
    files = [f"    {name} = {files_of(settings, name)}" for name in load_registry() if name in text]
    return [*lines, *(["  Files:", *files] if files else [])]
