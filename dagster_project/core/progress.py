"""Progress of a long step on a terminal; silent anywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def shown(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function to tell how many more of `total` items are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda number: progress.advance(task, number)
