"""The parsed dbt project, as Dagster and publication read it, and the compiled one, which builds run.

Both depend on the project alone, so that they are made once and kept in dbt's own `target`, by digest; each data folder takes
a copy. dbt would compile every node again at each build, a fifth of its time, and finds nothing to do in a text without Jinja.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dagster_project import digests
from dagster_project.assets.dbt_command import artefacts, failures, run
from dagster_project.settings import DBT_PROJECT_DIR, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PARSED = "partial_parse.msgpack"  # dbt's name
COMPILED = "compiled.msgpack"
KEPT = ("manifest.json", PARSED, COMPILED)
STAMP = "project.sha256"  # of the project that was parsed
# Folders of dbt's own macros that a build of these materializations calls by name; others stay if something reaches them.
# Each node is given a context with all that there are, which took a tenth of a build.
CALLED = (
    "adapters",
    "etc",
    "get_custom_name",
    "materializations/configs",
    "materializations/hooks",
    "materializations/seeds",
    "materializations/tests",
)


def manifest_path(settings: Settings) -> Path:
    """The parsed project, as dbt writes it."""
    return artefacts(settings) / "manifest.json"


def ensure_manifest(settings: Settings) -> Path:
    """Parse and compile the dbt project if one of its files changed since the last time; returns the manifest's path."""
    path = manifest_path(settings)
    digest = digests.of(digests.code(DBT_PROJECT_DIR.name), digests.sha256(Path(__file__)))
    stamp = path.with_name(STAMP)
    whole = all(path.with_name(name).is_file() for name in (*KEPT, STAMP))
    if not whole or stamp.read_text() != digest:
        kept = DBT_PROJECT_DIR / "target" / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        if not kept.is_dir():
            run(settings, ["parse"])
            path.with_name(COMPILED).write_bytes(_compiled(settings, path.with_name(PARSED)).to_msgpack())
            with suppress(OSError):  # a project that may not be written is parsed for each data folder
                _keep(path.parent, kept)
        else:
            for name in KEPT:
                shutil.copyfile(kept / name, path.with_name(name))
        stamp.write_text(digest)
    return path


def parsed(settings: Settings) -> Manifest:
    """The project for one dbt command, which changes it; macros find no `graph` there."""
    return _loaded(ensure_manifest(settings).with_name(PARSED))


def compiled(settings: Settings) -> Manifest:
    """The project for one build, its models and data tests compiled."""
    return _loaded(ensure_manifest(settings).with_name(COMPILED))


def _loaded(path: Path) -> Manifest:
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401 - the slowest part of the command that follows, begun here
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack(path.read_bytes())


def _compiled(settings: Settings, path: Path) -> Manifest:
    """The parsed project with what dbt compiles of it, away from any warehouse, and with the macros that builds use.

    Raises:
        RuntimeError: a node does not compile.
    """
    manifest, given = _loaded(path), _loaded(path)
    given.build_flat_graph()  # `graph` of macros: dbt makes it only where it parses
    with TemporaryDirectory() as empty:
        nodes = run(replace(settings, data=Path(empty)), ["compile"], manifest=given).results
    if broken := failures(nodes):
        raise RuntimeError("\n".join(["dbt compile:", *broken]))
    for one in nodes:
        if one.node.resource_type in ("model", "test"):
            manifest.nodes[one.node.unique_id].raw_code = one.node.compiled_code
    used = _used(manifest)
    manifest.macros = {name: macro for name, macro in manifest.macros.items() if name in used}
    return manifest


def _used(manifest: Manifest) -> set[str]:
    """Names of the macros of a project that a build may use."""
    folders = tuple(f"macros/{one}" for one in CALLED)
    waiting = [
        name
        for name, macro in manifest.macros.items()
        if macro.package_name == manifest.metadata.project_name or macro.original_file_path.startswith(folders)
    ]
    waiting += [macro for node in manifest.nodes.values() for macro in node.depends_on.macros]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in manifest.macros and name not in found:
            found.add(name)
            waiting += manifest.macros[name].depends_on.macros
    return found


def _keep(source: Path, kept: Path) -> None:
    """Copy what was made, whole or not at all, unless another process just did; those of other projects go."""
    kept.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as folder:
        new = Path(folder) / kept.name
        new.mkdir()
        for name in KEPT:
            shutil.copyfile(source / name, new / name)
        for old in kept.parent.glob("?" * len(kept.name)):
            if old != kept:
                shutil.rmtree(old)
        new.rename(kept)  # an error when it is there: that one stays
