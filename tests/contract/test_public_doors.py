"""No house built on other people's plumbing: what the code takes from libraries, it takes by names that they offer."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT, load_settings
from dagster_project.warehouse.project import ensure_manifest

FILES = sorted(
    path for folder in ("dagster_project", "tests", "benchmarks") for path in (PROJECT_ROOT / folder).rglob("*.py")
)
LEFT = {  # the one exception: it saves 6 of 38 seconds of a refresh, and falls back by itself (unit/test_history.py)
    "dagster_project/assets/history.py: dagster._core.storage.event_log.sqlite",
}
PRIVATE_PATH = re.compile(r"[a-z]\w*(\.\w+)*\._[a-z]\w*(\.\w+)*")  # of a module, given as a text
AFTER_A_FORK = "os._exit"  # how a child that a test forked is to end, as Python's documentation has it
OURS = ("dagster_project", "tests", "benchmarks")


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _plumbing(tree: ast.AST) -> Iterator[str]:
    """Private names of libraries that a module imports or calls, attributes of libraries that it replaces, tricks of the interpreter."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
            yield from (alias.name for alias in node.names if any(map(_is_private, alias.name.split("."))))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith(OURS):
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                if any(map(_is_private, [*node.module.split("."), alias.name])) and node.module != "__future__":
                    yield f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PRIVATE_PATH.fullmatch(node.value):
            yield node.value
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            name = f"{modules[node.value.id]}.{node.attr}"
            if _is_private(node.attr):
                yield name
            if isinstance(node.ctx, (ast.Store, ast.Del)):
                yield f"{name} is replaced"
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "sys.modules"
        ):
            yield "sys.modules is written"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("gc.disable", "gc.freeze"):
            yield ast.unparse(node.func)


def test_nothing_private_is_imported_and_nothing_is_patched() -> None:
    """Tests may replace what they look at by pytest's own means, which undo it; the list is printed for those who ask."""
    taken = {
        f"{path.relative_to(PROJECT_ROOT).as_posix()}: {name}"
        for path in FILES
        for name in _plumbing(ast.parse(path.read_text("utf-8")))
        if path != Path(__file__) and not (name == AFTER_A_FORK and path.is_relative_to(PROJECT_ROOT / "tests"))
    }
    print("\n".join(sorted(taken)) or "none")
    assert taken == LEFT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from dagster._core.storage import x", "dagster._core.storage.x"),
        ("import dbt.adapters\ndbt._patch()", "dbt.adapters._patch"),
        ("from dbt_common.schema import Mixin\nMixin.validate = None", "dbt_common.schema.Mixin.validate is replaced"),
        ("import os\nos._exit(0)", "os._exit"),
        ("from importlib import import_module\nimport_module('dagster._core.x')", "dagster._core.x"),
        ("import sys\nsys.modules['x'] = None", "sys.modules is written"),
        ("import gc\ngc.disable()", "gc.disable"),
    ],
)
def test_the_rule_sees_plumbing(text: str, expected: str) -> None:
    assert expected in set(_plumbing(ast.parse(text)))


def test_macros_of_dbt_mean_what_dbt_says(tmp_path: Path) -> None:
    """No macro of ours stands in for one of dbt's, but where dbt's documentation asks for it (the name of a schema)."""
    manifest = json.loads(ensure_manifest(load_settings({"FLUX_DATA": str(tmp_path)})).read_text("utf-8"))
    macros = [(macro["package_name"], macro["name"]) for macro in manifest["macros"].values()]
    theirs = {name.split("__")[-1] for package, name in macros if package != manifest["metadata"]["project_name"]}
    ours = {name for package, name in macros if package == manifest["metadata"]["project_name"]}
    replaced = {name for name in ours if name.split("__")[-1] in theirs}
    print(sorted(replaced))
    assert replaced == {"generate_schema_name"}  # which dbt documents as ours to write
