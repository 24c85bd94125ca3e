"""Lists of entries that the house keeps in YAML, each held to its model."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dagster_project.core.errors import FluxError, first_problem

Entry = TypeVar("Entry", bound=BaseModel)


def entries(file: Path, model: type[Entry], error: type[FluxError]) -> Iterator[Entry]:
    """The entries of a file, in order.

    Raises:
        error: an entry that is not usable; the message names the file and the entry.
    """
    for place, entry in enumerate(yaml.safe_load(file.read_text("utf-8")), start=1):
        try:
            yield model.model_validate(entry)
        except ValidationError as problem:
            raise error(f"{file.name}, entry {place}: {first_problem(problem)}") from None
