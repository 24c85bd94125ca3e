"""The rooms of the house: what each may import, which names they give, and that no room leans on the insides of a library."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "dagster_project"
LEAVES = {
    "values",
    "addresses",
    "text",
    "errors",
}  # of `core`: settings may read by the same rules, as these import nothing else of ours
ROOMS = {  # room -> rooms that it may import, besides `settings`, `core` and itself
    "core": set(),
    "plumes": set(),
    "sources": set(),
    "geography": set(),
    "ingest": {"sources", "geography", "plumes"},
    "warehouse": {"ingest"},
    "release": {"warehouse"},
    "products": {"release", "geography"},
    "delivery": {"release"},
    "analysis": {"warehouse", "release", "products"},
}
ROOMS["checks"] = set(ROOMS)
ROOMS["assets"] = {*ROOMS}
ROOMS["command"] = {*ROOMS, "definitions"}
FRAMEWORKS = {  # and the only rooms that may name them
    "dagster": {"assets", "command", "definitions"},
    "dagster_dbt": {"assets"},
    "dbt": {"warehouse"},
    "great_expectations": {"checks"},
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at any depth; a name that a package gives is listed below it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def breaches(path: Path, room: str) -> set[str]:
    """What a module of a room imports and may not."""
    found = imports(path)
    allowed = {room, "settings", "core", *ROOMS[room]}
    ours = {name for name in found if name.startswith("dagster_project.")}
    frameworks = {name for name in found if room not in FRAMEWORKS.get(name.split(".")[0], {room})}
    return {name for name in ours if name.split(".")[1] not in allowed} | frameworks


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent != PACKAGE], ids=str)
def test_a_room_imports_what_stands_to_its_right_and_nothing_else(path: Path) -> None:
    assert room_of(path) in ROOMS
    assert breaches(path, room_of(path)) == set()


def test_settings_hang_on_nothing_but_leaves() -> None:
    ours = {
        tuple(name.split(".")[1:3])
        for path in (PACKAGE / "settings.py", *(PACKAGE / "core" / f"{leaf}.py" for leaf in LEAVES))
        for name in imports(path)
        if name.startswith("dagster_project")
    }
    assert ours == {("core", leaf) for leaf in LEAVES}


def test_the_rule_of_rooms_sees_a_breach(tmp_path: Path) -> None:
    breach = tmp_path / "breach.py"
    breach.write_text("def f():\n    import great_expectations as gx\n    from dagster_project.assets import x\n")
    assert breaches(breach, "release") == {"great_expectations", "dagster_project.assets.x"}
    breach.write_text("from dagster_project import products\nfrom dagster_project.core.sql import literal\n")
    assert breaches(breach, "delivery") == {"dagster_project.products"}


def test_no_module_lies_loose_at_the_root() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", "definitions", "settings"}
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(ROOMS)


def test_outside_assets_no_two_modules_share_a_name() -> None:
    names = Counter(path.stem for path in MODULES if room_of(path) != "assets" and not path.stem.startswith("__"))
    names.update(path.parent.name for path in MODULES if path.stem == "__init__" and path.parent != PACKAGE)
    assert [name for name, count in names.items() if count > 1] == []
