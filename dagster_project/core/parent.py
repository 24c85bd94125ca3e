"""A helper process ends with the one that started it, even when that one is killed: no orphan writes into the next candidate."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process


def end_with_parent() -> None:
    """To be called first in a helper process; does nothing in a process that nobody started."""
    if parent := parent_process():
        threading.Thread(target=_wait, args=(parent,), daemon=True).start()


def _wait(parent: object) -> None:
    parent.join()
    os._exit(1)
