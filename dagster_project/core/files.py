"""Files and folders that are there whole or not at all, and a file under a second name."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it takes its place in one step at the end, or goes with the error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _part_of(target)
    try:
        yield part
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to fill; it takes its place at the end, or goes with the error."""
    part = _part_of(target)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def link_or_copy(origin: Path, target: Path) -> None:
    """A hard link, which takes no room; a copy where the file system has none."""
    try:
        os.link(origin, target)
    except OSError:
        shutil.copyfile(origin, target)


def _part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")
