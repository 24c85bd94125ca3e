"""Verbatim pages or files of a portal in one zip whose digest depends on their content alone, whole or not at all."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dagster_project.core.errors import SourceError
from dagster_project.core.files import whole_file

_EPOCH = (1980, 1, 1, 0, 0, 0)


class Pages:
    """An archive that is being filled, with a ceiling."""

    def __init__(self, archive: zipfile.ZipFile, url: str, max_mb: int) -> None:
        self._archive, self._url, self._max_mb, self._size = archive, url, max_mb, 0

    def add(self, name: str, body: bytes) -> None:
        """Add one entry under a fixed date.

        Raises:
            SourceError: more than the ceiling in all.
        """
        self._size += len(body)
        if self._size > self._max_mb << 20:
            problem = f"larger than {self._max_mb} MB"
            raise SourceError(self._url, problem, "Raise max_mb in the source's YAML if right")
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(info, body)


@contextmanager
def pages(target: Path, url: str, max_mb: int) -> Iterator[Pages]:
    """Write the pages of an address to `target`."""
    with whole_file(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        yield Pages(archive, url, max_mb)


def together(files: Sequence[Path], target: Path) -> None:
    """Write files, as they are, into one archive, under their names and a fixed date."""
    with whole_file(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            info = zipfile.ZipInfo(path.name, _EPOCH)
            info.file_size = path.stat().st_size
            with path.open("rb") as file, archive.open(info, "w") as entry:
                shutil.copyfileobj(file, entry)
