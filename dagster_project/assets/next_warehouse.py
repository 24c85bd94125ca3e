"""The warehouse that is being built, beside the one that answers: a build that gate 2 refuses leaves the other as it was."""

from __future__ import annotations

import shutil
from dataclasses import replace

from dagster_project.settings import Settings


def aside(settings: Settings) -> Settings:
    """The same settings, on the warehouse that is being built."""
    return replace(settings, aside=True)


def begin(settings: Settings, *, whole: bool) -> None:
    """An empty place to build in, or a copy of the present warehouse to add to."""
    target = aside(settings).warehouse
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    if not whole and settings.warehouse.is_file():
        shutil.copyfile(settings.warehouse, target)


def swap(settings: Settings) -> None:
    """Let what was built, and passed its tests, take the place of the warehouse; in one step."""
    built = aside(settings).warehouse
    for leftover in settings.warehouse.parent.glob(f"{settings.warehouse.name}.*"):  # of DuckDB, beside the old one
        leftover.unlink() if leftover.is_file() else shutil.rmtree(leftover)
    built.replace(settings.warehouse)
    shutil.rmtree(built.parent, ignore_errors=True)
