"""Runs a suite of Great Expectations (checks/suites.py) on a pandas frame. Knows nothing of Dagster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.checks.suites import Suite
from dagster_project.core import code, digests
from dagster_project.settings import Settings
from dagster_project.sources.registry import contracts_digest

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5


@dataclass(frozen=True)
class Violation:
    """One broken rule: the expectation, the column, what was expected and a few offending rows."""

    rule: str
    column: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} on {self.column or 'the table'}: {self.detail}"


def kind_of(settings: Settings) -> str:
    """Which bounds of a suite apply, `sample` or `national`."""
    return "sample" if settings.is_sample else "national"


def rules_of(settings: Settings, *suites: Path, judges: Sequence[Callable[..., object]]) -> str:
    """Digest of what a gate judges by: code of its judges, suites, contracts (what is secret), kind of data."""
    texts = {path.name: digests.sha256(path) for path in suites if path.is_file()}
    return digests.of(code.digest(*judges), contracts_digest(), texts, kind_of(settings))


def warm_up() -> None:
    """Pay the imports now."""
    _engine()


def validate(
    frame: pd.DataFrame,
    suite: Suite,
    *,
    row_label: str | None = None,
    uncounted: int = 0,
) -> list[Violation]:
    """Every rule of the suite that the frame breaks; an empty list means that the gate is open.

    Args:
        frame: what is checked.
        suite: its rules.
        row_label: column whose value names an offending row in messages.
        uncounted: rows that come on top of those that the bounds `lignes_*` count (the user's own territories).
    """
    bounds = {name: value + uncounted * name.startswith("lignes_") for name, value in suite.bounds.items()}
    gx, batches = _engine()
    rules = gx.ExpectationSuite(name=suite.name, expectations=list(suite.rules))
    batch = batches.get_batch(batch_parameters={"dataframe": frame})
    if batch.validate(rules, expectation_parameters=bounds, result_format="BOOLEAN_ONLY").success:
        return []  # finding the rows that break a rule costs more than knowing that none does
    outcome = batch.validate(rules, expectation_parameters=bounds, result_format=_result_format(row_label))
    return [_violation(result, row_label) for result in outcome.results if not result.success]


@cache
def _engine() -> tuple[Any, Any]:
    """Great Expectations and one reusable pandas batch definition (its import costs seconds: only gates pay it)."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return gx, asset.add_batch_definition_whole_dataframe("whole")


def _result_format(row_label: str | None) -> dict[str, Any]:
    form: dict[str, Any] = {"result_format": "COMPLETE" if row_label else "BASIC"}
    if row_label:
        form |= {"unexpected_index_column_names": [row_label]}
    return form


def _violation(result: Any, row_label: str | None) -> Violation:
    config = result.expectation_config
    kwargs = {name: value for name, value in config.kwargs.items() if name not in ("batch_id", "column")}
    kwargs = {name: value for name, value in kwargs.items() if not (isinstance(value, (list, set)) and len(value) > 30)}
    column = config.kwargs.get("column") or ", ".join(config.kwargs.get("column_list") or ())
    body = result.result or {}
    detail = f"expected {kwargs}"
    if result.exception_info and result.exception_info.get("raised_exception"):
        detail = f"could not be evaluated: {result.exception_info.get('exception_message')}"
    elif "observed_value" in body:
        detail += f", observed {body['observed_value']}"
    if unexpected := body.get("unexpected_index_list"):
        rows = ", ".join(f"{row_label} {row[row_label]}: {_shown(row, row_label)}" for row in unexpected[:SHOWN])
        detail += f"; {len(unexpected)} rows, e.g. {rows}"
    elif body.get("partial_unexpected_list"):
        detail += f"; {body.get('unexpected_count')} values, e.g. {body['partial_unexpected_list'][:SHOWN]}"
    if help_text := (config.meta or {}).get("aide"):
        detail += f" ({help_text})"
    return Violation(config.type, column, detail)


def _shown(row: Mapping[str, Any], row_label: str | None) -> str:
    values = [value for name, value in row.items() if name != row_label]
    return ", ".join(repr(value.item() if hasattr(value, "item") else value) for value in values)
