"""Suites of Great Expectations as a gate judges by them: those of published tables hold what is a table's own alone.

`expectations/published/_commun.json` holds what published tables share. A rule of it is one of every table that has the columns
it names, unless the table has a rule of that type on them itself, or says under `except`, with a reason, that it has none. The
ordered list of columns is that of the contract.

Bounds that differ between the demonstration sample and national data stand in `meta.parametres` and are named in an expectation
by `{"$PARAMETER": name}`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.core.errors import FluxError

COMMON = "_commun.json"
ORDER = "expect_table_columns_to_match_ordered_list"
PLACES = ("column", "column_A", "column_B")  # where a rule names a column

Rule = Mapping[str, Any]


class SuiteError(FluxError):
    """A suite that cannot be read; the message names file and rule."""


@dataclass(frozen=True)
class Suite:
    """Rules of one table, as Great Expectations writes them, and the value of each parameter."""

    name: str
    rules: tuple[Rule, ...]
    bounds: Mapping[str, Any]

    @property
    def columns(self) -> set[str]:
        """Columns that some rule names."""
        return {column for rule in self.rules for column in columns_of(rule)}


def load(path: Path, kind: str, columns: Sequence[str] = ()) -> Suite:
    """The suite of one table.

    Args:
        path: its JSON.
        kind: which bounds apply, `sample` or `national`.
        columns: of a published table, in the order of its contract; none for another.

    Raises:
        SuiteError: not JSON, no rules, a rule without type or arguments, or an exception to no common rule.
    """
    body = _read(path)
    own, bounds = _rules(path, body), body.get("meta", {}).get("parametres", {}).get(kind, {})
    if columns:
        own = [*_common(path, body, own, columns), *own]
    return Suite(path.stem, tuple(own), bounds)


def columns_of(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule names."""
    return tuple(rule["kwargs"][place] for place in PLACES if place in rule["kwargs"])


def _common(path: Path, body: Mapping[str, Any], own: Iterable[Rule], columns: Sequence[str]) -> list[Rule]:
    common = _rules(path.with_name(COMMON), _read(path.with_name(COMMON)))
    shared = {(rule["type"], *columns_of(rule)): rule for rule in common if set(columns_of(rule)) <= set(columns)}
    excepted = [(item["type"], item["column"]) for item in body.get("except", ())]
    for item in excepted:
        if item not in shared:
            raise SuiteError(f"{path.name}: `except` names {' on '.join(item)}, which is no common rule of this table")
    replaced = {(rule["type"], *columns_of(rule)) for rule in own} | set(excepted)
    order = {"type": ORDER, "kwargs": {"column_list": list(columns)}}
    return [order, *(rule for target, rule in shared.items() if target not in replaced)]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        body: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SuiteError(f"{path}: a table needs a suite; write {{'expectations': []}} with its own rules") from None
    except ValueError as error:
        raise SuiteError(f"{path.name}: not JSON ({error})") from error
    return body


def _rules(path: Path, body: Mapping[str, Any]) -> list[Rule]:
    for place, rule in enumerate(rules := list(body.get("expectations", ())), start=1):
        if not {"type", "kwargs"} <= set(rule):
            raise SuiteError(f"{path.name}: rule {place} needs `type` and `kwargs`")
    return rules
