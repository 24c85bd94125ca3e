"""Worker processes: they judge and write on all cores, and their imports run while the main process fetches and parses.

Great Expectations takes seconds to import and every refresh needs it. A fork server pays that once, on the second core; workers
are forked from it, ready, and end with what they were asked.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import current_process, forkserver, get_context, parent_process
from multiprocessing.context import ForkServerContext
from tempfile import gettempdir
from typing import Any, TypeVar

T = TypeVar("T")
Ask = Callable[..., Callable[[], T]]
CORES = min(8, len(os.sched_getaffinity(0)))  # each holds a release in memory: more would not fit where few are needed
PRELOAD = ["dagster_project.checks.preload"]
HANDFUL = 50


def start() -> None:
    """Begin the imports now, without waiting for them; what stands in their way is told to whom asks for workers."""
    with suppress(OSError):
        _server()


@contextmanager
def workers(most: int = CORES) -> Iterator[Ask[Any]]:
    """What has a worker run a module-level function beside this process: it returns a function that waits for the result.

    A daemonic process may have no children: there, the function runs in place.

    Args:
        most: workers at once.
    """
    if current_process().daemon:
        yield partial
        return
    try:
        context = _server()
    except OSError as error:
        remedy = "set TMPDIR to a folder of a short path that may be written"
        raise OSError(f"helper processes cannot be started from {gettempdir()} ({error}): {remedy}") from error
    with ProcessPoolExecutor(min(most, CORES), mp_context=context, initializer=_end_with_parent) as pool:
        try:
            yield lambda function, *arguments: pool.submit(function, *arguments).result
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def in_parallel(
    task: Callable[[Sequence[T]], None], items: Sequence[T], done: Callable[[int], None] = lambda _: None
) -> None:
    """Call `task` on all items, some at a time; the first error stops the rest and is raised.

    Args:
        task: a module-level function (or a partial of one).
        items: what it takes, by handfuls: each worker reads the release once for each.
        done: told how many more items are written.
    """
    with workers() as ask:
        for wait, part in [(ask(task, part), part) for part in handfuls(items)]:
            wait()
            done(len(part))


def handfuls(items: Sequence[T]) -> list[Sequence[T]]:
    """Items in their order, as what is asked of workers one after the other: some for each core, and few at a time."""
    size = max(1, min(HANDFUL, -(-len(items) // CORES)))
    return [items[start : start + size] for start in range(0, len(items), size)]


def _server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()  # begins the imports, unless they were begun
    return context


def _end_with_parent() -> None:
    """End with the process that started this one, even when that one is killed: no orphan writes into the next candidate."""
    if parent := parent_process():

        def watch() -> None:
            parent.join()
            signal.raise_signal(signal.SIGTERM)

        threading.Thread(target=watch, daemon=True).start()
