"""Writes many files on all cores: items go by handfuls to helpers that each read the release once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from dagster_project.core.workers import CORES, helpers

T = TypeVar("T")
HANDFUL = 50


def in_parallel(
    task: Callable[[Sequence[T]], None], items: Sequence[T], done: Callable[[int], None] = lambda _: None
) -> None:
    """Call `task` on all items, some at a time; the first error stops the rest and is raised.

    Args:
        task: a module-level function (or a partial of one).
        items: what it takes.
        done: told how many more items are written.
    """
    with helpers() as ask:
        for wait, part in [(ask(task, part), part) for part in handfuls(items)]:
            wait()
            done(len(part))


def handfuls(items: Sequence[T]) -> list[Sequence[T]]:
    """Items in their order, as what is asked of helpers one after the other: some for each core, and few at a time."""
    size = max(1, min(HANDFUL, -(-len(items) // CORES)))
    return [items[start : start + size] for start in range(0, len(items), size)]
