"""The code that makes a thing: the modules that its function's module imports, at any depth, and the files that they read beside
themselves (`Path(__file__).with_name(...)`).

`settings` is not part of it: what a step reads of it is a value among its inputs, so that a new setting remakes nothing.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from dagster_project.core import digests
from dagster_project.settings import PROJECT_ROOT

PACKAGE = __name__.split(".")[0]
VALUES = f"{PACKAGE}.settings"


def digest(*makers: Callable[..., object]) -> str:
    """Digest of the code of some functions, of Python and of the pinned libraries: others would be other code."""
    files = {file for maker in makers for file in closure(maker.__module__)}
    return digests.of(sys.version, digests.of_files({*files, PROJECT_ROOT / digests.LOCK}, PROJECT_ROOT))


@cache
def closure(module: str) -> frozenset[Path]:
    """Files of a module of ours and of all that it imports of ours, at any depth, but settings."""
    known, waiting, files = {VALUES}, [module], set[Path]()
    while waiting:
        if (name := waiting.pop()) not in known:
            known.add(name)
            imported, read = _read_by(name)
            files |= read
            waiting += imported
    return frozenset(files)


@cache
def _read_by(module: str) -> tuple[frozenset[str], frozenset[Path]]:
    """Modules of ours that one imports, its packages with them; its own file, and those that it reads beside itself."""
    path = _file_of(module)
    if path is None:
        raise ModuleNotFoundError(module)
    tree = ast.parse(path.read_text("utf-8"))
    packages = {module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)}
    imported = {name for name in _imports(tree) if name.split(".")[0] == PACKAGE and _file_of(name)}
    beside = {path.with_name(name) for name in _names_beside(tree)}
    files = {file for place in beside for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()}
    return frozenset(imported | packages), frozenset({path, *files})


@cache
def _file_of(module: str) -> Path | None:
    """Where a module is; None for a name that is none."""
    place = PROJECT_ROOT.joinpath(*module.split("."))
    candidates = (place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((path for path in candidates if path.is_file()), None)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every name that may be a module, wherever it is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _names_beside(tree: ast.AST) -> Iterator[str]:
    """The text of each `Path(__file__).with_name("...")`."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "Path(__file__).with_name"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)
