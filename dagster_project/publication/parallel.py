"""Writes many files on all cores: items go by handfuls to processes that each read the release once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import current_process, get_context
from typing import TypeVar

from dagster_project.parent import end_with_parent

T = TypeVar("T")
FEW = 60  # items: fewer are not worth a process, which costs its imports
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
    parts = [items[start : start + HANDFUL] for start in range(0, len(items), HANDFUL)]
    if len(items) < FEW or current_process().daemon:
        for part in parts:
            task(part)
            done(len(part))
        return
    processes = min(os.cpu_count() or 1, len(parts))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        waiting = {pool.submit(task, part): len(part) for part in parts}
        try:
            for future in as_completed(waiting):
                future.result()
                done(waiting[future])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
