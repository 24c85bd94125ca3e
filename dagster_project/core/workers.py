"""Helper processes: they judge and write on all cores, and their imports run while the main process fetches and parses.

Great Expectations takes seconds to import and every refresh needs it. A fork server pays that once, on the second core; helpers
are forked from it, ready, and end with what they were asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import current_process, forkserver, get_context
from multiprocessing.context import ForkServerContext
from tempfile import gettempdir
from typing import TypeVar

from dagster_project.core.parent import end_with_parent

T = TypeVar("T")
Ask = Callable[..., Callable[[], T]]
CORES = min(8, len(os.sched_getaffinity(0)))  # each holds a release in memory: more would not fit where few are needed


def _server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["dagster_project.checks.preload"])
    forkserver.ensure_running()  # begins the imports, unless they were begun
    return context


def start() -> None:
    """Begin the imports now, without waiting for them; what stands in their way is told to whom asks for helpers."""
    with suppress(OSError):
        _server()


@contextmanager
def helpers(most: int = CORES) -> Iterator[Ask]:
    """What has a helper run a module-level function beside this process: it returns a function that waits for the result.

    A daemonic process may have no children: there, the function runs in place.

    Args:
        most: helpers at once.
    """
    if current_process().daemon:
        yield partial
        return
    try:
        context = _server()
    except OSError as error:
        remedy = "set TMPDIR to a folder of a short path that may be written"
        raise OSError(f"helper processes cannot be started from {gettempdir()} ({error}): {remedy}") from error
    with ProcessPoolExecutor(min(most, CORES), mp_context=context, initializer=end_with_parent) as pool:
        try:
            yield lambda function, *arguments: pool.submit(function, *arguments).result
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
