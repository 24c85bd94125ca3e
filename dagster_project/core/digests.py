"""Digests of files, values and trees of files: what decides whether something is made again, never a date.

Standard library alone, because a refresh that has nothing to do imports nothing else.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

LOCK = "requirements.lock"  # other versions of libraries are other code
UNTRACKED = {"__pycache__", "target", "logs", "dbt_packages"}


def sha256(path: Path) -> str:
    """Digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of(*values: object) -> str:
    """Digest of values that JSON can hold, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def of_files(files: Iterable[Path], root: Path) -> str:
    """Digest of the contents and names, below `root`, of some files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tree(*places: Path) -> str:
    """Digest of files of this project and of all that is below folders of it."""
    files = {path for place in places for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()}
    return of_files((path for path in files if not UNTRACKED & set(path.relative_to(PROJECT_ROOT).parts)), PROJECT_ROOT)
