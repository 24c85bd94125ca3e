"""One writer at a time in a data folder, whoever started it: the command, the UI, a schedule."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: set[Path] = set()


@contextmanager
def exclusive(data: Path) -> Iterator[bool]:
    """True for one process at a time in a data folder, and again inside it; the lock goes with the process, however it ends."""
    if data in _held:
        yield True
        return
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        _held.add(data)
        try:
            yield True
        finally:
            _held.discard(data)
