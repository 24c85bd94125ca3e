"""Targets that territories have set themselves (objectifs.yml): lines of the PCAET form, in its units, checked before all else.

A list of territories: `maille`, `code` (quoted), `statut` (adopte, projet), `source`, at will the `inventaire` that they were
set against, and `objectifs`: by identifier of the form, a value a year. Whether a territory or a line exists is the warehouse's
business.
"""

import math
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, ValidationError, model_validator

from dagster_project.core.errors import SourceError, first_problem
from dagster_project.core.text import composed, fault_of_name
from dagster_project.ingest.given_files import GivenFile

WORDS = "Keep to the words of docs/form.md: maille, code, statut, source, inventaire, objectifs"
REMEDIES = {
    "code": 'Write the code between quotes, such as "01"',
    "statut": "Write adopte or projet",
    "source": "Write the plan and its date, between quotes",
    "objectifs": "Write years as whole numbers without quotes, and values with a decimal point: {2030: 150.5}",
}
COLUMNS = ("maille", "code_territoire", "identifiant", "annee", "valeur", "inventaire", "statut", "source")
FILE = GivenFile(
    "objectifs_locaux",
    "Objectifs des territoires",
    "objectifs des territoires",
    "objectifs des territoires, saisis par l'utilisateur",
    ("objectifs",),
)
REMOVALS = "cae_63."  # lines that may hold a negative value: an emission, in the sign of the form
LARGEST = 1e12  # in any unit of the form
Year = Annotated[StrictInt, Field(ge=2000, le=2100)]


class Targets(BaseModel):
    """The targets of one territory, in the unit of each line (kteq CO2, GWh, tonnes)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    maille: StrictStr
    code: StrictStr
    statut: Literal["adopte", "projet"]
    source: StrictStr
    inventaire: StrictStr = ""
    objectifs: dict[StrictStr, dict[Year, StrictFloat | StrictInt]] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        if fault := fault_of_name(self.source) if self.source.strip() else "it is empty":
            raise ValueError(f"source: {fault}; say which plan or decision, and its date")
        for line, by_year in self.objectifs.items():
            for year, value in by_year.items():
                if abs(value) > LARGEST or math.isnan(value) or (value < 0 and not line.startswith(REMOVALS)):
                    raise ValueError(f"{line}, {year}: {value} is no emission or consumption; write a positive number")
        return self


class _RepeatedError(yaml.MarkedYAMLError):
    """A key that is there twice."""


class _Unique(yaml.SafeLoader):
    """YAML of which no key is there twice: the second would silently take the place of the first."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: list[Any] = []  # a key may be one that no set takes: the loader says so
    for key, _ in node.value:
        if (name := loader.construct_object(key)) in seen:
            raise _RepeatedError(problem=f"{name!r} is there twice", problem_mark=key.start_mark)
        seen.append(name)
    return loader.construct_mapping(node, deep=True)


_Unique.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path | None) -> pa.Table:
    """The raw table of the targets, all text; empty when there is no file.

    Raises:
        SourceError: naming the line or the entry that is not usable.
    """
    rows = [row for item in _checked(path) for row in _rows(item)] if path else []
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS})


def _checked(path: Path) -> Iterator[Targets]:
    try:
        # A subclass of the safe loader.
        content = yaml.load(composed(path.read_text("utf-8-sig")), _Unique)  # noqa: S506
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            str(path), f"cannot be read as UTF-8 ({error})", "Save it as UTF-8, or check FLUX_TARGETS"
        ) from error
    except (ValueError, OverflowError) as error:
        raise SourceError(
            path.name, f"holds what is no date or number ({str(error)[:80]})", "Write texts between quotes"
        ) from error
    except yaml.YAMLError as error:
        where = f"line {mark.line + 1}" if (mark := getattr(error, "problem_mark", None)) else ""
        repeated, problem = isinstance(error, _RepeatedError), str(getattr(error, "problem", error))
        remedy = "Keep one of the two" if repeated else "Mind quotes, brackets and indents (no tabs); see docs/form.md"
        raise SourceError(path.name, problem if repeated else f"is not YAML: {problem}", remedy, where=where) from error
    if not isinstance(content, list) or not content:
        raise SourceError(
            path.name, "is not a list of territories", "Begin each with `- maille: epci`; see docs/form.md"
        )
    seen: dict[tuple[str, str, str, int], int] = {}
    for number, entry in enumerate(content, start=1):
        try:
            item = Targets.model_validate(entry)
        except ValidationError as error:
            field = next(iter(error.errors()[0]["loc"]), "")
            remedy = REMEDIES.get(str(field), WORDS)
            raise SourceError(path.name, first_problem(error), remedy, where=f"entry {number}") from None
        for line, by_year in item.objectifs.items():
            for year in by_year:
                first = seen.setdefault((item.maille, item.code, line, year), number)
                if first != number:
                    problem = f"{item.maille} {item.code} has a target of {line} for {year} in entry {first} already"
                    raise SourceError(path.name, problem, "Keep one of the two", where=f"entry {number}")
        yield item


def _rows(item: Targets) -> Iterator[dict[str, str]]:
    for line, by_year in item.objectifs.items():
        for year, value in by_year.items():
            cells = (
                item.maille,
                item.code,
                line,
                str(year),
                repr(value),
                item.inventaire,
                item.statut,
                item.source.strip(),
            )
            yield dict(zip(COLUMNS, cells, strict=True))
