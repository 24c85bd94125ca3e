"""One writer at a time in a data folder, whoever started it: the command, the UI, a schedule."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dagster_project.core.errors import FluxError

_held: set[Path] = set()


class LockError(FluxError):
    """The folder cannot be held by one writer: it is not writable, or its file system knows no locks."""


@contextmanager
def exclusive(data: Path) -> Iterator[bool]:
    """True for one process at a time in a data folder, and again inside it; the lock goes with the process, however it ends."""
    if data in _held:
        yield True
        return
    with _opened(data) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError as error:
            problem = f"{data} is on a file system without locks ({error.strerror}): choose another FLUX_DATA"
            raise LockError(problem) from error
        _held.add(data)
        try:
            yield True
        finally:
            _held.discard(data)


def _opened(data: Path) -> IO[str]:
    try:
        data.mkdir(parents=True, exist_ok=True)
        return (data / ".lock").open("w")
    except OSError as error:
        raise LockError(
            f"{data} cannot be written ({error.strerror}); make room or choose another FLUX_DATA"
        ) from error
