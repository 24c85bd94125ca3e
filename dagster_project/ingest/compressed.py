"""The bytes of a stored file, plain, gzip or one member of a zip, as a stream with a ceiling."""

import fnmatch
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dagster_project.core.errors import SourceError

AGAIN = "Nothing was ingested. Fetch the file again; if the producer changed it, adapt the source's YAML"
CONTENT_TYPES = "[Content_Types].xml"  # the one entry that every Office document has
# RuntimeError: an entry that is encrypted, or compressed in a way that Python does not know.
DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)


@contextmanager
def opened(path: Path, member: str | None, ceiling: int) -> Iterator[IO[bytes]]:
    """The unpacked bytes.

    Args:
        path: the stored file.
        member: file-name pattern of the one entry of a zip that is wanted.
        ceiling: bytes that an entry of a zip may announce; a gzip announces none, and its reader must count.

    Raises:
        SourceError: no such entry, several, too large, or (while reading) a damaged archive.
    """
    try:
        if member and zipfile.is_zipfile(path) and not _is_bare_workbook(path, member):
            with zipfile.ZipFile(path) as archive:
                names = fnmatch.filter(archive.namelist(), member)
                if len(names) != 1:
                    raise SourceError(path.name, f"{len(names)} entries match {member}, one is expected", AGAIN)
                if archive.getinfo(names[0]).file_size > ceiling:
                    raise SourceError(path.name, f"{names[0]} is larger than {ceiling >> 30} GiB unpacked", AGAIN)
                with archive.open(names[0]) as file:
                    yield file
        else:
            with path.open("rb") as file:
                yield cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file
    except DAMAGED as error:
        raise SourceError(path.name, f"damaged or truncated archive ({error})", AGAIN) from error


def _is_bare_workbook(path: Path, member: str) -> bool:
    """Whether a workbook, a zip itself, came in the place of the archive that holds one.

    Raises:
        SourceError: the archive was to hold something else.
    """
    with zipfile.ZipFile(path) as archive:
        if CONTENT_TYPES not in archive.namelist():
            return False
    if not member.endswith(".xlsx"):
        raise SourceError(path.name, f"a workbook, where an archive that holds {member} is expected", AGAIN)
    return True
