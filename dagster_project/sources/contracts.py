"""Contracts as people write them: YAML files of a folder, each held to its model, what is wrong told by file and key."""

from pathlib import Path
from typing import Protocol, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dagster_project.core.errors import FluxError, first_problem
from dagster_project.core.text import composed


class Strict(BaseModel):
    """A part of a contract: nothing unknown is let in, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContractError(FluxError):
    """A contract that cannot be used; the message names its file and the key."""


class Named(Protocol):
    """A model of pydantic with an identifier."""

    @property
    def id(self) -> str:
        """Its name."""

    @classmethod
    def model_validate(cls, obj: object) -> Self:
        """As pydantic has it."""


Contract = TypeVar("Contract", bound=Named)


def read_contracts(folder: Path, kind: type[Contract]) -> dict[str, Contract]:
    """Contracts of one kind by id, in file-name order; their text composed, as data are.

    Raises:
        ContractError: naming the file and the key.
    """
    results = [_read(path, kind) for path in sorted(folder.glob("*.yml"))]
    return {result.id: result for result in results}


def _read(path: Path, kind: type[Contract]) -> Contract:
    try:
        return kind.model_validate(yaml.load(composed(path.read_text("utf-8")), yaml.CSafeLoader))
    except ValidationError as error:
        raise ContractError(f"{path.name}: {first_problem(error)}") from None
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name}: not YAML ({' '.join(str(error).split())})") from None
