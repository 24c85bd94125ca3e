"""A file under a second name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link_or_copy(origin: Path, target: Path) -> None:
    """A hard link, which takes no room; a copy where the file system has none."""
    try:
        os.link(origin, target)
    except OSError:
        shutil.copyfile(origin, target)
