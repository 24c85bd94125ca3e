"""What a seeded fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """An edit of one file: `old` is there once, and becomes `new`; `tests` are asked when no gate refuses the refresh."""

    name: str
    path: str
    old: str
    new: str
    tests: str = "tests/dbt tests/integration/test_sample.py"
