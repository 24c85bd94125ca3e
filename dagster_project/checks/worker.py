"""One helper process for the gates: it imports Great Expectations while the main process fetches and parses.

That import takes seconds and every refresh needs it, so it belongs on the second core.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import current_process, get_context
from typing import TypeVar

from dagster_project.checks.expectations import warm_up
from dagster_project.parent import end_with_parent

T = TypeVar("T")


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    end_with_parent()
    atexit.register(os._exit, 0)  # or it takes its imports apart, one by one, while the main process waits
    warm_up()


def start() -> None:
    """Begin the imports now, without waiting for them."""
    _pool().submit(int)


def stop() -> None:
    """Wait for the helper to end, if it was started; the main process, ending first, would take away what tells it to."""
    if _pool.cache_info().currsize:
        _pool().shutdown()
        _pool.cache_clear()


def ask(function: Callable[..., T], *arguments: object) -> Callable[[], T]:
    """Have the helper run a module-level function beside this process; what is returned waits for its result.

    A daemonic process may have no children: there, the function runs in place.
    """
    if current_process().daemon:
        return partial(function, *arguments)
    return _pool().submit(function, *arguments).result
